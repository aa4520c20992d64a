"""Sparsemax, entmax and their kin: theorems, 50 digits, second algorithms, published values, extremes."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from regsoft import (
    cross_entropy,
    entmax,
    entmax_jacobian,
    fenchel_young_loss,
    gini_entropy,
    hardmax,
    kl_divergence,
    mellowmax,
    one_hot,
    project_simplex,
    shannon_entropy,
    softmax,
    softmax_jacobian,
    sparsemax,
    sparsemax_jacobian,
    tsallis_entropy,
    weighted_softmax,
)

from .strategies import (
    DTYPES,
    assert_close,
    mild_temperatures,
    scores,
    scores_and_points,
    simplex_points,
    temperatures,
)

EPS = float(np.finfo(np.float64).eps)
ORDERS = [1.0, 1 + 1e-12, 1.01, 1.25, 1.5, 1.75, 1.999, 2.0, 2.5, 3.0, 8.0]
ALPHAS = [1e-300, 1e-3, 0.7, 1.0, 30.0, 1e300]
orders = st.sampled_from(ORDERS)
exact = mpmath.mp.clone()
exact.dps = 50


# Second algorithms


def exact_entmax(x, order, alpha=1.0, halvings=130):
    """Return entmax with 50 digits, by halving the bracket of the largest share."""
    excess = exact.mpf(order) - 1
    x = [exact.mpf(value) / exact.mpf(alpha) for value in x]
    gaps = [value - max(x) for value in x]

    def shares(p):
        heights = [p**excess + excess * gap for gap in gaps]
        return [height ** (1 / excess) if height > 0 else exact.mpf(0) for height in heights]

    if excess == 0:
        w = [exact.exp(gap) for gap in gaps]
    else:
        low, high = exact.mpf(1) / len(x), exact.mpf(1)
        for _ in range(halvings):
            p = (low + high) / 2
            low, high = (p, high) if sum(shares(p)) < 1 else (low, p)
        w = shares(high)
    return [share / sum(w) for share in w]


def exact_tsallis(w, order):
    w, order = [exact.mpf(value) for value in w if value > 0], exact.mpf(order)
    if order == 1:
        return -sum(value * exact.log(value) for value in w)
    return sum(value - value**order for value in w) / (order * (order - 1))


def exact_loss(x, y, order, alpha=1.0):
    w = exact_entmax(x, order, alpha)
    earned = sum((a - exact.mpf(b)) * exact.mpf(value) for a, b, value in zip(w, y, x, strict=True))
    return earned + exact.mpf(alpha) * (exact_tsallis(w, order) - exact_tsallis(y, order))


def bisected(x, order, alpha):
    """Return entmax by halving the bracket of the threshold, in the form of Peters, Niculae and Martins."""
    z = (order - 1) * np.asarray(x) / alpha
    low, high = z.max() - 1, z.max()
    for _ in range(100):
        threshold = (low + high) / 2
        total = (np.maximum(z - threshold, 0) ** (1 / (order - 1))).sum()
        low, high = (threshold, high) if total >= 1 else (low, threshold)
    return np.maximum(z - low, 0) ** (1 / (order - 1))


def objective(w, x, order, alpha, axis=-1):
    return (w * x).sum(axis=axis) + alpha * tsallis_entropy(w, order, axis)


CASES = [
    [0.3, -0.1],
    [1.0, 0.5, -1.0],
    [0.25, 0.25, 0.25, 0.0],
    [3e-8, 0.0, -2e-8],
    [0.4, 0.1, 0.35, -0.2, -5.0],
    [12.0, -7.0, 11.5],
]


@pytest.mark.parametrize("x", CASES)
@pytest.mark.parametrize("alpha", [0.7, 1.0])
@pytest.mark.parametrize(
    "order", [1 + EPS, 1 + 1e-12, 1 + 1e-6, *ORDERS[2:], 1.5 + 1e-12, 2 - 1e-12, 2 + 1e-12]
)
def test_entmax_agrees_with_50_digits(order, alpha, x):
    truth = np.array(exact_entmax(x, order, alpha), float)
    w = entmax(x, order, alpha)
    np.testing.assert_allclose(w, truth, rtol=1e-14, atol=4e-16)


@pytest.mark.parametrize("x", [*CASES[:3], [0.0, -0.02], [0.0, -1e-12, -3e-12], [1e-20, 0.0]])
def test_at_a_high_order_a_share_at_the_edge_of_the_support_is_as_accurate(x):
    """The share to the power 39 decides: it takes the digits, so the reference needs more of them."""
    with exact.workdps(160):
        truth = np.array(exact_entmax(x, 40, halvings=520), float)
    np.testing.assert_allclose(entmax(x, 40), truth, atol=4e-16)


@pytest.mark.parametrize("d", [2, 3, 7, 1000])
@pytest.mark.parametrize("order", [*ORDERS, 40.0, 1e3, 1e6, 1e300])
def test_equal_scores_share_equally_at_every_order(order, d):
    np.testing.assert_allclose(entmax(np.full(d, -0.3), order), np.full(d, 1 / d), rtol=1e-14)
    rest = np.append(np.zeros(d), [-5.0, -np.inf])
    if order > 1.25:
        np.testing.assert_allclose(entmax(rest, order), [*[1 / d] * d, 0, 0], rtol=1e-14)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("order", [1.01, 1.25, 1.5, 1.75, 2.0, 2.5])
def test_halving_the_threshold_finds_entmax(order, alpha):
    for x in np.random.default_rng(0).normal(size=(20, 6)):
        np.testing.assert_allclose(entmax(x, order, alpha), bisected(x, order, alpha), atol=2e-12)


@pytest.mark.parametrize("alpha", [0.3, 1.0])
@pytest.mark.parametrize("order", [1.25, 1.5, 2.0, 3.0])
def test_numerical_optimisation_over_the_simplex_finds_entmax(order, alpha):
    for x in np.random.default_rng(1).normal(scale=0.5, size=(5, 4)):
        found = minimize(
            lambda w, x=x: -(w @ x) + alpha * (w**order).sum() / (order * (order - 1)),
            np.full(4, 0.25),
            jac=lambda w, x=x: -x + alpha * w ** (order - 1) / (order - 1),
            bounds=[(0, 1)] * 4,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 200},
        ).x
        np.testing.assert_allclose(entmax(x, order, alpha), found, atol=2e-5)


def test_alternating_projections_find_the_nearest_point():
    """Dykstra's algorithm: project onto the plane of sum 1 and onto the orthant in turn."""
    for x in np.random.default_rng(2).normal(size=(20, 6)):
        w, carried = x, np.zeros(6)
        for _ in range(2000):
            flat = w - (w.sum() - 1) / 6
            w = np.maximum(flat + carried, 0)
            carried = flat + carried - w
        np.testing.assert_allclose(project_simplex(x), w, atol=1e-12)


