"""The checks of the chapters can fail: some of their numbers and signs are spoilt here, all of them weekly."""

import ast
import json
import multiprocessing
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from lab import spoil_checks
from lab.spoil_checks import CheckError, Outcome
from tools.notebooks import ROOT

SURE = ["conjugacy", "fenchel-young", "introduction"]  # quick chapters whose checks notice every spoiling


def parsed(cells):
    return [(label, ast.parse(source)) for label, source in cells]


def spoilt(source):
    """Return what an assertion becomes when it is spoilt, in order, and how many tolerances it has."""
    found = spoil_checks.spoilings(parsed([("check-eq", source)]))
    after = [spoil_checks.change(one)[1] for one in found if one.spot.field]
    return after, len(found) - len(after)


def fates_here(cells):
    code = parsed(cells)
    return [
        (*spoil_checks.change(one), met)
        for one, met in spoil_checks.tried(code, spoil_checks.spoilings(code))
        if met != "tolerance"
    ]


@pytest.fixture(scope="module")
def fates():
    """A function that returns what becomes of the spoilings of a chapter, found in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield lambda *cells: pool.submit(fates_here, cells).result()


@pytest.fixture(scope="module")
def unnoticed(fates):
    """A function that returns what the checks of a chapter become when they do not notice it."""
    return lambda *cells: [after for _, after, met in fates(*cells) if met == "alive"]


# --- what is spoilt ---


@pytest.mark.parametrize(
    ("assertion", "changes"),
    [
        ("x == 2.0 * y", ["x != 2.0 * y", "x == 2.0 / y", "x == 2.5 * y", "x == 1.6 * y"]),
        (
            "x == -(y - 1)",
            ["x != -(y - 1)", "x == +(y - 1)", "x == -(y + 1)", "x == -(y - 2)", "x == -(y - 0)"],
        ),
        ("x / y == z**2", ["x / y != z ** 2", "x * y == z ** 2", "x / y == z ** 3", "x / y == z ** 1"]),
        ("a < b >= c", ["a > b >= c", "a < b <= c"]),
        ("all(f(3) for x in y)", ["all((f(4) for x in y))", "all((f(2) for x in y))"]),
        ("[x, 0] * 3 == y", ["[x, 0] * 3 != y", "[x, 1] * 3 == y", "[x, -1] * 3 == y"]),
    ],
)
def test_each_number_sign_exponent_and_relation_of_an_assertion_is_spoilt(assertion, changes):
    assert spoilt(f"assert {assertion}") == (changes, 0)


def test_what_a_function_of_numpy_compares_is_spoilt_wherever_it_stands():
    source = "for x in y:\n    z = 3\n    np.testing.assert_allclose(x, 2 * y, rtol=1e-9)"
    after = "np.testing.assert_allclose(x, {}, rtol=1e-09)"
    assert spoilt(source) == ([after.format(product) for product in ("2 / y", "3 * y", "1 * y")], 1)


@pytest.mark.parametrize(
    "expression", ["x[0, 1:2]", "x.sum(axis=0)", "np.eye(3)", "x.round(3)", "f(x, order=2)", "'1'", "True"]
)
def test_no_index_size_or_option_is_spoilt(expression):
    assert spoilt(f"assert {expression} == y") == ([f"{expression} != y"], 0)


@pytest.mark.parametrize(
    ("assertion", "changes"),
    [
        ("x - y < 1e-12", ["x - y > 1e-12", "x + y < 1e-12"]),
        ("x >= y - 1e-12", ["x <= y - 1e-12"]),
        ("-1e-15 < x", ["-1e-15 > x"]),
        ("x < y + 1e-9 * z", ["x > y + 1e-09 * z"]),
        ("x < 2**-10", ["x > 2 ** (-10)"]),
        ("x < 0.001", ["x > 0.001"]),
    ],
)
def test_a_tolerance_is_counted_and_left_as_it_is(assertion, changes):
    assert spoilt(f"assert {assertion}") == ([spoil_checks.as_python_writes(change) for change in changes], 1)


def test_a_cell_that_is_not_a_check_is_not_spoilt():
    assert spoil_checks.spoilings(parsed([(None, "assert 1 == 1")])) == []


# --- what is noticed ---


def test_a_sharp_check_has_no_survivor_and_a_weak_one_is_found(unnoticed):
    square = (None, "def square(x):\n    return x * x")
    assert unnoticed(square, ("check-eq", "assert abs(square(3.0) / 2 - 4.5) < 1e-12")) == []
    assert unnoticed(square, ("check-eq", "assert square(-3.0) == 9")) == ["square(+3.0) == 9"]
    assert unnoticed(square, ("check-eq", "assert square(3.0) < 20")) == [
        "square(3.75) < 20",
        "square(3.0) < 19",
    ]


@pytest.mark.parametrize(
    ("assertion", "met"),
    [
        ("x < 2.0", {"x > 2.0": "noticed", "x < 2.5": "wider", "x < 1.6": "noticed"}),
        ("2.0 > x", {"2.5 > x": "wider", "1.6 > x": "noticed"}),
        ("1.0 <= x", {"1.25 <= x": "alive", "0.8 <= x": "wider"}),
        ("0 < x < 2 * y", {"0 < x < 2 / y": "noticed", "0 < x < 3 * y": "wider", "1 < x < 2 * y": "alive"}),
        ("1 < 2 * x < 4", {"1 < 3 * x < 4": "noticed", "1 < 1 * x < 4": "alive"}),
        ("(2 * abs(z) < 9).all()", {"(3 * abs(z) < 9).all()": "noticed", "(1 * abs(z) < 9).all()": "wider"}),
        ("(-3 + z < 1).all()", {"(+3 + z < 1).all()": "noticed", "(-3 - z < 1).all()": "alive"}),
        ("(x < 2) == True", {"(x < 3) == True": "alive", "(x < 1) == True": "noticed"}),
        ("0 * x < 1", {"0 / x < 1": "alive", "1 * x < 1": "noticed", "-1 * x < 1": "wider"}),
    ],
)
def test_a_spoiling_that_only_widens_what_is_allowed_does_not_count(assertion, met, fates):
    chapter = (
        (None, "import numpy as np\nx, y, z = 1.9, 1.2, np.array([-1.0, 3.5])"),
        ("check", f"assert {assertion}"),
    )
    assert {after: fate for _, after, fate in fates(*chapter)}.items() >= met.items()


def test_a_spoilt_check_runs_in_the_state_before_it_and_leaves_no_trace(unnoticed):
    chapter = [
        (None, "import numpy as np\nrng, seen = np.random.default_rng(0), []"),
        ("check-eq-a", "seen.append(rng.integers(100))\nassert len(seen) == 1 and seen == [85]"),
        ("check-eq-b", "seen.append(rng.integers(100))\nassert seen == [85, 63]"),
    ]
    assert unnoticed(*chapter) == []


def test_the_rest_of_the_cell_may_notice(unnoticed):
    source = "kept = []\nassert kept.append(2) is None\n"
    assert unnoticed(("check-eq", source)) == ["kept.append(3) is None", "kept.append(1) is None"]
    assert unnoticed(("check-eq", source + "assert sum(kept) == 2")) == []


def test_a_spoilt_check_that_hangs_or_crashes_is_noticed(unnoticed):
    stuck = "def f(n):\n    while n != 1:\n        pass\n    return True"
    crash = "import os\ndef f(n):\n    return n == 1 or os.abort()"
    for function in (stuck, crash):
        assert unnoticed((None, function), ("check-eq", "assert f(1)")) == []


def test_a_spoilt_check_whose_process_is_killed_from_outside_ends_the_count(unnoticed):
    killed = "import os\ndef f(n):\n    return n == 1 or os.kill(os.getpid(), 9)"
    with pytest.raises(CheckError, match="ended with -9"):
        unnoticed((None, killed), ("check-eq", "assert f(1)"))


def test_a_cell_that_fails_before_it_is_spoilt_is_named(unnoticed):
    with pytest.raises(CheckError, match=r"(?s)code cell 2, check-eq: fails before .*ZeroDivisionError"):
        unnoticed((None, "x = 0"), ("check-eq", "assert 1 / x == 2"))


# --- the list and the results ---

KEY, OTHER = ("softmax check-eq-gap", "x < 1", "x > 1"), ("softmax check-eq-gap", "x < 2", "x > 2")


def outcome(alive):
    fates = Counter(noticed=4 - sum(alive.values()), alive=sum(alive.values()), wider=6, tolerance=5)
    return Outcome("softmax", 3, fates, Counter({KEY: 2, OTHER: 2}), Counter(alive))


def test_a_survivor_must_be_listed_and_what_is_listed_must_survive(capsys):
    assert spoil_checks.settle([outcome({KEY: 1})], Counter({KEY: 1}))
    assert capsys.readouterr().out == ""
    assert not spoil_checks.settle([outcome({KEY: 2})], Counter({KEY: 1}))
    assert "not noticed, and not in lab/spoil_checks.yml:\n  softmax check-eq-gap:" in capsys.readouterr().out
    assert not spoil_checks.settle([outcome({KEY: 1})], Counter({KEY: 1, OTHER: 1}))
    assert '"x < 2 → x > 2"' in capsys.readouterr().out


def test_the_list_is_read_for_the_chapters_that_are_tried(tmp_path, monkeypatch):
    path = tmp_path / "spoil_checks.yml"
    monkeypatch.setattr(spoil_checks, "LISTED", path)
    path.write_text("# nothing yet\n", "utf-8")
    assert spoil_checks.listed(["softmax"]) == Counter()
    listed = '- why: it is so\n  spoilings:\n    softmax check-eq-gap:\n      - "(x<1) → x > 1"\n'
    path.write_text(listed, "utf-8")
    assert spoil_checks.listed(["softmax"]) == Counter([KEY])
    assert spoil_checks.listed(["sigmoid"]) == Counter()
    path.write_text(listed.replace("softmax", "softmix"), "utf-8")
    with pytest.raises(CheckError, match=r"spoil_checks.yml names softmix; allowed: attention, "):
        spoil_checks.listed(["sigmoid"])
    for wrong in ("x < 1", "x < 1 → x >", "x < 1 → x < 2 → x < 3"):
        path.write_text(listed.replace("(x<1) → x > 1", wrong), "utf-8")
        with pytest.raises(CheckError, match=f"must be 'expression → expression'; got '{wrong}'"):
            spoil_checks.listed(["softmax"])


def test_the_counts_of_a_chapter_are_kept_beside_those_of_the_others(tmp_path, monkeypatch):
    path = tmp_path / "spoil_checks.json"
    monkeypatch.setattr(spoil_checks, "RESULTS", path)
    path.write_text(json.dumps([{"chapter": name} for name in ("gone", "sigmoid", "softmax")]), "utf-8")
    spoil_checks.keep([outcome({KEY: 2, OTHER: 1})], Counter({KEY: 1}))
    row = {"chapter": "softmax", "checks": 3, "spoilt": 4, "noticed": 1, "with a reason": 1, "wider": 6}
    row["tolerances"] = 5
    assert json.loads(path.read_text("utf-8")) == [{"chapter": "sigmoid"}, row]


# --- the chapters ---


def test_a_sample_is_the_same_for_the_same_seed_and_has_the_size_that_was_asked_for():
    drawn = [spoil_checks.sample(SURE, 30, seed) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [sum(map(len, one.values())) for one in drawn] == [30, 30, 30]
    for size in (0, 10**6):
        with pytest.raises(CheckError, match=f"from 1 to .*got {size}$"):
            spoil_checks.sample(SURE, size, 0)


def test_no_spoiling_of_a_fixed_sample_goes_unnoticed_without_a_reason():
    which = [*SURE, "--sample", "45", "--seed", "0", "--workers", "1"]
    command = [sys.executable, "-m", "lab.spoil_checks", *which]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (noticed,) = re.findall(r"^all: (\d+) of \1 spoilings noticed$", result.stdout, re.MULTILINE)
    assert int(noticed) >= 40
