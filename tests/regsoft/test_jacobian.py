"""Derivatives of the maximisers, against complex steps, finite differences and probability theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regsoft import (
    entmax_jacobian,
    entmax_jvp,
    logsumexp,
    sigmoid,
    sigmoid_jacobian,
    softmax_jacobian,
    softmax_jvp,
)

from .strategies import (
    DTYPES,
    assert_close,
    mild_temperatures,
    score_vectors,
    scores,
    temperatures,
)


def textbook_softmax(x, alpha):
    """The formula as it is written, for complex numbers too."""
    weights = np.exp(x / alpha)
    return weights / weights.sum()


@given(score_vectors(), mild_temperatures)
def test_the_jacobian_of_softmax_by_complex_steps(x, alpha):
    x = x - x.max()
    columns = [textbook_softmax(x + step, alpha).imag / 1e-30 for step in 1e-30j * np.eye(len(x))]
    assert_close(softmax_jacobian(x, alpha), np.transpose(columns), ulps=32, scale=1 / alpha)


@given(score_vectors(bound=3), st.floats(0.5, 50))
def test_the_jacobian_of_softmax_is_the_hessian_of_logsumexp(x, alpha):
    step = 1e-4 * np.eye(len(x))
    two = step[:, None] + step, step[:, None] - step
    corners = [logsumexp(x + pair, alpha) + logsumexp(x - pair, alpha) for pair in two]
    np.testing.assert_allclose(softmax_jacobian(x, alpha), (corners[0] - corners[1]) / 4e-8, atol=3e-6)


@given(scores(), temperatures)
def test_the_jacobian_is_symmetric_positive_semidefinite_and_annihilates_constants(drawn, alpha):
    x, axis = drawn
    jacobian = softmax_jacobian(x, alpha, axis)
    d = x.shape[axis]
    assert jacobian.shape == (*np.moveaxis(x, axis, -1).shape, d)
    np.testing.assert_array_equal(jacobian, jacobian.swapaxes(-1, -2))
    assert_close(jacobian.sum(axis=-1), 0, ulps=4, scale=1 / alpha)
    largest = np.linalg.eigvalsh(alpha * jacobian.astype(np.float64))
    room = 16 * np.finfo(x.dtype).eps
    assert (largest >= -room).all()
    assert (largest <= 0.5 + room).all()


@given(scores(), temperatures)
def test_the_jacobian_keeps_its_accuracy_where_a_share_is_near_1(drawn, alpha):
    x, _ = drawn
    pair = np.stack([x, np.zeros_like(x)], axis=-1)
    small = float(np.finfo(x.dtype).tiny) / float(np.finfo(x.dtype).eps)
    slope = sigmoid_jacobian(x, alpha)
    signs = np.array([[1, -1], [-1, 1]])
    assert_close(softmax_jacobian(pair, alpha), slope[..., None, None] * signs, ulps=16, scale=small / alpha)


@given(st.floats(-50, 50), mild_temperatures)
def test_the_slope_of_sigmoid_by_complex_steps(x, alpha):
    slope = (1 / (1 + np.exp(-(x + 1e-30j) / alpha))).imag / 1e-30
    assert_close(sigmoid_jacobian(x, alpha), slope, ulps=16 * (1 + abs(x / alpha)))


@given(st.floats(-5, 5), st.floats(0.5, 50))
def test_the_slope_of_sigmoid_by_finite_differences(x, alpha):
    slope = (sigmoid(x + 1e-5, alpha) - sigmoid(x - 1e-5, alpha)) / 2e-5
    np.testing.assert_allclose(sigmoid_jacobian(x, alpha), slope, atol=1e-9)


@given(scores(), temperatures)
def test_the_slope_of_sigmoid_is_even_and_steepest_at_0(drawn, alpha):
    x, _ = drawn
    slope = sigmoid_jacobian(x, alpha)
    np.testing.assert_array_equal(slope, sigmoid_jacobian(-x, alpha))
    steepest = sigmoid_jacobian(np.zeros_like(x), alpha)
    assert_close(steepest, np.full(x.shape, 0.25 / alpha), ulps=1)
    assert (slope <= steepest * (1 + np.finfo(slope.dtype).eps)).all()
    assert (slope >= 0).all()


def test_the_tails_of_the_slope_keep_their_relative_accuracy():
    assert_close(sigmoid_jacobian([40.0, 700.0, -700.0]), np.exp([-40.0, -700.0, -700.0]))
    assert_close(softmax_jacobian([700.0, 0.0])[0], np.exp(-700.0) * np.array([1, -1]))


@pytest.mark.parametrize("alpha", [1e-300, 1.0, 1e300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_infinite_scores_the_slopes_are_0_and_ties_share(dtype, alpha):
    inf = np.inf
    np.testing.assert_array_equal(sigmoid_jacobian(np.array([-inf, inf], dtype), alpha), 0)
    np.testing.assert_array_equal(softmax_jacobian(np.array([inf, 1, -inf], dtype), alpha), np.zeros((3, 3)))
    with np.errstate(over="ignore", under="ignore"):
        tied = np.array([[1, -1], [-1, 1]]) * (np.promote_types(dtype, np.float64).type(0.25) / alpha).astype(
            dtype
        )
    np.testing.assert_array_equal(softmax_jacobian(np.array([inf, inf], dtype), alpha), tied)


@pytest.mark.parametrize("x", [[3.0], [0.0, -1000.0], [[1.0, 1.0, np.inf]]])
def test_there_is_no_negative_zero(x):
    jacobian = softmax_jacobian(x)
    assert not np.signbit(jacobian[jacobian == 0]).any()


def test_a_jacobian_with_nan_is_nan_in_its_own_slice():
    jacobian = softmax_jacobian([[np.nan, 1.0], [2.0, 1.0]])
    assert np.isnan(jacobian[0]).all()
    assert np.isfinite(jacobian[1]).all()


@pytest.mark.parametrize("order", [1.0, 1.3, 1.5, 2.0, 3.0, 5.0])
def test_the_product_with_the_jacobian_is_that_of_the_matrix(order):
    random = np.random.default_rng(0)
    for d in (1, 2, 5, 40):
        x, v = random.normal(scale=2, size=(2, 30, d))
        matrix = entmax_jacobian(x, order, 0.5)
        expected = np.einsum("...ij,...j->...i", matrix, v)
        room = np.abs(matrix).sum(axis=-1).max(axis=-1) * np.abs(v).max(axis=-1)
        product = entmax_jvp(x, v, order, 0.5)
        assert (np.abs(product - expected).max(axis=-1) <= 64 * 2.0**-52 * room).all()
        if order == 1:
            np.testing.assert_array_equal(product, softmax_jvp(x, v, 0.5))


def test_a_constant_change_of_the_scores_changes_no_share():
    x = np.random.default_rng(0).normal(size=(5, 7))
    for order in (1.0, 1.5, 3.0):
        np.testing.assert_array_equal(entmax_jvp(x, np.full(7, 1e8), order), np.zeros((5, 7)))


def test_products_keep_their_digits_where_a_share_is_near_1_and_work_on_many_options():
    assert_close(softmax_jvp([40.0, 0.0], [1.0, 0.0]), np.exp(-40) * np.array([1, -1]))
    x = np.random.default_rng(0).normal(size=300_000)  # the matrix would have 720 GB
    change = softmax_jvp(x, x)
    assert abs(change.sum()) < 1e-12


def test_jacobians_of_half_and_single_precision_are_rounded_once():
    share = np.float16(1 / 500)
    assert np.float16(1 / 500 * (1 - 1 / 500)) != share * (1 - share)  # rounded twice
    assert softmax_jacobian(np.zeros(500, np.float16))[0, 0] == np.float16(1 / 500 * (1 - 1 / 500))
    x = np.array([0, -60, -60], np.float32)  # the product of two shares underflows, their sum does not
    exact = softmax_jacobian(x.astype(float))
    np.testing.assert_array_equal(softmax_jacobian(x), exact.astype(np.float32))
