"""Make a new lab with one exercise, its bank and its settings, to be filled by its author."""

LEFT = """What is left to you:
  1. replace the exercise by your own, 8 to 12 in all, wrong answers first (CONTRIBUTING.md walks through one)
  2. course build {lab} && course bank {lab}
  3. a row for it in README's table, its deadline in course.toml, its budgets in shared/profiles.toml"""


def arguments(command) -> None:
    command.add_argument("lab", metavar="LAB", help="its name, such as lab08_forgetting")
    command.add_argument("--title", required=True, help="what its heading says")


def run(options) -> None:
    from grading.authoring.new_lab import new_lab
    from shared.assets.cache_paths import CHECKOUT

    for path in new_lab(options.lab, options.title):
        print(path.relative_to(CHECKOUT))
    print(LEFT.format(lab=options.lab))
