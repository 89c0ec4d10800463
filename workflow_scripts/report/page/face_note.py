"""What the page says of the face that heatmaps are drawn over."""

from workflow_scripts.report.page.study import Study
from workflow_scripts.report.page.wording import counted, listed
from workflow_scripts.standardization.averaged_faces import MEAN_FACE, MIN_SUBJECTS, NO

RENDERED = f"The face is the mean of rendered, synthetic faces ({MEAN_FACE})"


def face_note(study: Study) -> str:
    """Which face it is, and of how many subjects of which data sets; a sentence without its full stop."""
    if study.own_face:
        return f"The face is the study's own picture ({MEAN_FACE})"
    if not study.mean_face:
        return RENDERED
    rows = [row for row in study.mean_face if row["subjects"] != "0"] or study.mean_face
    names = f"data set{'s' * (len(rows) > 1)} {listed([row['dataset'] for row in rows])}"
    subjects, images = (sum(int(row[name]) for row in rows) for name in ("subjects", "images"))
    if rows[0]["shown"] == NO:
        return (
            f"{RENDERED}: the images of {names}, which may be shown, are of "
            f"{counted(subjects, 'known subject')}, and in a mean of fewer than {MIN_SUBJECTS}, "
            "single people might be recognised"
        )
    return f"The face is the mean of {counted(subjects, 'subject')} ({counted(images, 'image')}) of {names}"
