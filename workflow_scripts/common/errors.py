"""The one error whose message is written for the person who runs the study."""


class StudyError(Exception):
    """Something in the data or the configuration cannot be used.

    The message names the thing, the place (file, row, config key) and the remedy;
    it is shown without a traceback.
    """
