"""What was measured, and how the page "How this book is checked" shows it."""

import json
import os
import re
import signal
from collections import Counter, defaultdict
from itertools import groupby
from time import sleep

import numpy as np
import pytest

from lab import measure, mutation, speed
from tools import images
from tools.notebooks import BOOK, ROOT
from website import results, trust_page

MEASURED = results.read_results()
NUMBERS = [
    (name, number)
    for name, content in MEASURED.items()
    for row in content["rows"]
    for number in row.values()
    if isinstance(number, float)
]


def test_every_file_of_results_is_one_that_a_command_writes():
    assert {path.stem for path in results.RESULTS.glob("*")} <= set(results.NAMES)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in results.NAMES.values():
        target = command.split()[1]
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), command


def test_what_was_measured_is_positive():
    assert len(NUMBERS) > 50
    assert [(name, number) for name, number in NUMBERS if not 0 <= number < float("inf")] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "Expecting"), ("{}", "no rows"), ("[]", "no rows"), ('{"rows": [1]}', "no rows")],
)
def test_broken_results_are_named_with_the_command_that_writes_them(content, said, tmp_path):
    (tmp_path / "rebuild.json").write_text(content, "utf-8")
    with pytest.raises(results.ResultsError, match=said) as caught:
        results.read_results(tmp_path)
    assert "rebuild.json" in str(caught.value)
    assert "make bench ONLY=rebuild" in str(caught.value)


def test_what_is_not_measured_yet_is_said_with_the_command_that_measures_it(tmp_path):
    assert "`make bench-site`" in trust_page.figures(BOOK, results.read_results(tmp_path))["site"]


def test_every_figure_that_the_page_names_is_there_and_each_is_shown():
    named = re.findall(r"\{\{ (\w+) \}\}", (BOOK / "trust.md").read_text("utf-8"))
    assert sorted(named) == sorted(trust_page.figures(BOOK, MEASURED))


def test_a_ratio_on_the_page_is_that_of_the_two_times():
    rows = [
        {"function": "f", "shape": "(3,)", "ours": 2.0, "theirs": 5.0},
        {"function": "f", "shape": "(4,)", "ours": 4.0, "theirs": 1.0},
    ]
    table = trust_page.ratio_table({"rows": rows})
    assert table.splitlines() == [
        "| Shape | `f` |",
        "| --- | ---: |",
        "| `(3,)` | 2.5 |",
        "| `(4,)` | 0.25 |",
    ]


def test_what_sparsity_costs_is_the_time_over_that_of_softmax():
    rows = [
        {"function": "softmax", "shape": "(3,)", "ours": 2.0, "theirs": 1.0},
        {"function": "sparsemax", "shape": "(3,)", "ours": 5.0, "theirs": 8.0},
    ]
    assert trust_page.cost_table({"rows": rows}).splitlines() == [
        "| Shape | `sparsemax` | `sparsemax`, torch |",
        "| --- | ---: | ---: |",
        "| `(3,)` | 2.5 | 8 |",
    ]


def timed(ours, theirs, shape, axis=None, target=1, memory=1.0):
    """A row of lab/results/speed.json."""
    row = {"function": "f", "dtype": "float32", "shape": shape, "axis": axis, "target": target}
    return {**row, "ours": ours, "theirs": theirs, "memory": memory, "memory of SciPy": 2 * memory}


TIMED = [
    timed(1.0, 0.1, "(3,)", -1, target=None, memory=99.0),
    timed(1.0, 0.2, "(16,)", -1, target=None, memory=99.0),
    timed(1.0, 4.0, "(1000,)", -1, memory=3.04),
    timed(1.0, 0.5, "(10, 100)", 0, memory=1.5),
    timed(1.0, 2.0, "(10, 100)", -1, memory=3.5),
]


def test_the_page_shows_median_and_least_ratio_and_largest_memory_with_short_vectors_apart():
    assert trust_page.speed_table({"rows": TIMED}).splitlines()[2:] == [
        "| `f` | float32 | 2 | 0.5 | 0.1 | 3.5 | 7 |"
    ]
    assert trust_page.as_fast({"rows": TIMED}) == "2 of 3"


def test_a_benchmark_names_the_targets_that_are_missed_with_the_worst_input():
    assert speed.misses(TIMED) == [
        "f, float32: 1 of 3 ratios, 0.50 < 1 on (10, 100) axis 0",
        "f, float32: memory on 1 of 3, 3.5 > 3 on (10, 100) axis -1",
    ]
    assert speed.misses(TIMED[:3]) == []


@pytest.mark.parametrize("dtype", speed.DTYPES)
@pytest.mark.parametrize(
    ("name", "axis"),
    [(name, axis) for name in speed.FUNCTIONS for axis in speed.axes(name, (4, 5))],
)
def test_functions_that_are_timed_beside_each_other_compute_the_same(name, axis, dtype):
    ours, theirs = (call() for call in speed.pair(name, (4, 5), axis, dtype))
    assert ours.dtype == theirs.dtype == dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-7)


def test_the_memory_of_a_call_is_that_of_the_arrays_that_it_holds_at_once():
    def holds_two_at_once():
        np.ones(10**5)
        return np.ones(10**5) + np.ones(10**5).sum()

    assert 16e5 <= speed.peak(holds_two_at_once) < 17e5


def test_calls_take_turns_while_they_are_timed(monkeypatch):
    monkeypatch.setattr(measure, "SECONDS", 0)
    made = []
    fast, slow = measure.shortest(lambda: made.append("fast"), lambda: (made.append("slow"), sleep(0.003)))
    assert fast < 1e-4 < 0.003 <= slow
    assert len([called for called, _ in groupby(made)]) == 2 * (1 + 5)  # tried, then five rounds


