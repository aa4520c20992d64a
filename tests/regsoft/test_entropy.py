"""Entropies and divergences: published values, theorems, extremes."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from regsoft import binary_entropy, gini_entropy, kl_divergence, shannon_entropy, softmax, tsallis_entropy

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


# Near zero: against 50 digits of the points divided by their sums


def exact_divergence(p, q):
    with mpmath.workdps(60):
        p, q = ([mpmath.mpf(float(v)) for v in w] for w in (p, q))
        p, q = ([v / sum(w) for v in w] for w in (p, q))
        return +sum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True) if a)


def errors(values, p, q):
    """Return the relative errors of divergences, in units of float64."""
    exact = [exact_divergence(*pair) for pair in zip(p, q, strict=True)]
    with mpmath.workdps(60):
        return [
            float(abs(mpmath.mpf(v) / e - 1)) / 2**-52
            for v, e in zip(values.tolist(), exact, strict=True)
            if e
        ]


@pytest.mark.parametrize("distance", [3.0, 0.3, 1e-2, 1e-4, 1e-8, 1e-12])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_divergence_is_right_to_a_few_units_however_close_the_points_are(dtype, distance):
    random = np.random.default_rng(0)
    for d in (2, 3, 10):
        x = random.normal(scale=2, size=(60, d))
        p, q = (softmax(v).astype(dtype) for v in (x, x + distance * random.normal(size=x.shape)))
        p, q = p[(q > 0).all(axis=-1)], q[(q > 0).all(axis=-1)]
        wide = p.astype(np.float64), q.astype(np.float64)
        assert max(errors(kl_divergence(*wide), p, q), default=0) <= 8
        narrow = kl_divergence(p, q)
        exact = np.array([float(exact_divergence(*pair)) for pair in zip(p, q, strict=True)])
        least = np.finfo(dtype).smallest_subnormal
        np.testing.assert_allclose(narrow, exact.astype(dtype), rtol=8 * np.finfo(dtype).eps, atol=least)


def test_a_divergence_is_0_exactly_when_the_points_are_equal():
    random = np.random.default_rng(0)
    p = softmax(random.normal(size=(500, 4)))
    np.testing.assert_array_equal(kl_divergence(p, p), 0)
    np.testing.assert_array_equal(kl_divergence(p, p.astype(np.longdouble)), 0)
    for factor in (1 + 2.0**-30, 1 - 2.0**-20, 1.015625):  # the same points, with other sums
        scaled = np.round(p * 2**20) / 2**20
        np.testing.assert_array_equal(kl_divergence(scaled, scaled * factor), 0)
    q = p.copy()
    q[:, 0], q[:, 1] = np.nextafter(p[:, 0], 1), np.nextafter(p[:, 1], 0)
    assert (kl_divergence(p, q) > 0).all()


def test_divergences_that_lost_all_their_digits():
    p, q = np.float32([0.3, 0.7]), np.float32([0.3001, 0.6999])
    assert kl_divergence(p, q) == np.float32(float(exact_divergence(p, q)))
    assert_close(kl_divergence([0.1, 0.2, 0.7], [0.100000001, 0.2, 0.699999999]), 5.714285636e-18, ulps=2e7)


def test_the_jensen_shannon_divergence_of_close_points_is_an_eighth_of_the_fisher_form():
    p = np.array([0.2, 0.3, 0.5])
    for step in (1e-3, 1e-6, 1e-9):
        q = p + step * np.array([1.0, -0.5, -0.5])
        middle = (p + q) / 2
        divergence = (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2
        assert divergence == pytest.approx(((p - q) ** 2 / p).sum() / 8, rel=10 * step + 1e-6)


def test_entropies_near_a_vertex_keep_their_digits_however_roughly_the_shares_sum_to_1():
    tiny = np.geomspace(1e-60, 1e-3, 60)
    for sums in (1, 1 + 1e-9, 0.99):
        w = np.stack([sums * (1 - tiny), sums * tiny], axis=-1)
        with mpmath.workdps(150):
            exact = []
            for row in w.tolist():
                shares = [mpmath.mpf(v) / (mpmath.mpf(row[0]) + mpmath.mpf(row[1])) for v in row]
                exact.append(float(-sum(s * mpmath.log(s) for s in shares)))
        np.testing.assert_allclose(shannon_entropy(w), exact, rtol=1e-15)


@given(point_pairs(), st.floats(0.985, 1.015))
def test_what_is_missing_from_a_sum_of_1_does_not_count(pair, factor):
    p, q = pair
    for function in (
        shannon_entropy,
        gini_entropy,
        lambda w: tsallis_entropy(w, 1.5),
        lambda w: kl_divergence(w, q),
    ):
        if (q > 0).all():
            assert_close(function(p * factor), function(p), ulps=16, scale=1e-2)