# Theorems about the maps


@given(scores_and_points(bound=3), orders, st.floats(0.3, 10))
def test_entmax_attains_the_regularised_maximum(drawn, order, alpha):
    x, w = drawn
    best = entmax(x, order, alpha)
    assert objective(best, x, order, alpha) >= objective(w, x, order, alpha) - 1e-13 * (1 + alpha)


@given(scores(bound=4), orders, mild_temperatures)
def test_entmax_meets_the_conditions_of_the_maximum(drawn, order, alpha):
    """Inside the support the gradient of the objective is one number, outside it is no larger."""
    x, axis = drawn
    x = x.astype(np.float64)
    w = entmax(x, order, alpha, axis)
    with np.errstate(divide="ignore"):
        log_w = np.log(w)
    slope = log_w if order == 1 else np.expm1((order - 1) * log_w) / (order - 1)
    gradient = x - alpha * slope
    level = np.where(w > 1e-12, gradient, -np.inf).max(axis=axis, keepdims=True)
    room = 1e-9 * (8 + alpha)
    assert (np.abs(gradient - level)[w > 1e-12] <= room).all()
    assert (gradient <= level + 1e-2 * alpha)[w <= 1e-12].all()
    if order > 1.25:
        assert (gradient <= level + room)[w == 0].all()


@given(scores(), orders, temperatures)
def test_entmax_lies_in_the_simplex_and_keeps_the_order_of_the_scores(drawn, order, alpha):
    x, axis = drawn
    w = entmax(x, order, alpha, axis)
    assert w.shape == x.shape
    assert w.dtype == x.dtype
    assert ((w >= 0) & (w <= 1)).all()
    assert_close(w.sum(axis=axis), 1)
    ranked = np.take_along_axis(w, np.argsort(x, axis=axis), axis)
    assert (np.diff(ranked, axis=axis) >= 0).all()


@given(scores(grid=True), orders, temperatures, st.integers(-400, 400).map(lambda n: n / 8))
def test_entmax_does_not_change_when_a_constant_is_added(drawn, order, alpha, constant):
    x, axis = drawn
    shifted = x + x.dtype.type(constant)
    np.testing.assert_array_equal(entmax(shifted, order, alpha, axis), entmax(x, order, alpha, axis))


