"""Runs a pretraining: its schedule, its steps, checkpoints from which a killed run continues, and the files that it writes."""

import copy
import io
import json
import math
import shutil
import time
from pathlib import Path

import torch
from tqdm import tqdm
from writing import write_whole


def trapezoid(step: int, steps: int, warmup: int, decay: float) -> float:
    """Share of the peak learning rate at a step: linear warm-up, plateau, 1 - sqrt over the last `decay` of all steps.

    Source: Hägele et al. 2024, arXiv 2405.18392, section 3.
    """
    start = steps * (1 - decay)
    if step < warmup:
        return (step + 1) / warmup
    return 1 - math.sqrt(max(0.0, step - start) / (steps - start))


def warmed_linear(step: int, steps: int) -> float:
    """Share of the peak learning rate when fine-tuning: a tenth of warm-up, times linear decay to 0 over all steps."""
    return min(1.0, (step + 1) / (0.1 * steps)) * (1 - step / steps)


@torch.no_grad()
def mean_loss(model, rows: torch.Tensor, batch: int = 16) -> float:
    """A causal model's cross-entropy in nats per predicted token, with the first token of each row as context only.

    Args:
        rows: (rows, width) ids.
        batch: how many rows go through the model at a time.
    """
    model.eval()
    parts = rows.split(batch)
    total = sum(model(input_ids=part, labels=part, use_cache=False).loss.item() * len(part) for part in parts)
    model.train()
    return total / len(rows)


class Run:
    """A pretraining run; `step` steps are done, `curve` holds a row for every `checkpoint_every` of them.

    A subclass defines the losses of one batch (`losses`) and the loss on text that it never trains on (`held_out`).

    Args:
        recipe: has steps, peak (learning rate), warmup (steps), decay (share of the steps), weight_decay, betas, clip (norm of
            the gradient) and checkpoint_every (steps).
        modules: name -> module, all of them trained.
        folder: keeps the checkpoint, which is loaded if there is one; None for a run without checkpoints.
    """

    def __init__(self, recipe, modules: dict[str, torch.nn.Module], folder: Path | None):
        self.recipe = recipe
        self.modules = modules
        self.folder = folder
        self.step = 0
        self.curve = []
        self.parameters = [parameter for module in modules.values() for parameter in module.parameters()]
        self.optimizer = torch.optim.AdamW(
            self.parameters,
            lr=recipe.peak,
            betas=recipe.betas,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        if folder and (folder / "checkpoint.pt").exists():
            saved = torch.load(folder / "checkpoint.pt")
            for name, module in modules.items():
                module.load_state_dict(saved[name])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]
            self.curve = saved["curve"]

    def losses(self) -> dict[str, torch.Tensor]:
        """The losses of this step's batch by name; training minimises their sum."""
        raise NotImplementedError

    def held_out(self) -> float:
        """Nats per predicted token on held-out text."""
        raise NotImplementedError

    def one_step(self) -> dict[str, float]:
        """Trains on one batch; returns its losses."""
        losses = self.losses()
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.recipe.clip)
        share = trapezoid(self.step, self.recipe.steps, self.recipe.warmup, self.recipe.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.peak * share
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        return {name: loss.item() for name, loss in losses.items()}

    def train(self) -> None:
        """Runs to the last step, with a row of the curve and a checkpoint every `checkpoint_every` steps."""
        steps = self.recipe.steps
        start = time.process_time()
        recent = []
        for _ in tqdm(range(self.step, steps), initial=self.step, total=steps, mininterval=5):
            recent.append(self.one_step())
            if self.step % self.recipe.checkpoint_every == 0 or self.step == steps:
                means = {name: sum(row[name] for row in recent) / len(recent) for name in recent[0]}
                row = {"step": self.step, **means, "held_out": self.held_out()}
                self.curve.append({**row, "cpu_seconds": round(time.process_time() - start, 1)})
                tqdm.write(json.dumps(self.curve[-1]))
                recent = []
                start = time.process_time()
                self.save()

    def save(self) -> None:
        """Writes the checkpoint next to the old one, then renames it."""
        if self.folder is None:
            return
        state = {name: module.state_dict() for name, module in self.modules.items()}
        state["optimizer"] = self.optimizer.state_dict()
        state["step"] = self.step
        state["curve"] = self.curve
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.save(state, self.folder / "checkpoint.part")
        (self.folder / "checkpoint.part").replace(self.folder / "checkpoint.pt")


def export(model, tokenizer, target: Path) -> None:
    """Writes a model (half precision on the disk, read as float32) and its tokenizer into a folder.

    Args:
        model, tokenizer: anything with `save_pretrained`; the model itself keeps its precision.
        target: the folder; its other files stay.
    """
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    copy.deepcopy(model).half().save_pretrained(part)  # a copy keeps tied weights tied: they are written once
    # Half precision is for the disk: without this line the model would also load, and train, in it.
    config = json.loads((part / "config.json").read_text()) | {"dtype": "float32"}
    (part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer.save_pretrained(part)
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(part.iterdir()):
        file.replace(target / file.name)
    part.rmdir()


def write_curve(curve: list[dict], table: Path, picture: Path, title: str, panels: dict[str, dict[str, str]]) -> None:
    """Writes the loss curve as a table (CSV, every column) and as a picture (PNG).

    Args:
        curve: rows as `Run.curve` holds them.
        panels: label of a vertical axis -> {column: its name in the legend}; panels are drawn one below the other.
    """
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    lines = [",".join(curve[0])]
    lines += [",".join(f"{value:.6g}" for value in row.values()) for row in curve]
    write_whole(table, "".join(f"{line}\n" for line in lines).encode())
    figure, axes = plt.subplots(
        len(panels),
        figsize=(6, 1 + 2.5 * len(panels)),
        layout="constrained",
        sharex=True,
        squeeze=False,
    )
    for axis, (label, columns) in zip(axes[:, 0], panels.items(), strict=True):
        for column, name in columns.items():
            axis.plot([row["step"] for row in curve], [row[column] for row in curve], label=name)
        axis.set(ylabel=label)
        axis.legend()
    axes[0, 0].set_title(title)
    axes[-1, 0].set_xlabel("step")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=120, metadata={"Software": None})
    plt.close(figure)
    write_whole(picture, drawn.getvalue())
