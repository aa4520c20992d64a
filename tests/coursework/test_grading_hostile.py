"""Hostile submissions are graded as one class: no undeserved mark, no leak, no harm, no silence."""

import hashlib
import json
import os
import re
import shutil
import socket
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from coursework.grading.batch import grade_class
from coursework.grading.config import application
from coursework.grading.executors import process_pool
from coursework.grading.grade import grade_notebook
from coursework.grading.limits import Limits
from coursework.grading.marking import SECRET_FILE, load_checks, make_cases
from coursework.grading.summary import summary
from regsoft import softmax
from tests.coursework.grading import HONEST, hand_in, honest, notebook, own_id
from tests.coursework.hostile import ATTACHED, CODE, KINDS, PROOF
from tools.notebooks import ROOT

LIMITS = Limits(  # a slow machine needs half a second of computing to fill 600 MB
    cell=1.5, notebook=10, wait=1, memory=600 << 20, disk=16 << 20
)
WORKERS = 4  # more than cores, since a good part of the class does nothing but wait
SECRETS = (
    "HOLDSECRET",
    "SCHEMESECRET",
    "CHECKSECRET",
    "NEIGHBOURSECRET",
    "COURSESECRET",
    "ENVIRONMENTSECRET",
    "np.diag(p) - np.outer",
)
UNFIT = ("bad\nname", "学" * 84, "[z]", "a*")  # with .json behind it, the second is too long for a file
DESERVED = {"honest-ann": 3.5, "neighbour": 3.5, "twice-handed-in": 3.0, "half-honest": 1.5}


@pytest.fixture(scope="module")
def visited():
    """The connections that a server on this machine got, and its port."""
    server = socket.create_server(("127.0.0.1", 0))
    visits = []

    def serve():
        while True:
            try:
                visits.append(server.accept())
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield visits, server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def broken(course: Path) -> None:
    """Hand in what is not an answer to this assignment."""
    good = honest(course, "ann")
    hand_in(course, "corrupt", '{"cells": [')
    hand_in(course, "empty", "")
    hand_in(course, "a-list", "[]")
    hand_in(course, "deep", "[" * 200_000)
    hand_in(course, "huge", " " * (21 << 20))
    hand_in(course, "format-3", json.dumps({"nbformat": 3, "worksheets": []}))
    hand_in(course, "no-cells", json.dumps(good | {"cells": []}))
    hand_in(course, "many-cells", json.dumps(good | {"cells": [{}] * 2001}))
    hand_in(
        course,
        "odd-cells",
        json.dumps(good | {"cells": [None, 7, {"cell_type": [], "source": {}, "metadata": 3}]}),
    )
    hand_in(course, "wrong-assignment", good | {"metadata": {"coursework": {"assignment": "ps9"}}})
    hand_in(course, "two-notebooks", good, "a.ipynb")
    hand_in(course, "two-notebooks", good, "b.ipynb")
    hand_in(course, "nothing", good, "answers.txt")
    (course / "submitted" / "folder" / "demo" / "demo.ipynb").mkdir(parents=True)
    pipe = hand_in(course, "pipe", good)
    (pipe / "demo.ipynb").unlink()
    os.mkfifo(pipe / "demo.ipynb")
    link = hand_in(course, "link", good)
    (link / "demo.ipynb").unlink()
    (link / "demo.ipynb").symlink_to(course / "submitted" / "neighbour" / "demo" / "demo.ipynb")
    (course / "submitted" / "linked-folder").mkdir()
    (course / "submitted" / "linked-folder" / "demo").symlink_to(course / "submitted" / "neighbour" / "demo")
    for name in UNFIT:
        hand_in(course, name, good)


ASIDE = {
    *("corrupt", "empty", "a-list", "deep", "huge", "format-3", "no-cells", "many-cells", "odd-cells"),
    *("wrong-assignment", "two-notebooks", "nothing", "folder", "pipe", "link", "linked-folder", *UNFIT),
}


