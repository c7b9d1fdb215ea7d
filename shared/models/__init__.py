"""The course's models by name, ready for `from_pretrained`. Cards: data/cards/."""

from shared.lazy_names import face

__getattr__, __dir__ = face(
    __name__,
    {
        "loading": "model_path load_tokenizer",
        "prompt_scoring": "answer_logits",
        "quantization": "load_in_nf4 keep_trainable",
        "trl_patches": "score_labelled_tokens_only",
    },
)
