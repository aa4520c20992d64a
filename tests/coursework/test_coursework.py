"""The problem sets are tested like the book: right answers earn all marks, wrong ones lose exactly theirs.

Reference solutions, unsolved releases and every answer in a set's `wrong_answers.py` are marked by its `marks.py`;
the sandbox marks some of the same once more. What students get holds no solution.
"""

import contextlib
import copy
import csv
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import types
import zipfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from coursework.grading.assign import read_problem_set
from coursework.grading.grade import grade_notebook
from coursework.grading.marking import load_checks, make_cases, portable, verdict
from coursework.grading.wheel import WheelError, write_wheel
from tests.coursework.sets import COURSE, SETS, answers, hints
from tools.notebooks import ROOT

STUDENT = "reference"
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\n(.*?)### END \1", re.DOTALL)
every_set = pytest.mark.parametrize("name", SETS)


@pytest.fixture(scope="module")
def course(problem_sets) -> Path:
    """A course with all problem sets, built as an instructor builds it; tests only read it."""
    return problem_sets


def source(course: Path, name: str) -> NotebookNode:
    return copy.deepcopy(_read(course / "source" / name / f"{name}.ipynb"))


def release(course: Path, name: str) -> NotebookNode:
    return copy.deepcopy(_read(course / "release" / name / f"{name}.ipynb"))


@cache
def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, 4)


def meta(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def marked(notebook: NotebookNode) -> dict[str, float]:
    """Return the points of each cell that earns some, in order."""
    return {
        meta(cell)["grade_id"]: meta(cell)["points"] for cell in notebook.cells if meta(cell).get("grade")
    }


def question(identifier: str) -> str:
    return identifier.partition("-")[0]


# ---------------------------------------------------------------------------------------------------------- marking


def emitter(name: str, student: str, identifiers: list[str]) -> tuple[types.ModuleType, dict]:
    """Return the module that marked cells emit through, fed with a student's cases, and these cases."""
    path = COURSE / "grading" / "inside" / "emitter.py"
    spec = importlib.util.spec_from_file_location("emitter", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    questions = load_checks(COURSE, name)
    cases = {key: make_cases(questions[key][0], name, student, key) for key in identifiers}
    module.cases = {key: portable(value) for key, value in cases.items()}
    return module, cases


def reasons(notebook: NotebookNode, name: str, student: str = STUDENT) -> dict[str, str | None]:
    """Run a notebook whose author is ourselves in this process; return why each marked cell earns nothing."""
    cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and not meta(cell)["grade_id"].endswith("check")
    ]
    ids = [meta(cell)["grade_id"] for cell in cells if meta(cell)["grade"]]
    module, cases = emitter(name, student, ids)
    namespace, found = {}, {}
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setitem(sys.modules, "emitter", module)
        for cell in cells:
            key, printed = meta(cell)["grade_id"], io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.suppress(Exception):
                exec(compile(cell.source, key, "exec"), namespace)
            if key in ids:
                check = load_checks(COURSE, name)[key][1]
                said = verdict(check, cases[key], key, printed.getvalue())
                assert said.note is None, said.note
                found[key] = said.reason
    return found


def lost(notebook: NotebookNode, name: str, student: str = STUDENT) -> set[str]:
    return {key for key, reason in reasons(notebook, name, student).items() if reason is not None}


def changed(notebook: NotebookNode, cell_id: str, old: str, new: str) -> NotebookNode:
    """Return a copy of the solution with one place changed."""
    notebook = copy.deepcopy(notebook)
    (cell,) = (cell for cell in notebook.cells if meta(cell).get("grade_id") == cell_id)
    assert cell.source.count(old) == 1, f"{old!r} stands {cell.source.count(old)} times in {cell_id}"
    cell.source = cell.source.replace(old, new)
    return notebook


@every_set
@pytest.mark.parametrize("student", [STUDENT, "ann01", "ben02", "chloé.o'neil", "4711"])
def test_the_reference_solution_earns_all_marks_for_every_student(course, name, student):
    solved = changed(source(course, name), "student", f'"{STUDENT}"', repr(student))
    assert lost(solved, name, student) == set()


@every_set
def test_the_unsolved_release_earns_nothing(course, name):
    notebook = source(course, name)
    unsolved = release(course, name)
    emits = {meta(cell)["grade_id"]: cell.source for cell in notebook.cells if meta(cell).get("grade")}
    for cell in unsolved.cells:
        cell.source = emits.get(
            meta(cell).get("grade_id"), cell.source
        )  # as the grader puts hidden cells back
    codes = {key for key in marked(notebook) if key in load_checks(COURSE, name)}
    assert lost(unsolved, name) == codes


@pytest.mark.parametrize(
    ("name", "change"),
    [(name, change) for name in SETS for change in answers(name).WRONG],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}: {value[1]} → {value[2]}"[:60],
)
def test_a_wrong_answer_loses_its_marks_and_no_others(course, name, change):
    cell, old, new, marks = change
    assert lost(changed(source(course, name), cell, old, new), name) == set(marks.split())


