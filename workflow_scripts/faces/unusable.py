"""Why one image cannot be used: not an error of the study, but a row of rejected.csv."""


class Unusable(Exception):
    """The image is rejected; the message is the reason, in the words of rejected.csv."""
