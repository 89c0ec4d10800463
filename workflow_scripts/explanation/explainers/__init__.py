"""Explainers, one module each; explanation.explainers.<name>.explainer selects one.

An entry is a module with two functions:

``build(model, settings, seed)`` is called once per job. `model`: a `keras.Model` from images 0..255,
float32 (b, s, s, 3), to probabilities (b, E). `settings`: its entry of the configuration, with the keys of
`name.schema.yaml` beside the module. `seed`: the study's; draws derive from (seed, purpose, image_id). It
returns an object with ``explain(image, image_id, landmarks) -> Explanation``, for an image float32 (s, s, 3)
and all E expressions; landmarks: float64 (68, 2), x and y of the face's points in px of that image, integers
at the centres of pixels. `explanation.explanation_stack.Explanation` gives shapes and units. All images must
be explained in the same way: with regions and weights, or with a dense importance map, and with the same
extras.

The object may also have ``explain_all(faces, column, threads)``, an iterator over the explanations of the
faces of a cell, in order: to keep a device busy, or to choose by the whole cell how long to look. faces: a
sequence whose items are the arguments of `explain`, read on demand, from any thread; column: the place of the
cell's expression on the expression axis; threads: of the host. Where each expression takes passes of its
own, it may leave the others out: their weights, or importance, are then NaN everywhere.

``passes(settings, expressions) -> int`` returns an upper bound on the network passes per image for that many
expressions, at least 1; a pass that computes gradients counts as three. Cost and run time are estimated
from it.

``regions(settings) -> int``, if an entry's explanations have regions that are not superpixels of lime's: how
many at most. It says how many passes their examination takes.

``files(settings) -> list of paths``, if an entry reads files: each of the study's folder or else shipped with
the clone (`common.places.located` finds it). A change of one of them reruns the explanations.

``problem(settings, sides) -> str``, if an entry has limits that no schema can tell: why images of one of
these sides, in px, could not be explained with the settings, beginning with the key, and the remedy; empty if
all can. Plans ask for the sizes of the run's networks, so that no job is the first to find out.

``from_passes(kept) -> Explanation``, if the answers that LIME kept of an image serve as well
(`kept_passes.KeptPasses`): its setting ``passes_of`` then names an explainer of lime with ``keep_passes``,
whose stacks are read instead of asking the network. Such an entry is `BATCHED`. Controls, and explanations
that are made again to be examined, still ask.

Where explanations are examined (run.quality), these settings are varied, if an entry has them: ``regions``,
a number, unless ``resolution`` is pixels; ``hide``, ``cover`` or ``baseline``, if it is black, mean or blur.

``BATCHED = True``, written so at the top level, makes one job of the cells of all expressions of a network
and fold, which also standardizes them; without it each cell has its own.
The results are the same. There are fewer jobs to plan and to start, and a killed or edited one repeats more.

Plans read `BATCHED` and call `passes`, `regions`, `files` and `problem`, so importing an entry must not
import TensorFlow or Keras; `build` does that.

In a user's file, path/to/file.py:function, the function takes the place of `build`, and the file also
defines `passes`; the keys of its settings are in file.schema.yaml; without that file, any keys are allowed.
"""
