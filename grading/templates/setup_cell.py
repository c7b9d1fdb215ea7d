# Finds the course's helper package, or installs it (Colab, or a notebook that was opened away from its course).
import importlib.util
import pathlib
import sys

course = next((p for p in pathlib.Path.cwd().resolve().parents if (p / "shared" / "settings.py").is_file()), None)
if importlib.util.find_spec("shared") is None and course:
    sys.path.insert(0, str(course))
elif importlib.util.find_spec("shared") is None:
    %pip install "finetuning-labs @ git+https://github.com/{{ course.repository }}@{{ course.branch }}"
