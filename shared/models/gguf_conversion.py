"""Converts SmolLM2-135M-Instruct, a Llama in 4 bits, to the Qwen2 that computes the same function.

Both are the same transformer (RMSNorm, rotary positions, grouped-query attention, SwiGLU); Qwen2 alone adds biases to the
query, key and value projections. With those at zero the two compute the same function, so the labs on Qwen run a real language
model of that architecture without a hub. Model: Allal et al. 2025, arXiv 2502.02737. Architecture: Qwen2, arXiv 2407.10671.
"""

from pathlib import Path

from shared.models.chat_template import END, TURN_END, chatml

CONTROL = 3  # GGUF's type of a token that is no text
HIGHEST = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
BLOCK = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def convert(gguf: Path, folder: Path, system: str) -> None:
    """Writes the model of a GGUF file as a Qwen2 in float32, with its tokenizer, into an existing folder.

    Args:
        system: the system turn that the chat template puts in front, the one the model was tuned with.

    float32 because the unpacked weights (a 4-bit step times a scale plus an offset) are not bfloat16 numbers: rounding them
    moves logits by up to 0.27; float32 changes nothing, and on a CPU it is also what loads fastest (benchmarks/README.md).
    The whole takes about 1 GB of memory.
    """
    from gguf import GGUFReader
    from safetensors.torch import save_file

    reader = GGUFReader(gguf)
    tokenizer = qwen2_tokenizer(reader)
    tokenizer.chat_template = chatml(system)
    tokenizer.save_pretrained(folder)
    config = qwen2_config(reader)
    config.save_pretrained(folder)
    generation_config(config).save_pretrained(folder)
    save_file(qwen2_weights(reader, config), folder / "model.safetensors", metadata={"format": "pt"})


def field(reader, name: str):
    """A value of the GGUF file's metadata: a number, a string, or a list of them."""
    return reader.get_field(name).contents()


def qwen2_config(reader):
    """The Llama's sizes as a Qwen2Config. A turn ends with <|im_end|>; padding is another token, so that ending is learnt."""
    from transformers import Qwen2Config

    return Qwen2Config(
        architectures=["Qwen2ForCausalLM"],
        dtype="float32",
        vocab_size=field(reader, "llama.vocab_size"),
        hidden_size=field(reader, "llama.embedding_length"),
        intermediate_size=field(reader, "llama.feed_forward_length"),
        num_hidden_layers=field(reader, "llama.block_count"),
        num_attention_heads=field(reader, "llama.attention.head_count"),
        num_key_value_heads=field(reader, "llama.attention.head_count_kv"),
        max_position_embeddings=field(reader, "llama.context_length"),
        rms_norm_eps=round(field(reader, "llama.attention.layer_norm_rms_epsilon"), 9),  # 1e-5, stored in float32
        rope_parameters={"rope_type": "default", "rope_theta": field(reader, "llama.rope.freq_base")},
        tie_word_embeddings=True,  # the file has no output matrix
        bos_token_id=None,
        eos_token_id=field(reader, "tokenizer.ggml.eos_token_id"),
        pad_token_id=field(reader, "tokenizer.ggml.tokens").index(END),
    )


def generation_config(config):
    """Returns a GenerationConfig that stops at the end of a turn and at the end of a text."""
    from transformers import GenerationConfig

    return GenerationConfig(eos_token_id=[config.eos_token_id, config.pad_token_id], pad_token_id=config.pad_token_id)


def qwen2_weights(reader, config) -> dict:
    """Parameter name -> float32 tensor, unpacked; the biases that a Llama lacks are zeros."""
    import numpy as np
    import torch
    from gguf import dequantize
    from tqdm import tqdm

    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    weights = {}
    for tensor in tqdm(reader.tensors, desc="unpacking 4-bit weights", unit="tensor"):
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        part, _, rest = tensor.name.removesuffix(".weight").partition(".")
        if part != "blk":
            weights[f"{HIGHEST[part]}.weight"] = torch.from_numpy(values)
            continue
        layer, kind = rest.split(".")
        name = f"model.layers.{layer}.{BLOCK[kind]}"
        if kind in heads:
            values = halves_from_pairs(values, heads[kind])
        if kind in ("attn_q", "attn_k", "attn_v"):
            weights[f"{name}.bias"] = torch.zeros(len(values))
        weights[f"{name}.weight"] = torch.from_numpy(np.ascontiguousarray(values))
    return weights


def halves_from_pairs(weight, heads: int):
    """Reorders rows: GGUF stores the two rows that a rotary angle turns next to each other, transformers half a head apart.

    Args:
        weight: (heads * head_dim, hidden) of a query or key projection.
    """
    rows, hidden = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, hidden).swapaxes(1, 2).reshape(rows, hidden)


def qwen2_tokenizer(reader):
    """SmolLM2's own tokenizer: byte-level BPE in which each digit is a token.

    transformers' GGUF loader forgets the digits' rule, AutoTokenizer puts Qwen's splitter in; both give other ids for texts such
    as "1.\\n\\n2.". Load what this saves with `PreTrainedTokenizerFast`, as `shared.models.load_tokenizer` does.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens = field(reader, "tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in field(reader, "tokenizer.ggml.merges")]
    backend = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    types = field(reader, "tokenizer.ggml.token_type")
    control = [token for token, kind in zip(tokens, types, strict=True) if kind == CONTROL]
    backend.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token=TURN_END,
        pad_token=END,
        model_max_length=field(reader, "llama.context_length"),
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )
