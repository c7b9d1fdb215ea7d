"""Takes in what a child says that a cell has shown."""

from nbformat import NotebookNode

from grading.kernels.output_limits import OutputLimits, make_sound

SHAPES = {
    "stream": {"name": "stdout", "text": ""},
    "display_data": {"data": {}, "metadata": {}},
    "error": {"ename": "", "evalue": "", "traceback": []},
}


def keep_outputs(cell: NotebookNode, outputs: list[dict], limits: OutputLimits) -> None:
    """Gives a cell its outputs: those that have the form of outputs, as far as the notebook may keep them.

    Args:
        outputs: of which nothing can be trusted but that they are tables.
    """
    for output in outputs:
        shape = SHAPES.get(output.get("output_type"), {})
        content = {name: output.get(name, given) for name, given in shape.items()}
        fits = all(isinstance(content[name], type(given)) for name, given in shape.items())
        if shape and fits and limits.keeps(output["output_type"], content, cell):
            cell.outputs.append(NotebookNode({"output_type": output["output_type"], **content}))
    make_sound(cell)