@given(scores(bound=4, grid=True), orders, st.randoms(use_true_random=False))
def test_entmax_of_permuted_scores_is_permuted(drawn, order, random):
    x, axis = drawn
    seats = np.array(random.sample(range(x.shape[axis]), x.shape[axis]))
    room = 1e-12 if order > 2 else 0
    permuted, expected = entmax(x.take(seats, axis), order, 1.0, axis), entmax(x, order, 1.0, axis)
    np.testing.assert_allclose(
        permuted, expected.take(seats, axis), rtol=16 * np.finfo(x.dtype).eps, atol=room
    )


@given(scores(), orders, st.integers(-20, 20))
def test_alpha_divides_the_scores(drawn, order, exponent):
    x, axis = drawn
    alpha = 2.0**exponent
    np.testing.assert_array_equal(entmax(x, order, alpha, axis), entmax(x / alpha, order, 1.0, axis))


@given(scores(bound=4), orders, st.integers(0, 5), st.floats(0, 3))
def test_a_raised_score_gains_and_the_others_lose(drawn, order, k, rise):
    x, _ = drawn
    x = np.atleast_2d(x.astype(np.float64)).reshape(-1, x.shape[-1])
    k %= x.shape[-1]
    change = entmax(x + rise * one_hot(k, x.shape[-1]), order) - entmax(x, order)
    room = 1e-6 if order > 3 else 1e-12
    assert (change[:, k] >= -room).all()
    assert (np.delete(change, k, axis=-1) <= room).all()


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("order", [1.25, 1.5, 1.75, 2.0, 2.5, 3.0])
def test_of_two_options_the_second_has_a_share_just_up_to_the_margin(order, alpha):
    margin = alpha / (order - 1)
    assert entmax([0, -margin * (1 + 1e-9)], order, alpha)[1] == 0
    assert entmax([0, -margin * (1 - 1e-3)], order, alpha)[1] > 0


@given(scores(bound=4), temperatures)
def test_the_exact_orders_are_softmax_and_sparsemax(drawn, alpha):
    x, axis = drawn
    np.testing.assert_array_equal(entmax(x, 1, alpha, axis), softmax(x, alpha, axis))
    np.testing.assert_array_equal(entmax(x, 2, alpha, axis), sparsemax(x, alpha, axis))
    np.testing.assert_array_equal(sparsemax(x, 1.0, axis), project_simplex(x, axis))


@pytest.mark.parametrize("step", [2**-52, 1e-12, 1e-8, 1e-5])
@pytest.mark.parametrize("order", [1.0, 1.5, 2.0])
def test_entmax_is_continuous_in_the_order_where_the_algorithm_changes(order, step):
    x = np.random.default_rng(3).normal(size=(200, 6))
    room = 5 * step + 1e-14
    assert np.abs(entmax(x, order + step) - entmax(x, order)).max() <= room
    if order > 1:
        assert np.abs(entmax(x, order - step) - entmax(x, order)).max() <= room


@given(st.integers(1, 8).flatmap(lambda d: st.tuples(simplex_points(d), st.integers(0, d - 1))))
def test_a_projection_leaves_the_simplex_as_it_is(drawn):
    w, k = drawn
    assert_close(project_simplex(w), w, scale=1)
    np.testing.assert_array_equal(project_simplex(one_hot(k, len(w))), one_hot(k, len(w)))


@given(scores(bound=4), st.floats(-3, 3))
def test_the_projection_is_a_non_expansion(drawn, size):
    x, _ = drawn
    x = x.astype(np.float64)
    y = x + size * np.cos(np.arange(x.size)).reshape(x.shape)
    moved = np.linalg.norm(project_simplex(x) - project_simplex(y), axis=-1)
    assert (moved <= np.linalg.norm(x - y, axis=-1) * (1 + 1e-12) + 1e-14).all()


# Published values


def test_two_dimensional_sparsemax_is_the_hard_sigmoid():
    """Martins and Astudillo 2016, section 2.2: sparsemax([t, 0]) is (t + 1)/2, clipped to [0, 1]."""
    t = np.linspace(-3, 3, 601)
    w = sparsemax(np.stack([t, np.zeros_like(t)], axis=-1))
    np.testing.assert_allclose(w[:, 0], np.clip((t + 1) / 2, 0, 1), atol=2e-16)


def test_two_dimensional_entmax_of_order_1_5_has_a_closed_form():
    """Peters, Niculae and Martins 2019, order 1.5: roots s and s - t/2 of shares whose squares add to 1."""
    t = np.linspace(0, 2, 201)
    s = t / 4 + np.sqrt(1 / 2 - t**2 / 16)
    w = entmax(np.stack([t, np.zeros_like(t)], axis=-1))
    np.testing.assert_allclose(w, np.stack([s**2, (s - t / 2) ** 2], axis=-1), atol=1e-15)
    np.testing.assert_array_equal(entmax([[2.001, 0.0], [0.0, 50.0]]), [[1, 0], [0, 1]])


