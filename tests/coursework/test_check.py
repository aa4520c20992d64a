"""Checks help students: right answers pass, wrong ones get a reason and a hint, and nothing is given away."""

import ast
import inspect
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import regsoft.check
from coursework.ps1.hints import QUESTIONS, check
from regsoft import softmax
from regsoft.check import checks, own_numbers
from tests.coursework.sets import COURSE, SETS, answers, hints

EVERY = [(name, question) for name in SETS for question in hints(name).QUESTIONS]
FUNCTIONS = [(name, question) for name, question in EVERY if callable(answers(name).PASSES[question][0])]
FAILS = [(name, *row) for name in SETS for row in answers(name).FAILS]


def named(name, function):
    """Return a function under the name that its question asks for."""

    def answer(*arguments):
        return function(*arguments)

    answer.__name__ = name
    return answer


def call(name, question, given):
    """Call the `check` of a set with answers, a function under its question's name."""
    hints(name).check(*(given if isinstance(given[0], str) else (named(question, *given),)))


@pytest.mark.parametrize("name", SETS)
def test_there_is_a_right_answer_to_every_question_and_a_wrong_one_for_every_check(name):
    questions = hints(name).QUESTIONS
    tests = [test.__name__ for tests in questions.values() for test in tests]
    assert len(set(tests)) == len(tests)
    assert set(answers(name).PASSES) == set(questions)
    assert {test for test, *_ in answers(name).FAILS} == set(tests)


@pytest.mark.parametrize(("name", "question"), EVERY)
def test_a_right_answer_passes_all_checks(name, question, capsys):
    call(name, question, answers(name).PASSES[question])
    n = len(hints(name).QUESTIONS[question])
    out = capsys.readouterr().out
    assert out.startswith(f"{question}: {n} of {n} checks pass\n")
    assert out.count("  pass  ") == n


GARBAGE = [
    None,
    "three",
    [1, "two"],
    np.zeros((2, 3)),
    [[1], [1, 2]],
    {"a": 1},
    lambda *a: None,
]


@pytest.mark.parametrize(("name", "question"), EVERY)
@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda garbage: f"{garbage!r:.20}".partition(" at ")[0])
def test_no_answer_makes_a_check_raise_or_pass_in_full(name, question, garbage, capsys):
    right = answers(name).PASSES[question]
    by_name = isinstance(right[0], str)
    for place in range(by_name, len(right)):
        wrong = (lambda *a: garbage) if callable(right[place]) else garbage
        call(name, question, (*right[:place], wrong, *right[place + 1 :]))
        out = capsys.readouterr().out
        assert out.startswith(f"{question}: ")
        assert f"{question}: {len(hints(name).QUESTIONS[question])} of" not in out
        assert "FAIL" in out
        assert "AssertionError" not in out


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
def test_an_answer_that_raises_is_reported_with_its_line(name, question, capsys):
    def broken(*arguments):
        return 1 / 0

    call(name, question, (broken,))
    out = capsys.readouterr().out
    line = inspect.getsourcelines(broken)[1] + 1
    assert f"your code raised ZeroDivisionError, in line {line} of the cell: division by zero" in out


def test_an_error_in_a_check_itself_names_no_line_of_the_student(capsys):
    def fails(answer):
        """It is right"""
        raise KeyError("ours")

    checks({"q": (fails,)})("q", 1)
    assert "your code raised KeyError: 'ours'" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
def test_an_answer_not_yet_written_gets_no_hint(name, question, capsys):
    def unsolved(*arguments):
        raise NotImplementedError

    call(name, question, (unsolved,))
    out = capsys.readouterr().out
    assert out.startswith(f"{question}: 0 of ")
    assert "not written yet" in out
    assert "Hint" not in out


def test_counts_reason_and_hint_are_said_in_plain_words(capsys):
    check(named("my_softmax", lambda x, alpha=1.0: np.exp(x / alpha) / np.exp(x / alpha).sum()))
    assert capsys.readouterr().out == (
        "my_softmax: 2 of 3 checks pass\n"
        "  pass  The shares of (0, log 2, log 5) are 1/8, 2/8 and 5/8\n"
        "  pass  The temperature divides the scores\n"
        "  FAIL  Large scores do not overflow\n"
        "        the scores (1000, 1000 + log 3) got [nan nan]\n"
        "        Hint: softmax is unchanged if one number is taken from every score. Which number leaves no\n"
        "        exponential above 1?\n"
    )


