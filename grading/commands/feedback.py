"""Write a page of feedback for each student, without hidden tests."""

from grading.commands.options import add_labs, add_root, add_workers, chosen_lab, course_and_root


def arguments(command) -> None:
    add_labs(command, 1)
    add_root(command)
    add_workers(command, "pages to write")


def run(options) -> None:
    from grading.coursedir import feedback_folder
    from grading.feedback.write import write_feedback

    course, root = course_and_root(options)
    pages = write_feedback(chosen_lab(options, course), course, root, max(1, options.workers))
    print(f"Wrote {len(pages)} pages into {feedback_folder(root)}.")