@pytest.mark.parametrize(
    ("name", "cell", "old", "new"), [(name, *change) for name in SETS for change in answers(name).OTHERWISE]
)
def test_a_right_answer_that_is_written_otherwise_loses_nothing_and_passes_the_checks(
    course, name, cell, old, new, capsys
):
    notebook = changed(source(course, name), cell, old, new)
    for student in (STUDENT, "ann01"):
        assert lost(changed(notebook, "student", f'"{STUDENT}"', repr(student)), name, student) == set()
    typed = [
        cell.source for cell in notebook.cells if cell.cell_type == "code" and not meta(cell).get("grade")
    ]
    exec("\n\n".join(typed), {})
    said = capsys.readouterr().out
    assert "checks pass" in said
    assert "FAIL" not in said


@every_set
def test_every_question_is_tried_with_six_wrong_answers_and_each_mark_is_lost_once_alone(course, name):
    questions = {question(key) for key in load_checks(COURSE, name)}
    wrong = answers(name).WRONG
    tried = Counter(question(marks.split()[0]) for *_, marks in wrong)
    assert {key for key in questions if tried[key] < 6} == set()
    touched = {key for *_, marks in wrong for key in marks.split()}
    assert touched == set(load_checks(COURSE, name))


@every_set
def test_a_question_does_not_depend_on_another_being_right(course, name):
    notebook = source(course, name)
    for dropped in sorted({question(key) for key in load_checks(COURSE, name)}):
        without = copy.deepcopy(notebook)
        for cell in without.cells:
            if meta(cell).get("solution") and question(meta(cell)["grade_id"]) == dropped:
                cell.source = "raise NotImplementedError"
        assert {question(key) for key in lost(without, name)} == {dropped}


@every_set
def test_students_have_cases_of_their_own_and_keep_them(name):
    for key, (maker, _) in load_checks(COURSE, name).items():
        ann, again, ben = (
            portable(make_cases(maker, name, who, key)) for who in ("ann01", " Ann01", "ben02")
        )
        assert ann == again
        assert (ann == ben) == (key in getattr(answers(name), "SAME_FOR_ALL", ()))


# ---------------------------------------------------------------------------------------------------------- sandbox


@every_set
def test_the_sandbox_gives_the_same_marks(course, sandboxed, name):
    notebook = source(course, name)
    points = marked(notebook)
    changes = answers(name).WRONG[1:6:4]
    for solution, marks in [
        (notebook, ""),
        *((changed(notebook, *change[:3]), change[3]) for change in changes),
    ]:
        report = grade_notebook(course, name, handed_in(course, name, solution), student=STUDENT)
        wanted = {key: 0.0 if key in marks.split() else points[key] for key in load_checks(COURSE, name)}
        assert "checks pass" in nbformat.writes(report.notebook)
        assert {key: mark.points for key, mark in report.marks.items() if key in wanted} == wanted
        assert [key for key, mark in report.marks.items() if mark.points is None] == sorted(
            set(points) - set(wanted)
        )
        assert {key: mark.out_of for key, mark in report.marks.items()} == points


