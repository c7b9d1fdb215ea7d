"""What trl's SFTTrainer needs on a machine without a GPU."""


def score_labelled_tokens_only() -> None:
    """Makes SFTTrainer multiply only labelled tokens by the vocabulary on a CPU, as it does on a GPU.

    Where there is no Triton, trl 1.16 scores every position and masks the rest afterwards, to spare one kind of accelerator a
    recompilation (`add_fused_lm_head` in trl/trainer/utils.py). On a CPU that costs as much as a small model itself. The loss and
    its gradients are the same; where trl has renamed what is replaced here, this does nothing.
    """
    from trl.trainer import utils

    if hasattr(utils, "_use_triton"):
        utils._use_triton = lambda device: device.type in ("cpu", "cuda")
