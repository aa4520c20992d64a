"""Lists that Canvas, Moodle and Excel write: who is in the class, who is in a group, who handed in when."""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path

from babel.dates import get_month_names

from coursework.grading.records import is_valid_student_id

CANVAS: dict[str, tuple[str, ...]] = {"number": ("ID",), "name": ("Student",), "id": ("SIS Login ID",)}
# English, German, French, Spanish. The first column of a worksheet is the number in every language.
MOODLE = {
    "name": ("Full name", "Vollständiger Name", "Nom complet", "Nombre completo"),
    "id": ("ID number", "ID-Nummer", "Numéro d'identification", "Numéro d’identification", "Número de ID"),
    "email": ("Email address", "E-Mail-Adresse", "Adresse de courriel", "Dirección de correo"),
    "group": ("Group", "Gruppe", "Groupe", "Grupo"),
    "grade": ("Grade", "Bewertung", "Note", "Calificación"),
    "submitted": (
        "Last modified (submission)",
        "Zuletzt geändert (Abgabe)",
        "Dernière modification (travail remis)",
        "Última modificación (entrega)",
    ),
}
NAMES: dict[str, dict[str, tuple[str, ...]]] = {"canvas": CANVAS, "moodle": MOODLE}
LOCALES = ("en", "de", "de_AT", "fr", "es")
# Monday, 3 November 2025, 10:15 PM; Montag, 3. November 2025, 22:15; lundi 3 novembre 2025, 22:15
DATE = re.compile(
    r"(\d{1,2})\.? (?:de )?(\w+)\.?(?: de)? (\d{4})\D+(\d{1,2})[:h](\d{2})(?:\W?([ap])\.?m)?", re.I
)
# What Excel makes of a long number: the digits are lost.
ROUNDED = re.compile(r"\d[.,]\d+E\+\d+")
MEMBERS = ("canvas_user_id", "login_id", "id")
GROUPS = ("group_name", "group")


class TableError(ValueError):
    """A list of students or a zip file is not what the platform gives, or a table cannot be made."""


@dataclass(frozen=True)
class Person:
    """A student as the platform knows one."""

    number: str  # the platform's own; in Moodle it differs for each assignment
    id: str  # "" if the list has none
    name: str = ""
    email: str = ""
    group: str = ""
    submitted: datetime | None = None  # when, in UTC, if the list says so


