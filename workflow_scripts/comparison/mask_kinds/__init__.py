"""Kinds of mask sets, one module each; comparison.mask_sets.<name>.kind selects one.

An entry is a module with ``draw(settings, expression, landmarks, source, faces, index)``. `settings`: the
mask set's entry of the configuration, with the keys of `name.schema.yaml` beside the module. `landmarks`:
float64 (68, 2) of the standard face. `source`: the file named by the setting of that name or,
with a setting `people`, the maps of these people (`people_maps.read_people`); else None. `faces`, `index`:
faces.h5 and index.csv of the data sets named by the setting `datasets`, in the same order. It returns the
mask of one expression, bool (275, 224), True where it shows, and raises `StudyError` if it has none. Of a
setting `action_units`, a mapping by expression, it gets only that of its expression.

In a user's file, path/to/file.py:function, the function takes the place of `draw`; the keys of its settings
are in file.schema.yaml; without that file, any keys are allowed.
"""
