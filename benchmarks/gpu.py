"""Measures labs 05 to 07 on this machine's GPU, beside the library's own trainer with the same settings.

    python benchmarks/gpu.py                  # profile gpu or t4, whichever the card has; under ten minutes
    python benchmarks/gpu.py --profile tiny   # to try the script where there is no GPU

Where the Hugging Face hub is out of reach the weights are random, of the true shapes. Every figure is the median of three rounds
(smallest to largest); a round's figure is the median of its steps after four to warm up, and ratios are within a round.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from spreads import spread
from tqdm import tqdm

WARM_UP = 4  # steps that are not counted
STEPS = 14  # steps of a run


class Steps:
    """Times the steps of a trainer or loop, and holds the card's peak memory over them."""

    def __init__(self):
        import torch

        self.torch = torch
        self.on_gpu = torch.cuda.is_available()
        self.seconds: list[float] = []
        self._forget()

    def _forget(self) -> None:
        import gc

        gc.collect()
        if self.on_gpu:
            self.torch.cuda.empty_cache()
            self.torch.cuda.reset_peak_memory_stats()

    def callback(self):
        """A callback for transformers' Trainer that notes when each step begins and ends."""
        from transformers import TrainerCallback

        outer = self

        class Clock(TrainerCallback):
            def on_step_begin(self, *arguments, **keywords):
                self.begin = outer.now()

            def on_step_end(self, *arguments, **keywords):
                outer.seconds.append(outer.now() - self.begin)

        return Clock()

    def now(self) -> float:
        """Seconds, once the card has done what it was told to."""
        if self.on_gpu:
            self.torch.cuda.synchronize()
        return time.perf_counter()

    def result(self, amount: float) -> dict[str, float]:
        """Seconds a step, amount (rows or real tokens of a step) a second, and peak memory in GB."""
        import numpy as np

        step = float(np.median(self.seconds[WARM_UP:]))
        peak = self.torch.cuda.max_memory_allocated() / 1e9 if self.on_gpu else float("nan")
        return {"s": step, "per_second": amount / step, "peak_gb": peak}


def trained(trainer) -> dict[str, float]:
    """Runs a trainer; its rows a second, or real tokens a second where it counts tokens."""
    from transformers import PrinterCallback

    steps = Steps()
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(steps.callback())
    trainer.train()
    counts = [entry["num_tokens"] for entry in trainer.state.log_history if "num_tokens" in entry]
    rows = trainer.args.per_device_train_batch_size
    return steps.result(max(counts) / trainer.state.global_step if counts else rows)


def lab05() -> dict[str, Callable[[], dict]]:
    """ModernBERT, all parameters, rows a second: the lab's arguments beside the library's own."""
    from lab_definitions import definitions_until
    from transformers import Trainer, TrainingArguments

    lab = definitions_until("lab05_modernbert", "fine_tune")
    settings = lab["settings"]
    rows = lab["tokenise"](lab["train"], lab["tokenizer"], settings.max_length)

    def run(arguments) -> dict:
        return trained(
            Trainer(model=lab["new_model"](0), args=arguments, train_dataset=rows, data_collator=lab["collate"])
        )

    def ours() -> dict:
        with tempfile.TemporaryDirectory() as folder:
            return run(lab["training_arguments"](folder, settings.full_rate, STEPS, 0))

    def library(**options) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            return run(
                TrainingArguments(
                    output_dir=folder,
                    max_steps=STEPS,
                    report_to="none",
                    save_strategy="no",
                    disable_tqdm=True,
                    **options,
                )
            )

    half = {"bf16": lab["machine"]["bf16"], "fp16": lab["machine"]["fp16"]}
    return {
        "lab05, as in the lab": ours,
        "Trainer, its defaults (batch 8, float32)": library,
        "Trainer, same batch and precision": lambda: library(per_device_train_batch_size=settings.batch, **half),
        "Trainer, same and a loss each step": lambda: library(
            per_device_train_batch_size=settings.batch, logging_steps=1, **half
        ),
    }


