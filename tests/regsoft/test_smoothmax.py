"""softplus, logsumexp, log_softmax, boltzmann and softargmax: theorems, published values, extremes."""

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regsoft import (
    boltzmann,
    log_softmax,
    logsumexp,
    mellowmax,
    shannon_entropy,
    sigmoid,
    sigmoid_objective,
    softargmax,
    softmax,
    softmin,
    softplus,
)

from .strategies import (
    DTYPES,
    assert_close,
    mild_temperatures,
    score_vectors,
    scores,
    scores_and_points,
    temperatures,
)


def textbook_logsumexp(x, alpha):
    """The formula as it is written, for complex numbers too."""
    return alpha * np.log(np.exp(x / alpha).sum())


# Values of the maximisers


@given(scores(), temperatures)
def test_softplus_is_the_value_of_the_objective_at_sigmoid(drawn, alpha):
    x, _ = drawn
    assert_close(softplus(x, alpha), sigmoid_objective(sigmoid(x, alpha), x, alpha), scale=50 + alpha)


@given(scores(), temperatures)
def test_softplus_is_logsumexp_of_a_score_and_0(drawn, alpha):
    x, _ = drawn
    small = float(np.finfo(x.dtype).tiny) / float(np.finfo(x.dtype).eps) * max(alpha, 1)
    assert_close(softplus(x, alpha), logsumexp(np.stack([x, np.zeros_like(x)]), alpha, 0), scale=small)


@given(scores(), temperatures)
def test_boltzmann_is_logsumexp_without_its_entropy(drawn, alpha):
    x, axis = drawn
    x = x.astype(np.float64)
    w = softmax(x, alpha, axis)
    split = logsumexp(x, alpha, axis) - alpha * shannon_entropy(w, axis)
    assert_close(boltzmann(x, alpha, axis), split, scale=50 + 2 * alpha)
    assert_close(boltzmann(x, alpha, axis), (w * x).sum(axis=axis), scale=50)


# Slopes


@given(score_vectors(), mild_temperatures)
def test_the_gradient_of_logsumexp_is_softmax_by_complex_steps(x, alpha):
    x = x - x.max()
    step = 1e-30j * np.eye(len(x))
    gradient = [textbook_logsumexp(x + e, alpha).imag / 1e-30 for e in step]
    assert_close(softmax(x, alpha), gradient, ulps=16, scale=1)


@example(x=-1.5, alpha=10.0 ** (-2.65625))  # a slope whose step underflows
@given(st.floats(-50, 50), temperatures)
def test_the_slope_of_softplus_is_sigmoid_by_complex_steps(x, alpha):
    top = max(x, 0)
    slope = (alpha * np.log(np.exp((x - top + 1e-30j) / alpha) + np.exp(-top / alpha))).imag / 1e-30
    assert_close(sigmoid(x, alpha), slope, ulps=16, scale=np.finfo(np.float64).tiny * 1e30)  # the step's size


# Identities


@given(scores(grid=True), temperatures, st.integers(-400, 400).map(lambda n: n / 8))
def test_logsumexp_rises_with_a_constant_that_is_added_to_all_scores(drawn, alpha, constant):
    x, axis = drawn
    shifted = logsumexp(x + x.dtype.type(constant), alpha, axis)
    assert_close(shifted, logsumexp(x, alpha, axis) + constant, scale=100 + 2 * alpha)


@given(scores(), temperatures, st.integers(-20, 20).map(lambda n: 2.0**n))
def test_smooth_maxima_scale_with_scores_and_temperature_together(drawn, alpha, factor):
    x, axis = (drawn[0].astype(np.float64), drawn[1])
    for smooth in (logsumexp, boltzmann):
        np.testing.assert_array_equal(
            smooth(factor * x, factor * alpha, axis), factor * smooth(x, alpha, axis)
        )
    np.testing.assert_array_equal(softplus(factor * x, factor * alpha), factor * softplus(x, alpha))


@given(score_vectors(), score_vectors(), temperatures)
def test_logsumexp_of_two_blocks_is_logsumexp_of_their_values(a, b, alpha):
    parts = [logsumexp(a, alpha), logsumexp(b, alpha)]
    assert_close(logsumexp(np.concatenate([a, b]), alpha), logsumexp(parts, alpha), scale=50 + 3 * alpha)


@given(score_vectors(), temperatures, st.integers(0, 7), st.floats(0, 10))
def test_logsumexp_grows_with_each_score(x, alpha, i, rise):
    higher = x.copy()
    higher[i % len(x)] += rise
    assert logsumexp(higher, alpha) >= logsumexp(x, alpha) - 1e-14 * alpha


