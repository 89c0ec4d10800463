"""Rule draw_masks: the mask of one expression in one set of masks."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.registry import entry_function
from workflow_scripts.comparison.mask_image import write_mask
from workflow_scripts.standardization.standard_face import HEIGHT, WIDTH, read_standard_face

MASK_KINDS = "workflow_scripts.comparison.mask_kinds"


def draw_masks(
    *,
    settings: str,
    expression: str,
    standard_face: Path,
    source: Path | None = None,
    faces: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    index: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    output: Path,
) -> None:
    """Draw the region of the standard face where EXPRESSION shows.

    Parameters
    ----------
    settings
        The mask set's entry under comparison.mask_sets, as JSON; ``action_units`` may be EXPRESSION's alone.
    expression
        The expression.
    standard_face
        Table of the 89 standard points.
    source
        File the mask is drawn from, for kinds that have one.
    faces
        The faces.h5 files with region maps, for kinds made of them.
    index
        Their index tables, in the same order.
    output
        The PNG to write: 224 x 275, 255 inside the mask.
    """
    options = json.loads(settings)
    landmarks = read_standard_face(standard_face)[:68]
    draw = entry_function(MASK_KINDS, options["kind"], "draw")
    try:
        mask = draw(options, expression, landmarks, source, faces or [], index or [])
    except StudyError as error:
        raise StudyError(
            f"no mask of {expression} (kind {options['kind']}): {error}. If this set has none, "
            f"remove {expression} from its list of expressions under comparison.mask_sets"
        ) from error
    if mask.shape != (HEIGHT, WIDTH) or mask.dtype != bool:
        raise StudyError(
            f"the mask of {expression} (kind {options['kind']}) is {mask.dtype} {mask.shape}, expected bool "
            f"{(HEIGHT, WIDTH)}; the contract is in workflow_scripts/comparison/mask_kinds/__init__.py"
        )
    if not mask.any():
        raise StudyError(
            f"the mask of {expression} (kind {options['kind']}) is empty; nothing could match it"
        )
    if mask.all():
        raise StudyError(
            f"the mask of {expression} (kind {options['kind']}) covers the whole canvas; no heatmap could "
            "miss it. Draw the region in white on black"
        )
    print(f"{expression}: the mask covers {mask.mean():.1%} of the canvas")
    write_mask(output, mask)


if __name__ == "__main__":
    run(draw_masks)
