"""Hints on answers, and numbers of one's own, whatever a student hands in."""

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
