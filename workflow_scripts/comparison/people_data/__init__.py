"""Data on where people look, one module each; comparison.people.<name>.data selects one.

An entry is a module with ``read(settings, files, expressions)``, which yields the maps of single people,
each a `people_maps.PersonMap`: graded importance, in any unit and sign, on an image with landmarks or on
the standard face. `settings`: the entry of the configuration, with the keys of `name.schema.yaml` beside
the module. `files`: the files to read, lists of paths by setting. These are the settings ``table``,
``maps`` and ``landmarks``, the second a pattern with {person}, {poser} and {expression}; no other file is
an input of the job. `expressions`: those of the study; maps of others are left out. What cannot be used is
told with its reason and its number (`people_maps.tell_left_out`); a map without values is NaN everywhere,
and is counted by whoever reads the maps. It raises `StudyError` for files that are not as expected.

In a user's file, path/to/file.py:function, the function takes the place of `read`; the keys of its settings
are in file.schema.yaml; without that file, any keys are allowed.
"""
