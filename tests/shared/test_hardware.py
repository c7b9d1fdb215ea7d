"""Precision follows the hardware, not what torch claims."""

import weakref

import pytest

from shared.hardware import choose_dtype, detect, give_memory_back


@pytest.mark.parametrize(
    ("device", "capability", "dtype", "why"),
    [
        ("cpu", None, "float32", "a CPU is exact and fastest"),
        ("mps", None, "float32", "half precision on Apple GPUs"),
        ("cuda", (7, 0), "float16", "before Ampere"),
        ("cuda", (7, 5), "float16", "before Ampere"),
        ("cuda", (8, 0), "bfloat16", "Ampere and later"),
        ("cuda", (8, 6), "bfloat16", "Ampere and later"),
        ("cuda", (12, 0), "bfloat16", "Ampere and later"),
    ],
)
def test_dtype_and_reason(device, capability, dtype, why):
    chosen, reason = choose_dtype(device, capability)
    assert chosen == dtype
    assert reason.startswith(why)


def test_a_t4_that_torch_calls_bfloat16_capable_still_gets_float16(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Tesla T4")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (7, 5))
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda *_, **__: True)
    found = detect()
    assert (found.device, found.name, found.dtype, found.capability) == ("cuda", "Tesla T4", "float16", (7, 5))


def test_an_apple_gpu_is_found(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert (detect().device, detect().dtype) == ("mps", "float32")


def test_this_machine_is_described():
    found = detect()
    assert found.memory_gb >= found.free_gb > 0
    assert found.name
    assert found.reason


def test_memory_that_only_refers_to_itself_is_given_back():
    class Link:
        pass

    link = Link()
    link.itself, seen = link, weakref.ref(link)
    del link
    give_memory_back()
    assert seen() is None