def handed_in(course: Path, name: str, solution: NotebookNode) -> NotebookNode:
    """Return the release as a student hands it in who has typed this solution."""
    answers = {meta(cell)["grade_id"]: cell.source for cell in solution.cells if meta(cell).get("solution")}
    notebook = release(course, name)
    for cell in notebook.cells:
        cell.source = answers.get(meta(cell).get("grade_id"), cell.source)
    return notebook


@every_set
def test_the_sandbox_gives_an_unsolved_release_nothing(course, sandboxed, name):
    report = grade_notebook(course, name, release(course, name), student=STUDENT)
    assert {mark.points for mark in report.marks.values()} == {0.0}
    assert all(mark.reason for key, mark in report.marks.items() if key in load_checks(COURSE, name))


# ---------------------------------------------------------------------------------------------------------- release


def secrets(course: Path, name: str) -> set[str]:
    """Return the lines that no student may see: solutions, hidden cells, proofs and mark schemes."""
    lines = set()
    for cell in source(course, name).cells:
        regions = [body for _, body in REGION.findall(cell.source)]
        if cell.cell_type == "markdown" and meta(cell).get("grade"):
            regions = [cell.source]
        lines |= {line.strip() for body in regions for line in body.splitlines()}
    marks = (course / name / "marks.py").read_text("utf-8")
    return {
        line
        for line in lines | {line.strip() for line in marks.splitlines()}
        if len(line) > 24 and not line.startswith("from ")
    }


@every_set
def test_the_release_holds_no_solution_hidden_cell_proof_or_mark_scheme(course, name):
    hidden = secrets(course, name)
    assert len(hidden) > 60
    for path in (course / "release" / name).rglob("*"):
        text = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join(cell.source for cell in nbformat.reads(text, 4).cells)
        assert not {line for line in hidden if line in text}
        assert "### BEGIN" not in text
        assert "### END" not in text


@every_set
def test_the_hints_hold_no_line_of_a_solution(course, name):
    text = (course / name / "hints.py").read_text("utf-8")
    known = "w = w / w.sum()", "weights / weights.sum()"  # everybody divides by the sum
    solved = {
        line.partition("  #")[0].strip()
        for other in SETS
        for cell in source(course, other).cells
        for kind, body in REGION.findall(cell.source)
        if kind == "SOLUTION"
        for line in body.splitlines()
    }
    assert not {line for line in solved if len(line) > 12 and line in text and not line.endswith(known)}


@every_set
def test_the_release_is_a_plain_notebook_that_needs_numpy_and_what_students_install(course, name):
    notebook = release(course, name)
    nbformat.validate(notebook)
    assert {path.name for path in (course / "release" / name).iterdir()} == {f"{name}.ipynb"}
    imports = re.findall(r"^\s*(?:import|from) (\w+)", "\n".join(code(notebook)), re.MULTILINE)
    assert set(imports) == {"numpy", "regsoft", "coursework"}
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    assert not re.search(
        r"^\s*[%!]|:::|^```\{", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE
    )