def forged(course: Path) -> None:
    """Hand in notebooks whose metadata, names and locked cells were changed."""
    unsolved = notebook(course, {"q1": "def my_softmax(z, t=1.0): return z"})
    edited = json.loads(json.dumps(unsolved))
    for cell in edited["cells"]:
        cell["metadata"]["nbgrader"] |= {"points": 1000, "locked": False, "solution": True, "checksum": "0"}
        if cell["metadata"]["nbgrader"]["grade"] and cell["cell_type"] == "code":
            cell["source"] = "print('Right.')"
    hand_in(course, "edited-tests-and-points", edited)
    blank = json.loads(json.dumps(unsolved))
    for cell in blank["cells"]:
        cell["source"] = "" if cell["metadata"]["nbgrader"]["locked"] else cell["source"]
    hand_in(course, "blanked-cells", blank)
    more = json.loads(json.dumps(unsolved))
    extra = {
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 50,
        "schema_version": 3,
        "task": False,
    }
    for name in ("q1-marks", "q9-marks", ["q1"], None):
        more["cells"].append(
            nbformat.v4.new_code_cell("2.0", metadata={"nbgrader": extra | {"grade_id": name}}, id="q1-marks")
        )
    hand_in(course, "more-marked-cells", more)
    lies = json.loads(json.dumps(unsolved))
    for cell, value in zip(lies["cells"], ([], "x", 3, None, {"grade_id": {}}), strict=False):
        cell["metadata"]["nbgrader"] = value
    hand_in(course, "senseless-metadata", lies)
    hand_in(course, "names", unsolved)
    for name in ("$(touch x).ipynb", "; rm -rf ..ipynb", "--help.ipynb", "\n.ipynb", "data.csv"):
        hand_in(course, "names", unsolved, name)
    (course / "submitted" / "names" / "demo" / "stolen.db").symlink_to(course / "gradebook.db")
    # Ann's work under another id: what is everybody's counts, what is Ann's own does not.
    hand_in(course, "twice-handed-in", honest(course, "honest-ann"))


@pytest.fixture(scope="module")
def graded(sandboxed, sample, visited, tmp_path_factory):
    """The class, graded: the course's folder and {student: result}."""
    course = shutil.copytree(sample, tmp_path_factory.mktemp("hostile") / "course")
    bait = course.parent / "bait"
    (course / SECRET_FILE).write_text("COURSESECRET")
    patch = pytest.MonkeyPatch()
    patch.setenv("INSTRUCTORS_TOKEN", "ENVIRONMENTSECRET")
    sites = [str(Path(psutil.__file__).parent.parent)]
    places = {"course": course, "port": visited[1], "bait": bait, "project": ROOT, "sites": sites}
    places["table"] = home_made_table(course, "home-made-table")
    for name, code in CODE.items():
        for word, place in places.items():
            code = code.replace("{" + word + "}", str(place))
        hand_in(course, name, notebook(course, {"q1": code}))
    hand_in(
        course, "neighbour", notebook(course, HONEST | {"q3": own_id("neighbour"), "q4": "NEIGHBOURSECRET"})
    )
    hand_in(course, "honest-ann", honest(course, "honest-ann"))
    late = {"q1": "while True: pass", "q2": HONEST["q2"], "q3": own_id("half-honest")}
    hand_in(course, "half-honest", notebook(course, late))
    scripted = notebook(course, {"q4": PROOF})
    scripted.cells[-1].attachments = ATTACHED
    hand_in(course, "script-in-the-proof", scripted)
    broken(course)
    forged(course)
    before = fingerprint(course)
    processes = {process.pid for process in psutil.process_iter()}
    results = {r.student: r for r in grade_class(course, "demo", process_pool(WORKERS), LIMITS)}
    patch.undo()
    return course, results, before, processes


def home_made_table(course: Path, student: str) -> dict[str, list[float]]:
    """Return the right answers to question 1 on the cases of a course without a secret."""
    public = make_cases(load_checks(course, "demo")["q1-marks"][0], "demo", student, "q1-marks")
    return {repr((list(z), t)): softmax(z, t).tolist() for z, t in public}


