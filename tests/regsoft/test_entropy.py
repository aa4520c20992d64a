"""Entropies and divergences: published values, theorems, extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from regsoft import binary_entropy, kl_divergence, shannon_entropy

from .strategies import assert_close, point_pairs, simplex_points

BIT = np.log(2)
points = st.integers(1, 8).flatmap(simplex_points)
probabilities = st.integers(0, 1024).map(lambda n: n / 1024)


def test_values_from_the_textbook():
    """Cover and Thomas, Elements of Information Theory, 2006: examples 2.1.1, 2.1.2, 2.3.1."""
    assert_close(shannon_entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8]) / BIT, 7 / 4)
    assert_close(shannon_entropy(np.full(32, 1 / 32)) / BIT, 5)
    fair, loaded = [1 / 2, 1 / 2], [3 / 4, 1 / 4]
    assert_close(kl_divergence(fair, loaded) / BIT, 1 - np.log2(3) / 2)
    assert_close(kl_divergence(loaded, fair) / BIT, 3 / 4 * np.log2(3) - 1)


@given(probabilities)
def test_the_binary_entropy_is_that_of_two_outcomes(w):
    assert_close(binary_entropy(w), shannon_entropy([w, 1 - w]))
    assert_close(binary_entropy(w), binary_entropy(1 - w))


@given(probabilities, probabilities)
def test_the_binary_entropy_is_strongly_concave_with_modulus_4(a, b):
    middle = binary_entropy((a + b) / 2)
    assert middle >= (binary_entropy(a) + binary_entropy(b)) / 2 + (a - b) ** 2 / 2 - 1e-15


def test_the_slope_of_the_binary_entropy_is_the_log_odds_and_the_curvature_minus_1_over_w_1_minus_w():
    w, h = np.linspace(0.05, 0.95, 19), 1e-4
    left, here, right = binary_entropy(w - h), binary_entropy(w), binary_entropy(w + h)
    np.testing.assert_allclose((right - left) / (2 * h), np.log((1 - w) / w), atol=1e-5)
    np.testing.assert_allclose((right - 2 * here + left) / h**2, -1 / (w * (1 - w)), rtol=1e-4)


@given(points)
def test_the_shannon_entropy_lies_between_0_and_log_d(w):
    entropy = shannon_entropy(w)
    assert -1e-15 <= entropy <= np.log(len(w)) + 1e-15
    assert (entropy < 1e-15) == (w.max() == 1)


@given(points, st.randoms(use_true_random=False))
def test_the_shannon_entropy_does_not_see_the_order(w, random):
    shuffled = random.sample(w.tolist(), len(w))
    assert_close(shannon_entropy(shuffled), shannon_entropy(w))


@given(point_pairs())
def test_entropies_of_independent_draws_add_up(pair):
    p, q = pair
    joint = shannon_entropy(np.outer(p, q).ravel())
    assert_close(joint, shannon_entropy(p) + shannon_entropy(q), ulps=32, scale=1)


@given(point_pairs(), st.integers(0, 8).map(lambda n: n / 8))
def test_the_shannon_entropy_is_concave(pair, t):
    p, q = pair
    mixed = shannon_entropy(t * p + (1 - t) * q)
    assert mixed >= t * shannon_entropy(p) + (1 - t) * shannon_entropy(q) - 1e-14


@pytest.mark.parametrize("d", [1, 2, 3, 10, 1000])
def test_the_centre_has_entropy_log_d_and_a_vertex_none(d):
    assert_close(shannon_entropy(np.full(d, 1 / d)), np.log(d), ulps=32, scale=1)
    vertex = shannon_entropy(np.eye(d))
    np.testing.assert_array_equal(vertex, 0)
    assert not np.signbit(vertex).any()


@given(point_pairs())
def test_divergence_is_positive_unless_the_points_are_equal(pair):
    p, q = pair
    assert kl_divergence(p, p) == 0
    assert not np.signbit(kl_divergence(p, p))
    assert (kl_divergence(p, q) > 0) == (p != q).any()


def test_rounding_never_makes_a_divergence_negative():
    random = np.random.default_rng(0)
    p = random.dirichlet(np.ones(5), 200)
    nearly_p = p * (1 + 1e-15 * random.normal(size=p.shape))
    assert (kl_divergence(p, nearly_p / nearly_p.sum(axis=-1, keepdims=True)) >= 0).all()


@given(point_pairs())
def test_divergence_is_infinite_where_the_prediction_excludes_what_happens(pair):
    p, q = pair
    assert np.isinf(kl_divergence(p, q)) == ((p > 0) & (q == 0)).any()


@given(points)
def test_the_divergence_from_the_centre_is_the_missing_entropy(w):
    d = len(w)
    assert_close(kl_divergence(w, np.full(d, 1 / d)), np.log(d) - shannon_entropy(w), ulps=32, scale=1)


def test_a_small_divergence_is_half_the_fisher_quadratic_form():
    q = np.array([0.5, 0.3, 0.2])
    for step in 2.0 ** -np.arange(4, 16):
        p = q + step * np.array([0.25, -0.125, -0.125])
        fisher = ((p - q) ** 2 / q).sum() / 2
        np.testing.assert_allclose(kl_divergence(p, q), fisher, rtol=step)


@given(hnp.arrays(np.float64, 5, elements=st.floats(1e-300, 1.0)))
def test_divergences_of_tiny_probabilities_agree_with_differences_of_logarithms(weights):
    p = weights / weights.sum()
    q = p[::-1]
    difference = (p * (np.log(p) - np.log(q))).sum()
    np.testing.assert_allclose(kl_divergence(p, q), difference, rtol=1e-12, atol=1e-13)


def test_a_ratio_that_overflows_does_not():
    q = np.array([1.0, 1e-310])
    np.testing.assert_allclose(kl_divergence([0.5, 0.5], q), np.log(0.5) - np.log(1e-310) / 2, rtol=1e-14)
    thin = np.array([1, np.finfo(np.float16).smallest_subnormal], np.float16)
    np.testing.assert_allclose(kl_divergence(np.array([0, 1], np.float16), thin), 24 * BIT, rtol=1e-3)


@pytest.mark.parametrize("function", [binary_entropy, shannon_entropy])
def test_subnormal_probabilities_count(function):
    least = 5e-324
    w = least if function is binary_entropy else [1.0, least]
    assert function(w) == pytest.approx(-least * np.log(least), rel=1e-2)


def test_the_binary_entropy_at_its_extremes():
    np.testing.assert_array_equal(binary_entropy([0, 1, -0.0]), 0)
    assert not np.signbit(binary_entropy([0, 1, -0.0])).any()
    assert_close(binary_entropy(0.5), BIT, ulps=1)
    tiny = np.geomspace(1e-300, 1e-10, 30)
    np.testing.assert_allclose(binary_entropy(tiny), tiny * (1 - np.log(tiny)), rtol=1e-9)
