"""The objectives: a linear function plus weighted entropy, for weights of any sign."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regsoft import binary_entropy, shannon_entropy, sigmoid_objective, softmax_objective

from .strategies import DTYPES, assert_close, scores_and_points

weights = st.floats(-1000, 1000)
shares = st.integers(0, 64).map(lambda n: n / 64)


@given(shares, st.floats(-50, 50), weights)
def test_the_sigmoid_objective_is_the_softmax_objective_on_an_edge(w, x, alpha):
    on_edge = softmax_objective([w, 1 - w], [x, 0.0], alpha)
    assert_close(sigmoid_objective(w, x, alpha), on_edge, scale=abs(x) + abs(alpha))


@given(scores_and_points(), weights)
def test_the_objective_is_affine_in_alpha_with_the_entropy_as_its_slope(drawn, alpha):
    x, w = drawn
    rise = softmax_objective(w, x, alpha) - softmax_objective(w, x, 0)
    assert_close(rise, alpha * shannon_entropy(w), scale=abs(alpha) + np.abs(x).max())
    assert_close(softmax_objective(w, x, 0), w @ x, scale=np.abs(x).max())


@given(scores_and_points(points=2), weights, shares)
def test_the_objective_is_concave_for_positive_and_convex_for_negative_alpha(drawn, alpha, t):
    x, v, w = drawn
    middle = softmax_objective(t * v + (1 - t) * w, x, alpha)
    chord = t * softmax_objective(v, x, alpha) + (1 - t) * softmax_objective(w, x, alpha)
    assert np.sign(alpha) * (middle - chord) >= -1e-14 * (abs(alpha) + np.abs(x).max())


@given(shares, shares, st.floats(-50, 50), weights)
def test_the_gap_to_a_chord_of_the_sigmoid_objective_does_not_see_the_score(v, w, x, alpha):
    def gap(x):
        return (
            sigmoid_objective((v + w) / 2, x, alpha)
            - (sigmoid_objective(v, x, alpha) + sigmoid_objective(w, x, alpha)) / 2
        )

    assert_close(gap(x), gap(0.0), ulps=16, scale=abs(x) + abs(alpha))


@pytest.mark.parametrize("alpha", [-1e300, -1.0, 0.0, 1e-300, 1e300])
def test_at_a_vertex_the_objective_is_the_score(alpha):
    x = np.array([1.5, -2.0, 1e-5])
    for dtype in DTYPES:
        scores = x.astype(dtype)
        np.testing.assert_array_equal(softmax_objective(np.eye(3, dtype=dtype), scores, alpha), scores)
        np.testing.assert_array_equal(sigmoid_objective(np.ones(3, dtype), scores, alpha), scores)
        np.testing.assert_array_equal(sigmoid_objective(np.zeros(3, dtype), scores, alpha), 0)


def test_an_array_of_entropy_weights_gives_the_whole_surface():
    w, alpha = np.linspace(0, 1, 5), np.array([[-1000.0], [0.0], [500.0]])
    surface = sigmoid_objective(w, 97.6, alpha)
    np.testing.assert_array_equal(surface, [[sigmoid_objective(v, 97.6, a) for v in w] for a in alpha[:, 0]])
    points = np.stack([w, 1 - w], axis=-1)
    surface = softmax_objective(points, [97.6, 0.0], alpha)
    np.testing.assert_array_equal(
        surface, [[softmax_objective(v, [97.6, 0.0], a) for v in points] for a in alpha[:, 0]]
    )


@pytest.mark.parametrize(
    ("w", "x", "expected"),
    [
        ([1.0, 0.0], [2.0, np.inf], 2.0),
        ([1.0, 0.0], [2.0, -np.inf], 2.0),
        ([0.75, 0.25], [2.0, np.inf], np.inf),
        ([0.75, 0.25], [2.0, -np.inf], -np.inf),
        ([0.75, 0.25], [np.inf, -np.inf], np.nan),
        ([1.0, 0.0], [2.0, np.nan], np.nan),
    ],
)
def test_a_weight_of_0_silences_an_infinite_score_but_not_nan(w, x, expected):
    np.testing.assert_array_equal(softmax_objective(w, x, 0.0), expected)


def test_a_decision_of_0_silences_an_infinite_score_but_not_nan():
    w, x = [0.0, 0.0, 0.0, 1.0, 0.5], [np.inf, -np.inf, np.nan, np.inf, -np.inf]
    np.testing.assert_array_equal(sigmoid_objective(w, x), [0, 0, np.nan, np.inf, -np.inf])


@pytest.mark.parametrize(("dtype", "alpha"), [(np.float16, 1e6), (np.float32, -1e40)])
def test_an_entropy_weight_beyond_the_dtype_counts_in_full(dtype, alpha):
    w = np.array([1 - 2.0**-10, 2.0**-10], dtype)
    faint = np.array(2.0**-20 if dtype is np.float16 else 2.0**-30, dtype)
    assert_close(softmax_objective(w, np.zeros(2, dtype), alpha), alpha * float(shannon_entropy(w)), ulps=2)
    assert_close(sigmoid_objective(faint, dtype(0), alpha), alpha * float(binary_entropy(faint)), ulps=2)


def test_opposite_terms_of_a_narrow_dtype_cancel_without_loss():
    w, x = np.float32(0.3), np.float32(-1000)
    alpha = 300 / float(binary_entropy(w))
    exact = float(w) * float(x) + alpha * float(binary_entropy(w))
    assert sigmoid_objective(w, x, alpha) == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("objective", [sigmoid_objective, softmax_objective])
def test_whole_weights_count_as_double_precision_beside_single_scores(objective):
    assert objective(np.eye(2, dtype=np.int8), np.ones((2, 2), np.float32)).dtype == np.float64


@pytest.mark.parametrize("objective", [sigmoid_objective, softmax_objective])
def test_an_array_of_entropy_weights_takes_part_in_the_precision(objective):
    even = np.full((2, 2), 0.5, np.float32)
    assert (
        objective(even, even, np.ones((1, 2)) if objective is sigmoid_objective else np.ones(2)).dtype
        == np.float64
    )


def test_the_score_of_an_option_that_does_not_take_part_is_not_read():
    where = [True, True, False]
    value = softmax_objective([0.5, 0.5, 0.3], [1.0, 2.0, np.nan], where=where)
    assert value == softmax_objective([0.5, 0.5], [1.0, 2.0])
