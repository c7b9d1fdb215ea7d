"""Which names can be a student's id: as a folder, in file names, in the gradebook, and in nbgrader's search patterns."""

from shared.handed_in import shown

LONGEST = 120  # bytes; a file name has 255, of which some are needed around it, and the gradebook 128 characters
SPECIAL = "*?[]/\\"  # what means something else in a pattern or a path


def unusable(name: str) -> str:
    """Why a name cannot be a student's id, in one sentence; empty where it can."""
    if not name.isprintable() or "\ufffd" in name:
        why = "it holds characters that cannot be shown"
    elif found := [character for character in SPECIAL if character in name]:
        why = f"it holds {' '.join(found)}"
    elif len(name.encode()) > LONGEST:
        why = f"it is longer than {LONGEST} bytes"
    elif name != name.strip() or name.startswith(".") or not name:
        why = "it is empty, begins with a dot, or has a space at an end"
    else:
        return ""
    return f"'{shown(name)[:LONGEST]}' cannot be a student's id, since {why}: rename that folder or file, then collect again."
