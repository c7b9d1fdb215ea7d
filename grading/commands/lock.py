"""Resolve pyproject.toml again into requirements.lock and environment.yml."""


def arguments(command) -> None:
    """Takes nothing."""


def run(options) -> None:
    from grading.publishing.requirements import ENVIRONMENT, LOCK, write_lock

    write_lock()
    print(f"Wrote {LOCK} and {ENVIRONMENT}.")
