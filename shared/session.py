"""The first call of every notebook: reports the machine, the profile and why, whether it fits, and what is missing."""

import os
import sys

from shared import checks
from shared.assets.checksums import is_intact
from shared.assets.manifest import assets
from shared.assets.package_clients import GET_NPM, find_npm
from shared.course_file import due
from shared.errors import LabError
from shared.hardware import Hardware, detect, keep_one_gpu
from shared.models.loading import downloads
from shared.seeding import seed_everything
from shared.settings import Settings, choose_profile, load_settings
from shared.short_errors import shorten_errors


def start(lab: str) -> Settings:
    """Prepares a lab and prints what was decided; returns its settings.

    The memory budget is checked before anything is downloaded; data and models come later, when they are asked for.

    Raises:
        LabError: unknown lab or profile, a memory budget that this machine cannot meet, or CUDA running on several GPUs.
    """
    hidden = keep_one_gpu()
    hardware = detect()
    profile, why = choose_profile(hardware.device, hardware.capability, hardware.memory_gb)
    settings = load_settings(lab, profile)
    print(f"{lab}, profile {profile}: {why}.")
    print(f"Computing on {hardware.device} ({hardware.name}) in {hardware.dtype}: {hardware.reason}.")
    if hidden:
        print(hidden)
    if deadline := due(lab):
        print(f"Due {deadline}.")
    print(budget(settings, hardware))
    if sentence := without_npm(lab):
        print(sentence)
    seed_everything(settings.seeds[0])
    _prepare_shell()
    _keep_warnings_from_validate()
    return settings


def _prepare_shell() -> None:
    """Registers the announcement once per kernel, however often the first cell is run, and shortens errors."""
    from IPython import get_ipython

    if (shell := get_ipython()) and checks.announce not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", checks.announce)
        shorten_errors(shell)


def _keep_warnings_from_validate() -> None:
    """Shows warnings as ordinary output while nbgrader validates.

    It takes text on stderr for a failed check, which the grader does not.
    """
    if os.environ.get("NBGRADER_VALIDATING"):
        sys.stderr = sys.stdout


def budget(settings: Settings, hardware: Hardware) -> str:
    """One line: memory and minutes this profile takes, and what is still to be downloaded.

    Raises:
        LabError: less memory is free than the profile needs.
    """
    if hardware.free_gb < settings.memory_gb:
        smaller = "" if settings.profile == "tiny" else ", or set LAB_PROFILE=tiny and restart the kernel"
        raise LabError(
            f"{settings.lab} needs {settings.memory_gb:g} GB of memory in profile {settings.profile} and "
            f"{hardware.free_gb:.1f} GB are free: close other programs{smaller}."
        )
    used = settings.model_names()
    missing = {a.archive["file"]: a.archive["bytes"] for a in assets(settings.lab) if not is_intact(a)}
    for name in used:
        missing |= downloads(name)
    here = "data and models are" if used else "all data are"
    download = f"{sum(missing.values()) / 1e6:.1f} MB to download once" if missing else f"{here} on this machine"
    return (
        f"Budget: {settings.memory_gb:g} GB of memory ({hardware.free_gb:.1f} free), "
        f"about {settings.minutes:g} min; {download}."
    )


def without_npm(lab: str) -> str:
    """A sentence where a file of the lab still has to come through npm and there is none, so that nobody meets it hours later."""
    wanted = [asset for asset in assets(lab) if asset.archive["client"] == "npm" and not is_intact(asset)]
    if not wanted or find_npm():
        return ""
    titles = ", ".join(asset.title for asset in wanted)
    return f"Before you go on: {titles} will come through npm, which is not on this machine; {GET_NPM}."
