"""4-bit loading (NF4) that can be trained on every machine of the course: the one place that deals with bitsandbytes.

QLoRA: Dettmers et al. 2023, arXiv 2305.14314. `load_in_nf4` is all that a lab needs; `nf4_config` is what a student builds.
"""

from shared.hardware import Hardware, detect
from shared.models.loading import model_path


def nf4_config(hardware: Hardware | None = None):
    """A BitsAndBytesConfig: NF4 with double quantisation, computing in the precision of this machine.

    Weights take 4.13 bits each: 4 for the level, 8 / 64 for its block's scale, 32 / (64 * 256) for the scale of scales.
    """
    import torch
    from transformers import BitsAndBytesConfig

    hardware = hardware or detect()
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",  # the library's default is fp4
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, hardware.dtype),
    )


def load_in_nf4(name: str, hardware: Hardware | None = None):
    """A causal language model of the course in NF4, ready for LoRA; norms, biases and embeddings are float32 on a CPU.

    Args:
        name: a decoder in data/models.toml.
    Raises:
        LabError: as `shared.models.model_path`.
    """
    import torch
    from transformers import AutoModelForCausalLM

    hardware = hardware or detect()
    # Before Ampere the half precision is autocast's: what is not quantised stays float32 (see shared.hardware).
    dtype = torch.bfloat16 if hardware.dtype == "bfloat16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(
        model_path(name), quantization_config=nf4_config(hardware), dtype=dtype, device_map={"": hardware.device}
    )
    return keep_trainable(model)


def keep_trainable(model):
    """Forbids bitsandbytes to repack 4-bit weights for inference; call it before the model's first forward pass.

    On a CPU with AVX512-BF16 the first forward pass in evaluation mode (an evaluation, `generate`) puts each weight into a layout
    whose kernel has no backward pass, and leaves it there: in the next training step no gradient flows through that layer any
    more, without a word, or torch refuses to add the layer's bias (bitsandbytes 0.50, `Linear4bit.forward` and `matmul_4bit`).
    Elsewhere this changes nothing.

    Returns:
        The same model.
    Raises:
        ValueError: a weight has been repacked already; load the model again.
    """
    from bitsandbytes.nn import Linear4bit

    for name, module in model.named_modules():
        if isinstance(module, Linear4bit):
            if getattr(module.weight.quant_state, "packing_format_for_cpu", False):
                raise ValueError(
                    f"{name} has been repacked for inference: load the model again, before any evaluation."
                )
            module.support_avx512bf16_for_cpu = False
    return model