def fingerprint(course: Path) -> dict[str, str]:
    """Return a digest of every file that grading may not change."""
    parts = [
        path for name in ("demo", "source", "release", "submitted") for path in (course / name).rglob("*")
    ]
    plain = [path for path in parts if path.is_file() and not path.is_symlink()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in plain} | {
        str(path): "there" for path in parts if path not in plain
    }


def earned(result) -> float:
    return sum(mark.points or 0 for mark in result.marks.values())


def test_every_kind_of_attack_is_made_by_a_submission_of_the_class(graded):
    _, results, _, _ = graded
    assert len(results) >= 120
    assert len(KINDS) >= 36
    assert not {name for names in KINDS.values() for name in names} - set(results)


@pytest.mark.parametrize("name", CODE)
def test_hostile_code_earns_nothing(graded, name):
    _, results, _, _ = graded
    result = results[name]
    assert result.aside is None
    assert earned(result) == 0
    assert result.marks["q1-marks"].reason


def test_the_home_made_table_would_earn_the_question_in_a_course_without_a_secret(
    sandboxed, sample, tmp_path
):
    course = shutil.copytree(sample, tmp_path / "course")
    code = CODE["home-made-table"].replace("{table}", str(home_made_table(course, "eve")))
    work = notebook(course, {"q1": code})
    assert grade_notebook(course, "demo", work, "eve", LIMITS).marks["q1-marks"].points == 0
    (course / SECRET_FILE).unlink()
    assert grade_notebook(course, "demo", work, "eve", LIMITS).marks["q1-marks"].points == 2


@pytest.mark.parametrize(
    "name", ["edited-tests-and-points", "blanked-cells", "more-marked-cells", "senseless-metadata"]
)
def test_forged_notebooks_earn_nothing_and_carry_no_points_of_their_own(graded, name):
    _, results, _, _ = graded
    assert earned(results[name]) == 0
    assert {key: mark.out_of for key, mark in results[name].marks.items()} == {
        "q1-marks": 2.0,
        "q2-marks": 1.0,
        "q3-marks": 0.5,
        "q4": 1.5,
    }


@pytest.mark.parametrize(("name", "points"), DESERVED.items())
def test_who_deserves_marks_gets_them_in_the_same_class(graded, name, points):
    _, results, _, _ = graded
    assert earned(results[name]) == points


@pytest.mark.parametrize("name", sorted(ASIDE))
def test_what_cannot_be_read_is_set_aside_with_a_reason_and_without_marks(graded, name):
    course, results, _, _ = graded
    assert results[name].aside
    assert results[name].marks == {}
    assert not (course / "autograded" / name / "demo" / "demo.ipynb").exists()
    assert f"  {' '.join(name.split())}: SET ASIDE" in summary(list(results.values()))


def test_nothing_ends_in_silence(graded):
    course, results, _, _ = graded
    assert set(results) == {path.name for path in (course / "submitted").iterdir()}
    for result in results.values():
        lost = [mark for mark in result.marks.values() if mark.points == 0]
        assert result.aside or all(mark.reason for mark in lost)
    for name in (
        "exits",
        "huge-output",
        "memory-in-many-processes",
        "memory-shared",
        "memory-shared-by-many",
        "many-files",
        "many-folders",
        "many-links",
        "loop-without-interrupt",
        "stops-itself",
        "crashes",
    ):
        assert results[name].notes, name


@pytest.mark.parametrize("kind", ["infinite loops", "loops elsewhere", "waiting without end"])
def test_what_takes_too_long_is_interrupted_and_the_questions_behind_it_run(graded, kind):
    _, results, _, _ = graded
    for name in KINDS[kind]:
        reason = results[name].marks["q2-marks"].reason
        assert "not run" not in reason, (name, reason)


