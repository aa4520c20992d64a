"""sigmoid, softmax and softmin: theorems about the maximisers, published values, extremes."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize, minimize_scalar

from regsoft import (
    hardmax,
    kl_divergence,
    log_sigmoid,
    log_softmax,
    logit,
    sigmoid,
    sigmoid_objective,
    softmax,
    softmin,
    weighted_softmax,
)

from .strategies import (
    DTYPES,
    assert_close,
    mild_temperatures,
    scores,
    temperatures,
)

TEMPERATURES = [1e-300, 1e-8, 0.5, 1.0, 3.0, 1e8, 1e300]


# The theorem


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
def test_numerical_optimisation_over_the_simplex_finds_softmax(alpha):
    for x in np.random.default_rng(0).normal(scale=2, size=(5, 4)):
        found = minimize(
            lambda w, x=x: -(w @ x) + alpha * (w * np.log(w)).sum(),
            np.full(4, 0.25),
            jac=lambda w, x=x: -x + alpha * (np.log(w) + 1),
            bounds=[(1e-12, 1)] * 4,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 200},
        ).x
        np.testing.assert_allclose(softmax(x, alpha), found, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("x", [-3.0, -0.5, 0.0, 1.0, 2.5])
def test_numerical_optimisation_over_the_unit_interval_finds_sigmoid(x, alpha):
    def cost(w):
        return -(w * x) + alpha * (w * np.log(w) + (1 - w) * np.log1p(-w))

    found = minimize_scalar(cost, bounds=(1e-15, 1 - 1e-15), method="bounded", options={"xatol": 1e-12}).x
    np.testing.assert_allclose(sigmoid(x, alpha), found, atol=1e-6)


@given(st.floats(-30, 30), st.floats(0, 1), mild_temperatures)
def test_sigmoid_attains_the_regularised_maximum_and_the_gap_is_a_divergence(x, w, alpha):
    best = sigmoid(x, alpha)
    gap = sigmoid_objective(best, x, alpha) - sigmoid_objective(w, x, alpha)
    divergence = kl_divergence([w, 1 - w], [best, sigmoid(-x, alpha)])
    assert_close(gap, alpha * divergence, ulps=64, scale=30 + alpha)
    assert gap >= -1e-14 * (30 + alpha)


@given(scores(bound=4), mild_temperatures)
def test_where_softmax_stands_the_gradient_of_the_objective_is_the_same_in_every_coordinate(drawn, alpha):
    x, axis = drawn
    gradient = x - alpha * (np.log(softmax(x, alpha, axis)) + 1)
    assert_close(np.ptp(gradient, axis=axis), 0, ulps=32, scale=50 + 20 * alpha)


# Identities


@given(scores(), temperatures)
def test_softmax_lies_in_the_simplex_and_keeps_the_order_of_the_scores(drawn, alpha):
    x, axis = drawn
    w = softmax(x, alpha, axis)
    assert w.shape == x.shape
    assert ((w >= 0) & (w <= 1)).all()
    assert_close(w.sum(axis=axis), 1)
    order = np.argsort(x, axis=axis)
    assert (np.diff(np.take_along_axis(w, order, axis), axis=axis) >= 0).all()


@given(scores(grid=True), temperatures, st.integers(-400, 400).map(lambda n: n / 8))
def test_softmax_does_not_change_when_a_constant_is_added(drawn, alpha, constant):
    x, axis = drawn
    np.testing.assert_array_equal(softmax(x + x.dtype.type(constant), alpha, axis), softmax(x, alpha, axis))


@given(scores(), temperatures, st.randoms(use_true_random=False))
def test_softmax_of_permuted_scores_is_permuted(drawn, alpha, random):
    x, axis = drawn
    order = np.array(random.sample(range(x.shape[axis]), x.shape[axis]))
    assert_close(softmax(x.take(order, axis), alpha, axis), softmax(x, alpha, axis).take(order, axis))


@given(scores(), st.integers(-20, 20))
def test_the_temperature_divides_the_scores(drawn, exponent):
    x, axis = drawn
    np.testing.assert_array_equal(softmax(x, 2.0**exponent, axis), softmax(x / 2.0**exponent, axis=axis))
    np.testing.assert_array_equal(sigmoid(x, 2.0**exponent), sigmoid(x / 2.0**exponent))


@given(scores(), temperatures)
def test_softmax_of_a_score_and_0_is_sigmoid(drawn, alpha):
    x, _ = drawn
    pair = softmax(np.stack([x, np.zeros_like(x)]), alpha, axis=0)
    small = np.finfo(x.dtype).tiny / np.finfo(x.dtype).eps  # subnormal numbers carry fewer bits
    assert_close(sigmoid(x, alpha), pair[0], scale=small)
    assert_close(sigmoid(-x, alpha), pair[1], scale=small)


@given(scores(), temperatures)
def test_sigmoid_and_its_mirror_image_sum_to_1(drawn, alpha):
    x, _ = drawn
    assert_close(sigmoid(x, alpha) + sigmoid(-x, alpha), 1, ulps=2)


@given(scores(), temperatures)
def test_sigmoid_is_half_of_1_plus_tanh(drawn, alpha):
    x, _ = drawn
    x = x.astype(np.float64)
    assert_close(sigmoid(x, alpha), (1 + np.tanh(x / alpha / 2)) / 2, scale=1)


@given(hnp.arrays(np.float64, 20, elements=st.floats(-30, 30)))
def test_the_log_odds_undo_sigmoid(x):
    assert_close(np.log(sigmoid(x)) - np.log(sigmoid(-x)), x, scale=1)


@given(hnp.arrays(np.float64, 20, elements=st.floats(1e-300, 1 - 2.0**-53)), mild_temperatures)
def test_logit_undoes_sigmoid_and_is_odd_around_one_half(w, alpha):
    x = logit(w, alpha)
    assert_close(sigmoid(x, alpha), w, ulps=4 * (1 + np.abs(x).max() / alpha))
    np.testing.assert_array_equal(logit(1 - w, alpha)[w >= 0.5], -x[w >= 0.5])  # 1 - w is exact there


def test_logit_agrees_with_50_digits_near_0_near_one_half_and_near_1():
    tiny = np.geomspace(1e-15, 0.4, 60)
    points = np.concatenate([np.geomspace(5e-324, 0.1, 60), 0.5 + tiny, 0.5 - tiny, 1 - tiny])
    with mpmath.workdps(50):
        exact = [mpmath.log(w) - mpmath.log(1 - w) for w in map(mpmath.mpf, points.tolist())]
        errors = [abs(x - y) / abs(y) for x, y in zip(logit(points).tolist(), exact, strict=True)]
    assert max(errors) <= 2 * 2.0**-52
    np.testing.assert_array_equal(logit([0.0, 0.5, 1.0]), [-np.inf, 0, np.inf])


@given(scores(), temperatures)
def test_log_sigmoid_is_the_first_logarithm_of_softmax_of_a_score_and_0(drawn, alpha):
    x, _ = drawn
    pair = log_softmax(np.stack([x, np.zeros_like(x)]).astype(np.float64), alpha, axis=0)
    assert_close(log_sigmoid(x.astype(np.float64), alpha), pair[0], ulps=4, scale=1e-290)


@pytest.mark.parametrize("function", [softmax, log_softmax, lambda x: -softmin(x)])
def test_integers_that_no_float_holds_compete_by_their_exact_differences(function):
    for dtype, base in ((np.int64, 2**53), (np.int64, -(2**63)), (np.uint64, 2**64 - 5)):
        small = np.array([0, 1, 4])
        np.testing.assert_array_equal(function((base + small.astype(object)).astype(dtype)), function(small))


def test_an_integer_that_does_not_take_part_hides_no_difference_of_the_others():
    x, where = np.array([2**62, 0, 1]), [False, True, True]
    np.testing.assert_array_equal(softmax(x, where=where), [0, *softmax([0, 1])])
    np.testing.assert_array_equal(hardmax(x, where=where), [0, 0, 1])


@given(scores(), temperatures)
def test_softmin_is_softmax_of_the_negated_costs(drawn, alpha):
    x, axis = drawn
    np.testing.assert_array_equal(softmin(x, alpha, axis), softmax(-x, alpha, axis))


# Published values


def test_softmax_gives_the_values_of_scipys_manual():
    x = [[1, 0.5, 0.2, 3], [1, -1, 7, 3], [2, 12, 13, 3]]
    along_0 = [
        [2.11942e-01, 1.01300e-05, 2.75394e-06, 3.33333e-01],
        [2.11942e-01, 2.26030e-06, 2.47262e-03, 3.33333e-01],
        [5.76117e-01, 9.99988e-01, 9.97525e-01, 3.33333e-01],
    ]
    along_1 = [
        [1.05877e-01, 6.42177e-02, 4.75736e-02, 7.82332e-01],
        [2.42746e-03, 3.28521e-04, 9.79307e-01, 1.79366e-02],
        [1.22094e-05, 2.68929e-01, 7.31025e-01, 3.31885e-05],
    ]
    np.testing.assert_allclose(softmax(x, axis=0), along_0, rtol=5e-6)
    np.testing.assert_allclose(softmax(x, axis=1), along_1, rtol=5e-6)


def test_closed_forms():
    assert sigmoid(0.0) == 0.5
    assert_close(sigmoid(np.log([1 / 3, 3.0, 9.0])), [0.25, 0.75, 0.9])
    assert_close(sigmoid([-1, 1], 1 / np.log(2)), [1 / 3, 2 / 3])
    assert_close(softmax(np.log([1.0, 2.0, 5.0])), [1 / 8, 2 / 8, 5 / 8])
    assert_close(softmin([0, 1, 2], 1 / np.log(2)), [4 / 7, 2 / 7, 1 / 7])


# Limits and extremes


@given(scores(grid=True))
def test_without_temperature_softmax_is_hardmax_and_with_a_huge_one_uniform(drawn):
    x, axis = drawn
    np.testing.assert_array_equal(softmax(x, 1e-300, axis), hardmax(x, axis))
    assert_close(softmax(x, 1e300, axis), np.full(x.shape, 1 / x.shape[axis]), ulps=1)


@pytest.mark.parametrize("alpha", TEMPERATURES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_infinite_scores_have_their_limits(dtype, alpha):
    inf, large = np.inf, np.finfo(dtype).max
    cases = {
        (inf, 1, inf, -inf): (0.5, 0, 0.5, 0),
        (-inf, 0, -inf): (0, 1, 0),
        (-inf, -inf, -inf, -inf): (0.25, 0.25, 0.25, 0.25),
        (inf, large): (1, 0),
        (-inf, -large): (0, 1),
        (-inf,): (1,),
    }
    for x, expected in cases.items():
        batch = np.array([x] * 3, dtype)
        np.testing.assert_array_equal(softmax(batch[0], alpha), expected)
        np.testing.assert_array_equal(softmax(batch, alpha), [expected] * 3)
        np.testing.assert_array_equal(softmax(batch.T, alpha, axis=0).T, [expected] * 3)
    np.testing.assert_array_equal(sigmoid(np.array([-inf, inf], dtype), alpha), [0, 1])


@pytest.mark.parametrize("dtype", DTYPES)
def test_nothing_overflows(dtype):
    for large in (np.finfo(dtype).max, 30000):
        np.testing.assert_array_equal(softmax(np.array([large, -large, large], dtype)), [0.5, 0, 0.5])
        np.testing.assert_array_equal(sigmoid(np.array([-large, large], dtype)), [0, 1])
    np.testing.assert_allclose(softmax(np.array([-1000, 0, 1000], dtype)), [0, 0, 1], atol=1e-300)
    np.testing.assert_allclose(sigmoid(np.array([-1000, 1000], dtype)), [0, 1], atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gaps_beyond_the_largest_float_still_weigh_what_they_should(dtype):
    large = np.finfo(dtype).max
    parts = np.array([1, -1, 0.5], dtype)
    assert_close(softmax(large * parts, float(large)), softmax(parts))
    assert_close(softmax([large * parts] * 2, float(large)), softmax([parts] * 2))
    assert_close(sigmoid(large * parts, float(large)), sigmoid(parts))


def test_what_the_prior_rules_out_competes_no_more_and_the_rest_shares():
    np.testing.assert_array_equal(weighted_softmax([1e4, 0.0, 0.0], [0.0, 0.25, 0.75]), [0, 0.25, 0.75])
    np.testing.assert_array_equal(weighted_softmax([0.0, 1e4, 0.0], [0.25, 0.5, 0.25], 1e-3), [0, 1, 0])


@pytest.mark.parametrize("alpha", [1, 2, 3, 2.0, 0.5])
def test_a_round_temperature_divides_the_scores_as_any_other_does(alpha):
    assert_close(softmax([0.0, alpha * np.log(3)], alpha), [0.25, 0.75])


def test_a_tiny_temperature_overflows_no_gap():
    np.testing.assert_array_equal(softmax(np.array([0, 1e20], np.float32), 1e-20), [0, 1])


def test_a_temperature_beyond_the_dtype_counts_in_full():
    x = np.array([3e38, -3e38, 0], np.float32)
    assert_close(softmax(x, 3e40), softmax(np.array([0.01, -0.01, 0])), ulps=2)
    assert_close(softmax(np.stack([x] * 2), 3e40), softmax(np.array([[0.01, -0.01, 0]] * 2)), ulps=2)
    tiny = np.array([2e-44, 0], np.float32)
    assert_close(softmax(tiny, 1e-44), softmax(tiny.astype(np.float64), 1e-44), ulps=2)
    assert_close(sigmoid(tiny, 1e-44), sigmoid(tiny.astype(np.float64), 1e-44), ulps=2)
    half = np.array([60000, -60000, 0], np.float16)
    assert_close(softmax(half, 1e6), softmax(half.astype(np.float64), 1e6), ulps=1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid_rises_from_0_to_1_without_a_dent(dtype):
    tail = float(np.finfo(dtype).minexp) * np.log(2)  # the formula changes near it
    x = [2 * tail, *np.linspace(1.1 * tail, 0.9 * tail, 5001), *np.linspace(-50, 50, 5001), 100]
    w = sigmoid(np.unique(np.array(x, dtype)))
    assert (np.diff(w) >= -np.finfo(dtype).eps * w[1:]).all()
    assert (w[0], w[-1]) == (0, 1)


def test_the_left_tail_of_sigmoid_fades_through_the_subnormal_numbers():
    x = np.array([-708.0, -709.5, -720.0, -744.0, -746.0])
    assert_close(sigmoid(x), np.exp(x), ulps=2)
    x = np.array([-87.0, -88.5, -100.0, -104.0], np.float32)
    np.testing.assert_allclose(sigmoid(x), np.exp(x.astype(np.float64)), rtol=1e-6, atol=1e-45)


@pytest.mark.parametrize("dtype", DTYPES[1:])
def test_where_exp_overflows_sigmoid_is_the_exponential(dtype):
    x = -np.geomspace(1, 20_000, 10_001).astype(dtype)
    with np.errstate(over="ignore", under="ignore"):
        beyond = np.isinf(np.exp(-x))  # in the browser, a longdouble has 128 bits and the exp of a float64
        expected = np.exp(x[beyond])
    assert expected.any()
    np.testing.assert_array_equal(sigmoid(x)[beyond], expected)


def test_nan_in_a_tail_does_not_spoil_its_neighbours():
    w = sigmoid([-740.0, np.nan, 740.0, -720.0])
    np.testing.assert_array_equal(np.isnan(w), [False, True, False, False])
    assert_close(w[[0, 3]], np.exp([-740.0, -720.0]), ulps=2)