@dataclass(frozen=True)
class Roster:
    """A platform's list of students: what it says, and the table as it was."""

    people: dict[str, Person]  # by the platform's number
    head: list[str]
    rows: list[list[str]]
    columns: dict[str, int]  # where "number", "grade", … stand
    id_name: str  # the name of the column with the ids

    def person(self, row: list[str]) -> Person | None:
        """Return the student of a row of the table; None if the row is not about a student."""
        return self.people.get(_number(row[self.columns["number"]]))


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table: UTF-8, UTF-16 or what Excel saves; commas, semicolons or tabs.

    Raises
    ------
    TableError
        If it is not text, or empty.
    """
    data = Path(path).read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise TableError(f"{path} is not a table of text: save it as CSV, in UTF-8") from None
    first, _, rest = text.partition("\n")
    if first.startswith("sep="):  # written by some versions of Excel
        text, first = rest, rest.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    if not rows or "\0" in text:
        raise TableError(f"{path} is not a table of text, or it is empty")
    head = [name.strip() for name in rows[0]]
    return head, [row + [""] * (len(head) - len(row)) for row in rows[1:]]


def read_roster(
    path: Path, platform: str, id_column: str | None = None, zone: tzinfo | None = None
) -> Roster:
    """Return the list of students that a platform exports.

    Parameters
    ----------
    path : Path
        Canvas: Grades, Export Entire Gradebook. Moodle: the assignment's Download grading worksheet.
    platform : {"canvas", "moodle"}
        Whose list it is.
    id_column : str, optional
        Which column has the ids: "email", "number" (the platform's own), or a column's name. By default Canvas's
        SIS Login ID, Moodle's ID number.
    zone : tzinfo, optional
        The time zone of Moodle's dates; by default this machine's.

    Raises
    ------
    TableError
        If the list is not the platform's, has no such column, or gives two students one id.
    """
    head, rows = read_table(path)
    columns = {
        role: head.index(name) for role, names in NAMES[platform].items() for name in names if name in head
    }
    if platform == "moodle":
        columns["number"] = 0
    place = _id_place(head, columns, id_column)
    lacking = [] if "number" in columns else [CANVAS["number"][0]]
    lacking += [id_column or NAMES[platform]["id"][0]] if place is None else []
    if place is None or lacking:
        raise TableError(
            f"{path} is not a {platform.title()} list of students: it lacks the columns {', '.join(lacking)}; "
            f"it has {', '.join(head)}. --id says which column holds the ids, as in --id email or --id number"
        )
    people = {}
    for row in rows:
        number = _number(row[columns["number"]])
        if number:
            facts = {
                role: row[columns[role]].strip() for role in ("name", "email", "group") if role in columns
            }
            identifier = number if place == columns["number"] else row[place].strip()
            when = read_date(row[columns["submitted"]], zone) if "submitted" in columns else None
            people[number] = Person(number, identifier, submitted=when, **facts)
    if not people:
        raise TableError(f"{path} is not a {platform.title()} list of students: no row is about a student")
    _refuse_unfit(path, head[place], people.values())
    return Roster(people, head, rows, columns, head[place])


def _number(text: str) -> str:
    """Return the number that a platform gives a student: 123, "Participant 123", "Teilnehmer/in123"; "" if none."""
    match = re.search(r"\d+$", text.strip())
    return match[0] if match else ""


def _id_place(head: list[str], columns: dict[str, int], wanted: str | None) -> int | None:
    if wanted is None or wanted in columns:
        return columns.get(wanted or "id")
    return next((place for place, name in enumerate(head) if name.casefold() == wanted.casefold()), None)


def _refuse_unfit(path: Path, column: str, people: Iterable[Person]) -> None:
    count = Counter(person.id for person in people if person.id)
    unfit = [
        p
        for p in people
        if p.id
        and (not is_valid_student_id(p.id) or "/" in p.id or count[p.id] > 1 or ROUNDED.fullmatch(p.id))
    ]
    if unfit:
        look = ", ".join(f"{person.name!r} with {person.id!r}" for person in unfit[:3])
        raise TableError(
            f"{path}, column {column}: each student needs a different id, without slashes; look at {look}. "
            "--id takes the ids from another column; where Excel has rounded them, export the list again"
        )


def read_date(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Return a date of Moodle's in UTC, or None if it is not one, as where nothing was handed in."""
    match = DATE.search(text)
    if not match or match[2].casefold() not in _months():
        return None
    day, month, year, hour, minute, half = match.groups()
    hour = int(hour) if not half else int(hour) % 12 + (12 if half.casefold() == "p" else 0)
    local = datetime(int(year), _months()[month.casefold()], int(day), hour, int(minute))
    return (local.replace(tzinfo=zone) if zone else local).astimezone(UTC)


@cache
def _months() -> dict[str, int]:
    return {name.casefold(): n for loc in LOCALES for n, name in get_month_names("wide", locale=loc).items()}


def read_groups(path: Path, people: dict[str, Person]) -> dict[str, list[str]]:
    """Return {group: ids of its members} from a table with a column for the group and one for the member.

    Canvas: People, the group set, Download Group Category Roster CSV. A table of one's own has the columns `group`
    and `id`.

    Raises
    ------
    TableError
        If the columns are missing, or nobody in the table is in the class.
    """
    head, rows = read_table(path)
    places = {name.casefold(): place for place, name in enumerate(head)}
    group, member = (next((name for name in names if name in places), None) for names in (GROUPS, MEMBERS))
    if group is None or member is None:
        raise TableError(f"{path} needs the columns group and id, or Canvas's; it has {', '.join(head)}")
    known = {p.number if member == "canvas_user_id" else p.id: p.id for p in people.values()}
    groups = defaultdict(list)
    for row in rows:
        name, identifier = row[places[group]].strip(), row[places[member]].strip()
        if name and known.get(identifier):
            groups[name].append(known[identifier])
    if not groups:
        raise TableError(f"{path}: no entry of its column {member} is on the list of students")
    return dict(groups)


def groups_of(people: dict[str, Person]) -> dict[str, list[str]]:
    """Return {group: ids of its members} as Moodle's worksheet says, if the work was handed in by groups."""
    groups = defaultdict(list)
    for person in people.values():
        if person.group and person.id:
            groups[person.group].append(person.id)
    return dict(groups)
