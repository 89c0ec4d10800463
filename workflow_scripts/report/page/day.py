"""The day on which a page is written: the only thing in it that is not made from the study."""

import os
from datetime import UTC, datetime

from workflow_scripts.common.errors import StudyError

VARIABLE = "SOURCE_DATE_EPOCH"  # https://reproducible-builds.org/specs/source-date-epoch/


def written_on() -> str:
    """Today's date (UTC) as YYYY-MM-DD, or that of the seconds since 1970 in SOURCE_DATE_EPOCH.

    Raises StudyError if the variable holds anything else.
    """
    told = os.environ.get(VARIABLE, "").strip()
    try:
        moment = datetime.fromtimestamp(int(told), UTC) if told else datetime.now(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise StudyError(
            f"{VARIABLE}={told}: not a number of seconds since 1970; correct it, or unset it for today's date"
        ) from error
    return moment.date().isoformat()
