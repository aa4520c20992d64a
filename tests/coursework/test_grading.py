"""Grading honest work: what is recognised, what it earns, where the marks go; the same on every way."""

import ast
import csv
import io
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.utils import notebook_hash, parse_utc

from coursework.grading import assign, batch, bubblewrap, files, plugins, records
from coursework.grading.__main__ import main
from coursework.grading.assign import ProblemSetError, build, read_problem_set
from coursework.grading.batch import failed, grade_class
from coursework.grading.bubblewrap import SandboxError, open_places
from coursework.grading.config import PROJECT, application
from coursework.grading.executors import dask_cluster, fan_out, process_pool
from coursework.grading.export import export
from coursework.grading.files import write_in_one_step
from coursework.grading.grade import draw_cases, grade_notebook
from coursework.grading.gradebook import enter
from coursework.grading.limits import Limits
from coursework.grading.lists import TableError, read_roster
from coursework.grading.lms import collect
from coursework.grading.marking import (
    SECRET_FILE,
    ChecksError,
    Mark,
    Verdict,
    load_checks,
    make_cases,
    make_secret,
    number,
    portable,
    read_secret,
    real_array,
    verdict,
)
from coursework.grading.plugins import inert_markdown
from coursework.grading.rebuild import Cell, Unreadable, read_cells, rebuild
from coursework.grading.records import Result
from coursework.grading.sandbox import run
from coursework.grading.summary import Progress, summary
from regsoft.check import AnswerError
from tests.coursework import honest as honest_class
from tests.coursework.grading import HONEST, SAMPLE, copy_sample, hand_in, honest, notebook, own_id

FULL = {"q1-marks": 2.0, "q2-marks": 1.0, "q3-marks": 0.5, "q4": None}


@pytest.fixture(scope="module")
def built(sample) -> Path:
    """The sample course, built: tests copy it or only read it."""
    return sample


@pytest.fixture
def course(built, tmp_path) -> Path:
    """A course of one's own, with nothing handed in."""
    shutil.copytree(built, tmp_path / "course")
    return tmp_path / "course"


def points(report) -> dict[str, float | None]:
    return {name: mark.points for name, mark in report.marks.items()}


