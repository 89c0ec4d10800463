"""Rule draw_color_scale: the colours of heatmaps (paper, Figure 6)."""

from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.common.figures import figure_files
from workflow_scripts.report.figures.face_grid import draw_scale_bar


def draw_color_scale(*, output: Path, png: Path) -> None:
    """Draw the colour scale of heatmaps, from least to most important, as it appears over the face.

    Parameters
    ----------
    output
        The SVG file to write.
    png
        The PNG file to write.
    """
    with figure_files([output, png], 5, 0.62) as figure:
        draw_scale_bar(figure.add_axes((0.02, 0.5, 0.96, 0.45)))


if __name__ == "__main__":
    run(draw_color_scale)
