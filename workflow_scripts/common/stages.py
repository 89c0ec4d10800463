"""The stages of the study, in their order: each is a section of config, a file of rules, a folder."""

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
