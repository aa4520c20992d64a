"""Give a student another id: work, marks and comments stay with the student, and nothing is graded again."""

import json
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedAssignment

from coursework.grading.collected import Collected, read_collected, write_collected
from coursework.grading.config import COURSE_ID, configuration, database
from coursework.grading.files import write_in_one_step
from coursework.grading.lists import TableError
from coursework.grading.records import is_valid_student_id

FOLDERS = ("submitted", "autograded", "feedback")


def rename(course: Path, old: str, new: str) -> list[str]:
    """Give a student another id and return in which assignments there was work.

    What was handed in before was solved with the numbers of the old id, so it is graded with these for ever; what
    comes later is graded with those of the new one. If it is interrupted, run the same command again to continue.

    Parameters
    ----------
    course : Path
        The folder of the course.
    old, new : str
        The id that the student has in the gradebook, and the one to get.

    Raises
    ------
    TableError
        If nobody has the old id, somebody has the new one, or the new one cannot be an id.
    """
    course = Path(course).resolve()
    if not new or not is_valid_student_id(new) or "/" in new:
        raise TableError(f"an id must be printable, with at most 120 characters and no slash; got {new!r}")
    there = [course / folder / name for folder in FOLDERS for name in (old, new)]
    pairs = list(zip(there[::2], there[1::2], strict=True))
    pairs += [
        (path, path.with_name(f"{new}.json")) for path in sorted((course / "results").glob(f"*/{old}.json"))
    ]
    taken = [str(after) for before, after in pairs if before.exists() and after.exists()]
    configuration(course)  # so that nbgrader finds alembic, with which it sets up a new gradebook
    with Gradebook(database(course), COURSE_ID) as gradebook:
        before, after = _student(gradebook, old), _student(gradebook, new)
        if before is None and (after is None or not any(path.exists() for path, _ in pairs)):
            raise TableError(f"nobody in the gradebook has the id {old!r}")
        if taken or (before and after):
            raise TableError(
                f"somebody has the id {new!r} already: {', '.join(taken) or 'see the gradebook'}"
            )
        names = sorted(path.name for path in pairs[0][0].glob("*")) or sorted(
            p.name for p in pairs[0][1].glob("*")
        )
        for name in names:
            _note(course, name, old, new)
        for old_path, new_path in pairs:
            if old_path.exists():
                old_path.rename(new_path)
        for path in (course / "results").glob(f"*/{new}.json"):
            fields = json.loads(path.read_text("utf-8"))
            write_in_one_step(path, json.dumps(fields | {"student": new}), 0o600)
        for path in (course / "results").glob("*/.entered-*"):
            entered = json.loads(path.read_text("utf-8"))
            write_in_one_step(path, json.dumps({new if k == old else k: v for k, v in entered.items()}))
        if before:
            _move(gradebook, before, new)
    return names


def _student(gradebook: Gradebook, student: str) -> Student | None:
    try:
        return gradebook.find_student(student)
    except MissingEntry:
        return None


def _move(gradebook: Gradebook, before: Student, new: str) -> None:
    """Replace a student in the gradebook by one with the new id."""
    session, old = gradebook.db, before.id
    facts = {c.name: getattr(before, c.name) for c in Student.__table__.columns if c.name != "id"}
    session.add(Student(id=new, **facts))
    session.flush()
    session.query(SubmittedAssignment).filter_by(student_id=old).update({"student_id": new})
    session.expire_all()
    session.query(Student).filter_by(id=old).delete()
    session.commit()


def _note(course: Path, assignment: str, old: str, new: str) -> None:
    """Note under which id something was handed in, and give the platform's number to the new id."""
    known = read_collected(course, assignment)
    if new in known.handed_in_as:
        return

    def renamed(names: dict) -> dict:
        return {new if name == old else name: value for name, value in names.items()}

    write_collected(
        course,
        assignment,
        Collected(
            known.platform,
            renamed(known.numbers),
            renamed(known.uploads),
            {group: [new if name == old else name for name in ids] for group, ids in known.groups.items()},
            renamed(known.handed_in_as) | {new: known.handed_in_as.get(old, old)},
        ),
    )
