"""What explainers of whole cells have in common: the device works while the host prepares and concludes."""

from collections.abc import Iterator, Sequence

from workflow_scripts.explanation.explanation_contract import Explanation
from workflow_scripts.explanation.staged import staged


class StagedExplainer:
    """Explains faces in three stages, of which a subclass says what they do.

    ``prepared(face)``: anything about one face, (image, image_id, landmarks). ``answered(group, column)``:
    what the network makes of some prepared faces together, an item each; column: the place of the only
    expression that matters, None for all of them. ``explained(prepared, answered)``: the explanation.
    ``together``: how many faces make a group.
    """

    together = 1

    def explain(self, image, image_id: str, landmarks) -> Explanation:
        """Explain one image, float32 (s, s, 3) with values 0 to 255, for every expression."""
        (explanation,) = self.explain_all([(image, image_id, landmarks)], column=None)
        return explanation

    def explain_all(
        self, faces: Sequence[tuple], column: int | None, threads: int = 1
    ) -> Iterator[Explanation]:
        """Yield the explanations of a cell's faces, in order; `faces` are read as they are needed.

        column: the place of the cell's expression. threads: of the host, beside the network.
        """
        size = self.together
        groups = [range(len(faces))[start : start + size] for start in range(0, len(faces), size)]
        return staged(
            groups,
            lambda n: self.prepared(faces[n]),
            lambda group: self.answered(group, column),
            self.explained,
            threads,
        )
