"""What a platform said when work was collected: one file for each assignment, `collected/ps1.json`.

It holds what is needed to send feedback and grades back. Only the instructor's commands write it, never a student.
"""

import json
from collections.abc import Container
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from coursework.grading.files import write_in_one_step


@dataclass
class Collected:
    """What is known of an assignment's submissions besides their content."""

    platform: str = ""  # "canvas" or "moodle"; "" if nothing came from either
    numbers: dict[str, str] = field(default_factory=dict)  # the platform's number of each student
    uploads: dict[str, list[str]] = field(
        default_factory=dict
    )  # the names, in the zip, of each student's files
    groups: dict[str, list[str]] = field(default_factory=dict)  # the members of each group
    handed_in_as: dict[str, str] = field(
        default_factory=dict
    )  # for each student renamed since: the id at hand-in


def _path(course: Path, assignment: str) -> Path:
    return Path(course) / "collected" / f"{assignment}.json"


def read_collected(course: Path, assignment: str) -> Collected:
    """Return what is known; nothing if no zip of that assignment was collected."""
    path = _path(course, assignment)
    return Collected(**json.loads(path.read_text("utf-8"))) if path.is_file() else Collected()


def write_collected(course: Path, assignment: str, collected: Collected) -> None:
    """Keep what is known of an assignment."""
    path = _path(course, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_in_one_step(path, json.dumps(asdict(collected), indent=1, sort_keys=True))


def handed_in_as(course: Path, assignment: str, student: str) -> str:
    """Return the id under which somebody handed in: the individual numbers are drawn from it."""
    path = _path(course, assignment)
    return _earlier_ids(path, path.stat().st_mtime_ns).get(student, student) if path.is_file() else student


@lru_cache(maxsize=32)
def _earlier_ids(path: Path, changed: int) -> dict[str, str]:
    return json.loads(path.read_text("utf-8")).get("handed_in_as", {})


def members(collected: Collected, student: str) -> list[str]:
    """Return who is in a student's group, the student included."""
    return next((ids for ids in collected.groups.values() if student in ids), [student])


def whose_work(collected: Collected, student: str, handed_in: Container[str]) -> list[str]:
    """Return whose submissions count for a student.

    The student's own if there is one; otherwise those of the group: one is the usual case, more than one is for a
    person to decide.
    """
    return [student] if student in handed_in else [m for m in members(collected, student) if m in handed_in]