def test_the_sparsemax_loss_is_that_of_its_paper():
    """Martins and Astudillo 2016, eq. 17: half the sum of z_j^2 - tau^2 over the support, plus 1/2, minus z_k."""
    for z in np.random.default_rng(4).normal(size=(50, 5)):
        w = sparsemax(z)
        tau = (z - w)[w > 0].mean()
        for k in range(5):
            published = -z[k] + (z[w > 0] ** 2 - tau**2).sum() / 2 + 1 / 2
            assert fenchel_young_loss(z, one_hot(k, 5), 2) == pytest.approx(published, rel=1e-12, abs=1e-14)


def test_the_binary_sparsemax_loss_is_the_huber_classification_loss():
    """Martins and Astudillo 2016, section 3.3: 0 from t = 1, -t up to t = -1, (t - 1)^2 / 4 between."""
    t = np.linspace(-4, 4, 401)
    loss = fenchel_young_loss(np.stack([t, np.zeros_like(t)], axis=-1), [1.0, 0.0], 2)
    huber = np.where(t >= 1, 0, np.where(t <= -1, -t, (t - 1) ** 2 / 4))
    np.testing.assert_allclose(loss, huber, rtol=1e-13, atol=1e-16)


def test_the_loss_of_order_1_is_the_divergence_and_of_order_2_a_difference_of_squares():
    """Blondel, Martins and Niculae 2020, table 1: logistic and sparsemax losses."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(50, 4)), rng.dirichlet(np.ones(4), 50)
    np.testing.assert_allclose(fenchel_young_loss(x, y), kl_divergence(y, softmax(x)), rtol=1e-11)
    squares = ((y - x) ** 2).sum(axis=-1) - ((sparsemax(x) - x) ** 2).sum(axis=-1)
    np.testing.assert_allclose(fenchel_young_loss(x, y, 2), squares / 2, atol=1e-14)
    k = np.eye(4)[rng.integers(0, 4, 50)]
    np.testing.assert_allclose(fenchel_young_loss(x, k), cross_entropy(k, softmax(x)), rtol=1e-13)


@pytest.mark.parametrize("order", [1.01, 1.25, 1.5, 2.0, 3.0, 50.0, 1e3])
def test_a_slice_has_the_same_shares_alone_and_among_others(order):
    x = np.random.default_rng(6).uniform(0, 1.5 / (order - 1), (200, 5))
    np.testing.assert_array_equal(entmax(x, order), [entmax(row, order) for row in x])


def test_an_option_at_the_very_edge_of_the_support_leaves_the_others_their_shares():
    for order in (1.0625, 1.125, 1.25):  # -1 / (order - 1) is a float, and the edge
        shares = entmax([[0.0, -1 / (order - 1)], [0.0, -1.0]], order)
        assert shares[0].tolist() == [1.0, 0.0]


def test_the_smallest_share_of_all_has_a_finite_loss():
    y = softmax([0.0, -744.44])
    assert y[1] == 5e-324
    assert 0 < fenchel_young_loss([0.0, -800.0], y) < 1e-300


@pytest.mark.parametrize("order", [1.0, 1.5, 100.0, 1e12])
def test_a_share_that_rounding_has_left_above_1_counts_as_1(order):
    losses = [fenchel_young_loss([0.0, 5.0], [share, 0.0], order) for share in (1 + 1e-9, 1.0)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-8)


def test_mellowmax_and_boltzmann_at_the_values_of_the_definition():
    """Asadi and Littman 2017: mellowmax with omega = 1/alpha."""
    assert_close(mellowmax(np.log([1.0, 2.0, 6.0])), np.log(3.0))
    assert_close(mellowmax([0.0, 1.0], 1 / np.log(2)), np.log2(1.5))


# Entropies


@pytest.mark.parametrize("order", [1 + EPS, 1 + 1e-12, 1 + 1e-6, *ORDERS, 100.0])
def test_the_tsallis_entropy_agrees_with_50_digits(order):
    points = [
        [0.5, 0.25, 0.25],
        [1 - 2**-40, 2**-40, 0.0],
        [1 - 2**-10, 2**-11, 2**-11],
        [1.0, 1e-300],
        [0.125] * 8,
    ]
    for w in points:
        assert tsallis_entropy(w, order) == pytest.approx(float(exact_tsallis(w, order)), rel=8 * EPS)


@given(st.integers(1, 8).flatmap(lambda d: st.tuples(simplex_points(d), simplex_points(d))), orders)
def test_the_tsallis_entropy_is_concave_zero_at_vertices_and_largest_at_the_centre(pair, order):
    p, q = pair
    d = len(p)
    ends = tsallis_entropy(p, order), tsallis_entropy(q, order)
    assert tsallis_entropy((p + q) / 2, order) >= sum(ends) / 2 - 1e-14
    assert (ends[0] < 1e-15) == (p.max() == 1)
    assert ends[0] <= tsallis_entropy(np.full(d, 1 / d), order) + 1e-15
    np.testing.assert_array_equal(tsallis_entropy(np.eye(d), order), 0)
    assert not np.signbit(tsallis_entropy(np.eye(d), order)).any()


@given(st.integers(1, 8).flatmap(simplex_points))
def test_the_tsallis_entropy_falls_with_the_order_from_shannon_through_gini(w):
    values = [tsallis_entropy(w, order) for order in ORDERS]
    assert (np.diff(values) <= 1e-15).all()
    assert values[0] == shannon_entropy(w)
    assert_close(gini_entropy(w), (1 - w @ w) / 2, scale=1)
    assert gini_entropy(w) == tsallis_entropy(w, 2)


def test_gini_entropy_is_half_the_chance_that_two_draws_differ():
    w = np.array([0.5, 0.25, 0.125, 0.125])
    pairs = np.outer(w, w)
    assert gini_entropy(w) == (pairs.sum() - np.trace(pairs)) / 2


def test_a_share_that_rounding_left_above_1_has_no_entropy():
    assert tsallis_entropy([1 + 1e-9, 0.0], 1e12) == 0
    assert gini_entropy([1 + 4 * EPS, 0.0]) == 0


# Jacobians


@pytest.mark.parametrize("alpha", [0.7, 3.0])
@pytest.mark.parametrize("order", ORDERS[:-1])
def test_the_jacobian_is_the_finite_difference_of_entmax(order, alpha):
    for x in np.random.default_rng(6).normal(scale=0.7, size=(30, 4)):
        w = entmax(x, order, alpha)
        if ((w > 0) & (w < 0.05)).any() or (entmax(x + 0.01 * np.eye(4), order, alpha)[:, w == 0] > 0).any():
            continue  # near the edge of the support there is a kink
        steps = 1e-6 * np.eye(4)
        columns = (entmax(x + steps, order, alpha) - entmax(x - steps, order, alpha)) / 2e-6
        np.testing.assert_allclose(entmax_jacobian(x, order, alpha), columns.T, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("order", [1.25, 1.5, 1.75, 2.5, 3.0])
def test_the_jacobian_is_the_complex_step_of_entmax_on_its_support(order):
    """Newton's method for the threshold, in complex numbers, on a support that is known."""
    x = np.array([0.01, -0.005, 0.002, 0.0])
    excess = order - 1

    def continued(z):
        threshold = excess * x.max() - entmax(x, order).max() ** excess + 0j
        for _ in range(8):
            height = excess * z - threshold
            threshold += ((height ** (1 / excess)).sum() - 1) / ((height ** (1 / excess - 1)).sum() / excess)
        return (excess * z - threshold) ** (1 / excess)

    columns = [continued(x + step).imag / 1e-30 for step in 1e-30j * np.eye(4)]
    np.testing.assert_allclose(entmax_jacobian(x, order), np.transpose(columns), rtol=1e-11, atol=1e-13)