def test_no_form_of_memory_goes_unseen(graded):
    _, results, _, _ = graded
    seen = "it used more than 600 MB of memory"
    for name in ("memory-in-many-processes", "memory-shared", "memory-shared-by-many"):
        assert [note for note in results[name].notes if seen in note], name
    for name, stopped in (("memory-of-system-v", "no segment"), ("memory-lent-to-pipes", "not lent")):
        page = (graded[0] / "autograded" / name / "demo" / "demo.ipynb").read_text("utf-8")
        assert stopped in page, name
    for name in ("memory-in-memory-files", "memory-in-socket-pairs"):
        page = (graded[0] / "autograded" / name / "demo" / "demo.ipynb").read_text("utf-8")
        assert "Operation not permitted" in page, name
    page = (graded[0] / "autograded" / "odd-sockets" / "demo" / "demo.ipynb").read_text("utf-8")
    assert "OPENED\\n" not in page


def test_the_gradebook_says_the_same_as_the_results(graded):
    course, results, _, _ = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        scores = {
            s.student_id: (s.score, s.needs_manual_grade) for s in gradebook.assignment_submissions("demo")
        }
    assert set(scores) == set(results) - set(UNFIT)
    for name, (score, pending) in scores.items():
        assert score == earned(results[name])
        undecided = any(mark.points is None for mark in results[name].marks.values())
        assert pending == bool(undecided or results[name].aside)


def test_no_secret_is_in_what_came_out(graded):
    course, results, _, _ = graded
    pages = {path.parts[-3]: path.read_text("utf-8") for path in (course / "autograded").rglob("*.ipynb")}
    assert len(pages) == len(results) - len(ASIDE)
    for name, page in pages.items():
        own = {"NEIGHBOURSECRET"} if name == "neighbour" else set()
        own |= {"np.diag(p) - np.outer"} if name in DESERVED else set()
        assert not [secret for secret in SECRETS if secret in page and secret not in own], name


def test_the_host_is_as_it_was(graded, visited):
    course, _, before, processes = graded
    assert fingerprint(course) == before
    assert not (course.parent / "bait").exists()
    assert visited[0] == []
    assert not list(course.rglob("x"))
    left = [
        p
        for p in psutil.process_iter(["cmdline"])
        if p.pid not in processes and "7654321" in (p.info["cmdline"] or [])
    ]
    assert left == []
    left_at = (course / "results" / "demo" / "left-over-process.json").stat().st_mtime
    time.sleep(max(0, 4 - (time.time() - left_at)))  # its bait would come two seconds after it
    assert not (course.parent / "bait").exists()


def test_what_came_out_is_small(graded):
    course, _, _, _ = graded
    assert max(path.stat().st_size for path in (course / "autograded").rglob("*.ipynb")) < 4 << 20


def test_only_text_and_pictures_reach_the_graded_notebook(graded):
    course, _, _, _ = graded
    for path in (course / "autograded").rglob("*.ipynb"):
        graded_notebook = nbformat.read(path, as_version=4)
        nbformat.validate(graded_notebook)
        for cell in graded_notebook.cells:
            for output in cell.get("outputs", []):
                assert set(output.get("data", {})) <= {"text/plain", "image/png"}


def test_feedback_shows_no_hidden_cell_and_runs_no_script(graded):
    course, _, _, _ = graded
    interface = application(course)
    for name in ("frames", "scripts", "script-in-the-proof"):
        result = interface.generate_feedback("demo", name)
        assert result["success"], result
        page = (course / "feedback" / name / "demo" / "demo.html").read_text("utf-8")
        assert "Wrong" in page
        assert not [word for word in (*SECRETS, "emit(", "BEGIN HIDDEN") if word in page]
        tags = BeautifulSoup(page, "lxml").find_all(True)
        assert not [tag for tag in tags if tag.name == "script" and "SCRIPTED" in tag.text]
        assert not [tag for tag in tags if any("SCRIPTED" in str(value) for value in tag.attrs.values())]
        assert not re.search(
            r"<script[^>]*mathjax", page, re.IGNORECASE
        )  # which makes links of \href in formulas, to scripts too
