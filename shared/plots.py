"""Figures as this course shows them: labelled axes, units, and a description for those who do not see them."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from shared.errors import LabError
from shared.settings import FRESH_SEED

STYLE = Path(__file__).with_name("course.mplstyle")
# The colours of the style sheet, for what is drawn by hand.
COLOURS = tuple(f"#{code}" for code in re.findall(r"'(\w{6})'", STYLE.read_text(encoding="utf-8")))


def axes(columns: int = 1, width: float = 5.0, height: float = 3.6, **options):
    """A figure and its axes, in the course's style.

    Args:
        columns: number of panels side by side.
        width, height: of one panel, inches.
        options: go to `matplotlib.pyplot.subplots`.
    """
    import matplotlib.pyplot as plt

    plt.style.use(STYLE)
    return plt.subplots(1, columns, figsize=(width * columns, height), layout="constrained", **options)


def explore(draw: Callable, **controls) -> None:
    """Puts menus and sliders above a figure, and draws it anew whenever somebody moves one.

    Nothing appears where nobody can: a notebook that is graded or proven has its static figures alone.

    Args:
        draw: takes the controls' values by name, and ends in `show`.
        controls: a list of values for a menu, or (low, high, step) for a slider; each begins at its first value.
    """
    if FRESH_SEED in os.environ:
        return
    import ipywidgets
    from IPython.display import display

    made = {}
    for name, values in controls.items():
        words = {"description": name.replace("_", " "), "style": {"description_width": "initial"}}
        if isinstance(values, list):
            made[name] = ipywidgets.Dropdown(options=values, value=values[0], **words)
        else:
            low, high, step = values
            made[name] = ipywidgets.FloatSlider(
                value=low, min=low, max=high, step=step, continuous_update=False, **words
            )
    display(ipywidgets.VBox([*made.values(), ipywidgets.interactive_output(draw, made)]))


def show(figure, alt: str) -> None:
    """Displays the figure as a PNG with its description and closes it.

    Args:
        figure: a matplotlib figure whose drawn panels all have axis labels.
        alt: what the figure shows, in a sentence or two, for screen readers.
    Raises:
        LabError: a label or the description is missing.
    """
    import io

    import matplotlib.pyplot as plt
    from IPython.display import Image, display

    if len(alt.split()) < 5:
        raise LabError("This figure needs a description: pass alt='what the figure shows' to show().")
    for panel in figure.axes:
        is_colorbar = hasattr(panel, "_colorbar")
        if panel.axison and not is_colorbar and not (panel.get_xlabel() and panel.get_ylabel()):
            raise LabError("An axis has no label: call set_xlabel and set_ylabel with the unit.")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    plt.close(figure)
    display(Image(data=buffer.getvalue(), format="png", alt=alt))
