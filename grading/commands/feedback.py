"""Write a page of feedback for each student, without hidden tests."""

from grading.commands.options import add_labs, add_root, add_workers, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    add_workers(command, "pages to write")
    command.add_argument(
        "--hand-back", action="store_true", help="also give each page back through the nbgrader exchange"
    )


def run(options) -> None:
    from grading.coursedir import feedback_folder
    from grading.feedback.write import write_feedback
    from grading.publishing.hand_out import hand_back

    course, root = course_and_root(options)
    lab = chosen_lab(options, course)
    pages = write_feedback(lab, course, root, max(1, options.workers))
    print(f"Wrote {len(pages)} pages into {feedback_folder(root)}.")
    if options.hand_back:
        if place := hand_back(lab, course, root):
            print(f"Who handed in through the exchange fetches the page from there ({place}).")
        else:
            print("There is no exchange to give them back through: docs/instructors.md says how to make one.")
