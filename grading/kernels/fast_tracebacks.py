"""Makes errors in a forked kernel four times as fast to show, since canaries fail in every submission.

For each line of an error IPython asks which module it belongs to. For the line of a cell `inspect` looks at all that are
imported: with the labs' libraries 4,600, and looking at one copies a page of memory that forks share. This module
imports nothing of the course, because it also runs inside the sandbox.
"""

import inspect
import linecache
import sys


def rehearse() -> None:
    """Shows an error before the fork, because the first one builds what all that follow share."""
    from IPython.core.ultratb import AutoFormattedTB

    source = "assert 1 == 2, 'rehearsal'"
    linecache.cache["rehearsal"] = len(source), None, [source], "rehearsal"  # as IPython keeps the source of cells
    try:
        exec(compile(source, "rehearsal", "exec"))
    except AssertionError:
        AutoFormattedTB(mode="Context").structured_traceback(*sys.exc_info())
    del linecache.cache["rehearsal"]


def skip_cells() -> None:
    """Makes `inspect.getmodule` answer at once that this kernel's cells belong to no module."""
    from ipykernel.compiler import get_tmp_directory

    cells = get_tmp_directory()
    getmodule = inspect.getmodule

    def quick(thing, _filename=None):
        if inspect.isframe(thing) and thing.f_code.co_filename.startswith(cells):
            return None
        return getmodule(thing, _filename)

    inspect.getmodule = quick
