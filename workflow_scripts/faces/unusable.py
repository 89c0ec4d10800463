"""Why an image cannot be used: not an error that stops the study, but a row of rejected.csv."""


class Unusable(Exception):
    """The image is rejected; the message is the reason, as written to rejected.csv."""
