"""Makes the environment that the course runs in: python3 -m shared.install [EXTRA]

Needs nothing but Python itself. Uses the virtual or conda environment that is active, else makes .venv in the checkout. A second
run sees that nothing changed and ends at once. EXTRA is jupyter (students, the default), instructor or dev.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWEST = (3, 13)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = "requirements.lock"
OPEN = "Open the course: python3 -m shared.open (Windows: py -m shared.open)"
NEXT = {"jupyter": OPEN, "instructor": "Next: course --help", "dev": "Next: make help"}


def wrong_python(version=sys.version_info):
    """The sentence for a Python that the course does not run on, or None. Must itself run on any Python 3."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    wanted = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
    return (
        "This course runs on Python {0}, and this is {1}.{2}: install one of those and type its name, as in "
        "'python3.{3} -m shared.install' (Windows: 'py -3.{3} -m shared.install').".format(
            wanted, version[0], version[1], OLDEST[1]
        )
    )


def environment():
    """(folder, whether it must be made): the active virtual or conda environment, else .venv in the checkout."""
    active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if active:
        return active, False
    return os.path.join(CHECKOUT, ".venv"), True


def interpreter(folder):
    """The Python of an environment."""
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(folder, *inside)


def stamp(folder, extra):
    """Where the fingerprint of a finished set-up is kept."""
    return os.path.join(folder, f".finetuning-labs-{extra}")


def fingerprint():
    """Returns a digest that changes with the dependencies, the interpreter and the checkout's path."""
    total = hashlib.sha256((sys.version + CHECKOUT).encode())
    for name in ("pyproject.toml", LOCK):
        with open(os.path.join(CHECKOUT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def is_done(folder, extra):
    """Whether this very set-up was finished here before."""
    try:
        with open(stamp(folder, extra), encoding="utf-8") as file:
            return file.read() == fingerprint() and os.path.exists(interpreter(folder))
    except OSError:
        return False


def has_gpu():
    """Whether there is an NVIDIA driver; only then is torch's much larger CUDA build of use."""
    return bool(shutil.which("nvidia-smi")) or os.path.exists("/dev/nvidia0")


def torch_requirement(python):
    """The lock's torch, as a CPU build where the machine has no NVIDIA GPU and the package index has one on offer."""
    with open(os.path.join(CHECKOUT, LOCK), encoding="utf-8") as file:
        pin = re.search(r"^torch==[\w.]+", file.read(), flags=re.MULTILINE).group()
    if has_gpu() or not sys.platform.startswith("linux"):
        return pin  # macOS and Windows get CPU builds anyway
    probe = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", pin + "+cpu"]
    if subprocess.run(probe, capture_output=True, cwd=CHECKOUT).returncode == 0:
        return pin + "+cpu"
    print(
        "No CPU build of torch is on offer here, so the full build (several GB) is installed; "
        "to avoid it, stop here and set PIP_EXTRA_INDEX_URL to PyTorch's own CPU index first."
    )
    return pin


def install(extra):
    """Makes or completes the environment; returns the exit status of the step that failed, or 0."""
    folder, ours = environment()
    if is_done(folder, extra):
        return 0
    start = time.time()
    if ours and not os.path.exists(interpreter(folder)):
        print(f"Set-up 1 of 3: making {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = interpreter(folder)
    print("Set-up 2 of 3: torch", flush=True)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--constraint", LOCK]
    steps = [[*pip, torch_requirement(python)], [*pip, "--editable", f".[{extra}]"]]
    for number, step in enumerate(steps):
        if number:
            print(f"Set-up 3 of 3: everything else, extra '{extra}' (a few minutes the first time)", flush=True)
        status = subprocess.run(step, cwd=CHECKOUT).returncode
        if status:
            print(
                "Set-up stopped: pip says why above. Once that is fixed, run the same command again.", file=sys.stderr
            )
            return status
    with open(stamp(folder, extra), "w", encoding="utf-8") as file:
        file.write(fingerprint())
    print(f"Set-up finished in {time.time() - start:.0f} s. {NEXT[extra]}", flush=True)
    return 0


def main(arguments):
    """The command line; returns the exit status."""
    sentence = wrong_python()
    if sentence:
        print(sentence, file=sys.stderr)
        return 2
    extra = arguments[0] if arguments else "jupyter"
    try:
        return install(extra)
    except (OSError, subprocess.CalledProcessError) as error:
        print(
            f"Set-up stopped ({error}): free the disk or repair what it names, then run the same command again.",
            file=sys.stderr,
        )
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
