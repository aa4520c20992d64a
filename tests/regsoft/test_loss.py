"""Cross entropy: what it splits into, what it is for a class label, what minimises it."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regsoft import (
    cross_entropy,
    entmax,
    fenchel_young_loss,
    kl_divergence,
    logsumexp,
    one_hot,
    shannon_entropy,
    softmax,
    softplus,
)

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


LABELS = np.array([2, 0, 1, 2])
PREDICTIONS = softmax(np.random.default_rng(0).normal(size=(4, 3)))


def test_labels_stand_for_vertices_along_any_axis():
    for loss, arguments in ((cross_entropy, (PREDICTIONS,)), (fenchel_young_loss, (PREDICTIONS, 1.5))):

        def call(target, predictions, *rest, loss=loss, **keywords):
            first = (target, predictions) if loss is cross_entropy else (predictions, target)
            return loss(*first, *rest, **keywords)

        expected = call(one_hot(LABELS, 3), *arguments)
        np.testing.assert_array_equal(call(LABELS, *arguments), expected)
        turned = (arguments[0].T, *arguments[1:])
        np.testing.assert_allclose(call(LABELS, *turned, axis=0), expected, rtol=1e-15)
        np.testing.assert_array_equal(call(2, arguments[0][0], *arguments[1:]), expected[0])
        assert (
            call(LABELS.astype(np.uint8), arguments[0].astype(np.float32), *arguments[1:]).dtype == np.float32
        )
        kept = call(LABELS, *arguments, keepdims=True)
        np.testing.assert_array_equal(kept, expected[:, None])
        flat = call(7, arguments[0] / 4 if loss is cross_entropy else arguments[0], *arguments[1:], axis=None)
        vertex = call(
            one_hot(7, 12).reshape(4, 3),
            arguments[0] / 4 if loss is cross_entropy else arguments[0],
            *arguments[1:],
            axis=None,
        )
        assert flat == vertex


@pytest.mark.parametrize(
    ("labels", "error", "text"),
    [
        ([0, 3, 0, 0], ValueError, r"^p must lie in 0 … 2; got 3$"),
        ([-1, 0, 0, 0], ValueError, r"^p must lie in 0 … 2; got -1$"),
        ([0, 1, 2], ValueError, r"^p and p_hat must have the same length .* got \(3, 3\) and \(4, 3\)$"),
        ([0.0, 1.0, 2.0, 0.0], ValueError, r"^p must sum to 1 along axis -1; got 3\.0$"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, error, text):
    with pytest.raises(error, match=text):
        cross_entropy(labels, PREDICTIONS)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_it_is_never_below_the_entropy_of_the_target_however_roughly_that_sums_to_1(dtype):
    random = np.random.default_rng(0)
    for spread in (0, 1e-3, 1):
        x = random.normal(size=(500, 6))
        p, q = softmax(x).astype(dtype), softmax(x + spread * random.normal(size=x.shape)).astype(dtype)
        least = shannon_entropy(p.astype(float))
        assert (cross_entropy(p.astype(float), q.astype(float)) >= least * (1 - 4 * 2.0**-52)).all()


@pytest.mark.parametrize("order", [1.0, 1.3, 1.5, 2.0, 3.0, 20.0])
def test_near_its_zero_a_loss_is_the_divergence_from_the_prediction_and_0_only_there(order):
    random = np.random.default_rng(1)
    x = random.normal(size=(200, 4))
    w = entmax(x, order)
    np.testing.assert_array_equal(fenchel_young_loss(x, w, order), 0)
    for step in (1e-2, 1e-5):
        target = entmax(x + step * random.normal(size=x.shape), order)
        loss = fenchel_young_loss(x, target, order)
        assert (loss >= 0).all()
        assert (loss > 0)[(np.abs(target - w).max(axis=-1) > 0)].all()
        if order == 1:
            np.testing.assert_allclose(loss, kl_divergence(target, w), rtol=1e-9)


def test_the_loss_that_cancelled_agrees_with_50_digits():
    y = softmax([0.0, 1.0 + 1e-7])
    shares = [mpmath.mpf(v) / sum(map(mpmath.mpf, y.tolist())) for v in y.tolist()]
    with mpmath.workdps(50):
        value = mpmath.log(1 + mpmath.e) - shares[1] + sum(s * mpmath.log(s) for s in shares)
    assert fenchel_young_loss([0.0, 1.0], y) == pytest.approx(float(value), rel=2e-8)
    assert float(value) == pytest.approx(9.831e-16, rel=1e-3)
