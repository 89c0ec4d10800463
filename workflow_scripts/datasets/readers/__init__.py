"""Readers of data sets, one module each; datasets.<name>.reader names one.

An entry is a module with ``read(root, *, ...) -> Listing``. `root` is the data set's folder, which exists.
The keyword arguments are the reader's settings; only required ones lack a default. `name.schema.yaml` beside
the module describes them all, and lists those under ``required``. It returns a `datasets.listing.Listing`: a
row of strings per image, with ``path`` relative to the root and ``expression``, if known ``subject``,
``sequence`` and ``region_map``, and any further columns; the images it left out, counted by reason; and
numbers to compare with published ones. It reads names and labels, not pixels. It raises `StudyError`, with
file and line, for anything it cannot make sense of.
"""
