"""Files of the Hugging Face hub at a pinned commit: from the hub's own cache, or over the network."""

from collections.abc import Callable
from pathlib import Path

from shared.errors import LabError


def from_hub(download: Callable[..., str], usable: Callable[[Path], bool], what: str, otherwise: str, **wanted) -> Path:
    """What `download`, a function of huggingface_hub, brings; the network is asked only where the cache has nothing usable.

    Args:
        usable: whether a path that was found will do; offline, the hub's client is content with a folder that lacks files.
        what, otherwise: the error's beginning ("The emails are") and its way out ("use ...").
        wanted: goes to `download`.
    Raises:
        LabError: it is not in the cache and the hub is out of reach.
    """
    from huggingface_hub.errors import HfHubHTTPError

    reason: Exception | None = None
    for cached_only in (True, False):
        try:
            path = Path(download(**wanted, local_files_only=cached_only))
            if usable(path):
                return path
        # The bases name the errors of the hub's HTTP library, which is httpx in some versions and httpx2 in others.
        except (OSError, *HfHubHTTPError.__bases__) as error:
            reason = error
    raise LabError(
        f"{what} not in this machine's cache and the Hugging Face hub is out of reach or switched off "
        f"(HF_HUB_OFFLINE): connect to it, or {otherwise}."
    ) from reason
