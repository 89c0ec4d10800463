"""Explainers, one module each; explanation.explainers.<name>.explainer names one.

An entry is a module with ``build(model, settings, seed)``, called once per job. `model`: a `keras.Model`
from images 0..255, float32 (b, s, s, 3), to probabilities (b, E). `settings`: its entry of the
configuration, with the keys of `name.schema.yaml` beside the module. `seed`: the study's; draws are made
from (seed, purpose, image_id). It returns an object with ``explain(image, image_id) -> Explanation``, for
an image float32 (s, s, 3) and all E expressions; `explanation.explanation_stack.Explanation` says shapes
and units.
"""
