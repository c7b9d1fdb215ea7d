"""Prove a lab's checks on its bank of right and wrong answers."""

from pathlib import Path

from grading.commands.options import add_labs, chosen_labs
from grading.course import load_course
from grading.coursedir import callers_checkout
from shared.errors import LabError


def arguments(command) -> None:
    add_labs(command, "+")
    command.add_argument(
        "--exercise", default="", metavar="NAME", help="prove this exercise of the lab alone, such as ridge_fit"
    )
    command.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="sets of fresh inputs that each answer gets (default: 1)"
    )


def run(options) -> int:
    from grading.authoring.answer_bank import outcomes_of

    if options.seeds < 1:
        raise LabError(f"--seeds {options.seeds} would run no answer: give 1 or more.")
    checkout = callers_checkout(Path.cwd())
    labs = chosen_labs(options, load_course(checkout))
    if options.exercise and len(labs) > 1:
        raise LabError("--exercise belongs to one lab: name that lab alone.")
    print(f"The checkout {checkout} is proven.")
    troubles = 0
    for lab in labs:
        outcomes = outcomes_of(lab, options.seeds, options.exercise, checkout)
        for outcome in outcomes:
            for sentence in outcome.trouble:
                print(f"{outcome.exercise}, {outcome.label}: {sentence}")
        right = sum(outcome.right for outcome in outcomes)
        wrong = len(outcomes) - right
        bad = sum(bool(outcome.trouble) for outcome in outcomes)
        print(f"{lab}: {right} right and {wrong} wrong answers; {bad} of them differ from what the bank says.")
        troubles += bad
    return int(troubles > 0)
