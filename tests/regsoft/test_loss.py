"""Cross entropy: what it splits into, what it is for a class label, what minimises it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regsoft import cross_entropy, logsumexp, shannon_entropy, softmax, softplus

from .strategies import assert_close, point_pairs, scores_and_points


def test_the_split_of_the_textbook():
    """Cover and Thomas, Elements of Information Theory, 2006: example 2.3.1 plus one bit."""
    bits = cross_entropy([1 / 2, 1 / 2], [3 / 4, 1 / 4]) / np.log(2)
    assert_close(bits, 2 - np.log2(3) / 2)


@given(point_pairs())
def test_the_best_prediction_is_the_target(pair):
    p, q = pair
    assert cross_entropy(p, q) >= cross_entropy(p, p) - 1e-15
    assert_close(cross_entropy(p, p), shannon_entropy(p), ulps=2)


@given(scores_and_points(bound=20))
def test_of_a_softmax_it_is_logsumexp_minus_the_score_of_the_target(drawn):
    x, p = drawn
    assert_close(cross_entropy(p, softmax(x)), logsumexp(x) - p @ x, ulps=32, scale=20)


@given(st.floats(-30, 30))
def test_of_two_classes_it_is_the_logistic_loss(margin):
    assert_close(cross_entropy([1, 0], softmax([margin, 0.0])), softplus(-margin), scale=1)


@given(point_pairs())
def test_it_is_infinite_where_the_prediction_excludes_what_happens(pair):
    p, q = pair
    assert np.isinf(cross_entropy(p, q)) == ((p > 0) & (q == 0)).any()


@pytest.mark.parametrize(("p", "q"), [([1, 0], [1, 0]), ([0.0, 1.0], [0.0, 1.0]), ([1.0], [1.0])])
def test_a_certain_and_right_prediction_costs_a_positive_zero(p, q):
    loss = cross_entropy(p, q)
    assert loss == 0
    assert not np.signbit(loss)


def test_a_subnormal_share_costs_its_logarithm():
    assert_close(cross_entropy([0, 1], [1.0, 5e-324]), 1074 * np.log(2))
    least = np.finfo(np.float16).smallest_subnormal
    assert_close(cross_entropy(np.float16([0, 1]), np.array([1, least], np.float16)), 24 * np.log(2), ulps=1)