def scores(course: Path, url: str | None = None) -> dict[str, tuple]:
    """Return what the gradebook says: {student: (automatic marks by cell, waits for a person)}."""
    with Gradebook(url or f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        return {
            s.student_id: (
                {g.name: g.auto_score for n in s.notebooks for g in n.grades},
                s.needs_manual_grade,
            )
            for s in gradebook.assignment_submissions("demo")
        }


# --- the parts


@pytest.mark.parametrize("module", ["records", "gradebook", "lms"])
def test_what_keeps_results_imports_nothing_of_what_grades_a_class(module):
    tree = ast.parse((PROJECT / "coursework" / "grading" / f"{module}.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "coursework.grading.config" in imported
    assert not imported & {f"coursework.grading.{name}" for name in ("batch", "executors", "summary")}


# --- problem sets

GOOD = (SAMPLE / "demo" / "notebook.py").read_text("utf-8")
HIDDEN = """### BEGIN HIDDEN TESTS
from emitter import emit

emit("q2-marks", my_jacobian)
### END HIDDEN TESTS
"""
BROKEN = {
    "an id must look like": ('answer="q1"', 'answer="q1 <b>"'),
    "its id is taken": ('answer="q2"', 'answer="q1"'),
    "marks and proofs must have points": ('marks="q1-marks" points=2', 'marks="q1-marks"'),
    "whole or half": ("points=2", "points=0.3"),
    "a cell has only one of": ('answer="q1"', 'answer="q1" check="q1-b"'),
    "its regions must be": (
        HIDDEN,
        HIDDEN.replace("### BEGIN HIDDEN TESTS\n", "").replace("### END HIDDEN TESTS\n", ""),
    ),
    "each region must have one BEGIN and one END": ("    ### END SOLUTION\n", ""),
    "a BEGIN or END line is misspelt": ("# Symmetry and the sign", "### BEGIN HIDDENTESTS"),
    "one import of emit": ('emit("q1-marks", lambda', 'print(my_softmax)\nemit("q1-marks", lambda'),
    "one emit(its id": ('emit("q2-marks"', 'emit("q1-marks"'),
    "but its marks.py has entries for": ("q3-marks", "q5-marks"),
    "a proof cell must be markdown": ('# %% [markdown] proof="q4"', '# %% proof="q4"'),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_problem_set_that_breaks_a_rule_is_refused_with_the_rule(tmp_path, words):
    course = copy_sample(tmp_path / "course")
    assert BROKEN[words][0] in GOOD
    (course / "demo" / "notebook.py").write_text(GOOD.replace(*BROKEN[words]), encoding="utf-8")
    with pytest.raises(ProblemSetError, match=words.replace("(", r"\(")):
        read_problem_set(course, "demo")


def test_a_set_with_hints_that_no_notebook_could_import_is_refused(tmp_path):
    course = copy_sample(tmp_path / "course")
    (course / "demo").rename(course / "demo-2")
    for file in (course / "demo-2" / "notebook.py", course / "demo-2" / "marks.py"):
        file.write_text(
            file.read_text("utf-8").replace('own_numbers("demo"', 'own_numbers("demo-2"'), encoding="utf-8"
        )
    assert len(read_problem_set(course, "demo-2").cells) > 9
    (course / "demo-2" / "hints.py").touch()
    with pytest.raises(ProblemSetError, match="students import its hints, so its name must have no hyphens"):
        read_problem_set(course, "demo-2")


@pytest.mark.parametrize(
    ("imported", "words"),
    [
        ("from coursework.ps1.hints import check", "change coursework.ps1.hints to coursework.demo.hints"),
        ("import coursework.ps1.hints as hints", "change coursework.ps1.hints to coursework.demo.hints"),
        ("from coursework.demo import hints", r"write .*/demo/hints\.py, or remove the import"),
    ],
)
def test_a_notebook_whose_hints_the_sandbox_would_not_find_is_refused(tmp_path, imported, words):
    course = copy_sample(tmp_path / "course")
    above = "from regsoft.check import own_numbers"
    written = GOOD.replace(above, f"{imported}\n{above}", 1)
    (course / "demo" / "notebook.py").write_text(written, encoding="utf-8")
    with pytest.raises(ProblemSetError, match=words):
        read_problem_set(course, "demo")
    (course / "demo" / "hints.py").touch()
    (course / "demo" / "notebook.py").write_text(written.replace(".ps1", ".demo"), encoding="utf-8")
    assert read_problem_set(course, "demo")


@pytest.mark.parametrize("file", ["notebook.py", "marks.py"])
def test_a_set_that_draws_the_numbers_of_another_is_refused(tmp_path, file):
    course = copy_sample(tmp_path / "course")
    path = course / "demo" / file
    path.write_text(
        path.read_text("utf-8").replace('own_numbers("demo"', 'own_numbers("ps1"'), encoding="utf-8"
    )
    with pytest.raises(ProblemSetError, match=rf'{file} draws own_numbers\("ps1", …\), .* write "demo"'):
        read_problem_set(course, "demo")


def test_data_files_of_a_set_are_handed_out_beside_its_notebook(course):
    for name in ("tool.py", "notes.md"):
        (course / "demo" / "data" / name).touch()
    build(course)
    found = {path.name for path in (course / "release" / "demo").iterdir()}
    assert found == {"demo.ipynb", "numbers.csv", "tool.py", "notes.md"}


def test_an_unknown_assignment_is_refused_and_nothing_is_written(tmp_path):
    course = copy_sample(tmp_path / "course")
    with pytest.raises(ProblemSetError, match="ps9"):
        build(course, ["ps9"])
    assert sorted(path.name for path in course.iterdir()) == ["demo"]


def test_what_nbgrader_refuses_leaves_its_folders_as_they_were(course, monkeypatch):
    class Refuses:
        def generate_assignment(self, name, **options):
            shutil.rmtree(course / "release" / name)  # as nbgrader does when it fails
            return {"success": False, "log": "not like this"}

    (course / "source" / "demo" / "mine.txt").write_text("a file of the instructor's")
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    monkeypatch.setattr(assign, "application", lambda course: Refuses())
    with pytest.raises(ProblemSetError, match="not like this"):
        build(course)
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


def test_the_release_holds_the_questions_and_none_of_the_secrets(built):
    text = (built / "release" / "demo" / "demo.ipynb").read_text("utf-8")
    assert "raise NotImplementedError" in text
    assert "(2 points; the cases are hidden)" in text
    for secret in ("SECRET", "emit(", "### BEGIN", "np.outer", "e.sum()"):
        assert secret not in text
    released = nbformat.read(built / "release" / "demo" / "demo.ipynb", as_version=4)
    nbformat.validate(released)
    assert all(not cell.get("outputs") for cell in released.cells)


# --- marking


@pytest.mark.parametrize(
    "answer",
    [None, "1", True, [True], {"float": "7"}, {}, [[1], [2, 3]], [1, 2], [[[[1]]]], [1, None, 2], 10**400],
    ids=repr,
)
def test_an_answer_that_is_not_an_array_of_the_shape_is_wrong_and_says_so(answer):
    with pytest.raises(AnswerError, match=r"is expected; got|should (be made of numbers|have the shape)"):
        real_array(answer, (3,))


def test_numbers_arrive_as_they_left():
    assert real_array([1, 2.5, {"float": "nan"}], (3,)).tolist()[:2] == [1, 2.5]
    assert real_array([[1, 2]], [1, 2]).shape == (1, 2)
    assert number([[7]]) == 7
    assert number({"float": "-inf"}) == -np.inf
    with pytest.raises(AnswerError):
        number([1, 2])


def test_cases_belong_to_one_student_and_one_question_and_stay_the_same():
    def maker(rng, student):
        return [(rng.normal(),)]

    ann = make_cases(maker, "demo", "ann", "q1")
    assert make_cases(maker, "demo", " ANN", "q1") == ann
    assert make_cases(maker, "demo", "STRAẞE", "q1") == make_cases(maker, "demo", "strasse", "q1")
    others = [("demo", "bob", "q1"), ("demo", "ann", "q2"), ("other", "ann", "q1")]
    assert all(make_cases(maker, *other) != ann for other in others)
    assert make_cases(maker, "demo", "ann", "q1", "salt") != ann


def test_a_check_that_fails_is_wrong_for_the_student_and_a_note_for_the_instructor():
    printed = '\x1eANSWER q {}\n\x1eANSWER q [{"answer": 1}]'
    said = verdict(lambda answer: 1 / 0, [()], "q", printed)
    assert "could not be checked" in said.reason
    assert "ZeroDivisionError" in said.note
    assert verdict(lambda answer: None, [()], "q", printed) == Verdict()
    assert verdict(lambda answer: None, [(), ()], "q", printed).reason == "2 answers are expected, 1 came"
    assert verdict(lambda answer: "", [()], "q", printed).reason == ""
    assert not verdict(lambda answer: None, [()], "other", printed).answered


def test_checks_and_cases_of_another_form_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ChecksError, match="missing"):
        load_checks(tmp_path, "a")
    (tmp_path / "a" / "marks.py").write_text("QUESTIONS = {'q': 1}")
    with pytest.raises(ChecksError, match="must map ids"):
        load_checks(tmp_path, "a")
    with pytest.raises(ChecksError, match="list of tuples"):
        make_cases(lambda rng, student: [1], "a", "ann", "q")
    with pytest.raises(ChecksError, match="made of"):
        portable(object())


# --- honest slips


def ids(work) -> dict[str, int]:
    return {cell.metadata.nbgrader.grade_id: index for index, cell in enumerate(work.cells)}


def _all_metadata_lost(work):
    for cell in work.cells:
        cell.metadata.clear()
        del cell["id"]


def _retyped(work):
    work.cells = [nbformat.v4.new_code_cell(cell.source) for cell in work.cells if "def my_" in cell.source]


def _copied(work):
    work.cells.insert(0, work.cells[ids(work)["q1"]].copy())


def _split(work):
    at = ids(work)["q1"]
    second = nbformat.from_dict(json.loads(json.dumps(work.cells[at])))
    work.cells[at].source = "def helper(z):\n    return np.exp(z - np.max(z))"
    second.source = "def my_softmax(z, t=1.0):\n    return helper(z / t) / helper(z / t).sum()"
    work.cells.insert(at + 1, second)


def _helper_above(work):
    at = ids(work)["q1"]
    work.cells[at].source = "def my_softmax(z, t=1.0):\n    return helper(z / t) / helper(z / t).sum()"
    work.cells.insert(at, nbformat.v4.new_code_cell("def helper(z):\n    return np.exp(z - np.max(z))"))


def _no_locked_cells(work):
    work.cells = [cell for cell in work.cells if cell.metadata.nbgrader.solution]


def _as_text(work):
    cell = work.cells[ids(work)["q2"]]
    work.cells[ids(work)["q2"]] = nbformat.v4.new_markdown_cell(cell.source, metadata=cell.metadata)


def _setup_broken(work):
    for cell in work.cells:
        if cell.metadata.nbgrader.locked:
            cell.source = "1/0"


def _magics(work):
    work.cells[ids(work)["q1"]].source += "\n%timeit -n1 -r1 my_softmax(np.ones(3))\n!ls\nmy_softmax?"


def _warns(work):
    work.cells[
        ids(work)["q1"]
    ].source += "\nimport sys, warnings\nwarnings.warn('careful')\nprint('x', file=sys.stderr)"


def _prints(work):
    work.cells[
        ids(work)["q2"]
    ].source = (
        "def my_jacobian(p):\n    print('here', end='')\n    return (np.diag(p) - np.outer(p, p)).tolist()"
    )


def _uses_the_package_beside(work):
    work.cells[ids(work)["q1"]].source = (
        "import regsoft, regsoft.figures as figures\nfrom regsoft import softmax, sigmoid\n" + HONEST["q1"]
    )


SLIPS = {
    "nothing": lambda work: None,
    "all metadata lost": _all_metadata_lost,
    "copied": _copied,
    "split": _split,
    "helper in a cell of one's own": _helper_above,
    "locked cells deleted": _no_locked_cells,
    "code turned into text": _as_text,
    "setup broken": _setup_broken,
    "magics": _magics,
    "warnings": _warns,
    "prints": _prints,
    "imports the package": _uses_the_package_beside,
}


@pytest.fixture(scope="module")
def slips(built, sandboxed, tmp_path_factory) -> dict:
    """The results of honest work with a slip in it, graded as one class."""
    course = tmp_path_factory.mktemp("slips") / "course"
    shutil.copytree(built, course)
    for count, slip in enumerate(SLIPS.values()):
        work = honest(course, f"s{count}")
        slip(work)
        hand_in(course, f"s{count}", json.dumps(work), "renamed by me.ipynb" if count % 2 else "demo.ipynb")
    results = grade_class(course, "demo", process_pool(2))
    return dict(zip(SLIPS, sorted(results, key=lambda result: int(result.student[1:])), strict=True))


@pytest.mark.parametrize("slip", SLIPS)
def test_an_honest_slip_costs_nothing(slips, slip):
    result = slips[slip]
    assert {name: mark.points for name, mark in result.marks.items()} == FULL, result


def test_honest_work_loses_what_it_deserves_and_the_reason_is_the_cause(course, sandboxed):
    for count, name in enumerate(honest_class.WORK):
        hand_in(course, f"h{count:03}", honest_class.changed(honest(course, f"h{count:03}"), name))
    results = grade_class(course, "demo", process_pool(3), Limits(cell=1.0, notebook=20, wait=1))
    wrong = {}
    for (name, (_, lost)), result in zip(honest_class.WORK.items(), results, strict=True):
        assert result.aside is None, name
        for key, mark in result.marks.items():
            reason = lost.get(key)
            waits = (key in lost and reason is None) or (key == "q4" and not reason)
            points = None if waits else 0.0 if reason else mark.out_of
            if mark.points != points or (reason and reason not in mark.reason):
                wrong[name] = (key, mark, result.notes)
    assert wrong == {}


def test_the_class_of_honest_work_is_as_large_as_the_trial_that_found_its_kinds():
    assert len(honest_class.WORK) + len(SLIPS) >= 92


def read_back(course: Path, work) -> tuple:
    source = nbformat.read(course / "source" / "demo" / "demo.ipynb", as_version=4)
    release = nbformat.read(course / "release" / "demo" / "demo.ipynb", as_version=4)
    rebuilt, notes = rebuild(source, release, read_cells(json.dumps(work).encode(), "demo"))
    return {cell["id"]: cell for cell in rebuilt.cells}, notes


def test_an_unedited_copy_after_the_answer_does_not_undo_it(built):
    work = honest(built, "ann")
    stub = notebook(built, {}).cells[ids(work)["q1"]]
    work.cells.insert(ids(work)["q1"] + 1, stub)
    rebuilt, _ = read_back(built, work)
    assert rebuilt["q1"].source == HONEST["q1"]


def test_what_was_retyped_is_recognised_and_what_is_missing_is_said(built):
    work = honest(built, "ann")
    _retyped(work)
    rebuilt, notes = read_back(built, work)
    assert rebuilt["q1"].source == HONEST["q1"]
    assert rebuilt["q2"].source == HONEST["q2"]
    assert "NotImplementedError" in rebuilt["q3"].source or "your id" in rebuilt["q3"].source
    assert [note for note in notes if "q4 is missing" in note]


def test_a_proof_written_into_a_cell_of_ones_own_counts(built):
    work = honest(built, "ann")
    work.cells[ids(work)["q4"]] = nbformat.v4.new_markdown_cell("My proof.")
    rebuilt, notes = read_back(built, work)
    assert rebuilt["q4"].source == "My proof."
    assert [note for note in notes if "q4" in note]


def test_locked_cells_always_come_from_the_source(built):
    work = honest(built, "ann")
    _setup_broken(work)
    rebuilt, _ = read_back(built, work)
    source = nbformat.read(built / "source" / "demo" / "demo.ipynb", as_version=4)
    for cell in source.cells:
        if cell.metadata.nbgrader.locked:
            assert rebuilt[cell.id].source == cell.source
            assert rebuilt[cell.id].metadata.nbgrader == cell.metadata.nbgrader


def test_rebuilding_twice_is_rebuilding_once(built):
    work = honest(built, "ann")
    _split(work)
    _copied(work)
    once, _ = read_back(built, work)
    again, _ = read_back(built, nbformat.v4.new_notebook(cells=[*once.values()]))
    assert [cell.source for cell in again.values()] == [cell.source for cell in once.values()]


PNG = "iVBORw0KGgo="
PICTURES = {
    "a photo.png": {"image/png": PNG, "text/html": "PGI+"},
    "not.png": {"image/png": "PGI+"},
    "page": {"text/html": "PGI+"},
    "odd": [],
}


def test_a_photograph_pasted_into_a_proof_comes_with_it_and_nothing_else_does(built):
    work = honest(built, "ann")
    proof = work.cells[ids(work)["q4"]]
    proof.source, proof.attachments = "![my proof](attachment:a%20photo.png)", PICTURES
    rebuilt, _ = read_back(built, work)
    nbformat.validate(nbformat.v4.new_notebook(cells=[*rebuilt.values()]))
    assert rebuilt["q4"].attachments == {"a photo.png": {"image/png": PNG}}
    page = inert_markdown({"cell": rebuilt["q4"]}, rebuilt["q4"].source)
    assert f'src="data:image/png;base64,{PNG}"' in page


LONG = {
    "environments": "\\begin{a}" * 20_000,
    "brackets": "[" * 180_000,
    "stars": "*a _b " * 30_000,
    "marks": "*_`[(<$" * 40_000,
}


def test_what_a_student_wrote_is_bounded_before_a_page_is_made_of_it(course, sandboxed, monkeypatch):
    monkeypatch.setattr(plugins, "PAGE", 0.5)
    work = notebook(course, HONEST | {"q4": LONG["environments"]})
    work.cells += [nbformat.v4.new_markdown_cell(text) for text in LONG.values()] * 5
    work.cells += [nbformat.v4.new_code_cell(f"'{text}'") for text in LONG.values()] * 5
    hand_in(course, "ann", work)
    hand_in(course, "zoe", honest(course, "zoe"))
    (ann, _) = grade_class(course, "demo", Serial)
    assert {name: mark.points for name, mark in ann.marks.items()} == FULL | {"q3-marks": 0.0}
    graded = nbformat.read(course / "autograded" / "ann" / "demo" / "demo.ipynb", as_version=4)
    written = [cell.source for cell in graded.cells]
    assert max(map(len, written)) < 21_000
    assert sum(map(len, written)) < 210_000
    assert "160000 characters more, which are in the notebook that was handed in" in "".join(written)
    start = time.process_time()
    assert application(course).generate_feedback("demo", force=True)["success"]
    assert time.process_time() - start < 5
    assert (course / "feedback" / "zoe" / "demo" / "demo.html").exists()


def test_a_text_that_takes_too_long_to_set_is_shown_as_it_was_typed_and_so_is_what_follows(monkeypatch):
    monkeypatch.setattr(plugins, "PAGE", 0.01)
    page = {"resources": {}}
    assert "<pre>\\begin{a}" in inert_markdown(page, LONG["environments"][:20_000])
    assert inert_markdown(page, "<b>*x*</b>").endswith("<pre>&lt;b&gt;*x*&lt;/b&gt;</pre>")
    assert plugins.highlighted(page, "x < 1").endswith("<pre>x &lt; 1</pre>")
    assert "<em>x</em>" in inert_markdown({"resources": {}}, "*x*")


def test_words_of_hidden_tests_in_a_text_cost_nobody_a_page(course, sandboxed):
    words = "### BEGIN HIDDEN TESTS"
    hand_in(course, "ann", notebook(course, {"q1": f"{words}\nprint('{words}')", "q4": words}))
    grade_class(course, "demo", Serial)
    assert application(course).generate_feedback("demo")["success"]
    page = (course / "feedback" / "ann" / "demo" / "demo.html").read_text("utf-8")
    assert page.count(words) >= 2
    assert "emit(" not in page


@pytest.mark.parametrize("address", ["attachment:lost.png", "https://example.org/x.png", "../gradebook.db"])
def test_a_picture_that_was_not_handed_in_is_said_and_fetched_from_nowhere(address):
    page = inert_markdown({}, f"![my proof]({address})")
    assert "my proof: a picture that was not handed in" in page
    assert "<img" not in page


def test_a_cell_that_is_not_of_the_assignment_is_not_an_answer(built):
    source = nbformat.read(built / "source" / "demo" / "demo.ipynb", as_version=4)
    release = nbformat.read(built / "release" / "demo" / "demo.ipynb", as_version=4)
    with pytest.raises(Unreadable, match="none of its cells answers"):
        rebuild(source, release, [Cell("code", "x = 1", ("q9",))])


# --- files


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    write_in_one_step(path, "old\r\n", 0o640)
    assert path.read_bytes() == b"old\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(UnicodeEncodeError):
        write_in_one_step(path, "new \ud800")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_in_one_step(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("table.csv", b"old\r\n")]


# --- the sandbox


def test_without_bubblewrap_nothing_is_graded_and_the_error_says_what_to_do(
    course, monkeypatch, tmp_path, capsys
):
    hand_in(course, "ann", nbformat.writes(honest(course, "ann")))
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match=r"apt install bubblewrap.*--unsafe"):
        grade_notebook(course, "demo", honest(course, "ann"), "ann")


def test_a_sandbox_that_does_not_start_costs_nobody_a_mark(course, monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: no namespaces here' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(broken))
    with pytest.raises(SandboxError, match="no namespaces here"):
        grade_notebook(course, "demo", honest(course, "ann"), "ann")


def test_a_sandbox_that_cannot_be_built_leaves_no_file_open(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    before = os.listdir("/proc/self/fd")
    with pytest.raises(SandboxError):
        run([])
    assert os.listdir("/proc/self/fd") == before


def test_data_files_lie_in_the_working_folder_and_may_not_be_changed(sandboxed, tmp_path):
    (tmp_path / "numbers.csv").write_text("1,2,3")
    (tmp_path / "demo.ipynb").write_text("secret")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    look = "import os\nprint(sorted(os.listdir()), open('numbers.csv').read())"
    change = "open('numbers.csv', 'w')"
    keep = "open('mine.txt', 'w').write('x'); print(open('mine.txt').read())"
    first, second, third = run([{"source": s, "cases": {}} for s in (look, change, keep)], data=tmp_path)
    assert first.stdout == "['numbers.csv'] 1,2,3\n"
    assert second.outputs[0]["ename"] in {"OSError", "PermissionError"}
    assert third.stdout == "x\n"


def test_the_hints_of_a_set_can_be_imported_and_nothing_else_of_its_course(sandboxed, tmp_path):
    (tmp_path / "ps9").mkdir()
    hints = tmp_path / "ps9" / "hints.py"
    hints.write_text("from regsoft.check import checks\ncheck = checks({})")
    (tmp_path / "ps9" / "marks.py").write_text("")
    uses = (
        "from coursework.ps9.hints import check\nimport regsoft, coursework.ps9.hints as h\nprint(h.__file__)"
    )
    others = "import coursework.ps9.marks"
    writes = "open(h.__file__, 'w')"
    first, second, third = run([{"source": s, "cases": {}} for s in (uses, others, writes)], hints=hints)
    assert (first.stdout, first.outputs) == ("/stub/coursework/ps9/hints.py\n", [])
    assert second.outputs[0]["ename"] == "ModuleNotFoundError"
    assert third.outputs[0]["ename"] in {"OSError", "PermissionError"}


def test_a_cell_that_ends_the_program_is_told_apart_from_those_that_never_ran(sandboxed):
    ends, after = run([{"source": s, "cases": {}} for s in ("import os; os._exit(3)", "1")])
    assert (ends.ran, ends.ended) == (True, "the program ended itself (status 3)")
    assert (after.ran, after.ended) == (False, f"not run; an earlier cell ended the program: {ends.ended}")


def test_figures_come_out_as_pictures(sandboxed):
    (outcome,) = run(
        [{"source": "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()", "cases": {}}]
    )
    assert outcome.outputs[0]["data"]["image/png"].startswith("iVBOR")


# --- one way and another

WORK = {
    "ann": lambda course: honest(course, "ann"),
    "bob": lambda course: notebook(
        course, {"q1": "def my_softmax(z, t=1.0):\n    return np.exp(z) / np.exp(z).sum()"}
    ),
    "cyd": lambda course: notebook(course, HONEST | {"q3": own_id("ann"), "q1": "1/0"}),
    "dan": lambda course: notebook(course, {}),
}


@pytest.fixture(scope="module")
def marked(built, sandboxed, tmp_path_factory) -> tuple[Path, dict]:
    """A small class graded by a pool of processes: its course and what its gradebook says."""
    course = tmp_path_factory.mktemp("marked") / "course"
    shutil.copytree(built, course)
    for student, work in WORK.items():
        hand_in(course, student, nbformat.writes(work(course)))
    hand_in(course, "eve", "no notebook")
    grade_class(course, "demo", process_pool(2))
    return course, scores(course)


def fresh(built: Path, marked: tuple[Path, dict], folder: Path) -> Path:
    """Return a copy of the class that is not graded yet."""
    shutil.copytree(built, folder)
    shutil.copytree(marked[0] / "submitted", folder / "submitted")
    return folder


def test_the_marks_are_those_the_work_deserves(marked):
    none = {"q1-marks": 0.0, "q2-marks": 0.0, "q3-marks": 0.0, "q4": 0.0}
    assert marked[1] == {
        "ann": (FULL, True),
        "bob": (none, False),
        "cyd": (FULL | {"q1-marks": 0.0, "q3-marks": None}, True),  # the numbers of Ann's id
        "dan": (none, False),
        "eve": (dict.fromkeys(FULL), True),
    }


def test_an_answer_that_is_missing_is_said_to_be_where_nobody_has_to_mark_it(marked):
    with Gradebook(f"sqlite:///{marked[0] / 'gradebook.db'}", "regsoft") as gradebook:
        said = {
            s: gradebook.find_comment("q4", "demo", "demo", s).auto_comment for s in ("ann", "dan", "eve")
        }
    assert said == {"ann": None, "dan": "No response.", "eve": None}


def test_grading_again_changes_nothing_and_runs_nothing(marked):
    course, before = marked
    stamps = {path: path.stat().st_mtime_ns for path in (course / "results").rglob("*")}

    def no_executor():
        raise AssertionError("something was graded again")

    results = grade_class(course, "demo", lambda: no_executor())
    assert {path: path.stat().st_mtime_ns for path in (course / "results").rglob("*")} == stamps
    assert scores(course) == before
    assert "eve: SET ASIDE" in summary(results)
    assert "5 submissions: 4 graded, 1 set aside" in summary(results)


@pytest.mark.parametrize(
    "changed",
    [
        "course/release/demo/data.csv",
        "course/demo/marks.py",
        "course/demo/hints.py",
        "regsoft/check.py",
        "regsoft/argmax.py",
        "course/secret.txt",
        "the sandbox",
    ],
)
def test_what_the_marks_depend_on_cannot_change_without_grading_again(marked, tmp_path, monkeypatch, changed):
    class AgainError(Exception):
        pass

    def executor():
        raise AgainError

    course = shutil.copytree(marked[0], tmp_path / "course")
    shutil.copytree(PROJECT / "regsoft", tmp_path / "regsoft")
    monkeypatch.setattr(records, "PROJECT", tmp_path)
    grade_class(course, "demo", executor)
    if changed != "the sandbox":
        with (tmp_path / changed).open("a") as file:
            file.write("another" if changed.endswith(SECRET_FILE) else "\n")
    with pytest.raises(AgainError):
        grade_class(course, "demo", executor, safe=changed != "the sandbox")


def test_a_dask_cluster_gives_the_same_marks(built, marked, tmp_path):
    from distributed import LocalCluster

    course = fresh(built, marked, tmp_path / "course")
    local = {"processes": False, "protocol": "tcp", "host": "127.0.0.1", "dashboard_address": None}
    with LocalCluster(n_workers=1, threads_per_worker=2, **local) as cluster:
        with pytest.raises(KeyboardInterrupt):
            grade_class(course, "demo", dask_cluster(cluster.scheduler_address), report=stop)
        grade_class(course, "demo", dask_cluster(cluster.scheduler_address))
    assert scores(course) == marked[1]


def test_a_worker_of_dask_that_is_killed_loses_and_doubles_nothing(built, marked, tmp_path):
    from distributed import LocalCluster

    course = fresh(built, marked, tmp_path / "course")
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        (nanny,) = cluster.workers.values()
        first = nanny.pid

        def kill(done, total, result):
            if done == 1:
                os.kill(first, signal.SIGKILL)

        results = grade_class(course, "demo", dask_cluster(cluster.scheduler_address), report=kill)
        assert nanny.pid != first
    assert [result.student for result in results] == [*WORK, "eve"]
    assert scores(course) == marked[1]


def test_a_worker_that_is_killed_loses_and_doubles_nothing(built, marked, tmp_path):
    course = fresh(built, marked, tmp_path / "course")
    pools = []

    def pool():
        pools.append(process_pool(1)())
        return pools[-1]

    def kill(done, total, result):
        if done == 1:
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)

    results = grade_class(course, "demo", pool, report=kill)
    assert len(pools) > 1
    assert [result.student for result in results] == [*WORK, "eve"]
    assert scores(course) == marked[1]


def test_who_kills_every_worker_is_set_aside_and_nobody_else():
    kills = "__import__('os')._exit(1)"
    others = [f"__import__('time').sleep(0.05) or {number}" for number in range(8)]
    results = list(fan_out(eval, failed, [kills, *others], process_pool(2)))
    (aside,) = (result for result in results if isinstance(result, Result))
    assert aside.student == kills
    assert "its worker died 3 times" in aside.aside
    assert sorted(result for result in results if result != aside) == [*range(8)]


def test_workers_that_die_before_all_is_handed_out_end_no_run():
    class Broken(Executor):
        def submit(self, task, student):
            raise BrokenExecutor("all of them died")

    results = list(fan_out(str, failed, ["ann", "bob"], Broken))
    assert [result.student for result in results] == ["ann", "bob"]
    assert {result.aside for result in results} == {"its worker died 3 times: all of them died"}


class Serial(Executor):
    """Does each task at once, in this process."""

    def submit(self, task, student):
        future = Future()
        try:
            future.set_result(task(student))
        except BaseException as error:
            future.set_exception(error)
        return future


def test_an_error_while_one_submission_is_graded_is_the_record_of_that_student_alone(
    course, sandboxed, monkeypatch
):
    real = batch.grade_notebook
    errors = [ValueError, RuntimeError, RecursionError, MemoryError, SandboxError, Exception]
    fails = {f"b{number}": error for number, error in enumerate(errors)}

    def fails_for_some(course, assignment, data, student, *options):
        if student in fails:
            raise fails[student]("of some kind \ud800")
        return real(course, assignment, data, student, *options)

    monkeypatch.setattr(batch, "grade_notebook", fails_for_some)
    for student in ("ann", *fails, "cyd"):
        hand_in(course, student, honest(course, student))
    results = {result.student: result for result in grade_class(course, "demo", Serial)}
    said, marks = summary([*results.values()]).encode().decode(), scores(course)
    assert marks["ann"] == marks["cyd"] == (FULL, True)
    for student, error in fails.items():
        aside = results[student].aside
        assert f"grading it failed with {error.__name__}: of some kind" in aside
        assert json.loads((course / "results" / "demo" / f"{student}.json").read_text())["aside"] == aside
        assert f"{student}: SET ASIDE, no new marks: grading it failed" in said
        assert set(marks[student][0].values()) == {None}
    monkeypatch.setattr(batch, "grade_notebook", real)
    assert {result.aside for result in grade_class(course, "demo", Serial)} == {None}


def test_an_id_for_which_no_cases_can_be_drawn_is_the_record_of_that_student_alone(course, sandboxed):
    for student in (" ", "ann"):  # the blank one comes first, and own_numbers refuses it
        hand_in(course, student, honest(course, student))
    blank, ann = grade_class(course, "demo", Serial)
    assert "student must be the id under which you hand in" in blank.aside
    assert (ann.student, ann.aside, scores(course)["ann"]) == ("ann", None, (FULL, True))


def kept(course: Path) -> dict[Path, bytes]:
    """What an earlier run has left: results, graded notebooks, the gradebook."""
    places = [course / "gradebook.db", *(course / "results").rglob("*"), *(course / "autograded").rglob("*")]
    return {path: path.read_bytes() for path in places if path.is_file()}


MISTAKES = {
    "raised ZeroDivisionError": ("demo/marks.py", "1 / 0"),
    "drawing the cases raised KeyError": (
        "demo/marks.py",
        'QUESTIONS["q1-marks"] = (lambda rng, student: {}["x"], softmax_check)',
    ),
    "a case is made of": (
        "demo/marks.py",
        'QUESTIONS["q1-marks"] = (lambda rng, student: [(object(),)], softmax_check)',
    ),
    "build the course again": ("demo/marks.py", 'del QUESTIONS["q2-marks"]'),
    "marks.py is missing": ("demo/marks.py", None),
    "source/demo/demo.ipynb is missing: build": ("source/demo/demo.ipynb", None),
    "release/demo/demo.ipynb is missing: build": ("release/demo/demo.ipynb", None),
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_of_the_whole_course_ends_the_run_and_takes_nobodys_marks(marked, tmp_path, capsys, words):
    course = shutil.copytree(marked[0], tmp_path / "course")
    before, (name, line) = kept(course), MISTAKES[words]
    if line:
        with (course / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    else:
        (course / name).unlink()
    assert main(["--course", str(course), "grade", "demo"]) == 2
    assert words in capsys.readouterr().err
    assert kept(course) == before


def test_a_gradebook_that_was_not_built_says_so(marked, tmp_path, capsys):
    course = shutil.copytree(marked[0], tmp_path / "course")
    (course / "gradebook.db").unlink()
    assert main(["--course", str(course), "grade", "demo"]) == 2
    assert "the gradebook does not know 'demo': build the course first" in capsys.readouterr().err


def test_where_the_grader_fails_the_marks_of_an_earlier_run_stay(marked, tmp_path, monkeypatch):
    course = shutil.copytree(marked[0], tmp_path / "course")
    graded = {path: path.read_bytes() for path in (course / "autograded").rglob("*.ipynb")}
    (course / "release" / "demo" / "data.csv").touch()  # so all is graded again
    hand_in(course, "flo", honest(course, "flo"))

    def fails(*_):
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(batch, "read_submission", fails)
        results = grade_class(course, "demo", Serial)
    assert [r.student for r in results if r.aside and "the disk is gone" in r.aside] == [*WORK, "eve", "flo"]
    assert scores(course) == marked[1] | {"flo": (dict.fromkeys(FULL), True)}
    assert {path: path.read_bytes() for path in (course / "autograded").rglob("*.ipynb")} == graded
    assert [r.student for r in grade_class(course, "demo", Serial) if r.aside] == ["eve"]
    assert scores(course) == marked[1] | {"flo": (FULL, True)}


def test_the_cases_are_drawn_from_the_secret_of_the_process_that_was_started(course, sandboxed, monkeypatch):
    class Elsewhere(Serial):
        def submit(self, task, student):
            with monkeypatch.context() as patch:
                patch.setenv("COURSE_SECRET", "of a worker")
                return super().submit(task, student)

    drawn = []
    real = batch.grade_notebook

    def watched(*words):
        drawn.append(words[-1])
        return real(*words)

    monkeypatch.setattr(batch, "grade_notebook", watched)
    hand_in(course, "ann", honest(course, "ann"))
    grade_class(course, "demo", Elsewhere)
    assert drawn == [read_secret(course)]


def test_the_machine_that_asks_a_cluster_needs_no_sandbox_of_its_own(course, sandboxed, monkeypatch):
    def no_sandbox(*_, **__):
        raise SandboxError("not on this machine")

    monkeypatch.setattr(batch, "run", no_sandbox)
    monkeypatch.setattr("coursework.grading.__main__.dask_cluster", lambda address: Serial)
    hand_in(course, "ann", honest(course, "ann"))
    command = ["--course", str(course), "grade", "demo"]
    assert main(command) == 2
    assert main([*command, "--scheduler", "tcp://10.0.0.1:8786"]) == 0


def test_the_lecturer_is_told_when_the_code_of_the_assignment_itself_fails(course, sandboxed):
    work = honest(course, "ann")
    assert grade_notebook(course, "demo", work, "ann").notes == ()
    path = course / "source" / "demo" / "demo.ipynb"
    source = nbformat.read(path, as_version=4)
    given = next(cell for cell in source.cells if cell.cell_type == "code")
    given.source += "\nfrom coursework.demo.hints import check"
    nbformat.write(source, path)
    (note,) = grade_notebook(course, "demo", work, "ann").notes
    assert note.startswith(
        "given-2, code of the assignment itself, raised ModuleNotFoundError: No module named"
    )


def test_an_error_outside_the_grading_itself_is_the_record_of_that_student_alone():
    results = list(fan_out(eval, failed, ["1 / 0", "7"], process_pool(1)))
    assert [results[0].student, results[1]] == ["1 / 0", 7]
    assert "ZeroDivisionError: division by zero" in results[0].aside


def test_a_scheduler_that_is_lost_ends_the_run_and_takes_nobodys_marks(marked, tmp_path, monkeypatch, capsys):
    class Lost(Executor):
        def submit(self, task, student):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    course = shutil.copytree(marked[0], tmp_path / "course")
    (course / "release" / "demo" / "data.csv").touch()  # so all is graded again
    before = kept(course)
    monkeypatch.setattr("coursework.grading.__main__.dask_cluster", lambda address: Lost)
    assert main(["--course", str(course), "grade", "demo", "--scheduler", "tcp://10.0.0.1:8786"]) == 2
    assert "the scheduler is lost; run the same command again to continue" in capsys.readouterr().err
    assert kept(course) == before


def test_an_interrupt_ends_the_run():
    def interrupted(student):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(fan_out(interrupted, failed, ["ann"], Serial))


def test_a_submission_with_a_name_that_cannot_be_printed_is_set_aside_in_words_that_can(course, sandboxed):
    hand_in(course, "ann", honest(course, "ann"))
    os.makedirs(os.fsencode(course / "submitted") + b"/b\xff/demo")
    text = summary(grade_class(course, "demo", Serial))
    assert "SET ASIDE" in text.encode().decode()
    assert "2 submissions: 1 graded, 1 set aside." in text


def test_building_makes_a_secret_that_its_owner_alone_can_read_and_keeps_it(course):
    path = course / SECRET_FILE
    secret = path.read_text("utf-8")
    assert len(secret.strip()) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    build(course)
    assert path.read_text("utf-8") == secret
    assert not [
        p
        for p in (course / "release").rglob("*")
        if p.is_file() and secret.strip().encode() in p.read_bytes()
    ]


def test_the_secret_is_that_of_the_environment_or_of_the_course_and_never_empty(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_SECRET", raising=False)
    assert read_secret(tmp_path) == ""
    make_secret(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    make_secret(other)
    assert read_secret(tmp_path) != read_secret(other)
    monkeypatch.setenv("COURSE_SECRET", "chosen")
    assert read_secret(tmp_path) == "chosen"
    monkeypatch.delenv("COURSE_SECRET")
    (tmp_path / SECRET_FILE).write_text("\n")
    with pytest.raises(ChecksError, match=r"secret.txt is empty"):
        read_secret(tmp_path)


def test_the_time_left_is_that_of_the_work_done_now():
    progress = Progress(io.StringIO())
    progress.start -= 10
    progress(901, 1000, Result("ann", "key"))
    assert "901 of 1000, 16:3" in progress.stream.getvalue()


def stop(done, total, result):
    raise KeyboardInterrupt


def test_a_run_that_is_stopped_begins_nothing_more_and_goes_on_where_it_stopped(built, marked, tmp_path):
    course = fresh(built, marked, tmp_path / "course")
    with pytest.raises(KeyboardInterrupt):
        grade_class(course, "demo", process_pool(1), report=stop)
    before = {path: path.stat().st_mtime_ns for path in (course / "results").rglob("*.json")}
    assert 1 <= len(before) < len(WORK) + 1
    grade_class(course, "demo", process_pool(1))
    assert scores(course) == marked[1]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_submission_is_graded_again_and_asks_for_the_manual_marks_again(marked, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(marked[0], course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        for student, mark in (("ann", 1.5), ("cyd", 0.5)):
            grade = gradebook.find_grade("q4", "demo", "demo", student)
            grade.manual_score, grade.needs_manual_grade = mark, False
        gradebook.db.commit()
    proof = {"q4": "Another proof."}
    hand_in(course, "cyd", nbformat.writes(notebook(course, HONEST | proof)))
    grade_class(course, "demo", process_pool(1))
    after = scores(course)
    assert after["ann"] == (FULL, False)
    assert after["cyd"] == (FULL | {"q3-marks": 0.0}, True)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        assert gradebook.find_submission("demo", "ann").score == 5.0
        assert gradebook.find_grade("q4", "demo", "demo", "cyd").manual_score == 0.5


def decide(course: Path, student: str, name: str, mark: float) -> None:
    """Give a mark by hand, as formgrader does."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        grade = gradebook.find_grade(name, "demo", "demo", student)
        grade.manual_score, grade.needs_manual_grade = mark, False
        gradebook.db.commit()


def total(course: Path, student: str) -> tuple[float, float]:
    """What a student has, and could have."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        submission = gradebook.find_submission("demo", student)
        return submission.score, submission.max_score


def edit(path: Path, old: str, new: str) -> None:
    written = path.read_text("utf-8")
    assert old in written
    path.write_text(written.replace(old, new), encoding="utf-8")


def test_a_decision_lasts_until_what_it_was_made_on_changes(course, sandboxed, monkeypatch):
    monkeypatch.setattr(assign, "write_wheel", lambda course, folder: None)  # as it is, and slow
    hand_in(course, "ann", honest(course, "ann"))
    hand_in(course, "bob", notebook(course, HONEST | {"q1": "def my_softmax(z, t=1.0):\n    return z"}))
    grade_class(course, "demo", Serial)
    decide(course, "ann", "q4", 1.25)
    decide(course, "bob", "q4", 0.5)
    decide(course, "bob", "q1-marks", 1.5)
    for file, old, new in (
        ("marks.py", "is the temperature used?", "what of the temperature?"),
        ("notebook.py", "why does the sum stay 1?", "why does the sum stay one?"),
        ("notebook.py", "One point for the division", "A point for the division"),
    ):
        edit(course / "demo" / file, old, new)
        build(course)
        grade_class(course, "demo", Serial)
        assert {student: waits for student, (_, waits) in scores(course).items()} == {
            "ann": False,
            "bob": False,
        }
    assert (total(course, "ann"), total(course, "bob")) == ((4.75, 5.0), (3.0, 5.0))
    edit(course / "demo" / "notebook.py", 'proof="q4" points=1.5', 'proof="q4" points=2')
    build(course)
    grade_class(course, "demo", Serial)
    assert scores(course)["ann"][1]
    assert total(course, "ann") == (4.75, 5.5)  # kept, to be confirmed


def test_a_question_is_taken_out_or_given_to_all_by_one_line_and_comes_back(course, sandboxed):
    marks = course / "demo" / "marks.py"
    as_it_was = marks.read_text("utf-8")
    hand_in(course, "ann", honest(course, "ann"))
    hand_in(course, "bob", notebook(course, {"q4": "My proof."}))
    hand_in(course, "eve", "no notebook")
    grade_class(course, "demo", Serial)
    decide(course, "ann", "q4", 1.25)
    decide(course, "bob", "q4", 1.0)
    assert (total(course, "ann"), total(course, "bob")) == ((4.75, 5.0), (1.0, 5.0))
    marks.write_text(as_it_was + 'TAKEN_OUT = {"q1-marks", "q4"}\n', encoding="utf-8")
    results = grade_class(course, "demo", Serial)
    assert "this question was taken out" in {mark.reason for mark in results[0].marks.values()}
    assert (total(course, "ann"), total(course, "bob")) == ((1.5, 1.5), (0.0, 1.5))
    assert not scores(course)["bob"][1]
    marks.write_text(as_it_was + 'GIVEN_TO_ALL = {"q1-marks", "q4"}\n', encoding="utf-8")
    grade_class(course, "demo", Serial)
    assert (total(course, "ann"), total(course, "bob")) == ((5.0, 5.0), (3.5, 5.0))
    assert set(scores(course)["eve"][0].values()) == {None}
    marks.write_text(as_it_was, encoding="utf-8")
    grade_class(course, "demo", Serial)
    assert (total(course, "ann"), total(course, "bob")) == ((4.75, 5.0), (1.0, 5.0))


@pytest.mark.parametrize("line", ['TAKEN_OUT = {"q7"}', 'GIVEN_TO_ALL = "q1-marks"'])
def test_a_decision_for_all_on_a_question_that_is_not_there_is_refused(course, line):
    with (course / "demo" / "marks.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(ChecksError, match=r"q7.*'q4'|is a set of ids"):
        grade_notebook(course, "demo", honest(course, "ann"), "ann")


def test_an_id_that_nobody_told_the_students_can_count_as_it_was_typed(course, sandboxed):
    for student in ("s0", "s1", "s2", "s3"):
        hand_in(course, student, honest(course, f"{student}@uni.example"))
    results = grade_class(course, "demo", Serial)
    assert {mark.points for result in results for mark in result.marks.values()} == {2.0, 1.0, None}
    said = summary(results)
    assert "s0: the notebook names 's0@uni.example' as its student; q3-marks: right for that id" in said
    assert "4 of 4 notebooks name an id other than the one that handed them in" in said
    with (course / "demo" / "marks.py").open("a", encoding="utf-8") as file:
        file.write("\nID_AS_TYPED = True\n")
    results = grade_class(course, "demo", Serial)
    assert {result.marks["q3-marks"].points for result in results} == {0.5}
    assert not [note for result in results for note in result.notes]


def test_releases_that_nobody_has_answered_are_not_copies_of_each_other(course, sandboxed):
    for student in ("ann", "bob"):
        hand_in(course, student, notebook(course, {}))
    assert "handed in the same file" not in summary(grade_class(course, "demo", Serial))


def test_a_late_policy_applies_whenever_it_or_the_marks_change(course, sandboxed, tmp_path):
    (hand_in(course, "ann", honest(course, "ann")) / "timestamp.txt").write_text("2026-01-03 10:00:00 UTC")
    config = course / "nbgrader_config.py"
    lenient = config.read_text("utf-8")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        gradebook.find_assignment("demo").duedate = parse_utc("2026-01-02 10:00:00 UTC")
        gradebook.db.commit()

    def exported() -> str:
        export(course, tmp_path / "x.csv", "csv")
        return (tmp_path / "x.csv").read_text("utf-8").splitlines()[1].rpartition(",")[2]

    grade_class(course, "demo", Serial)
    decide(course, "ann", "q4", 1.5)
    assert exported() == "5.0"
    config.write_text(f'{lenient}\nget_config().LateSubmissionPlugin.penalty_method = "zero"\n')
    grade_class(course, "demo", Serial)
    assert exported() == "0.0"
    decide(course, "ann", "q4", 0.5)
    assert exported() == "0.0"
    config.write_text(lenient)
    assert exported() == "4.0"


def punctual(course: Path, key: str, handed_in: str, deadline: str) -> tuple[int, float]:
    """Enter full marks for Ann, where late work gets none; return how many entries changed, and what she lost."""
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nget_config().LateSubmissionPlugin.penalty_method = "zero"\n')
    (hand_in(course, "ann", "{}") / "timestamp.txt").write_text(f"{handed_in} UTC")
    marks = {name: Mark(points, 0, None) for name, points in FULL.items()}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        gradebook.find_assignment("demo").duedate = parse_utc(f"{deadline} UTC")
        gradebook.db.commit()
        changed = enter(course, "demo", [Result("ann", key, marks)])
        gradebook.db.expire_all()
        return changed, gradebook.find_submission("demo", "ann").late_submission_penalty


def test_who_turns_out_to_be_in_time_gets_the_points_back(course):
    assert punctual(course, "key", "2026-01-03 10:00:00", "2026-01-02 10:00:00") == (1, 3.5)
    assert punctual(course, "new", "2026-01-01 10:00:00", "2026-01-02 10:00:00") == (1, 0.0)


def test_a_deadline_that_moves_changes_penalties_and_asks_for_no_mark_again(course):
    assert punctual(course, "key", "2026-01-03 10:00:00", "2026-01-04 10:00:00") == (1, 0.0)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        grade = gradebook.find_grade("q4", "demo", "demo", "ann")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert punctual(course, "key", "2026-01-03 10:00:00", "2026-01-02 10:00:00") == (1, 5.0)
    assert punctual(course, "key", "2026-01-03 10:00:00", "2026-01-02 10:00:00") == (0, 5.0)
    assert punctual(course, "key", "2026-01-03 10:00:00", "2026-01-04 10:00:00") == (1, 0.0)
    assert scores(course) == {"ann": (FULL, False)}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries
def test_nbgraders_own_autograder_gives_the_same_marks(built, marked, tmp_path):
    course = fresh(built, marked, tmp_path / "course")
    stolen = course / "submitted" / "ann" / "demo" / "data.csv"
    stolen.symlink_to(course / "gradebook.db")
    interface = application(course)
    for student in ("ann", "cyd"):
        result = interface.autograde("demo", student, create=True)
        assert result["success"], result["log"]
    assert not interface.autograde("demo", "eve", create=True)["success"]
    ours = {student: marks for student, marks in marked[1].items() if student in {"ann", "cyd"}}
    assert {s: m for s, m in scores(course).items() if s != "eve"} == ours
    assert not stolen.is_symlink()
    assert not (course / "autograded" / "ann" / "demo" / "data.csv").exists()


def test_a_jupyter_kernel_gives_the_same_answers(marked, tmp_path):
    course = marked[0]
    questions = load_checks(course, "demo")
    cases = draw_cases(questions, "demo", "cyd", read_secret(course))
    (tmp_path / "cases.json").write_text(json.dumps({name: portable(case) for name, case in cases.items()}))
    inside, stub, _ = open_places(tmp_path)
    source, release = (
        nbformat.read(course / kind / "demo" / "demo.ipynb", as_version=4) for kind in ("source", "release")
    )
    graded, _ = rebuild(source, release, read_cells(nbformat.writes(WORK["cyd"](course)).encode(), "demo"))
    client = NotebookClient(graded, allow_errors=True, timeout=None)
    paths = os.pathsep.join([stub, inside])
    client.execute(
        cwd=str(tmp_path),
        env={**os.environ, "PYTHONPATH": paths, "EMITTER_CASES": str(tmp_path / "cases.json")},
    )
    earned = {}
    for cell in graded.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in questions:
            printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
            said = verdict(questions[name][1], cases[name], name, printed)
            earned[name] = cell.metadata.nbgrader.points if said.reason is None else 0.0
    assert earned == {name: marked[1]["cyd"][0][name] or 0.0 for name in questions}


def test_without_a_sandbox_the_marks_are_the_same(marked):
    course, before = marked
    report = grade_notebook(course, "demo", WORK["cyd"](course), "cyd", safe=False)
    assert points(report) == before["cyd"][0]


def test_notebooks_and_paths_and_bytes_are_one(built, tmp_path):
    work = honest(built, "ann")
    nbformat.write(work, tmp_path / "x.ipynb")
    assert read_cells((tmp_path / "x.ipynb").read_bytes(), "demo") == read_cells(
        nbformat.writes(work).encode(), "demo"
    )


# --- gradebooks elsewhere, learning platforms, the command line


@pytest.fixture(scope="module")
def postgresql(initdb) -> Iterator[str]:
    """The address of a PostgreSQL server of these tests, which the user nobody runs."""
    programs = initdb.parent
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        owner = {}
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
            owner = {"user": "nobody", "group": "nogroup"}
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "check": True, **owner}
        data = f"{folder}/data"
        subprocess.run([programs / "initdb", "-D", data, "-U", "course", "-A", "trust", "--no-sync"], **quiet)
        control = [programs / "pg_ctl", "-D", data, "-w", "-t", "600"]
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        subprocess.run([*control, "-l", f"{folder}/log", "-o", settings, "start"], **quiet)
        yield f"postgresql+psycopg2://course@/postgres?host={folder}"
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


def test_a_gradebook_in_postgresql_says_the_same(marked, postgresql, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DB", postgresql)
    course = tmp_path / "course"
    shutil.copytree(marked[0], course, ignore=shutil.ignore_patterns("gradebook.db"))
    build(course)
    grade_class(course, "demo", process_pool(1))
    assert scores(course, postgresql) == marked[1]
    assert not (course / "gradebook.db").exists()


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section
    Points Possible,,,,
"Ames, Ann",11,s1,ann,A
"=Bo, Bob",12,s2,bob,A
"Cole, Cyd",13,s3,cyd,A
"""
MOODLE = """Identifier,Full name,ID number,Email address,Status,Grade
Participant 11,Ann Ames,ann,ann@example.org,,
Participant 12,Bob Bo,bob,bob@example.org,,
Participant 13,Cyd Cole,cyd,cyd@example.org,,
"""
FILES = {
    "canvas": "amesann_11_901_demo.ipynb bobob_LATE_12_902_my+softmax-1.ipynb x_99_1_demo.ipynb "
    "colecyd_13_7_notes.pdf",
    "moodle": "Ann Ames_11_assignsubmission_file_/demo.ipynb;Bob Bo_12_assignsubmission_file/a b.ipynb;"
    "No One_99_assignsubmission_file_/x.ipynb;Cyd Cole_13_assignsubmission_file_/notes.pdf",
}


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_a_platforms_zip_is_taken_in_and_what_is_not_is_said(course, tmp_path, platform):
    roster = tmp_path / "roster.csv"
    roster.write_text({"canvas": CANVAS, "moodle": MOODLE}[platform], encoding="utf-8")
    names = FILES[platform].split(";" if platform == "moodle" else " ")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
        archive.writestr("../../evil_11_903_demo.ipynb", "evil")
        link = zipfile.ZipInfo("link_11_904_demo.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    notes = collect(course, "demo", tmp_path / "x.zip", platform, roster)
    found = {path.relative_to(course).as_posix() for path in (course / "submitted").rglob("*.ipynb")}
    assert found == {"submitted/ann/demo/demo.ipynb", "submitted/bob/demo/demo.ipynb"}
    assert (course / "submitted" / "ann" / "demo" / "demo.ipynb").read_text() == names[0]
    assert notes[0] == "submissions taken: 2; students on the list: 3"
    for part in (names[2], "notes.pdf", "evil", "link_11"):
        assert [note for note in notes[1:] if part in note], part
    assert not list(tmp_path.rglob("evil*"))


def canvas(course: Path, files: dict[str, str]) -> list[str]:
    """Collect files of a zip of Canvas."""
    (course / "roster.csv").write_text(CANVAS, encoding="utf-8")
    with zipfile.ZipFile(course / "x.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return collect(course, "demo", course / "x.zip", "canvas", course / "roster.csv")


def exported(course: Path) -> dict[str, str]:
    export(course, course / "x.csv", "csv", ["demo"])
    with (course / "x.csv").open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["demo (of 5)"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    "file", ["ann_11_9_proof.jpg", "ann_11_9_demo.ipynb.txt", "ann_11_9_demo.zip", "ann_11_text.html"]
)
def test_who_handed_in_what_was_not_taken_has_no_mark_and_who_handed_in_nothing_has_0(
    course, sandboxed, file
):
    notes = canvas(course, {file: "x", "bob_12_9_demo.ipynb": json.dumps(notebook(course, {}))})
    assert notes[1:] == [f"{file!r}: not a notebook, not taken"]
    ann, _ = grade_class(course, "demo", Serial)
    assert "not a notebook, not taken" in ann.aside
    assert exported(course) == {"ann": "", "bob": "0.0", "cyd": "0.0"}
    canvas(course, {"ann_11_9_demo-1.ipynb": json.dumps(honest(course, "ann"))})
    assert grade_class(course, "demo", Serial)[0].aside is None


UPLOADS = {
    ("demo.ipynb", "scratch.ipynb"): True,
    ("scratch.ipynb", "demo-2.ipynb"): True,
    ("mine.ipynb",): True,
    ("one.ipynb", "two.ipynb"): False,
    ("demo.ipynb", "photo.jpg"): True,
    ("photo.jpg",): False,
}


@pytest.mark.parametrize("names", UPLOADS)
def test_the_same_files_come_to_the_same_by_every_way_in(course, sandboxed, names):
    work = json.dumps(honest(course, "ann"))
    files = {name: work if name.startswith(("demo", "mine")) else "{}" for name in names}
    canvas(
        course, {f"ann_11_{number}_{name}": content for number, (name, content) in enumerate(files.items())}
    )
    (collected,) = grade_class(course, "demo", Serial)
    for name, content in files.items():
        by_hand = "demo.ipynb" if name == "demo-2.ipynb" else name  # that number is Canvas's
        hand_in(course, "ann2", content.replace("ann", "ann2"), by_hand)
    _, handed_in = grade_class(course, "demo", Serial)
    assert (collected.aside is None) == (handed_in.aside is None) == UPLOADS[names]
    earned = [{name: mark.points for name, mark in r.marks.items()} for r in (collected, handed_in)]
    assert earned[0] == earned[1] == (FULL if UPLOADS[names] else {})


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_zip_takes_nobodys_earlier_work(course, tmp_path, method):
    (tmp_path / "roster.csv").write_text(CANVAS, encoding="utf-8")
    name = FILES["canvas"].split()[0]
    with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as archive:
        archive.writestr(name, "new")
    damaged = bytearray((tmp_path / "x.zip").read_bytes())
    damaged[30 + len(name)] = 0xFF  # the first byte behind the header
    (tmp_path / "x.zip").write_bytes(damaged)
    folder = hand_in(course, "ann", "earlier")
    with pytest.raises(TableError, match="cannot be read"):
        collect(course, "demo", tmp_path / "x.zip", "canvas", tmp_path / "roster.csv")
    assert (folder / "demo.ipynb").read_text() == "earlier"


def test_an_invalid_list_of_students_or_zip_is_refused(course, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(MOODLE, encoding="utf-8")
    with pytest.raises(TableError, match="lacks the columns ID, SIS Login ID"):
        read_roster(roster, "canvas")
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(TableError, match="cannot be read"):
        collect(course, "demo", tmp_path / "x.zip", "moodle", roster)
    for wrong in ("../cyd", "bob"):
        roster.write_text(CANVAS.replace("cyd", wrong), encoding="utf-8")
        with pytest.raises(TableError, match=f"without slashes; look at .*'Cole, Cyd' with {wrong!r}"):
            read_roster(roster, "canvas")


def test_grades_are_exported_quoted_harmless_and_empty_where_nobody_has_decided(marked, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(marked[0], course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        gradebook.update_or_create_student("bob", last_name='=cmd|"x"', first_name="B, b", lms_user_id="12")
        gradebook.update_or_create_student("zoe", last_name="Zeh", first_name="Zoe", lms_user_id="26")
        gradebook.add_assignment("later")  # nobody has handed it in
    notes = export(course, tmp_path / "canvas.csv", "canvas")
    with (tmp_path / "canvas.csv").open(newline="", encoding="utf-8") as file:
        head, possible, *rows = csv.reader(file)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "demo"]
    assert possible == ["    Points Possible", "", "", "", "", "5.0"]
    by_id = {row[3]: row for row in rows}
    assert by_id["bob"] == ['\'=cmd|"x", B, b', "12", "", "bob", "", "0.0"]
    assert by_id["zoe"][-1] == "0.0"
    assert [by_id[student][-1] for student in ("ann", "cyd", "eve")] == ["", "", ""]
    assert [note.split(",")[0] for note in notes] == ["ann", "cyd", "eve"]
    for layout in ("moodle", "csv"):
        widths = []
        for sets in (["demo"], ["demo", "later"]):
            export(course, tmp_path / "x.csv", layout, sets)
            with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
                (width,) = {len(row) for row in csv.reader(file)}
            widths.append(width)
        assert widths[1] == widths[0] + 1


def test_an_export_with_nothing_to_write_says_so_and_fails(course, tmp_path, capsys):
    assert main(["--course", str(course), "export", str(tmp_path / "x.csv")]) == 2
    assert "nothing to export: the gradebook has no marks yet" in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()


def test_a_table_of_a_set_that_does_not_exist_is_refused_with_those_that_do(marked, tmp_path):
    with pytest.raises(TableError, match=r"\['demo'\]; asked for \['demo', 'ps9'\]"):
        export(marked[0], tmp_path / "x.csv", "csv", ["demo", "ps9"])
    assert not (tmp_path / "x.csv").exists()


@pytest.fixture
def formgrader(marked, tmp_path) -> Iterator[tuple[Path, str]]:
    """A copy of the class, and the address of nbgrader's formgrader for it, run by Jupyter."""
    course = tmp_path / "course"
    shutil.copytree(marked[0], course)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = f"--ServerApp.port={port} --ServerApp.port_retries=0 --IdentityProvider.token= --allow-root"
    settings += " --ServerApp.disable_check_xsrf=True --no-browser"
    command = [sys.executable, "-m", "jupyter", "server", *settings.split()]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"JUPYTER_DATA_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=course, env=environment, **quiet) as server:
        yield course, f"http://127.0.0.1:{port}/formgrader"
        server.kill()


def ask(address: str, **change) -> str:
    """Return what a server answers; wait until it is there."""
    data = json.dumps(change).encode() if change else None
    request = urllib.request.Request(address, data=data, method="PUT" if change else "GET")
    for _ in range(600):
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:  # it is not there yet
            time.sleep(0.5)
    raise TimeoutError(address)


def test_a_proof_is_marked_in_formgrader_and_the_mark_is_exported(formgrader, tmp_path):
    course, address = formgrader
    notebooks = json.loads(ask(f"{address}/api/submitted_notebooks/demo/demo"))
    (ann,) = (entry["id"] for entry in notebooks if entry["student"] == "ann")
    page = ask(f"{address}/submissions/{ann}/")
    assert HONEST["q4"] in page
    assert not [secret for secret in ("emit(", "BEGIN MARK SCHEME", "HOLDSECRET") if secret in page]
    assert page.index(HONEST["q4"]) < page.index("SCHEMESECRET")  # the mark scheme stands below the proof
    (proof,) = (g for g in json.loads(ask(f"{address}/api/grades?submission_id={ann}")) if g["name"] == "q4")
    assert proof["needs_manual_grade"]
    ask(f"{address}/api/grade/{proof['id']}", manual_score=1.25)
    assert "ann" not in [note.split(",")[0] for note in export(course, tmp_path / "x.csv", "csv")]
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        (row,) = (row for row in csv.DictReader(file) if row["id"] == "ann")
    assert row["demo (of 5)"] == "4.75"


def test_collecting_from_the_exchange_follows_no_link(course, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_EXCHANGE", str(tmp_path / "exchange"))
    inbound = tmp_path / "exchange" / "regsoft" / "inbound" / "ann+demo+2026-01-01 10:00:00 UTC+x"
    inbound.mkdir(parents=True)
    (inbound / "demo.ipynb").write_text("{}")
    (inbound / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    (inbound / "stolen.csv").symlink_to(course / "gradebook.db")
    (inbound / "folder").symlink_to(course / "source")
    os.mkfifo(inbound / "pipe.csv")
    result = application(course).collect("demo")
    assert result["success"], result
    found = {path.name for path in (course / "submitted" / "ann" / "demo").iterdir()}
    assert found == {"demo.ipynb", "timestamp.txt"}


@pytest.mark.filterwarnings(
    "ignore:Passing unrecognized arguments:DeprecationWarning"
)  # nbgrader misspells one
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # and leaves a file open
def test_feedback_goes_back_through_the_exchange_with_the_marks_given_by_hand_since(
    course, sandboxed, tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSE_EXCHANGE", str(tmp_path / "exchange"))
    inbound = tmp_path / "exchange" / "regsoft" / "inbound" / "ann+demo+2026-01-01 10:00:00 UTC+x"
    inbound.mkdir(parents=True)
    nbformat.write(notebook(course, HONEST), inbound / "demo.ipynb")
    (inbound / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    (inbound / "submission_secret.txt").write_text("what only Ann and the instructor know")
    instructor = application(course)
    instructor.coursedir.assignment_id = "demo"
    assert instructor.collect("demo")["success"]
    grade_class(course, "demo", process_pool(1))
    command = GenerateFeedback(coursedir=instructor.coursedir, parent=instructor)
    command.start()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        grade = gradebook.find_grade("q4", "demo", "demo", "ann")
        grade.manual_score, grade.needs_manual_grade = 1.25, False
        gradebook.db.commit()
    command.start()
    assert instructor.release_feedback("demo")["success"]
    name = notebook_hash(secret="what only Ann and the instructor know", notebook_id="demo")
    page = tmp_path / "exchange" / "regsoft" / "feedback" / f"{name}.html"
    assert "1.25 / 1.5" in page.read_text("utf-8")


def test_a_whole_round_on_the_command_line(course, sandboxed, tmp_path, capsys):
    command = ["--course", str(course)]
    assert main([*command, "grade", "demo"]) == 2
    assert "holds no submission" in capsys.readouterr().err
    hand_in(course, "ann", nbformat.writes(honest(course, "ann")))
    assert main([*command, "grade", "demo", "--workers", "1"]) == 0
    output = capsys.readouterr()
    assert "1 submissions: 1 graded, 0 set aside." in output.out
    assert "1 of 1" in output.err
    assert "Memory is limited by " in output.err
    assert main([*command, "grade", "demo", "--workers", "1"]) == 0
    assert "1 submissions: 1 graded, 0 set aside; none of them in this run." in capsys.readouterr().out
    hand_in(course, "bob", nbformat.writes(honest(course, "ann")))
    assert main([*command, "grade", "demo", "--workers", "1"]) == 1
    assert "  ann, bob: handed in the same file" in capsys.readouterr().out
    assert main([*command, "export", str(tmp_path / "grades.csv")]) == 1
    assert "ann, demo: a mark is still to be decided" in capsys.readouterr().out
    assert (tmp_path / "grades.csv").read_text().splitlines()[
        0
    ] == "id,last name,first name,email,demo (of 5)"
    (course / SECRET_FILE).unlink()
    hand_in(course, "cyd", nbformat.writes(honest(course, "cyd")))
    main([*command, "grade", "demo", "--workers", "1"])
    assert "NO SECRET: students can compute their cases" in capsys.readouterr().err
    assert main([*command, "build", "ps9"]) == 2
    assert "ps9" in capsys.readouterr().err
