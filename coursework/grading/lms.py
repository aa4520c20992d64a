"""From learning platforms: the zips of submissions that Canvas and Moodle give."""

import json
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from coursework.grading.collected import Collected, read_collected, write_collected
from coursework.grading.config import COURSE_ID, configuration, database
from coursework.grading.lists import Person, Roster, TableError, groups_of, read_groups, read_roster
from coursework.grading.rebuild import LARGEST, NOT_TAKEN, Unreadable, read_cells

# Whose file it is, from its name in the zip: the platform's own number for the student. Moodle writes a folder for
# each student or, with its folders off, no folder; work of a group comes under the name and number of the group.
CANVAS_NAME = re.compile(r"(?P<who>[^/]*?)_(?P<late>LATE_)?(?P<number>\d+)_(?:\d+_)?(?P<file>[^/]+)")
MOODLE_NAME = re.compile(
    r"(?P<who>[^/]*)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_?/(?:.*/)?|_)(?P<file>[^/]+)"
)
FILE_NAMES = {"canvas": CANVAS_NAME, "moodle": MOODLE_NAME}
ANONYMOUS = re.compile(r"(LATE_)?anon_[^/]*")


@dataclass
class HandIns:
    """What a zip holds, by the ids of students."""

    notebooks: dict[str, list[tuple[str, zipfile.ZipInfo]]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    late: set[str] = field(default_factory=set)  # as Canvas marks them, which does not say how late
    notes: list[str] = field(default_factory=list)


def collect(
    course: Path,
    assignment: str,
    archive: Path,
    platform: str,
    roster: Path,
    id_column: str | None = None,
    groups: Path | None = None,
    zone: tzinfo | None = None,
) -> list[str]:
    """Take the notebooks of a platform's zip file into `submitted/` and return what a person should know.

    The names in the zip are chosen by students: none of them becomes a path, and no link is followed.

    Parameters
    ----------
    course : Path
        The folder of the course.
    assignment : str
        Which assignment.
    archive : Path
        The zip.
    platform : {"canvas", "moodle"}
        Where zip and list come from.
    roster, id_column, zone :
        As for `read_roster`.
    groups : Path, optional
        As for `read_groups`: one member hands in, and all of the group get the marks. Moodle's list has its groups.

    Raises
    ------
    TableError
        If the zip or the list is not the platform's, or a student has another id than before. Nothing is written.
    """
    listed = read_roster(roster, platform, id_column, zone)
    people = {person.id: person for person in listed.people.values() if person.id}
    grouped = read_groups(groups, listed.people) if groups else groups_of(listed.people)
    due = _due_date(course, assignment, people.values(), platform)
    with _readable(archive) as files:
        found = _find(files, platform, listed, grouped)
        uploads = {student: [e.filename for _, e in works] for student, works in found.notebooks.items()}
        _one_for_each_group(files, found, grouped)
        contents = {student: _read(files, entries) for student, entries in sorted(found.notebooks.items())}
    for student, works in contents.items():
        folder = course / "submitted" / student / assignment
        when = due + timedelta(seconds=1) if due and student in found.late else people[student].submitted
        _put(works, folder, assignment, when)
    represented = {member for author in contents for member in _group(grouped, author)}
    for student in sorted(set(found.refused) | represented):
        _note_refusal(course / "submitted" / student / assignment, found.refused, student, represented)
    if found.late and not due:
        found.notes.append(
            f"Canvas marks as late: {', '.join(sorted(found.late))}. Say when {assignment} was due (nbgrader db "
            f'assignment add {assignment} --duedate="…"), then collect again'
        )
    _enter_people(course, listed.people.values())
    earlier = read_collected(course, assignment)
    known = Collected(
        platform,
        {person.id: person.number for person in people.values()},
        earlier.uploads | uploads if earlier.platform == platform else uploads,
        grouped,
        earlier.handed_in_as,
    )
    write_collected(course, assignment, known)
    notes = [
        f"{p.name or p.number!r}: no {listed.id_name}, so left out"
        for p in listed.people.values()
        if not p.id
    ]
    head = f"submissions taken: {len(contents)}; students on the list: {len(people)}"
    if any(person.submitted for person in people.values()):
        head += f"; times in the zone {zone or datetime.now().astimezone().tzname()}"
    return [head, *notes, *found.notes]


@contextmanager
def _readable(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as files:
            yield files
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise TableError(f"{archive} cannot be read: {error}") from error


def _due_date(course: Path, assignment: str, people: Iterable[Person], platform: str) -> datetime | None:
    """Return when the assignment is due, if that is known; refuse a list in which students have got other ids."""
    configuration(course)  # so that nbgrader finds alembic, with which it sets up a new gradebook
    with Gradebook(database(course), COURSE_ID) as gradebook:
        before = {s.lms_user_id if platform == "canvas" else s.email: s.id for s in gradebook.students}
        now = {p.number if platform == "canvas" else p.email: p.id for p in people}
        renamed = [(before[key], new) for key, new in now.items() if key and before.get(key, new) != new]
        if renamed:
            (old, new), *more = sorted(renamed)
            raise TableError(
                f"{old} has the id {new} on this list"
                + (f", and {len(more)} more have other ids" if more else "")
                + f". If the id has changed: `rename {old} {new}`, then collect again. If the ids stand in another "
                "column than last time, name it: --id"
            )
        try:
            return gradebook.find_assignment(assignment).duedate
        except MissingEntry:
            return None


def _find(files: zipfile.ZipFile, platform: str, listed: Roster, groups: dict[str, list[str]]) -> HandIns:
    """Return which student each file of a zip belongs to, and why some are not taken."""
    found, teams = HandIns(), {_letters(name): ids for name, ids in groups.items()}
    for entry in files.infolist():
        if entry.is_dir():
            continue
        name = entry.filename
        if platform == "canvas" and ANONYMOUS.fullmatch(name):
            raise TableError(
                f"{name!r}: Canvas hides whose the files are (Anonymous Grading), and its list does not tell. Turn "
                "that off, or post the grades, and download again. Formgrader hides the names while you mark"
            )
        match = FILE_NAMES[platform].fullmatch(name)
        person = listed.people.get(match["number"]) if match else None
        team = teams.get(_letters(match["who"])) if match and platform == "moodle" else None
        if match is None or not (person or team):
            found.notes.append(f"{name!r}: not from anybody on the list of students")
            continue
        student = team[0] if team else person.id if person else ""
        why = _refusal(entry, match["file"]) or ("" if student else "from somebody without an id, not taken")
        if why:
            found.notes.append(f"{name!r}: {why}")
            if student:
                found.refused[student].append(f"{match['file']!r}: {why}")
            continue
        found.notebooks[student].append((match["file"], entry))
        if platform == "canvas" and match["late"]:
            found.late.add(student)
    return found


def _letters(text: str) -> str:
    """Return the letters and digits of a name: platforms change what stands between them."""
    return "".join(filter(str.isalnum, text)).casefold()


def _refusal(entry: zipfile.ZipInfo, name: str) -> str | None:
    """Return why a file of a zip is not taken, or None."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link, not taken"
    if not name.lower().endswith(".ipynb"):
        return "not a notebook, not taken"
    if entry.file_size > LARGEST:
        return f"{entry.file_size >> 20} MB, not taken; {LARGEST >> 20} are allowed"
    return None


def _one_for_each_group(files: zipfile.ZipFile, found: HandIns, groups: dict[str, list[str]]) -> None:
    """Keep one copy of what a group handed in, as the work of the member whose id it names.

    Moodle gives it once for each member or once for the group, Canvas once. Members who handed in different work
    keep it.
    """
    for members in groups.values():
        those = [student for student in members if student in found.notebooks]
        entries = {
            student: sorted((e.CRC, e.file_size) for _, e in found.notebooks[student]) for student in those
        }
        if not those or any(entries[student] != entries[those[0]] for student in those):
            continue
        works, late = found.notebooks[those[0]], found.late & set(those)
        chosen = _named_in(_read(files, works), members) or those[0]
        for student in those:
            del found.notebooks[student]
        found.notebooks[chosen] = works
        found.late = found.late - set(those) | ({chosen} if late else set())


def _group(groups: dict[str, list[str]], student: str) -> list[str]:
    return next((members for members in groups.values() if student in members), [student])


def _named_in(works: list[tuple[str, bytes]], members: list[str]) -> str | None:
    """Return the member of a group whose id stands, as a string, in the code of a notebook."""
    for _, data in works:
        try:
            cells = read_cells(data, json.loads(data)["metadata"]["coursework"]["assignment"])
        except (Unreadable, ValueError, KeyError, TypeError, RecursionError):
            continue
        code = "\n".join(cell.source for cell in cells if cell.kind == "code").casefold()
        for member in members:
            if any(f"{quote}{member.casefold()}{quote}" in code for quote in "\"'"):
                return member
    return None


def _read(files: zipfile.ZipFile, entries: list[tuple[str, zipfile.ZipInfo]]) -> list[tuple[str, bytes]]:
    """Return the names and contents of a student's notebooks."""
    works = []
    for name, entry in entries:
        with files.open(entry) as file:  # which may be larger than the zip says
            works.append((name, file.read(LARGEST + 1)))
    return works


def _put(works: list[tuple[str, bytes]], folder: Path, assignment: str, when: datetime | None) -> None:
    """Replace the notebooks of one student, and write down when they were handed in."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ipynb"):
        old.unlink()
    right = _rightly_named([name for name, _ in works], assignment)
    for count, (_, content) in enumerate(works):
        name = f"{assignment}.ipynb" if count == right else f"upload-{count}.ipynb"
        (folder / name).write_bytes(content)
    timestamp = folder / "timestamp.txt"
    timestamp.unlink(missing_ok=True)
    if when:
        timestamp.write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def _note_refusal(folder: Path, refused: dict[str, list[str]], student: str, represented: set[str]) -> None:
    """Write down which files of a student were not taken; without it nothing seems to be handed in.

    If there is a notebook by the student or the group, an old note is removed.
    """
    note = folder / NOT_TAKEN
    if student not in represented:
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text("\n".join(refused[student]), encoding="utf-8")
    elif note.exists():
        note.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def _rightly_named(names: list[str], assignment: str) -> int | None:
    """Return which of some notebooks is the assignment's; Canvas calls it ps1-1 when it is handed in again."""
    again = re.compile(rf"{re.escape(assignment)}([-_ ]\d+| ?\(\d+\))\.ipynb")
    for fits in (f"{assignment}.ipynb".__eq__, again.fullmatch, lambda name: True):
        fitting = [count for count, name in enumerate(names) if fits(name)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _enter_people(course: Path, people: Iterable[Person]) -> None:
    """Enter the students of a list in the gradebook, so that those who hand in nothing are there too."""
    with Gradebook(database(course), COURSE_ID) as gradebook:
        for person in people:
            last, _, first = person.name.partition(", ")
            first, last = (first, last) if first else (last.rpartition(" ")[0], last.rpartition(" ")[2])
            facts = {"first_name": first, "last_name": last, "lms_user_id": person.number}
            gradebook.update_or_create_student(person.id, email=person.email or None, **facts)
