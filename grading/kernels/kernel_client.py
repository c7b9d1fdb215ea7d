"""Talks to kernels through Unix sockets, with a client that loses no time at the start."""

import contextlib
import math
import tempfile
import time
from collections.abc import Iterator
from queue import Empty

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from traitlets.config import Config

LONGEST = 80  # characters of a folder for sockets: the path of a socket has 107 at most
SHORT = "/tmp"  # where they lie instead of in a longer one
RECONNECT = 10  # milliseconds between two tries to reach a starting kernel's socket; the library's own: 100
ANSWER = 1.0  # seconds to wait for an answer before asking again
SILENCE = 0.2  # seconds to wait for the state that goes with it


@contextlib.contextmanager
def own_sockets() -> Iterator[Config]:
    """Gives nbclient's settings for one kernel, with a separate folder for its sockets.

    A TCP port that was free when it was chosen may be taken when a busy machine's kernel asks for it; then the kernel dies.
    """
    temporary = tempfile.gettempdir()  # a container may let nothing be written anywhere else
    with tempfile.TemporaryDirectory(prefix="ck-", dir=SHORT if len(temporary) > LONGEST else temporary) as folder:
        sockets = {"transport": "ipc", "ip": f"{folder}/s", "connection_file": f"{folder}/kernel.json"}
        yield Config({"AsyncKernelManager": {"client_factory": PromptClient, **sockets}})


class PromptClient(AsyncKernelClient):
    """A client that is ready once the kernel has answered; the library's own waits for 0.2 s of silence."""

    def start_channels(self, *channels, **which) -> None:
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT)
        super().start_channels(*channels, **which)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Waits until the kernel answers; raises RuntimeError where it dies before, or the time is up."""
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while not await self._answers(self.kernel_info()):
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
            if time.monotonic() > deadline:
                raise RuntimeError(f"the kernel did not answer within {timeout} s")

    async def _answers(self, request: str) -> bool:
        """Whether the reply came, and then the state that follows it on the channel of outputs."""
        try:
            reply = await self.get_shell_msg(timeout=ANSWER)
            while not _is_idle(await self.get_iopub_msg(timeout=SILENCE), request):
                pass
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _is_idle(message: dict, request: str) -> bool:
    return message["parent_header"].get("msg_id") == request and message["content"].get("execution_state") == "idle"