def code(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


# ---------------------------------------------------------------------------------------------------- the wheel


@pytest.fixture(scope="module")
def wheel(course) -> Path:
    """The file that students install."""
    (path,) = (course / "release").glob("*.whl")
    return path


def test_the_wheel_holds_regsoft_and_the_hints_and_nothing_else_of_the_course(course, wheel):
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts = (
        path for path in (ROOT / "regsoft").rglob("*") if path.suffix in (".py", ".js", ".css", ".typed")
    )
    modules = {path.relative_to(ROOT).as_posix() for path in parts}
    ours = {f"coursework/{name}/hints.py" for name in SETS}
    assert {name for name in texts if ".dist-info/" not in name} == modules | ours
    assert {texts[f"coursework/{name}/hints.py"] for name in SETS} == {
        (COURSE / name / "hints.py").read_text("utf-8") for name in SETS
    }
    secret = (course / "secret.txt").read_text("utf-8").strip()
    assert not [name for name, text in texts.items() if secret in text]


def test_the_version_of_the_wheel_changes_with_what_it_holds_and_with_nothing_else(
    course, wheel, tmp_path, monkeypatch
):
    other = tmp_path / "course"
    for name in SETS:
        shutil.copytree(COURSE / name, other / name)
    (other / SETS[0] / "marks.py").write_text("")
    assert write_wheel(other, tmp_path).name == wheel.name
    with (other / SETS[0] / "hints.py").open("a") as file:
        file.write("# a word\n")
    new = write_wheel(other, tmp_path)
    assert [path.name for path in tmp_path.glob("*.whl")] == [new.name]
    assert new.name != wheel.name
    assert re.fullmatch(r"regsoft-[\d.]+\+course\.[0-9a-f]{1,8}-py3-none-any\.whl", new.name)
    project = tmp_path / "project"
    shutil.copytree(ROOT / "regsoft", project / "regsoft")
    for name in ("README.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, project)
    with (project / "pyproject.toml").open("a") as file:
        file.write("# another dependency\n")
    monkeypatch.setattr("coursework.grading.wheel.PROJECT", project)
    assert write_wheel(other, tmp_path).name != new.name


def test_a_wheel_that_cannot_be_built_leaves_the_old_one(wheel, tmp_path, monkeypatch):
    old = Path(shutil.copy(wheel, tmp_path))
    monkeypatch.setattr("coursework.grading.wheel.PACKAGES", "packages = []")
    with pytest.raises(WheelError, match=r"must hold 'packages = \[\]' exactly once; it holds it 0 times"):
        write_wheel(COURSE, tmp_path)
    assert list(tmp_path.iterdir()) == [old]


def test_a_wheel_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    old = tmp_path / "regsoft-0-py3-none-any.whl"
    old.touch()
    monkeypatch.setattr("coursework.grading.wheel.write_in_one_step", full)
    with pytest.raises(OSError, match="no space left"):
        write_wheel(COURSE, tmp_path)
    assert list(tmp_path.iterdir()) == [old]


ALONE = """
import contextlib, io, json, sys
sys.path[:0] = sys.argv[1:]
import regsoft
assert regsoft.__file__.startswith(sys.argv[1]), regsoft.__file__
names, printed = {}, []
for source in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, "a cell", "exec"), names)
    printed.append(out.getvalue())
json.dump(printed, sys.stdout)
"""


@pytest.fixture(scope="module")
def at_home(course, wheel, tmp_path_factory) -> dict[str, NotebookNode]:
    """The solutions, run where NumPy and the wheel are installed and nothing else of the project is found."""
    folder = tmp_path_factory.mktemp("at home")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    packages = Path(np.__file__).parent.parent  # without what .pth files add, such as the checkout
    command = [sys.executable, "-I", "-S", "-c", ALONE, folder, packages]
    found = {}
    for name in SETS:
        found[name] = source(course, name)
        typed = [c for c in found[name].cells if c.cell_type == "code" and not meta(c).get("grade")]
        program = json.dumps([cell.source for cell in typed])
        result = subprocess.run(
            command, input=program, cwd=folder, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        for cell, printed in zip(typed, json.loads(result.stdout), strict=True):
            cell.execution_count = 1
            cell.outputs = [nbformat.v4.new_output("stream", text=printed)] if printed else []
    return found


@every_set
def test_with_one_notebook_and_one_install_all_public_checks_pass_on_the_solution(at_home, name):
    printed = "".join(output.text for cell in at_home[name].cells for output in cell.get("outputs", []))
    counts = re.findall(r"^(\w+): (\d+) of (\d+) checks pass$", printed, re.MULTILINE)
    assert [key for key, _, _ in counts] == list(hints(name).QUESTIONS)
    assert all(passed == tests for _, passed, tests in counts)


def test_in_a_kernel_of_this_checkout_strict_nbval_sees_the_same(at_home, tmp_path):
    for name, notebook in at_home.items():
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300", "-q", "-p", "no:cacheprovider"]
    paths = os.pathsep.join([str(ROOT), str(COURSE / "grading" / "inside")])
    command = [sys.executable, "-m", "pytest", *options, "-c", tmp_path / "pytest.ini", tmp_path]
    environment = os.environ | {"PYTHONPATH": paths}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{sum(len(code(notebook)) for notebook in at_home.values())} passed" in result.stdout


# ---------------------------------------------------------------------------------------------------- a whole round


@pytest.fixture(scope="module")
def round_of_readme(sandboxed, tmp_path_factory) -> tuple[Path, list[tuple[str, str]]]:
    """The course that the commands of coursework/README.md make, and these, each with what it printed."""
    folder = tmp_path_factory.mktemp("round") / "sample course"
    commands = [body for kind, body in readme_blocks() if kind == "sh"]
    program = "\n".join(f"echo '<{n}>'\n{command}" for n, command in enumerate(commands))
    program = program.replace("export COURSE=/tmp/sample-course", f"export COURSE='{folder}'")
    program = program.replace("$COURSE", '"$COURSE"').replace(". .venv/bin/activate\n", "")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        ["sh", "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    printed = re.split(r"<\d+>\n", result.stdout)[1:]
    assert len(printed) == len(commands), result.stdout + result.stderr
    return folder, list(zip(commands, printed, strict=True))


def readme_blocks() -> list[tuple[str, str]]:
    parser = MarkdownIt()
    tokens = parser.parse((COURSE / "README.md").read_text("utf-8"))
    return [(token.info, token.content) for token in tokens if token.type == "fence"]


def test_the_commands_of_the_readme_print_what_it_shows(round_of_readme):
    blocks = readme_blocks()
    shown = {
        body: after for (kind, body), (what, after) in pairwise(blocks) if (kind, what) == ("sh", "text")
    }
    printed = dict(round_of_readme[1])
    assert len(shown) == 3
    assert {command: printed[command] for command in shown} == shown


def test_every_problem_set_has_a_row_in_the_table_of_the_readme_and_every_row_a_set():
    table = (COURSE / "README.md").read_text("utf-8").partition("\n\n|")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)
    missing = [
        f"coursework/README.md has no row for {name}: add one to its table"
        for name in SETS
        if name not in rows
    ]
    gone = [
        f"coursework/README.md has a row for {name}, but coursework/{name}/notebook.py is missing"
        for name in rows
        if name not in SETS
    ]
    assert not missing + gone, "\n".join(missing + gone)


def test_the_readme_shows_what_a_check_says(capsys):
    def my_softmax(x, alpha=1.0):
        return np.exp(x / alpha) / np.exp(x / alpha).sum()

    hints("ps1").check(my_softmax)
    assert [body for kind, body in readme_blocks() if not kind] == [capsys.readouterr().out]


def test_the_sample_class_gets_the_marks_that_its_habits_deserve(round_of_readme):
    folder, _ = round_of_readme
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        marks = {row["student"]: row["score"] for row in gradebook.submission_dicts("ps1")}
    assert marks == {"ann01": 14, "ben02": 12, "cho03": 9, "dan04": 12, "eve05": 14, "fay06": 0}
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        exported = {row["SIS Login ID"]: row["ps1"] for row in csv.DictReader(file)}
    assert exported.pop("") == "18.0"
    assert exported == dict.fromkeys(["ann01", "ben02", "dan04", "eve05", "fay06"], "") | {
        "cho03": "9.0",
        "gus07": "0.0",
    }


def test_feedback_says_why_marks_are_lost_and_shows_no_solution_hidden_cell_or_check(round_of_readme):
    folder, _ = round_of_readme
    pages = {path.parts[-3]: text(path) for path in folder.glob("feedback/*/ps1/ps1.html")}
    assert set(pages) == {"ann01", "ben02", "cho03", "dan04", "eve05"}
    scores = pages["ben02"].partition("at alpha = 1 are wrong")[0].rpartition("[")[2]
    assert max(map(abs, map(float, scores.partition("]")[0].split()))) > 900
    assert (
        pages["dan04"].count("right for the numbers of 'ann01', but this was handed in under another id") == 2
    )
    assert "q6 (not marked yet; 4.0 points)" in pages["dan04"]
    assert "12.0 of 18.0 points so far: not all is marked yet" in pages["dan04"]
    assert "q6 (Score: 0.0 / 4.0)" in pages["cho03"]
    assert "ps1 (Score: 9.0 / 18.0)" in pages["cho03"]
    assert not any("Score: nan" in page or "Test cell" in page for page in pages.values())
    assert pages["cho03"].count("this is not written yet") == 2
    cells = {meta(cell)["grade_id"]: cell.source for cell in source(folder, "ps1").cells}
    solutions = {
        line.strip() for key in ("q4", "q5", "q6") for line in cells[key].splitlines() if len(line) > 24
    }
    marks = {line.strip() for line in (folder / "ps1" / "marks.py").read_text("utf-8").splitlines()}
    handed_in = nbformat.read(folder / "submitted" / "cho03" / "ps1" / "ps1.ipynb", 4)
    known = {line.strip() for cell in handed_in.cells for line in cell.source.splitlines()}
    hidden = {line for line in solutions | marks if len(line) > 24} - known
    assert len(hidden) > 40
    assert not {line for line in hidden if line in pages["cho03"]}
    assert not any("emit" in page or "MARK SCHEME" in page for page in pages.values())


def text(path: Path) -> str:
    """Return the words of a page, as they were written."""
    return BeautifulSoup(path.read_text("utf-8"), "lxml").get_text()


# ---------------------------------------------------------------------------------------------------------- content


@every_set
def test_points_add_up_and_are_said(course, name):
    notebook = source(course, name)
    title = notebook.cells[0].source
    points = marked(notebook)
    total = sum(points.values())
    assert 10 <= total <= 20
    assert f"**{total:g} points, about" in title
    said = [
        (f"q{number}", int(worth), int(minutes))
        for cell in notebook.cells
        for number, worth, minutes in re.findall(
            r"^## Question (\d).*\((\d) points?, (\d+) min", cell.source, re.MULTILINE
        )
    ]
    by_question = Counter()
    for key, worth in points.items():
        by_question[question(key)] += worth
    assert {number: worth for number, worth, _ in said} == by_question
    minutes = int(re.search(r"about (\d+) minutes", title)[1])
    assert abs(sum(taken for *_, taken in said) - minutes) <= 10


@every_set
def test_a_set_has_three_to_five_questions_for_the_machine_and_one_proof_with_a_mark_scheme(course, name):
    notebook = source(course, name)
    proofs = [cell for cell in notebook.cells if cell.cell_type == "markdown" and meta(cell).get("grade")]
    assert 3 <= len({question(key) for key in load_checks(COURSE, name)}) <= 5
    (proof,) = proofs
    ((_, scheme),) = REGION.findall(proof.source)
    worth = [int(number) for number in re.findall(r"^- (\d) marks?:", scheme, re.MULTILINE)]
    assert sum(worth) == meta(proof)["points"]


@every_set
def test_each_marked_cell_says_to_students_what_it_is_worth(course, name):
    for cell in release(course, name).cells:
        if meta(cell).get("grade") and cell.cell_type == "code":
            points = meta(cell)["points"]
            assert cell.source.startswith(f"# {points:g} point{'s' * (points != 1)} ")


@every_set
def test_every_link_leads_to_a_place_in_the_book(name):
    written = (COURSE / name / "notebook.py").read_text("utf-8")
    links = re.findall(r"\[([^\]]+)\]\(book:([\w-]+)(?:#([\w-]+))?\)", written.replace("\n# ", " "))
    assert len(links) >= 4
    assert written.count("](") == len(links)
    for words, chapter, anchor in links:
        cells = nbformat.read(ROOT / "book" / f"{chapter}.ipynb", 4).cells
        heading = re.compile(rf"^\({anchor}\)=\n#+ {re.escape(words)}$", re.MULTILINE)
        assert not anchor or any(heading.search(cell.source) for cell in cells), (
            f"{chapter}#{anchor}: {words}"
        )


def test_links_lead_to_the_published_book_or_are_plain_words(monkeypatch):
    for address, words in [
        (
            "https://example.org/course/",
            "[Along w: almost a parabola](https://example.org/course/book/figure-1.html#sec-parabola)",
        ),
        ("", "*Along w: almost a parabola* (chapter `figure-1`)"),
    ]:
        monkeypatch.setenv("COURSE_BOOK", address)
        statements = "\n".join(cell.source for cell in read_problem_set(COURSE, "ps2").cells)
        assert words in statements
        assert "book:" not in statements
