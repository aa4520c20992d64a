"""Pages of feedback as one zip, which Canvas and Moodle take back and give to the students."""

import os
import secrets
import zipfile
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook

from coursework.grading.collected import Collected, read_collected, whose_work
from coursework.grading.config import COURSE_ID, application, database
from coursework.grading.lists import TableError


def pack(course: Path, assignment: str, archive: Path) -> list[str]:
    """Write the pages of all students anew and pack them for the platform; return what a person should know.

    The first note says how many. Canvas takes the zip at *Upload Submissions*, Moodle at *Upload multiple feedback
    files in a zip*. Both find the student by the numbers in the name of each file.

    Parameters
    ----------
    course : Path
        The folder of the course.
    assignment : str
        An assignment whose submissions were collected from a platform.
    archive : Path
        The zip to write.

    Raises
    ------
    TableError
        If the submissions came from no platform, or nothing is graded. Nothing is written.
    """
    course = Path(course).resolve()
    collected = read_collected(course, assignment)
    if not collected.platform:
        raise TableError(
            f"no zip of {assignment} was collected from a platform: `nbgrader release_feedback "
            f"{assignment}` gives feedback back through the exchange folder"
        )
    with Gradebook(database(course), COURSE_ID) as gradebook:
        undecided = {s.student_id: s.needs_manual_grade for s in gradebook.assignment_submissions(assignment)}
    if not undecided:
        raise TableError(f"nothing to give back: {assignment} is not graded yet")
    application(course).generate_feedback(assignment, force=True)  # what it could not write is missing below
    pages = {s: course / "feedback" / s / assignment / f"{assignment}.html" for s in undecided}
    pages = {student: page for student, page in pages.items() if page.is_file()}
    names = (
        _canvas_names(collected) if collected.platform == "canvas" else _moodle_names(collected, assignment)
    )
    whose = {student: whose_work(collected, student, pages) for student in names}
    packed = {student: work[0] for student, work in whose.items() if len(work) == 1}
    new = Path(archive).with_name(f".{secrets.token_hex(8)}.new")
    try:
        with zipfile.ZipFile(new, "x", zipfile.ZIP_DEFLATED) as file:
            for student, author in sorted(packed.items()):
                file.write(pages[author], names[student])
        os.replace(new, archive)
    finally:
        new.unlink(missing_ok=True)
    lost = sorted(pages.keys() - set(packed.values()))
    notes = [f"{student}: no page could be made" for student in sorted(undecided.keys() - pages.keys())]
    notes += [
        f"{student}: no upload is known, so this page is not in the zip: {pages[student]}" for student in lost
    ]
    notes += [f"{student}: not all is marked yet" for student in sorted(packed) if undecided[packed[student]]]
    return [f"{len(packed)} pages", *notes]


def _canvas_names(collected: Collected) -> dict[str, str]:
    """Return {student: name} as in the download: Canvas looks for the number of its upload in it."""
    return {s: f"{PurePosixPath(names[0]).stem}.html" for s, names in collected.uploads.items()}


def _moodle_names(collected: Collected, assignment: str) -> dict[str, str]:
    """Return {student: name}: as Moodle names files with its folders off; it reads the number and the plugin."""
    return {
        student: f"{student.replace('_', '-')}_{number}_assignsubmission_file_{assignment}.html"
        for student, number in collected.numbers.items()
    }
