"""Submissions that are alike: copies in disguise are listed, independent solutions are not."""

import contextlib
import io
from itertools import combinations

import nbformat
import numpy as np
import pytest

from coursework.grading.__main__ import main
from coursework.grading.assign import copy_and_build
from coursework.grading.copies import LEAST, alike, fingerprints, read_works, report
from coursework.ps4.hints import check
from regsoft.check import own_numbers
from tests.coursework.alike import INDEPENDENT, PROOFS, moved, renamed

COPIES = {
    "ned": renamed(INDEPENDENT["ida"], "ned"),
    "oda": moved(INDEPENDENT["jon"], "oda"),
    "pia": moved(renamed(INDEPENDENT["ida"], "pia"), "pia"),
}
PAIRS = {("ida", "ned"), ("jon", "oda"), ("ida", "pia"), ("ned", "pia")}
WORK = INDEPENDENT | COPIES
PROOF = PROOFS | {"oda": PROOFS["jon"].replace("Construct", "First we construct")}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which eight students have handed in problem set 4, and one a file that is not a notebook."""
    folder = tmp_path_factory.mktemp("copies")
    copy_and_build(folder, ["ps4"])
    released = nbformat.read(folder / "release" / "ps4" / "ps4.ipynb", as_version=4)
    for student, answers in WORK.items():
        notebook = nbformat.from_dict(released)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
            if cell.metadata.nbgrader.grade_id == "q6":
                cell.source = PROOF.get(student, cell.source)
        place = folder / "submitted" / student / "ps4"
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "ps4.ipynb")
    (folder / "submitted" / "zoe" / "ps4").mkdir(parents=True)
    (folder / "submitted" / "zoe" / "ps4" / "ps4.ipynb").write_text("no notebook")
    return folder


@pytest.mark.parametrize("student", WORK)
def test_the_solutions_and_their_disguises_are_right(student, capsys):
    place = {"np": np, "own_numbers": own_numbers}
    for code in WORK[student].values():
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, place)
    check("next_round", place["totals"], place["weights"], place["after"])
    for name in ("follow_the_leader", "my_regret", "losses_that_fool", "my_hedge", "tuned"):
        check(place[name])
    assert "FAIL" not in capsys.readouterr().out


def test_copies_in_disguise_are_found_and_independent_solutions_are_far_from_them(course):
    code = {pair: measure.get("code", 0) for pair, measure in alike(read_works(course, "ps4")).items()}
    copied = [code[pair] for pair in PAIRS]
    others = [code.get(pair, 0) for pair in combinations(sorted(WORK), 2) if pair not in PAIRS]
    assert len(others) == 24
    assert max(others) < 0.1 < LEAST < 0.75 < min(copied)


@pytest.mark.parametrize("cell", ["q2-leader", "q3", "q4"])
def test_five_independent_solutions_of_one_question_are_not_alike(cell):
    names = {"np", "losses", "rounds", "d", "alpha", "weights", *dir(np)}
    works = {s: fingerprints([("code", answers[cell])], names) for s, answers in INDEPENDENT.items()}
    assert all(len(work["code"]) > 20 for work in works.values())
    assert max(measure["code"] for measure in alike(works).values()) < LEAST


def test_the_report_names_the_pairs_and_says_how_alike_they_are(course, capsys):
    assert main(["--course", str(course), "copies", "ps4"]) == 1
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == "8 submissions compared: 4 pairs share 0.5 or more."
    assert {tuple(line.strip().partition(":")[0].split(", ")) for line in lines} == PAIRS
    (jon,) = (line for line in lines if "jon" in line)
    assert jon.startswith("  jon, oda: code 1.00, text ")
    assert report(course, "ps4", 0.01)[1:] != lines == report(course, "ps4")[1:]


def test_what_much_of_the_class_wrote_counts_for_nothing(course):
    works = read_works(course, "ps4")
    crowd = {f"s{n}": {kind: set(marks) for kind, marks in works["ida"].items()} for n in range(30)}
    assert ("ida", "ned") in alike(works)
    assert not [p for p in alike(works | crowd) if "s1" in p]


def test_what_was_handed_out_counts_for_nothing(course):
    works = read_works(course, "ps4")
    released = nbformat.read(course / "release" / "ps4" / "ps4.ipynb", as_version=4)
    given = fingerprints([(c.cell_type, c.source) for c in released.cells], {"np"})
    assert given["text"]
    assert not works["kai"]["text"]
    assert not works["ida"]["text"] & given["text"]


def test_a_measure_that_cannot_be_and_a_set_that_nobody_handed_in_are_refused(course, tmp_path, capsys):
    assert main(["--course", str(course), "copies", "ps4", "--least", "70"]) == 2
    assert "at most 1; got 70" in capsys.readouterr().err
    assert main(["--course", str(course), "copies", "ps1"]) == 2
    assert "build the course first" in capsys.readouterr().err
    (tmp_path / "release").symlink_to(course / "release")
    assert main(["--course", str(tmp_path), "copies", "ps4"]) == 2
    assert "no submission of ps4" in capsys.readouterr().err