@given(scores(bound=3), orders, st.floats(0.5, 50))
def test_the_jacobian_is_symmetric_positive_semidefinite_and_annihilates_constants(drawn, order, alpha):
    x, axis = drawn
    jacobian = entmax_jacobian(x, order, alpha, axis)
    d = x.shape[axis]
    assert jacobian.shape == (*np.moveaxis(x, axis, -1).shape, d)
    assert jacobian.dtype == x.dtype
    np.testing.assert_array_equal(jacobian, jacobian.swapaxes(-1, -2))
    size = np.abs(jacobian).max(initial=0)
    room = 16 * np.finfo(x.dtype).eps * size
    assert (np.abs(jacobian.sum(axis=-1)) <= room).all()
    assert (np.linalg.eigvalsh(jacobian.astype(np.float64)) >= -room).all()
    share = np.moveaxis(entmax(x.astype(np.float64), order, alpha, axis), axis, -1)
    off = np.broadcast_to((share == 0)[..., None], jacobian.shape)
    np.testing.assert_array_equal(jacobian[off], 0)


@given(scores(bound=3), st.floats(0.3, 50))
def test_the_jacobian_of_sparsemax_is_the_centring_of_its_support(drawn, alpha):
    x, _ = drawn
    for row in x.astype(np.float64).reshape(-1, x.shape[-1]):
        s = (sparsemax(row, alpha) > 0).astype(float)
        expected = (np.diag(s) - np.outer(s, s) / s.sum()) / alpha
        assert_close(sparsemax_jacobian(row, alpha), expected, scale=1 / alpha)


