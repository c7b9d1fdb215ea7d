"""Measures the tiny decoder before and after tuning: python data/recipes/judge_decoder.py [--model FOLDER] [--seeds 0 1 2]

Three-class sentiment as a chat: the user's turn is the text, the assistant's is one word. Supervised fine-tuning with the loss
on the assistant's turn alone, of all parameters and by LoRA. The learning rate is chosen on rows taken from the training set; the
best one is measured with every seed on 1,000 rows of the validation set. The test set is not used. Rows go to quality.csv in the
model's folder. Samples of what the model writes come last.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from pretraining import warmed_linear
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM
from writing import write_table

from shared.assets.access import embedded
from shared.assets.checksums import record_embedded
from shared.datasets.text_sets import load_sentiment
from shared.seeding import seed_everything

LONGEST = 64  # tokens of a chat
BATCH = 16
STEPS = 300
DEVELOPMENT = 400  # rows taken from the training set, to choose the rate on
JUDGED = 1000  # rows of the validation set
RATES = {"all parameters": (1e-3, 3e-3), "LoRA r=16 on q and v": (3e-3, 1e-2)}
COLUMNS = ("method", "rate", "seed", "likelihood", "exact_match", "seconds")
PROMPTS = ("The film was", "The old man", "In the morning", "It is a pity that")


class Chats:
    """Texts as chats: the text as the user's turn, and the label as the assistant's answer."""

    def __init__(self, rows, tokenizer):
        names = rows.features["label"].names
        self.tokenizer = tokenizer
        self.labels = np.array(rows["label"])
        render = tokenizer.apply_chat_template
        question = {"role": "user", "content": ""}
        whole = [render([question, {"role": "assistant", "content": name}], tokenize=False) for name in names]
        start = render([question], tokenize=False, add_generation_prompt=True)
        opening, rest = start.split("<|im_end|>", 1)
        closing = "<|im_end|>" + rest

        def ids(text: str) -> list[int]:
            return tokenizer(text, add_special_tokens=False)["input_ids"]

        self.answers = [ids(text[len(start) :].rstrip("\n")) for text in whole]  # each ends with <|im_end|>
        room = LONGEST - max(map(len, self.answers)) - len(ids(opening)) - len(ids(closing))
        self.prompts = [ids(opening) + ids(text)[:room] + ids(closing) for text in rows["text"]]

    def batch(self, places, answers) -> tuple[torch.Tensor, torch.Tensor]:
        """(ids, labels) padded at the end; labels are -100 outside the answers."""
        rows = [(self.prompts[p], self.answers[a]) for p, a in zip(places, answers, strict=True)]
        width = max(len(prompt) + len(answer) for prompt, answer in rows)
        ids = torch.full((len(rows), width), self.tokenizer.pad_token_id)
        labels = torch.full_like(ids, -100)
        for row, (prompt, answer) in enumerate(rows):
            end = len(prompt) + len(answer)
            ids[row, :end] = torch.tensor(prompt + answer)
            labels[row, len(prompt) : end] = torch.tensor(answer)
        return ids, labels


def tune(model, chats: Chats, places: np.ndarray, rate: float, seed: int) -> None:
    """Tunes the model for STEPS steps of AdamW, with a tenth of warm-up and linear decay."""
    draws = np.random.default_rng(seed)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01, fused=True)
    model.train()
    for step in range(STEPS):
        chosen = draws.choice(places, BATCH, replace=False)
        ids, labels = chats.batch(chosen, chats.labels[chosen])
        model(input_ids=ids, labels=labels, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate * warmed_linear(step, STEPS)
        optimizer.step()
        optimizer.zero_grad()


@torch.no_grad()
def scores(model, chats: Chats, places: np.ndarray) -> dict[str, float]:
    """Accuracy of the likeliest label, and share of texts for which greedy decoding writes only the right word and stops."""
    model.eval()
    log_likelihood = np.zeros((len(places), len(chats.answers)))
    written = np.zeros_like(log_likelihood, dtype=bool)
    for answer in range(len(chats.answers)):
        for first in range(0, len(places), 64):
            part = places[first : first + 64]
            ids, labels = chats.batch(part, [answer] * len(part))
            logits = model(input_ids=ids, use_cache=False).logits[:, :-1].log_softmax(-1)
            wanted = labels[:, 1:].clamp(min=0)
            here = labels[:, 1:] != -100
            picked = logits.gather(-1, wanted[..., None])[..., 0]
            log_likelihood[first : first + 64, answer] = (picked * here).sum(1)
            # Greedy decoding writes this answer if and only if each of its tokens is the likeliest after those before it.
            written[first : first + 64, answer] = ((logits.argmax(-1) == wanted) | ~here).all(1)
    truth = chats.labels[places]
    return {
        "likelihood": float((log_likelihood.argmax(1) == truth).mean()),
        "exact_match": float(written[np.arange(len(places)), truth].mean()),
    }


def fresh(folder: Path, method: str, seed: int):
    """The pretrained model, with LoRA matrices drawn by `seed` where the method has them."""
    seed_everything(seed)
    model = Qwen2ForCausalLM.from_pretrained(folder)
    if method.startswith("LoRA"):
        from peft import LoraConfig, get_peft_model

        config = LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
        model = get_peft_model(model, config)
    return model


def sentiment(folder: Path, tokenizer, seeds: list[int]) -> list[dict]:
    """One row for each method and seed, after a row for the majority class and one for the model before tuning."""
    sets = load_sentiment()
    train = Chats(sets["train"], tokenizer)
    held_out = Chats(sets["validation"], tokenizer)
    every = np.random.default_rng(0).permutation(len(train.prompts))
    development, places = every[:DEVELOPMENT], every[DEVELOPMENT:]
    judged = np.random.default_rng(1).permutation(len(held_out.prompts))[:JUDGED]
    most_common = np.bincount(train.labels).argmax()
    rows = [{"method": "majority class", "likelihood": float((held_out.labels[judged] == most_common).mean())}]
    rows.append({"method": "before tuning", **scores(fresh(folder, "", 0), held_out, judged)})
    for method, rates in RATES.items():
        found = {}
        for rate in rates:
            model = fresh(folder, method, seeds[0])
            tune(model, train, places, rate, seeds[0])
            found[rate] = scores(model, train, development)["likelihood"]
            print(
                f"{method}, rate {rate:g}: {found[rate]:.3f} on the rows taken from training",
                file=sys.stderr,
                flush=True,
            )
        rate = max(found, key=found.get)
        for seed in tqdm(seeds, desc=method, leave=False):
            model = fresh(folder, method, seed)
            start = time.perf_counter()
            tune(model, train, places, rate, seed)
            seconds = time.perf_counter() - start
            row = {"method": method, "rate": rate, "seed": seed, "seconds": seconds}
            rows.append(row | scores(model, held_out, judged))
    return rows


def report(rows: list[dict]) -> str:
    """A Markdown table, mean ± standard deviation over the seeds."""
    lines = ["| | likeliest label right | greedy answer right | tuning, s |", "|---|---|---|---|"]
    for method in dict.fromkeys(row["method"] for row in rows):
        mine = [row for row in rows if row["method"] == method]
        cells = []
        for key, form in (("likelihood", ".3f"), ("exact_match", ".3f"), ("seconds", ".0f")):
            values = [float(row[key]) for row in mine if row.get(key, "") != ""]
            spread = f" ± {statistics.stdev(values):{form}}" if len(values) > 1 else ""
            cells.append(f"{statistics.mean(values):{form}}{spread}" if values else "-")
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def samples(folder: Path, tokenizer) -> list[str]:
    """Continuations of PROMPTS by nucleus sampling, seed 0."""
    model = Qwen2ForCausalLM.from_pretrained(folder).eval()
    texts = []
    seed_everything(0)
    for prompt in PROMPTS:
        ids = tokenizer(prompt, return_tensors="pt")
        out = model.generate(**ids, max_new_tokens=40, do_sample=True, temperature=0.8, top_p=0.9)
        texts.append(tokenizer.decode(out[0]))
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="a folder with a model to measure instead of the shipped one")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    folder = options.model or embedded("course-decoder-tiny")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    rows = sentiment(folder, tokenizer, options.seeds)
    write_table(folder / "quality.csv", COLUMNS, ({name: _cell(value) for name, value in row.items()} for row in rows))
    if folder == embedded("course-decoder-tiny"):
        record_embedded(folder)
    print(report(rows), *samples(folder, tokenizer), sep="\n\n")


def _cell(value: str | float) -> str:
    """A value of the table, numbers with four digits."""
    return value if isinstance(value, str) else f"{value:.4g}"


if __name__ == "__main__":
    main()
