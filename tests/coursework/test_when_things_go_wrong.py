"""The page for lecturers: its commands are run, in order, on the sample course after its first round."""

import csv
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbgrader.api import Gradebook

from coursework.grading.__main__ import main
from coursework.grading.export import export
from coursework.grading.lms import collect
from coursework.sample import write_class
from tests.coursework.sets import COURSE
from tools.notebooks import ROOT

PAGE = COURSE / "when-things-go-wrong.md"


@dataclass
class Outcome:
    """What became of the commands of one box."""

    printed: str
    codes: list[int]
    marks: dict[str, tuple]  # by student: (points, what is taken off, points of the set)


def boxes() -> list[tuple[str, str, str]]:
    """Return (heading, kind, content) of the boxes of the page."""
    tokens, heading, found = MarkdownIt().parse(PAGE.read_text("utf-8")), "", []
    for before, token in pairwise(tokens):
        heading = token.content if before.type == "heading_open" else heading
        found += [(heading, token.info, token.content)] if token.type == "fence" else []
    return found


@pytest.fixture(scope="module")
def folder(sandboxed, tmp_path_factory) -> Path:
    """The sample course after the first round of README.md, and a notebook that comes by mail."""
    course = tmp_path_factory.mktemp("wrong") / "sample course"
    write_class(course)
    collect(course, "ps1", course / "submissions.zip", "canvas", course / "roster.csv")
    main(["--course", str(course), "grade", "ps1", "--workers", "1"])
    late = nbformat.read(course / "submitted" / "cho03" / "ps1" / "ps1.ipynb", as_version=4)
    for cell in late.cells:
        cell.source = cell.source.replace("cho03", "gus07")
    nbformat.write(late, course / "late.ipynb")
    return course


@pytest.fixture(scope="module")
def outcomes(folder) -> dict[str, Outcome]:
    """What the commands did, {the box: outcome}."""
    commands = [body for _, kind, body in boxes() if kind == "sh"]
    program = []
    for count, body in enumerate(commands):
        program.append(f"echo '<box {count}>'")
        for line in body.splitlines():
            program += [re.sub(r"\$COURSE(\S*)", r'"$COURSE"\1', line), 'echo "<code $?>"']
        program.append(f'cp "$COURSE/gradebook.db" "$COURSE/after-{count}"')
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COURSE": str(folder)}
    result = subprocess.run(
        ["sh", "-c", "\n".join(program)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = re.split(r"<box \d+>\n", result.stdout)[1:]
    assert len(printed) == len(commands), result.stdout + result.stderr
    found = {}
    for count, (body, said) in enumerate(zip(commands, printed, strict=True)):
        codes = [int(code) for code in re.findall(r"<code (\d+)>", said)]
        said = re.sub(r"<code \d+>\n", "", said).replace(str(folder), "$COURSE")
        found[body] = Outcome(said, codes, marks(folder / f"after-{count}"))
        assert max(codes) < 2, said + result.stderr
    return found


def marks(gradebook: Path) -> dict[str, tuple]:
    with Gradebook(f"sqlite:///{gradebook}") as book:
        found = book.assignment_submissions("ps1")
        return {s.student_id: (s.score, s.late_submission_penalty, s.max_score) for s in found}


def after(outcomes: dict[str, Outcome], heading: str) -> list[Outcome]:
    return [outcomes[body] for found, kind, body in boxes() if kind == "sh" and found == heading]


def test_the_commands_print_what_the_page_shows(outcomes):
    shown = {
        body: text for (_, kind, body), (_, what, text) in pairwise(boxes()) if (kind, what) == ("sh", "text")
    }
    assert len(shown) == 3
    for body, text in shown.items():
        assert outcomes[body].printed == text


def test_work_that_comes_late_loses_what_the_policy_says(outcomes):
    *_, last = after(outcomes, "Work comes late")
    assert last.marks["gus07"][:2] == (9.0, 9.0)
    assert {penalty for student, (_, penalty, _) in last.marks.items() if student != "gus07"} == {0.0}


def test_an_extension_gives_it_back(outcomes):
    (extended,) = after(outcomes, "Somebody has an extension")
    assert extended.marks["gus07"][:2] == (9.0, 0.0)


def test_a_question_that_is_taken_out_counts_for_nobody_and_asks_for_no_proof_again(outcomes):
    (taken,) = after(outcomes, "A question is faulty")
    (before,) = after(outcomes, "Somebody has an extension")
    assert {total for _, _, total in taken.marks.values()} == {15.0}
    graded = taken.marks.keys() - {"fay06"}
    assert {before.marks[student][0] - taken.marks[student][0] for student in graded} == {3.0}


def test_building_and_grading_again_changes_nobodys_marks(outcomes):
    (built,) = after(outcomes, "A check or a statement was wrong")
    (before,) = after(outcomes, "A question is faulty")
    assert built.marks == before.marks


def test_a_copy_of_the_folder_is_the_whole_course(outcomes, folder):
    packed, unpacked = after(outcomes, "The laptop is lost")
    again = Path(f"{folder}-again")
    assert marks(again / "gradebook.db") == packed.marks == unpacked.marks
    assert "0 graded" in unpacked.printed or "graded, " in unpacked.printed


def test_all_of_the_group_have_the_grade_of_the_member_who_handed_in(outcomes, folder, tmp_path):
    assert after(outcomes, "A group hands in one piece of work")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        proof = book.find_grade("q6", "ps1", "ps1", "eve05")
        proof.manual_score, proof.needs_manual_grade = 3.5, False
        book.db.commit()
    notes = export(folder, tmp_path / "grades.csv", "csv")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as file:
        grades = {row["id"]: row["ps1 (of 15)"] for row in csv.DictReader(file)}
    assert grades["eve05"] == grades["fay06"] == "14.5"
    assert not [note for note in notes if note.startswith(("eve05", "fay06"))]


def test_a_renamed_student_keeps_the_marks_and_who_left_has_no_row(outcomes, folder):
    renamed, exported = after(outcomes, "A student gets another id, or leaves")
    (before,) = after(outcomes, "Two submissions are alike")
    assert renamed.marks == {"ben2" if s == "ben02" else s: m for s, m in before.marks.items()}
    assert "dan04: has marks, but is not on the list, and was left out" in exported.printed
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["SIS Login ID"]: row["ps1"] for row in csv.DictReader(file)}
    assert set(rows) == {"", "ann01", "ben2", "cho03", "eve05", "fay06", "gus07"}
    assert rows["gus07"] == rows["cho03"]


def test_every_command_of_the_program_is_on_one_of_the_pages_and_every_page_is_linked():
    text = PAGE.read_text("utf-8") + (COURSE / "README.md").read_text("utf-8")
    commands = {shlex.split(line)[0] for line in re.findall(r"python -m coursework\.grading (\S.*)", text)}
    assert {"build", "collect", "grade", "feedback", "export", "copies", "rename"} <= commands
    assert "(when-things-go-wrong.md" in (COURSE / "README.md").read_text("utf-8")
