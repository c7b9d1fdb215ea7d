"""What an instructor runs: build, release, intake, autograding, feedback and grades, over nbgrader."""
