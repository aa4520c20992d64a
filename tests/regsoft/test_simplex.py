"""Vertices of the simplex: one_hot and hardmax."""

import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import linprog

from regsoft import hardmax, one_hot

from .strategies import DTYPES, scores


@given(scores(grid=True))
def test_hardmax_lies_in_the_simplex_and_attains_the_maximum(drawn):
    x, axis = drawn
    w = hardmax(x, axis)
    assert w.shape == x.shape
    assert (w >= 0).all()
    np.testing.assert_allclose(w.sum(axis=axis), 1, rtol=4 * np.finfo(x.dtype).eps)
    np.testing.assert_allclose((w * x).sum(axis=axis), x.max(axis=axis), rtol=8 * np.finfo(x.dtype).eps)


def test_hardmax_is_the_vertex_that_linear_programming_finds():
    for x in np.random.default_rng(0).normal(size=(10, 5)):
        found = linprog(-x, A_eq=np.ones((1, 5)), b_eq=[1.0], bounds=(0, None)).x
        np.testing.assert_array_equal(hardmax(x), found)


@given(scores(grid=True))
def test_hardmax_shares_equally_among_the_largest(drawn):
    x, axis = drawn
    w = hardmax(x, axis)
    top = x == x.max(axis=axis, keepdims=True)
    assert (w[~top] == 0).all()
    np.testing.assert_array_equal(w, np.where(top, w.max(axis=axis, keepdims=True), 0))


@given(scores(grid=True))
def test_hardmax_sees_the_order_of_the_scores_alone(drawn):
    x, axis = drawn
    np.testing.assert_array_equal(hardmax(x + 7, axis), hardmax(x, axis))
    np.testing.assert_array_equal(hardmax(np.arctan(x), axis), hardmax(x, axis))


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_shares_are_rounded_once(dtype):
    for d in (3, 7, 3000, 70000):
        np.testing.assert_array_equal(
            hardmax(np.ones(d, dtype)), np.full(d, np.longdouble(1) / d).astype(dtype)
        )


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([np.inf, 1.0, np.inf], [0.5, 0, 0.5]),
        ([-np.inf, -1e308, -np.inf], [0, 1, 0]),
        ([-np.inf, -np.inf], [0.5, 0.5]),
        ([1e308, -1e308], [1, 0]),
        ([0.0, -0.0], [0.5, 0.5]),
        ([5e-324, 0.0], [1, 0]),
        ([np.nan, 1.0], [np.nan, np.nan]),
        ([7], [1]),
    ],
)
def test_hardmax_at_the_extremes(x, expected):
    np.testing.assert_array_equal(hardmax(x), expected)


@pytest.mark.parametrize("index", [0, 3, [1, 1, 2], [[0, 3], [2, 1]], np.zeros((0, 2), int), np.uint8(2)])
def test_one_hot_picks_rows_of_the_identity(index):
    vertex = one_hot(index, 4)
    np.testing.assert_array_equal(vertex, np.eye(4)[index])
    assert vertex.dtype == np.float64


def test_one_hot_of_no_index_has_no_row():
    assert one_hot([], 3).shape == (0, 3)


def test_one_hot_of_the_position_of_the_largest_score_is_hardmax():
    x = np.random.default_rng(0).normal(size=(4, 5, 6))
    np.testing.assert_array_equal(one_hot(x.argmax(axis=-1), 6), hardmax(x))
