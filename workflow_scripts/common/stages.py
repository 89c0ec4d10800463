"""The stages of the study, in order; each has a section of config, a rule file and a folder."""

STAGES = (
    "datasets",
    "faces",
    "training",
    "explanation",
    "standardization",
    "comparison",
    "similarity",
    "report",
)
