"""Figures as this course shows them: labelled axes, units, and a description for those who do not see them."""

from shared.errors import LabError

COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
)  # Okabe and Ito: safe for colour-blind eyes


def axes(columns: int = 1, width: float = 5.0, height: float = 3.6, **options):
    """A figure and its axes, in the course's style.

    Args:
        columns: number of panels side by side.
        width, height: of one panel, inches.
        options: go to `matplotlib.pyplot.subplots`.
    """
    import matplotlib.pyplot as plt

    plt.rcParams["axes.prop_cycle"] = plt.cycler(color=COLOURS)
    plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25})
    return plt.subplots(1, columns, figsize=(width * columns, height), layout="constrained", **options)


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
