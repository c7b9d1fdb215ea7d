"""Executes notebooks that may do anything: whatever happens becomes failed cells, never an aborted run."""

from time import monotonic

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_sync
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import Bool, Dict, Integer, List, Unicode

from grading.kernels.hidden_inputs import seeded
from grading.kernels.hidden_names import kept_apart
from grading.kernels.output_limits import OutputLimits, make_sound
from grading.verdicts import tripwires
from grading.verdicts.failure_kinds import LOST, NOT_RUN, TOO_LONG, fail

SMALLEST_TIMEOUT = 1
STARVED = 0.5  # share of a run in which its kernel waits for a processor


class SafeExecute(Execute):
    """Runs every cell; after the kernel is lost, or the notebook's time is up, the rest fail with a sentence that explains it."""

    total_timeout = Integer(1800, help="seconds the whole notebook may take").tag(config=True)
    output_limit = Integer(1_000_000, help="bytes of output that a notebook may keep").tag(config=True)
    seed = Unicode("", help="of the hidden inputs; empty for inputs that are drawn anew")
    tripwires = Dict(help="check -> names of answers, of the checks that notice spoiled results")
    store_widget_state = Bool(False)  # nobody looks at it, and it has no limit
    extra_arguments = List(Unicode(), default_value=["--HistoryManager.enabled=False"])

    def preprocess(self, nb, resources=None, km=None):
        self._deadline = monotonic() + self.total_timeout
        self._lost = ""
        self._limits = OutputLimits(self.output_limit)
        self._own_cells = len(nb.cells)
        self._start = monotonic()
        self._waited = 0.0
        sentence = f"This cell took longer than {self.timeout} s and was stopped."
        self.error_on_timeout = {"ename": TOO_LONG, "evalue": sentence, "traceback": [sentence]}
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        cell, resources = self._run(cell, resources, index)
        if index + 1 == self._own_cells and not self._lost:
            self.nb.cells.extend(tripwires.drawn(self.nb, self.tripwires))
        return cell, resources

    def _run(self, cell, resources, index):
        if cell.cell_type != "code" or not cell.source.strip():
            return cell, resources
        if not self._lost and monotonic() > self._deadline:
            self._lost = f"The notebook took longer than {self.total_timeout} s and was stopped before this cell."
        if self._lost:
            fail(cell, NOT_RUN, self._lost)
            return cell, resources
        # A cell that has ended keeps its outputs: a later one could update them with what it has learned of the checks.
        self._display_id_map.clear()
        try:
            with kept_apart(cell, self._run_silently), seeded(cell, self.seed, self._run_silently):
                cell, resources = super().preprocess_cell(cell, resources, index)
        except CellTimeoutError:
            self._lose(cell, f"This cell took longer than {self.timeout} s and did not stop when it was told to.")
        except DeadKernelError:
            self._lose(
                cell, "The kernel died here: it was told to stop, or needed more memory or time than it may use."
            )
        except Exception as error:  # a kernel can send anything: what nbclient chokes on is the kernel's doing
            self._lose(cell, f"The kernel no longer answered as a kernel does ({type(error).__name__}).")
        make_sound(cell)
        self._waited = max(self._waited, self._seconds_waited())
        return cell, resources

    @property
    def starved(self) -> bool:
        """Whether the kernel had to wait for a processor for most of the time, because of others on this machine."""
        return self._waited > STARVED * (monotonic() - self._start)

    def _seconds_waited(self) -> float:
        provisioner = getattr(self.km, "provisioner", None)
        return provisioner.seconds_waited() if hasattr(provisioner, "seconds_waited") else 0.0

    def _run_silently(self, code: str) -> None:
        """Has the kernel run code of the course's own between two cells; its answer is not waited for."""
        run_sync(ensure_async)(self.kc.execute(code, silent=True, store_history=False, stop_on_error=False))

    def _lose(self, cell: NotebookNode, sentence: str) -> None:
        fail(cell, LOST, sentence)
        self._lost = "This cell was not run, because the kernel was lost in a cell before it."

    def _get_timeout(self, cell):
        left = max(SMALLEST_TIMEOUT, int(self._deadline - monotonic()))
        if cell and tripwires.TRIPWIRE in cell.metadata:
            left = min(left, tripwires.TIMEOUT)
        return min(self.timeout or left, left)

    def process_message(self, msg, cell, cell_index):
        """Drops what a notebook does not keep."""
        if not self._limits.keeps(msg["msg_type"], msg["content"], cell):
            return None
        return super().process_message(msg, cell, cell_index)
