"""Write requirements.lock and environment.yml again."""


def arguments(command) -> None:
    """Takes nothing."""


def run(options) -> None:
    from grading.publishing.requirements import ENVIRONMENT, LOCK, write_lock

    write_lock()
    print(f"{LOCK} and {ENVIRONMENT} are written.")