@given(scores(bound=5), mild_temperatures)
def test_the_jacobian_of_order_1_is_that_of_softmax(drawn, alpha):
    x, axis = drawn
    x = x.astype(np.float64)
    assert_close(
        entmax_jacobian(x, 1, alpha, axis), softmax_jacobian(x, alpha, axis), ulps=32, scale=1 / alpha
    )


def test_at_high_orders_the_jacobian_of_finite_scores_holds_no_nan():
    for x in ([0.0, 0.0], [0.0, -1e-9, -2e-9], [0.0, 0.0, -1e-300], [1.0, 0.0, 0.5]):
        for order in (8.0, 1e2, 1e3, 1e6):
            off_diagonal = entmax_jacobian(x, order)[~np.eye(len(x), dtype=bool)]
            assert (off_diagonal <= 0).all()
    assert_close(entmax_jacobian([0.0, 0.0], 8), 2.0**5 * np.array([[1, -1], [-1, 1]]), ulps=64)


def test_the_jacobian_sees_a_share_that_hardly_differs_from_0():
    x = [0.0, -99.937]
    w = entmax(x, 1.01)
    assert 0 < w[1] < 1e-320  # its reciprocal overflows
    slope = w[0] ** 0.99 * w[1] ** 0.99 / (w[0] ** 0.99 + w[1] ** 0.99)
    np.testing.assert_allclose(entmax_jacobian(x, 1.01), slope * np.array([[1, -1], [-1, 1]]), rtol=1e-2)