def test_the_share_of_changes_that_were_caught_is_that_of_all_and_of_each_module():
    rows = [
        {"module": "a.py", "mutants": 4, "killed": 3, "equivalent": 1},
        {"module": "b.py", "mutants": 6, "killed": 6, "equivalent": 0},
    ]
    assert trust_page.mutation_table({"rows": rows}).splitlines()[2:] == [
        "| `a.py` | 4 | 3 | 1 | 75.0 % |",
        "| `b.py` | 6 | 6 | 0 | 100.0 % |",
        "| **all** | 10 | 9 | 1 | 90.0 % |",
    ]


def test_the_page_says_how_many_spoilt_checks_were_noticed_and_how_many_are_too_weak():
    row = {"chapter": "a", "spoilt": 40, "noticed": 30, "with a reason": 3, "tolerances": 20, "wider": 6}
    said = trust_page.spoilt_checks({"rows": [row, row | {"noticed": 31}]})
    assert re.findall(r"\d+", said) == ["80", "61", "6", "13", "40", "12"]


def test_the_cases_of_a_package_are_counted_by_what_became_of_them():
    rows = [
        {"package": "A", "outcome": "differs", "reason": "nothing at all", "cases": 2},
        {"package": "A", "outcome": "left out", "reason": "complex numbers", "cases": 30},
        {"package": "A", "outcome": "left out", "reason": "threads", "cases": 4},
        {"package": "A", "outcome": "passes", "reason": "", "cases": 500},
        {"package": "B", "outcome": "passes", "reason": "", "cases": 7},
    ]
    assert trust_page.peer_table({"rows": rows}).splitlines()[2:] == [
        "| A | 536 | 500 | 2 | 34 |",
        "| B | 7 | 7 | 0 | 0 |",
    ]
    assert trust_page.peer_reasons({"rows": rows}).splitlines()[2:] == [
        "| A | differs | nothing at all | 2 |",
        "| A | left out | complex numbers | 30 |",
        "| A | left out | threads | 4 |",
    ]


MUTANT = "regsoft.argmax.x_softmax__mutmut_1"


def survivors(monkeypatch, status):
    """What is left of a mutant whose process ends with a status, as `os.wait` gives it; nothing is run."""
    monkeypatch.setattr(os, "fork", lambda: 7)
    monkeypatch.setattr(os, "wait", lambda: (7, status))
    monkeypatch.setattr(mutation, "change", lambda mutant: ("function", "change"))
    judge = mutation.Judge({"regsoft/argmax.py": [MUTANT]}, 1)
    return judge._survivors("regsoft/argmax.py", defaultdict(list))


@pytest.mark.parametrize("status", [1 << 8, signal.SIGALRM, signal.SIGPROF, signal.SIGSEGV, signal.SIGABRT])
def test_a_mutant_is_noticed_by_a_test_that_fails_or_by_what_it_does_to_its_own_process(status, monkeypatch):
    assert survivors(monkeypatch, status) == []
    assert survivors(monkeypatch, 0) == [MUTANT]


@pytest.mark.parametrize("status", [2 << 8, 3 << 8, signal.SIGKILL, signal.SIGTERM])
def test_a_mutant_that_could_not_be_tried_ends_the_count(status, monkeypatch):
    with pytest.raises(pytest.exit.Exception, match=rf"{MUTANT} was not tried"):
        survivors(monkeypatch, status)


def test_a_mutant_that_cannot_be_prepared_ends_with_a_code_of_its_own(monkeypatch):
    def leave(code, message=""):
        raise SystemExit(code, message)

    monkeypatch.setattr(os, "fork", lambda: 0)
    monkeypatch.setattr(mutation, "_leave", leave)
    monkeypatch.setattr(mutation.resource, "setrlimit", lambda *limits: 1 / 0)
    judge = mutation.Judge({"regsoft/argmax.py": [MUTANT]}, 1)
    with pytest.raises(SystemExit) as left:
        judge._survivors("regsoft/argmax.py", defaultdict(list))
    assert left.value.args[0] == 2
    assert "ZeroDivisionError" in left.value.args[1]


def test_the_count_of_mutants_is_written_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "mutation.json"
    path.write_text("[]", "utf-8")
    monkeypatch.setattr(mutation, "RESULTS", path)
    monkeypatch.setattr(mutation, "listed", lambda module: Counter())
    with path.open(encoding="utf-8") as reader:
        assert mutation.settle("regsoft/argmax.py", [MUTANT], [])
        assert reader.read() == "[]"
    row = {"module": "regsoft/argmax.py", "mutants": 1, "killed": 1, "equivalent": 0}
    assert json.loads(path.read_text("utf-8")) == [row]


def test_a_test_is_shown_as_the_sentence_that_it_proves():
    shown = trust_page.sentence("tests/website/test_site.py::test_no_id_stands_twice_on_a_page[book/softmax]")
    assert shown == "no id stands twice on a page"
    assert trust_page.sentence("book/sigmoid.ipynb::Cell 3") == "`book/sigmoid.ipynb`, Cell 3"


def test_pictures_of_pages_without_code_are_up_to_date():
    assert images.main(["--check"]) == 0


def test_a_benchmark_keeps_three_digits_and_the_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "RESULTS", tmp_path)
    measure.record("speed", [{"function": "f", "ours": 1.23456e-7, "count": 12345}], "numpy")
    kept = json.loads((tmp_path / "speed.json").read_text("utf-8"))
    assert kept["rows"] == [{"function": "f", "ours": 1.23e-7, "count": 12345}]
    assert re.search(r"\d+ cores, \w+, Python 3\.\d+\.\d+, numpy \d", kept["machine"])
    assert [path.name for path in tmp_path.iterdir()] == ["speed.json"]
