"""Hints on answers, and numbers of one's own, whatever a student hands in."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regsoft.check import check, checks, expect, near, numbers, own_numbers


def _is_zero(number):
    """The number is zero"""
    expect(near(numbers(number, "number", ()), 0), "it is not zero")


def _of_nothing_is_zero(function):
    """At nothing it is zero"""
    _is_zero(function())


@pytest.mark.parametrize(("question", "test"), [("zero", _is_zero), ("zeros", _of_nothing_is_zero)])
def test_no_odd_answer_stops_a_check_or_passes_it(question, test, capsys):
    questions = {question: (test,)}
    for odd in (None, "text", np.nan, [], object(), lambda *a: None, lambda *a, **k: np.full(3, np.nan)):
        check(questions, question, odd)
        said = capsys.readouterr().out
        assert said.startswith(f"{question}: 0 of 1 checks pass\n  FAIL  ")
        checks(questions)(question, odd)
        assert capsys.readouterr().out == said


def test_the_check_of_no_problem_set_says_which_one_to_import():
    for words in ((_of_nothing_is_zero,), (_of_nothing_is_zero, 0), ("zero", 0)):
        with pytest.raises(
            TypeError, match=r"^import check from its problem set, as in `from coursework\.ps1"
        ):
            check(*words)


def right_to_nine_digits(shares):
    """The shares of (0, log 3) are 1/4 and 3/4

    Hint: divide by the sum.
    """
    got = numbers(shares(np.log([1, 3])), "the result", (2,))
    expect(near(got, [0.25, 0.75]), f"it gave {got.round(6)}")


@pytest.mark.parametrize(("off", "said"), [(3e-8, "Only about 8 digits are right"), (1e-2, "Hint: divide")])
def test_what_looks_right_and_is_not_is_said_to_lack_digits(off, said, capsys):
    check({"shares": (right_to_nine_digits,)}, "shares", lambda x: np.exp(x) / np.exp(x).sum() + off)
    assert said in capsys.readouterr().out


def test_a_check_that_lacks_digits_says_nothing_of_another_one(capsys):
    def written(shares):
        """It is written"""
        expect(False, "no")

    check({"shares": (right_to_nine_digits, written)}, "shares", lambda x: np.array([0.25, 0.75 + 1e-8]))
    assert capsys.readouterr().out.count("digits are right") == 1


class Shares:
    """An object that can be called."""

    def __call__(self, x):
        return np.exp(x) / np.exp(x).sum()


@pytest.mark.parametrize(
    "function", [lambda x: Shares()(x), functools.partial(Shares.__call__, None), Shares()]
)
def test_a_function_without_a_name_answers_the_question_whose_variable_holds_it(function, capsys):
    shares = function
    check({"other": (), "shares": (right_to_nine_digits,)}, shares)
    assert "shares: 1 of 1 checks pass" in capsys.readouterr().out
    del shares
    with pytest.raises(ValueError, match=r'Give the name as well, as in check\("other", \.\.\.\)'):
        check({"other": ()}, function)


@settings(max_examples=20)
@given(
    student=st.text(st.characters(codec="latin-1"), min_size=1),
    n=st.integers(0, 20),
    low=st.floats(-9, 9),
    width=st.floats(0.01, 9),
)
def test_own_numbers_lie_in_their_bounds_and_return(student, n, low, width):
    high = low + width
    if not student.strip():
        with pytest.raises(ValueError, match=r"^student must be the id"):
            own_numbers("ps1", student)
        return
    numbers = own_numbers("ps1", student, n, low, high)
    assert numbers.shape == (n,)
    assert (np.abs(numbers - (low + high) / 2) <= width / 2 + 0.0051).all()
    np.testing.assert_array_equal(numbers, own_numbers("ps1", f" {student.upper()} ", n, low, high))
