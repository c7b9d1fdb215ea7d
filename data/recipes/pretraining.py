"""What all pretraining runs share: the schedule, the step, and checkpoints that a killed run goes on from."""

import json
import math
import time
from pathlib import Path

import torch
from tqdm import tqdm


def trapezoid(step: int, steps: int, warmup: int, decay: float) -> float:
    """Share of the peak learning rate at a step: linear warm-up, plateau, 1 - sqrt over the last `decay` of all steps.

    Source: Hägele et al. 2024, arXiv 2405.18392, section 3.
    """
    start = steps * (1 - decay)
    if step < warmup:
        return (step + 1) / warmup
    return 1 - math.sqrt(max(0.0, step - start) / (steps - start))


class Run:
    """A pretraining run; `step` steps are done, `curve` holds a row for every `checkpoint_every` of them.

    A kind of run says what one batch loses (`losses`) and how it does on text that it never trains on (`held_out`).

    Args:
        recipe: has steps, peak (learning rate), warmup (steps), decay (share of the steps), weight_decay, betas, clip (norm of
            the gradient) and checkpoint_every (steps).
        modules: name -> module, all of them trained.
        folder: where the checkpoint is kept; a checkpoint found there is loaded. None: no checkpoint.
    """

    def __init__(self, recipe, modules: dict[str, torch.nn.Module], folder: Path | None):
        self.recipe, self.modules, self.folder, self.step, self.curve = recipe, modules, folder, 0, []
        self.parameters = [parameter for module in modules.values() for parameter in module.parameters()]
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=recipe.peak, betas=recipe.betas, weight_decay=recipe.weight_decay, fused=True
        )
        if folder and (folder / "checkpoint.pt").exists():
            saved = torch.load(folder / "checkpoint.pt")
            for name, module in modules.items():
                module.load_state_dict(saved[name])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.curve = saved["step"], saved["curve"]

    def losses(self) -> dict[str, torch.Tensor]:
        """The losses of this step's batch, all to be added up."""
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
        recent, start, steps = [], time.process_time(), self.recipe.steps
        for _ in tqdm(range(self.step, steps), initial=self.step, total=steps, mininterval=5):
            recent.append(self.one_step())
            if self.step % self.recipe.checkpoint_every == 0 or self.step == steps:
                means = {name: sum(row[name] for row in recent) / len(recent) for name in recent[0]}
                row = {"step": self.step, **means, "held_out": self.held_out()}
                self.curve.append({**row, "cpu_seconds": round(time.process_time() - start, 1)})
                tqdm.write(json.dumps(self.curve[-1]))
                recent, start = [], time.process_time()
                self.save()

    def save(self) -> None:
        """Writes the checkpoint beside the old one, then renames it."""
        if self.folder is None:
            return
        state = {name: module.state_dict() for name, module in self.modules.items()}
        state |= {"optimizer": self.optimizer.state_dict(), "step": self.step, "curve": self.curve}
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.save(state, self.folder / "checkpoint.part")
        (self.folder / "checkpoint.part").replace(self.folder / "checkpoint.pt")