@given(scores_and_points(), temperatures)
def test_logsumexp_is_convex(drawn, alpha):
    x, _ = drawn
    y = x[::-1] * 0.7
    middle = logsumexp((x + y) / 2, alpha)
    assert middle <= (logsumexp(x, alpha) + logsumexp(y, alpha)) / 2 + 1e-14 * (50 + alpha)


@given(scores(), temperatures)
def test_softplus_exceeds_its_mirror_image_by_the_score(drawn, alpha):
    x, _ = drawn
    assert_close(softplus(x, alpha) - softplus(-x, alpha), x, scale=50 + alpha)


@given(scores(), temperatures)
def test_softargmax_is_the_mean_position_and_lies_between_1_and_d(drawn, alpha):
    x, axis = drawn
    d = x.shape[axis]
    position = softargmax(x, alpha, axis)
    assert_close(position, np.moveaxis(softmax(x, alpha, axis), axis, -1) @ np.arange(1, d + 1), ulps=16)
    assert_close(position, np.clip(position, 1, d))


def test_softargmax_of_one_peak_is_its_position_and_of_two_lies_between_them():
    assert_close(softargmax([0.0, 0.0, 0.0, 1.0], 1e-3), 4)
    assert_close(softargmax([9.0, 0.0, 0.0, 0.0, 9.0]), 3)
    assert_close(softargmax(np.zeros(7)), 4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softargmax_counts_beyond_the_whole_numbers_of_a_narrow_dtype(dtype):
    x = np.zeros(70000, dtype)
    x[59999] = 100
    assert_close(softargmax(x), 60000, ulps=4)


# Published values


def test_values_of_the_document_and_of_its_sign():
    x = [1.0, 2.0, 4.0]
    assert round(float(boltzmann(x)), 3) == 3.646
    assert round(float(softmin(x) @ np.array(x)), 3) == 1.365
    assert round(float(-boltzmann(np.negative(x))), 3) == 1.365


def test_values_of_scipys_manual():
    assert logsumexp(np.arange(10)) == pytest.approx(9.4586297444267107, rel=1e-15)
    assert_close(logsumexp([1000.0, 1000.0]), 1000 + np.log(2))
    assert_close(softplus(0.0), np.log(2))


# Limits and extremes


@given(scores())
def test_without_temperature_the_smooth_maxima_are_the_maximum(drawn):
    x, axis = drawn
    top = x.max(axis=axis)
    np.testing.assert_allclose(logsumexp(x, 1e-300, axis), top, rtol=0, atol=1e-299)
    np.testing.assert_allclose(softplus(x, 1e-300), np.maximum(x, 0), rtol=0, atol=1e-299)
    assert_close(boltzmann(x, 1e-300, axis), top)


@given(scores())
def test_with_a_huge_temperature_boltzmann_is_the_mean(drawn):
    x, axis = drawn
    assert_close(boltzmann(x, 1e300, axis), x.mean(axis=axis), scale=50)
    assert_close(softargmax(x, 1e300, axis), (x.shape[axis] + 1) / 2)


@pytest.mark.parametrize("alpha", [1e-300, 1.0, 1e300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_infinite_scores_have_their_limits(dtype, alpha):
    inf = np.inf
    x = np.array([[1, inf, -inf], [-inf, -inf, -inf], [inf, inf, -inf]], dtype)
    for batch, axis in ((x, -1), (x.T, 0)):
        np.testing.assert_array_equal(logsumexp(batch, alpha, axis), [inf, -inf, inf])
        np.testing.assert_array_equal(boltzmann(batch, alpha, axis), [inf, -inf, inf])
        np.testing.assert_array_equal(softargmax(batch, alpha, axis), [2, 2, 1.5])
    alone = np.array([-inf, 2, -inf], dtype)
    for smooth, expected in ((logsumexp, 2), (boltzmann, 2), (softargmax, 2)):
        assert smooth(alone, alpha) == expected
    np.testing.assert_array_equal(softplus(np.array([-inf, inf], dtype), alpha), [0, inf])


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_overflows(dtype):
    large = np.finfo(dtype).max
    for sign in (1, -1):
        x = np.array([large, large], dtype) * sign
        np.testing.assert_array_equal([logsumexp(x), boltzmann(x)], [x[0], x[0]])
    assert logsumexp(np.array([large, -large], dtype)) == large
    np.testing.assert_array_equal(softplus(np.array([-large, large], dtype)), [0, large])


@pytest.mark.parametrize(
    ("x", "alpha"),
    [
        ([-1.7e308] * 10, 1e308),
        ([-1.7e308, 1e308, 0.0], 1e308),
        ([1e308, -1e308], 1e300),
        ([1e-300, 2e-300], 1e-300),
        ([3e-310, 1e-310], 1e-310),
        ([1e300], 1e308),
        ([0.0, -700.0], 1.0),
        ([0.0, -1e-3], 1e-6),
    ],
)
def test_logsumexp_agrees_with_50_digits_where_the_terms_are_extreme(x, alpha):
    with mpmath.workdps(50):
        top, *others = sorted(map(mpmath.mpf, x), reverse=True)
        exact = top + alpha * mpmath.log1p(sum(mpmath.exp((value - top) / alpha) for value in others))
        assert abs(logsumexp(x, alpha) - exact) <= 4e-16 * abs(exact) + 5e-324
        assert abs(logsumexp([x, x], alpha)[1] - exact) <= 4e-16 * abs(exact) + 5e-324


@pytest.mark.parametrize("alpha", [1e-300, 0.5, 1.0, 1e3, 1e300])
@pytest.mark.parametrize("x", [[1.0, 2.0, 4.0], [0.0] * 10, [5.0, -3.0, 5.0], [700.0, -700.0, 0.25], [3.0]])
def test_log_softmax_agrees_with_50_digits_at_every_temperature_in_every_slice(x, alpha):
    with mpmath.workdps(50):
        gaps = [(mpmath.mpf(value) - max(x)) / mpmath.mpf(alpha) for value in x]
        others = sum(map(mpmath.exp, sorted(gaps)[:-1]))
        exact = np.array([float(gap - mpmath.log1p(others)) for gap in gaps])
    for axis, columns in ((0, exact[:, None]), (1, exact[None])):
        slices = np.expand_dims(x, 1 - axis)
        both = np.concatenate([slices, slices - 1e9], axis=1 - axis)
        np.testing.assert_allclose(log_softmax(slices, alpha, axis), columns, rtol=4e-16)
        np.testing.assert_allclose(log_softmax(both, alpha, axis), columns + np.zeros_like(both), rtol=1e-15)


def test_a_logarithm_too_near_0_for_its_dtype_is_a_positive_zero():
    assert np.signbit(log_softmax(np.array([0.0, -200.0], np.float32))).tolist() == [False, True]


def test_a_float32_logsumexp_that_nearly_cancels_keeps_its_digits():
    x = np.log(np.random.default_rng(0).dirichlet(np.ones(8), 20)).astype(np.float32)
    assert_close(logsumexp(x), logsumexp(x.astype(np.float64)), ulps=1)


def test_small_corrections_to_the_maximum_survive():
    assert_close(logsumexp([0.0, -700.0]), np.exp(-700.0))
    assert_close(logsumexp([0.0, 0.0, -40.0]) - np.log(2), 0, scale=1)
    assert_close(softplus(-745.0), 5e-324)
    assert_close(softplus(np.float32(-100)), np.exp(-100.0), ulps=1, scale=1e-38)


def test_slices_with_nan_are_nan():
    x = np.array([[np.nan, 1.0], [2.0, 3.0]])
    for smooth in (logsumexp, boltzmann, softargmax):
        np.testing.assert_array_equal(np.isnan(smooth(x)), [True, False])
        assert np.isnan(smooth([np.inf, np.nan]))
    np.testing.assert_array_equal(np.isnan(softplus(x)), np.isnan(x))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_means_stay_in_their_range_and_a_constant_is_its_own_mean(dtype):
    random = np.random.default_rng(0)
    assert boltzmann([83.3, 120.3]) <= 120.3
    for alpha in (0.1, 1.0, 50.0):
        x = random.normal(scale=30, size=(2000, 3)).astype(dtype)
        for mean in (boltzmann, mellowmax):
            values = mean(x, alpha)
            assert ((x.min(axis=-1) <= values) & (values <= x.max(axis=-1))).all()
            constant = np.repeat(x[:, :1], 7, axis=1)
            np.testing.assert_array_equal(mean(constant, alpha), constant[:, 0])
        places = softargmax(np.array([[0, 60]] * 2000) + random.normal(size=(2000, 2)), alpha)
        assert ((places >= 1) & (places <= 2)).all()


def test_half_precision_counts_more_options_than_it_has_whole_numbers():
    x = np.linspace(-3, 3, 70_000).astype(np.float16)
    assert mellowmax(x) == np.float16(mellowmax(x.astype(float)))


@pytest.mark.parametrize("alpha", [1e35, 1e36, 1e300, 1.7e308])
def test_a_vast_temperature_keeps_the_digits_of_scores_that_it_does_not_drown(alpha):
    assert boltzmann([3.3] * 3, alpha) == 3.3
    assert mellowmax([1.0] * 3, alpha) == 1.0
    for single in (1e-10, -1.0764e-300, 5e-324):
        assert logsumexp([single], alpha) == single
        assert log_softmax([single], alpha) == 0


def test_positions_of_integers_that_no_float_holds_are_weighed_by_their_differences():
    assert softargmax(np.array([2**53, 2**53 + 1])) == softargmax([0, 1])