def lab06() -> dict[str, Callable[[], dict]]:
    """Qwen's shape as a classifier, real tokens a second: the lab's loop beside peft and Trainer at the lab's batch."""
    from datasets import Dataset
    from lab_definitions import definitions_until
    from peft import LoraConfig, get_peft_model
    from transformers import (
        AutoModelForSequenceClassification,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    from shared.models import load_tokenizer, model_path

    lab = definitions_until("lab06_peft", "train")
    settings = lab["settings"]
    encoded = lab["encoded"]("train")
    lengths = encoded["attention_mask"].sum(1)
    tokens = float(lengths.float().mean()) * settings.batch

    def loop(method: str) -> dict:
        steps = Steps()
        model = lab["new_classifier"](0)
        lab["METHODS"][method][1](model)
        second = lab["train"](model.to(lab["device"]), "origin", settings.rates[method], STEPS, 0)
        steps.seconds = [second] * (WARM_UP + 1)  # the lab's loop gives the median of its own steps
        return steps.result(tokens)

    def library() -> dict:
        tokenizer = load_tokenizer(settings.model)
        rows = Dataset.from_list(
            [
                {"input_ids": ids[:length].tolist(), "labels": int(label)}
                for ids, length, label in zip(encoded["input_ids"], lengths.tolist(), encoded["origin"], strict=True)
            ]
        )
        model = AutoModelForSequenceClassification.from_pretrained(
            model_path(settings.model), num_labels=4, pad_token_id=tokenizer.pad_token_id, dtype="float32"
        )
        lora = LoraConfig(
            r=settings.r, lora_alpha=settings.alpha, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS"
        )
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                max_steps=STEPS,
                per_device_train_batch_size=settings.batch,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
            )
            found = trained(
                Trainer(
                    model=get_peft_model(model, lora),
                    args=arguments,
                    train_dataset=rows,
                    data_collator=DataCollatorWithPadding(tokenizer),
                )
            )
        return {**found, "per_second": tokens / found["s"]}

    return {
        "lab06 LoRA, as in the lab": lambda: loop("LoRA"),
        "peft's LoRA in Trainer, same batch": library,
        "lab06 all parameters, as in the lab": lambda: loop("all parameters"),
    }


def lab07() -> dict[str, Callable[[], dict]]:
    """QLoRA on Qwen's shape, the voice, real tokens a second: the lab's trainer beside SFTTrainer's defaults."""
    from lab_definitions import definitions_until
    from trl import SFTConfig, SFTTrainer

    lab = definitions_until("lab07_qwen_qlora", "quiet_trainer")
    settings = lab["settings"]
    chats = lab["jobs"]["voice"]["train"]
    packed = {
        "packing": True,
        "max_length": settings.pack_length,
        "per_device_train_batch_size": settings.pack_batch,
    }

    def ours(kind: str = "QLoRA", **options) -> dict:
        lora = lab["qlora_configs"](lab["compute"])[1]
        with tempfile.TemporaryDirectory() as folder:
            return trained(
                lab["make_trainer"](
                    lab["load"](kind), lab["tokenizer"], lora, chats, settings.voice_rate, STEPS, 0, folder, **options
                )
            )

    def library(**options) -> dict:
        lora = lab["qlora_configs"](lab["compute"])[1]
        with tempfile.TemporaryDirectory() as folder:
            arguments = SFTConfig(
                output_dir=folder,
                max_steps=STEPS,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
                bf16=lab["machine"]["bf16"],
                fp16=lab["machine"]["fp16"],
                use_cpu=lab["machine"]["use_cpu"],
                **options,
            )
            return trained(
                SFTTrainer(
                    model=lab["load"]("QLoRA"),
                    args=arguments,
                    train_dataset=chats,
                    processing_class=lab["tokenizer"],
                    peft_config=lora,
                )
            )

    return {
        "lab07 padded, as in the lab": ours,
        "SFTTrainer, same batch": lambda: library(per_device_train_batch_size=settings.batch),
        "lab07 packed, as in the lab": lambda: ours(**packed),
        "SFTTrainer, packed alike": lambda: library(**packed),
        "SFTTrainer, packed alike and a loss each step": lambda: library(logging_steps=1, **packed),
        "lab07 padded, no checkpointing": lambda: ours(gradient_checkpointing=False),
        "lab07 padded, LoRA on 16 bits": lambda: ours("LoRA"),
    }


