"""Explainers, one module each; explanation.explainers.<name>.explainer names one.

An entry is a module with two functions:

``build(model, settings, seed)``, called once per job. `model`: a `keras.Model` from images 0..255,
float32 (b, s, s, 3), to probabilities (b, E). `settings`: its entry of the configuration, with the keys of
`name.schema.yaml` beside the module. `seed`: the study's; draws are made from (seed, purpose, image_id). It
returns an object with ``explain(image, image_id) -> Explanation``, for an image float32 (s, s, 3) and all E
expressions; `explanation.explanation_stack.Explanation` says shapes and units. All images are explained
alike: with regions and weights, or with a dense importance map, and with the same extras.

``passes(settings, expressions) -> int``, an upper bound of the network's passes per image for so many
expressions, 1 or more; one that computes gradients counts as three. Cost and run time are estimated from it.

Plans call `passes`, so that importing an entry must not import TensorFlow or Keras: `build` does.

In a user's file, path/to/file.py:function, the function takes the place of `build`, and `passes` stands
beside it; the keys of its settings are in file.schema.yaml, if there is one, else any.
"""
