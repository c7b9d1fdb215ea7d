"""Prove a lab's checks on its bank of right and wrong answers."""

from grading.commands.options import add_labs, chosen_labs
from grading.course import load_course


def arguments(command) -> None:
    add_labs(command, "+")
    command.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="sets of fresh inputs that each answer gets (default: 1)"
    )


def run(options) -> int:
    from grading.authoring.answer_bank import outcomes_of

    troubles = 0
    for lab in chosen_labs(options, load_course()):
        outcomes = outcomes_of(lab, options.seeds)
        for outcome in outcomes:
            for sentence in outcome.trouble:
                print(f"{outcome.exercise}, {outcome.label}: {sentence}")
        right = sum(outcome.right for outcome in outcomes)
        wrong = len(outcomes) - right
        bad = sum(bool(outcome.trouble) for outcome in outcomes)
        print(f"{lab}: {right} right and {wrong} wrong answers; {bad} of them differ from what the bank says.")
        troubles += bad
    return int(troubles > 0)