@pytest.mark.parametrize("order", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("x", [[3.0], [0.0, -1000.0], [0.0, -9.0, 1.0]])
def test_the_jacobian_holds_no_negative_zero(x, order):
    jacobian = entmax_jacobian(x, order)
    assert not np.signbit(jacobian[jacobian == 0]).any()


def test_in_half_precision_the_jacobian_is_rounded_once():
    x = np.array([0.0, -1.5, -1.9], np.float16)
    np.testing.assert_array_equal(
        entmax_jacobian(x), entmax_jacobian(x.astype(np.float64)).astype(np.float16)
    )


# Losses


@given(scores_and_points(bound=5), orders, st.floats(0.1, 10))
def test_every_loss_is_zero_at_the_prediction_and_positive_elsewhere(drawn, order, alpha):
    x, y = drawn
    w = entmax(x, order, alpha)
    assert fenchel_young_loss(x, w, order, alpha) <= 1e-25 * alpha if order <= 2 else 1e-14 * alpha
    loss = fenchel_young_loss(x, y, order, alpha)
    assert loss >= 0
    if order <= 2:  # strong convexity: the entropy of these orders bends by at least 1 on the simplex
        assert loss >= alpha * ((y - w) ** 2).sum() / 2 * (1 - 1e-9) - 1e-25 * alpha


@pytest.mark.parametrize("order", [1.0, 1 + 1e-12, 1.25, 1.5, 2.0, 2.5, 3.0])
def test_losses_agree_with_50_digits_and_stay_accurate_near_the_prediction(order):
    cases = [
        ([0.3, -0.1], [1.0, 0.0]),
        ([1.0, 0.5, -1.0], [0.25, 0.5, 0.25]),
        ([0.4, 0.1, 0.35], [0.0, 0.0, 1.0]),
        ([-30.0, 0.0, 1.0], [0.5, 0.5, 0.0]),
        ([-900.0, 0.0, 1.0], [1.0, 0.0, 0.0]),
    ]
    for x, y in cases:
        for alpha in (0.7, 3.0):
            loss = fenchel_young_loss(x, y, order, alpha)
            assert loss == pytest.approx(float(exact_loss(x, y, order, alpha)), rel=1e-13)
    x = np.array([0.01, -0.0125, 0.005])
    nudge = 2.0**-20 * np.array([1, -1, 0])
    y = entmax(x, order) + nudge
    y = np.round(y * 2**40) / 2**40
    y[2] = 1 - y[:2].sum()
    assert fenchel_young_loss(x, y, order) == pytest.approx(float(exact_loss(x, y, order)), rel=1e-9)


def test_a_confident_and_right_prediction_has_an_accurate_small_loss():
    x = np.array([0.0, 0.0, 40.0])
    assert_close(fenchel_young_loss(x, [0, 0, 1]), 2 * np.exp(-40.0))
    assert fenchel_young_loss([0.0, 1 - 2.0**-20], [0, 1], 2) == pytest.approx(2.0**-42, rel=1e-9)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("order", [1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 8.0])
def test_a_loss_ends_where_the_right_score_leads_by_the_margin(order, alpha):
    margin = alpha / (order - 1)
    assert fenchel_young_loss([margin * (1 + 1e-9), 0.0, -1.0], [1, 0, 0], order, alpha) == 0
    assert fenchel_young_loss([margin * 0.9, 0.0, -1.0], [1, 0, 0], order, alpha) > 0


@pytest.mark.parametrize(
    ("x", "y", "order", "alpha", "expected"),
    [
        ([1e10, 0.0], [0, 1], 1, 1e-300, 1e10),  # the gap over alpha overflows, the loss does not
        ([1e10, 0.0], [0, 1], 2, 1e-300, 1e10),
        ([1e308, -1e308], [0.5, 0.5], 1.5, 1.0, 1e308),
        ([np.inf, 0.0], [1, 0], 1.5, 1.0, 0),
        ([np.inf, 0.0], [0.5, 0.5], 1, 1.0, np.inf),
        ([-np.inf, 0.0], [0, 1], 1, 1.0, 0),
        ([-np.inf, 0.0], [1, 0], 1, 1.0, np.inf),
        ([0.0, 0.0], [0.5, 0.5], 1, 1e300, 0),
        ([0.0, 0.0], [1, 0], 2, 1e300, 2.5e299),
        ([1.0, 0.0], [0.75, 0.25], 1e300, 1.0, 0.25),
        ([0.0, 0.0], [0.875, 0.125], 1e6, 1.0, 0),
        ([np.nan, 0.0], [1, 0], 1.5, 1.0, np.nan),
    ],
)
def test_losses_at_the_extremes(x, y, order, alpha, expected):
    np.testing.assert_allclose(fenchel_young_loss(x, y, order, alpha), expected, rtol=1e-14)


# Mellowmax and the prior


@pytest.mark.parametrize("alpha", [1e-300, 1e-3, 0.7, 1e2, 1e8, 1e17, 1e300, 1.7e308])
@pytest.mark.parametrize(
    "x",
    [
        [1.0, 2.0, 4.0],
        [0.0] * 10,
        [-3.0, 5.0],
        [700.0, -700.0, 0.25],
        [1e10, 0.0],  # over a small temperature no float
        [1.7e308, *[-1.7e308] * 9],  # the correction to the maximum overflows
    ],
)
def test_mellowmax_agrees_with_50_digits_at_every_temperature(x, alpha):
    with exact.workdps(700):
        a = exact.mpf(alpha)
        gaps = [(exact.mpf(value) - max(x)) / a for value in x]
        truth = float(max(x) + a * exact.log(sum(map(exact.exp, gaps)) / len(x)))
    np.testing.assert_allclose(mellowmax(x, alpha), truth, rtol=8 * EPS, atol=8 * EPS * np.abs(x).max())


@given(scores(), temperatures)
def test_a_uniform_prior_gives_softmax(drawn, alpha):
    x, axis = drawn[0].astype(np.float64), drawn[1]
    uniform = np.full_like(x, 1 / x.shape[axis])
    least = np.finfo(np.float64).tiny  # shares below it hold fewer digits
    assert_close(weighted_softmax(x, uniform, alpha, axis), softmax(x, alpha, axis), ulps=16, scale=least)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_an_option_without_prior_gets_nothing_whatever_its_score(alpha):
    for score in (5.0, 1e308, np.inf, -np.inf):
        w = weighted_softmax([0.0, 0.0, score], [0.75, 0.25, 0.0], alpha)
        np.testing.assert_array_equal(w, [0.75, 0.25, 0])
    np.testing.assert_array_equal(
        weighted_softmax([-np.inf, -np.inf, 3], [0.75, 0.25, 0], alpha), [0.75, 0.25, 0]
    )
    np.testing.assert_array_equal(
        weighted_softmax([np.inf, 7, np.inf], [0.75, 0.125, 0.125]), [6 / 7, 0, 1 / 7]
    )
    assert np.isnan(weighted_softmax([0.0, 0.0, np.nan], [0.75, 0.25, 0.0], alpha)).all()


def test_a_small_prior_against_a_high_score_keeps_its_digits_in_single_precision():
    x, prior = np.float32([110.0, 0.0]), np.float32([1e-40, 1.0])
    truth = 1 / (1 + 1 / (float(prior[0]) * np.exp(110.0)))
    np.testing.assert_allclose(weighted_softmax(x, prior), [truth, 1 - truth], rtol=1e-6)


# Extremes and batches


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("order", [1, 1 + EPS, 1.25, 1.5, 2, 3, 1e6, 1e300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_infinite_scores_have_their_limits(dtype, order, alpha):
    inf, large = np.inf, np.finfo(dtype).max
    cases = {
        (inf, 1, inf, -inf): (0.5, 0, 0.5, 0),
        (-inf, 0, -inf): (0, 1, 0),
        (-inf, -inf, -inf, -inf): (0.25, 0.25, 0.25, 0.25),
        (inf, large): (1, 0),
        (-inf, -large): (0, 1),
        (np.nan, 1, inf): (np.nan, np.nan, np.nan),
        (-inf,): (1,),
    }
    for x, expected in cases.items():
        x = np.array([x] * 3, dtype)
        np.testing.assert_array_equal(entmax(x[0], order, alpha), np.array(expected, dtype))
        np.testing.assert_array_equal(entmax(x.T, order, alpha, axis=0).T, np.array([expected] * 3, dtype))


@given(scores(grid=True), orders)
def test_without_weight_entmax_is_hardmax_and_with_a_huge_one_uniform(drawn, order):
    x, axis = drawn
    eps = np.finfo(x.dtype).eps
    np.testing.assert_allclose(entmax(x, order, 1e-300, axis), hardmax(x, axis), rtol=4 * eps)
    np.testing.assert_allclose(
        entmax(x, order, 1e300, axis), np.full(x.shape, 1 / x.shape[axis]), rtol=4 * eps
    )


@pytest.mark.parametrize("order", [1.0, 1.25, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("large", [1000.0, 30000.0, 1e308])
def test_nothing_overflows(large, order):
    np.testing.assert_allclose(entmax([large, -large, large], order), [0.5, 0, 0.5], rtol=1e-15)
    parts = np.array([1, -1, 0.5])
    np.testing.assert_allclose(entmax(large * parts, order, large), entmax(parts, order), rtol=1e-13)


@pytest.mark.parametrize("order", [1.3, 1.5, 1.999, 2.0, 2.5])
def test_a_hundred_thousand_options_keep_their_digits(order):
    d = 10**5
    x = np.random.default_rng(8).normal(scale=1e-6, size=d)
    w, precise = (entmax(scores, order) for scores in (x, x.astype(np.longdouble)))
    assert abs(w.sum() - 1) < 1e-14
    np.testing.assert_allclose(w, precise, rtol=1e-11)
    wide = entmax(1e6 * x, order)
    assert 0 < (wide > 0).sum() < d / 10
    np.testing.assert_allclose(wide, bisected(1e6 * x, order, 1.0), atol=1e-11)


@pytest.mark.parametrize("order", [1.3, 1.5, 2.0, 2.5])
@pytest.mark.parametrize(
    ("count", "d"), [(1, 1), (5, 24), (5, 25), (700, 24), (16385, 1), (5462, 3), (9, 5000)]
)
def test_a_batch_gives_what_its_vectors_give_across_the_seams_between_blocks(count, d, order):
    x = np.random.default_rng(d).normal(size=(count, d))
    w, room = entmax(x, order), 1e-12 if order > 2 else 1e-13
    for i in {0, 1, count // 2, 16384 // d - 1, 16384 // d, count - 1}:
        if i < count:
            np.testing.assert_allclose(w[i], entmax(x[i], order), rtol=room, atol=1e-15)
    np.testing.assert_allclose(entmax(x.T, order, axis=0).T, w, rtol=room, atol=1e-15)


def test_an_option_ruled_out_in_one_slice_alone_has_no_share_there():
    x = np.array([[0.0, -np.inf], [0.0, 0.0]])
    for w in (project_simplex(x), *(entmax(x, order) for order in (1.25, 1.5, 2.0, 3.0))):
        np.testing.assert_allclose(w, [[1, 0], [0.5, 0.5]], rtol=1e-15)


@pytest.mark.parametrize("order", [1.25, 1.5, 2.0, 3.0])
def test_a_nan_spoils_its_own_slice_alone(order):
    x = np.random.default_rng(9).normal(size=(40, 30))
    clean = entmax(x, order)
    x[7, 3] = np.nan
    w = entmax(x, order)
    assert np.isnan(w[7]).all()
    np.testing.assert_allclose(np.delete(w, 7, axis=0), np.delete(clean, 7, axis=0), rtol=1e-13, atol=1e-15)


def test_single_precision_is_computed_in_double_and_rounded_once():
    x = np.random.default_rng(10).normal(size=(20, 6)).astype(np.float32)
    for order in (1.25, 1.5, 2.0, 3.0):
        np.testing.assert_array_equal(
            entmax(x, order), entmax(x.astype(np.float64), order).astype(np.float32)
        )


def test_a_score_at_the_depth_of_the_support_has_no_share_whatever_its_neighbours_are():
    row = [0.0, *[-2.0] * 5]
    np.testing.assert_array_equal(entmax([row, [0.0] * 6])[0], [1, 0, 0, 0, 0, 0])
