"""Readers of data sets, one module each; datasets.<name>.reader names one.

An entry is a module with ``read(root, *, ...) -> Listing``. `root`: the data set's folder, which is
there. Its keyword arguments are its settings, with defaults but for those that it needs;
`name.schema.yaml` beside it describes them all, with what it needs under ``required``. It returns a
`datasets.listing.Listing`: a row of strings per image, with ``path`` relative to the root and
``expression``, where known ``subject``, ``sequence`` and ``region_map``, and any further columns; the
images it left out, counted by reason; and what can be compared with published numbers. It reads names and
labels, no pixels. It raises `StudyError`, with file and line, for what it cannot make sense of.
"""
