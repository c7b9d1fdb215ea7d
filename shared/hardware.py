"""What this machine computes on, in which precision, and why."""

import os
from dataclasses import dataclass

from shared.errors import LabError

GB = 1e9


@dataclass(frozen=True)
class Hardware:
    """device: "cpu", "mps" or "cuda"; dtype: name of a torch dtype; reason: why that dtype; memory in GB."""

    device: str
    name: str
    dtype: str
    reason: str
    memory_gb: float
    free_gb: float
    capability: tuple[int, int] | None = None


def choose_dtype(device: str, capability: tuple[int, int] | None = None) -> tuple[str, str]:
    """The precision to train in and the reason.

    torch reports bfloat16 on a T4 as supported, but emulates it slowly there; so the compute capability decides.

    Args:
        device: "cpu", "mps" or "cuda".
        capability: CUDA compute capability (major, minor); needed for "cuda".
    """
    if device == "cuda" and capability >= (8, 0):
        return "bfloat16", "Ampere and later compute bfloat16 in hardware"
    if device == "cuda":
        return "float16", "before Ampere bfloat16 is only emulated: float32 weights with float16 autocast"
    if device == "mps":
        return "float32", "half precision on Apple GPUs still lacks operations that training needs"
    return "float32", "a CPU is exact and fastest in float32"


def keep_one_gpu() -> str:
    """Hides all GPUs but the first from this process; returns a sentence about it, or "" where there was nothing to hide.

    Given two (Kaggle's T4s), `Trainer` puts a batch on each: twice the rows in a step, and models that return what
    DataParallel cannot gather. CUDA reads the variable when it starts, so this comes before anything that asks it.

    Raises:
        LabError: CUDA has started already, with several GPUs.
    """
    import torch

    count = torch.cuda.device_count()  # asks the driver's NVML, which does not start CUDA
    if count < 2:
        return ""
    if torch.cuda.is_initialized():
        raise LabError(f"{count} GPUs are in use and the labs need one: restart the kernel and run this cell first.")
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    os.environ["CUDA_VISIBLE_DEVICES"] = first
    return f"Of {count} GPUs only the first is used (CUDA_VISIBLE_DEVICES={first}): with two, Trainer would double each batch."


def detect() -> Hardware:
    """Detects device, precision and memory; memory is main memory, also where there is a GPU."""
    import platform

    import psutil
    import torch

    memory = psutil.virtual_memory()
    capability = None
    if torch.cuda.is_available():
        device = "cuda"
        name = torch.cuda.get_device_name(0)
        capability = torch.cuda.get_device_capability(0)
    elif torch.backends.mps.is_available():
        device = "mps"
        name = "Apple GPU"
    else:
        device = "cpu"
        name = platform.machine()
    dtype, reason = choose_dtype(device, capability)
    return Hardware(device, name, dtype, reason, memory.total / GB, memory.available / GB, capability)


def give_memory_back() -> None:
    """Frees unreferenced memory and returns it to the system, since a Linux process keeps freed blocks for later."""
    import ctypes
    import gc
    import sys

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
        if trim is not None:
            trim(0)