# What is compared within a round: ours, the library's.
PAIRS = (
    ("lab05, as in the lab", "Trainer, same batch and precision"),
    ("lab06 LoRA, as in the lab", "peft's LoRA in Trainer, same batch"),
    ("lab07 padded, as in the lab", "SFTTrainer, same batch"),
    ("lab07 packed, as in the lab", "SFTTrainer, packed alike"),
    ("lab07 padded, no checkpointing", "SFTTrainer, same batch"),
)
LABS = {"lab05": lab05, "lab06": lab06, "lab07": lab07}


def cost_table() -> dict[str, dict[str, float]]:
    """lab07's predicted and held memory of a step, MB, as its own table has them."""
    from lab_definitions import definitions_until

    lab = definitions_until("lab07_qwen_qlora", "KINDS")
    rows = {}
    for kind in lab["KINDS"]:
        found = lab["cost"](kind)
        rows[kind] = {"predicted": found["predicted, MB"], "held": found["held, MB"]}
    return rows


def measure(name: str, rounds: int) -> dict:
    """The figures of one lab, round by round; run in a process of its own."""
    if name == "cost":
        return cost_table()
    runs = LABS[name]()
    results = {label: [] for label in runs}
    for number in range(rounds):
        # Every other round backwards, so that none is always the first.
        for label in list(runs) if number % 2 == 0 else reversed(runs):
            results[label].append(runs[label]())
            print(f"{label}: {results[label][-1]}", file=sys.stderr, flush=True)
    return results


def card() -> str:
    """What the figures were measured on."""
    import torch
    import transformers
    import trl

    name = torch.cuda.get_device_name() if torch.cuda.is_available() else f"no GPU, {platform.machine()}"
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}, trl {trl.__version__}"
    return f"{name}, {versions}, Python {platform.python_version()}"


def print_tables(found: dict[str, dict]) -> None:
    """The figures as tables for benchmarks/README.md."""
    rows = {label: runs for name in LABS if name in found for label, runs in found[name].items()}
    print("| | a step, s | rows or real tokens a second | peak memory, GB |\n|---|---|---|---|")
    for label, runs in rows.items():
        columns = [
            spread([run["s"] for run in runs], 4),
            spread([run["per_second"] for run in runs], 0),
            spread([run["peak_gb"] for run in runs], 2),
        ]
        print(f"| {label} | {' | '.join(columns)} |")
    print("\n| compared within a round | ratio of rows or tokens a second |\n|---|---|")
    for ours, theirs in PAIRS:
        if ours in rows:
            pairs = zip(rows[ours], rows[theirs], strict=True)
            ratios = [mine["per_second"] / other["per_second"] for mine, other in pairs]
            print(f"| {ours}, over {theirs} | {spread(ratios, 2)} |")
    if "cost" in found:
        print("\n| lab07, a step's memory | predicted, MB | held, MB | predicted / held |\n|---|---|---|---|")
        for kind, row in found["cost"].items():
            ratio = row["predicted"] / row["held"]
            print(f"| {kind} | {row['predicted']:,.0f} | {row['held']:,.0f} | {ratio:.3f} |")


def main() -> None:
    """Measures each lab in a process of its own and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", help="a profile of the labs (default: the one for this machine)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=[*LABS, "cost"], help="one of them, in this process, as JSON")
    options = parser.parse_args()
    if options.profile:
        os.environ["LAB_PROFILE"] = options.profile
    if options.measure:
        answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)  # nothing else may print into the figures
        print(json.dumps(measure(options.measure, options.rounds)), file=answers)
        return
    from stand_in_weights import TOKENIZERS, provide

    from shared.hardware import detect

    if detect().device != "cuda" and options.profile is None:
        sys.exit("This machine has no CUDA GPU: run it where there is one, or try the script with '--profile tiny'.")
    found = {}
    with tempfile.TemporaryDirectory() as home:
        stand_ins = {} if options.profile in ("tiny", "laptop") else provide(list(TOKENIZERS), Path(home))
        print(f"{card()}{', random weights' if stand_ins else ''}; {options.rounds} rounds\n", flush=True)
        for name in tqdm([*LABS, "cost"], desc="Measuring"):
            command = [sys.executable, __file__, "--measure", name, "--rounds", str(options.rounds)]
            done = subprocess.run(command, env={**os.environ, **stand_ins}, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                print(f"{name} failed: its own words are above.", file=sys.stderr)
            else:
                found[name] = json.loads(done.stdout)
    print_tables(found)


if __name__ == "__main__":
    main()