@pytest.mark.parametrize(("name", "test", "given", "why"), FAILS, ids=["-".join(row[:2]) for row in FAILS])
def test_a_wrong_answer_fails_its_check_and_is_told_why(name, test, given, why, capsys):
    ((question, function),) = (
        (question, function)
        for question, functions in hints(name).QUESTIONS.items()
        for function in functions
        if function.__name__ == test
    )
    call(name, question, given)
    out = capsys.readouterr().out
    title, _, hint = inspect.getdoc(function).partition("\n\n")
    _, _, rest = out.partition(f"  FAIL  {title}\n")
    assert why in rest.partition("Hint")[0]
    assert hint.splitlines()[0] in rest


@pytest.mark.parametrize("kind", [str, bool, complex, Fraction])
def test_shares_that_are_not_real_floats_fail_as_they_do_when_graded(kind, capsys):
    def my_softmax(x, alpha=1.0):
        return [kind(share) for share in softmax(x, alpha)]

    check(my_softmax)
    out = capsys.readouterr().out
    assert out.startswith("my_softmax: 0 of 3")
    assert "should be made of numbers; got [" in out


def test_an_answer_that_changes_its_argument_is_told_so(capsys):
    def my_softmax(x, alpha=1.0):
        x -= x.max()
        return np.exp(x / alpha) / np.exp(x / alpha).sum()

    check(my_softmax)
    assert capsys.readouterr().out.count("your code changes its argument; work on a copy") == 3


def test_warnings_of_an_answer_stay_quiet(capsys, recwarn):
    check(named("my_softmax", lambda x, alpha=1.0: np.exp(x * 1000) / 0.0))
    assert not recwarn.list
    assert capsys.readouterr().err == ""


def test_an_unknown_question_is_named_with_those_of_this_set_and_no_others():
    with pytest.raises(
        ValueError, match="no question is called 'my_sofmax'; did you mean 'my_softmax'"
    ) as error:
        check(named("my_sofmax", softmax))
    assert str(error.value).endswith(f"The questions: {', '.join(QUESTIONS)}")


def test_a_missing_answer_is_named():
    with pytest.raises(ValueError, match=r"check\('gaps', ...\) takes x, ratio, alpha_nine; got 1 answers"):
        check("gaps", [1, 2, 3])


def test_checks_that_are_not_a_mapping_are_refused():
    with pytest.raises(TypeError, match=r"questions must map names to checks; got \['gaps'\]"):
        checks(["gaps"])


def test_the_check_of_a_set_says_to_students_how_it_is_called():
    assert check.__name__ == "check"
    assert 'check("gaps", x, ratio, alpha_nine)' in inspect.getdoc(check)
    assert list(inspect.signature(check).parameters) == ["question", "answers"]


def test_own_numbers_are_the_same_everywhere_and_another_students_are_others():
    np.testing.assert_array_equal(own_numbers("ps1", "ann01"), [1.72, 1.45, 0.92])
    np.testing.assert_array_equal(own_numbers("ps1", " ANN01\n"), own_numbers("ps1", "ann01"))
    drawn = {tuple(own_numbers(name, f"s{i}")) for name, i in product(("ps1", "ps2"), range(200))}
    assert len(drawn) == 400


def test_own_numbers_keep_to_their_bounds_and_have_two_decimals():
    drawn = own_numbers("ps1", "ann01", 10_000, 0.0, 0.9)
    assert (drawn.min(), drawn.max()) == (0.0, 0.9)
    np.testing.assert_array_equal(drawn, np.round(drawn, 2))


@pytest.mark.parametrize(("low", "high"), [(2, -2), (1, 1), (-np.inf, 0), (np.nan, 1), ("a", 1), (None, 1)])
def test_own_numbers_ask_for_bounds_in_their_order(low, high):
    with pytest.raises(ValueError, match="low and high must be finite numbers, low below high; got"):
        own_numbers("ps1", "ann01", low=low, high=high)


@pytest.mark.parametrize(
    ("student", "error"), [("", ValueError), ("  ", ValueError), (7, TypeError), (None, TypeError)]
)
def test_own_numbers_ask_for_an_id(student, error):
    with pytest.raises(error, match="student must be"):
        own_numbers("ps1", student)


SOURCES = [Path(regsoft.check.__file__), *(COURSE / name / "hints.py" for name in SETS)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.parent.name)
def test_the_checks_need_numpy_alone_and_not_the_rest_of_regsoft(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names | {"numpy"} or name == "regsoft.check", name


@pytest.mark.parametrize("name", SETS)
def test_the_hints_define_nothing_that_a_question_asks_for(name):
    tree = ast.parse((COURSE / name / "hints.py").read_text("utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert not defined & set(hints(name).QUESTIONS)
