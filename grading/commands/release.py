"""Put labs into a course directory, so that submissions can be graded there."""

from grading.commands.options import add_labs, add_root, chosen_labs, course_and_root


def arguments(command) -> None:
    add_labs(command, "+")
    add_root(command)


def run(options) -> None:
    from grading.publishing.hand_out import hand_out
    from grading.publishing.release import release_lab

    course, root = course_and_root(options)
    for lab in chosen_labs(options, course):
        print(release_lab(lab, course, root))
        if place := hand_out(lab, course, root):
            print(f"Students of this machine fetch it from {place}.")
