"""Seeds of hidden inputs: one student's tells nothing of another's, of another lab's or of the course's secret."""

import hmac
import secrets
from pathlib import Path

from grading.atomic_write import write_atomically
from grading.coursedir import fresh_seed_path


def course_secret(root: Path) -> str:
    """The secret that hidden inputs are derived from; drawn once for a course directory, so that grading again grades alike."""
    path = fresh_seed_path(root)
    if not path.is_file():
        write_atomically(path, f"{secrets.randbits(60)}\n")
    return path.read_text(encoding="utf-8").strip()


def student_seed(secret: str, lab: str, student: str) -> str:
    """The seed of a student's hidden inputs in a lab: the same at each attempt.

    Args:
        secret: of the course directory.
    """
    return _derived(secret, f"{lab}/{student}")


def check_seed(seed: str, check: str) -> str:
    """The seed of one check's hidden inputs, so that they do not depend on what was drawn before."""
    return _derived(seed, check) if seed else ""


def _derived(key: str, message: str) -> str:
    """A whole number of 60 bits, as text (HMAC with SHA-256, RFC 2104)."""
    return str(int.from_bytes(hmac.digest(key.encode(), message.encode(), "sha256")[:8]) >> 4)
