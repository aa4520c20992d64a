"""Extensions: who may hand in later, from a table that the instructor keeps, `extensions.csv` in the course."""

from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from coursework.grading.files import problem_sets
from coursework.grading.lists import TableError, read_table

COLUMNS = ["assignment", "id", "until"]


def extensions(course: Path, assignment: str) -> dict[str, datetime]:
    """Return {student: the extended deadline, as a naive datetime in UTC, like the gradebook's dates}.

    Parameters
    ----------
    course : Path
        Its `extensions.csv` has the columns assignment, id and until. A date may name a zone, as on the next line;
        one without a zone is UTC, as in nbgrader. `2026-03-05 12:00 Europe/Berlin`.
    assignment : str
        Which assignment.

    Raises
    ------
    TableError
        If the table has other columns, another assignment, or a date that cannot be read: nobody's lateness would
        be certain then.
    """
    path = Path(course) / "extensions.csv"
    if not path.is_file():
        return {}
    head, rows = read_table(path)
    if head != COLUMNS:
        raise TableError(f"{path} needs the columns {','.join(COLUMNS)}; it has {','.join(head)}")
    until = {}
    for name, student, date in ([field.strip() for field in row[:3]] for row in rows):
        try:
            moment = parse_utc(date)
        except (ValueError, OverflowError, TypeError):
            raise TableError(
                f"{path}: {date!r} is not a date; write one like 2026-03-05 12:00 Europe/Berlin"
            ) from None
        if name not in problem_sets(course):
            raise TableError(f"{path} names {name!r}; the course has {problem_sets(course)}")
        if name == assignment:
            until[student] = moment
    return until
