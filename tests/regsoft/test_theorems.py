"""One test for each theorem of the later parts, marked with its item of the ledger."""

import itertools
from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq, linprog, minimize
from scipy.stats import chi2, kstest, laplace, norm
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import LogisticRegression

from regsoft import (
    binary_entropy,
    boltzmann,
    cross_entropy,
    entmax,
    fenchel_young_loss,
    follow_the_leader,
    hardmax,
    hedge,
    kl_divergence,
    log_softmax,
    logsumexp,
    mellowmax,
    one_hot,
    regret,
    shannon_entropy,
    sigmoid,
    softargmax,
    softmax,
    softmax_jacobian,
    softmax_objective,
    softmin,
    softplus,
    sparsemax,
    tsallis_entropy,
    weighted_softmax,
)
from regsoft.testing import check_argmax

ledger = pytest.mark.ledger
ALPHAS = (0.3, 1.0, 4.0)
ORDERS = (1.0, 1.25, 1.5, 2.0, 2.5)


def problems(count=200, d=4, scale=2.0, seed=0):
    """Random scores and random points of the simplex."""
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(count, d)), rng.dirichlet(np.ones(d), size=count)


def slope(function, x, h=1e-6):
    """Central difference of `function` in each entry of `x`."""
    return np.array([(function(x + h * e) - function(x - h * e)) / (2 * h) for e in np.eye(len(x))])


@ledger("T1", "right")
def test_entropy_and_logsumexp_are_conjugate_both_ways():
    x, w = problems()
    for alpha in ALPHAS:
        missing = logsumexp(x, alpha) - alpha * shannon_entropy(w) - (w * x).sum(axis=-1)
        np.testing.assert_allclose(missing, alpha * kl_divergence(w, softmax(x, alpha)), rtol=1e-9)  # > 0
        best = softmax(x, alpha)
        assert np.abs(softmax_objective(best, x, alpha) - logsumexp(x, alpha)).max() < 1e-12
        scores = alpha * np.log(w)
        attained = (w * scores).sum(axis=-1) - logsumexp(scores, alpha)
        np.testing.assert_allclose(attained, -alpha * shannon_entropy(w), rtol=1e-11)


@ledger("T2", "right")
@pytest.mark.parametrize("order", ORDERS)
def test_the_gradient_of_the_value_is_the_maximiser_for_every_entropy(order):
    def value(x):
        w = entmax(x, order, 0.7)
        return w @ x + 0.7 * tsallis_entropy(w, order)

    for x in problems(count=10, scale=0.5)[0]:
        np.testing.assert_allclose(slope(value, x), entmax(x, order, 0.7), atol=1e-7)
        if order == 1:
            assert value(x) == pytest.approx(logsumexp(x, 0.7))


def test_the_gradient_is_the_maximiser_where_the_regulariser_is_infinite_at_the_edge():
    def best(x):  # with the log barrier: 1/(m - x), where m makes the shares add to 1
        m = brentq(lambda m: (1 / (m - x)).sum() - 1, x.max() + 0.5, x.max() + len(x) + 1)
        return 1 / (m - x)

    def value(x):
        return best(x) @ x + np.log(best(x)).sum()

    for x in problems(count=10)[0]:
        np.testing.assert_allclose(slope(value, x), best(x), atol=1e-7)


@ledger("T3", "right")
def test_logsumexp_keeps_its_bounds_and_both_are_tight():
    x, _ = problems()
    for alpha in ALPHAS:
        excess = logsumexp(x, alpha) - x.max(axis=-1)
        assert (excess >= 0).all()
        assert (excess <= alpha * np.log(4)).all()
        assert logsumexp(np.full(4, 3.0), alpha) - 3 == pytest.approx(alpha * np.log(4))
        assert 0 < logsumexp([30 * alpha, 0, 0, 0], alpha) - 30 * alpha < 1e-12 * alpha * 1000


@ledger("T4", "right")
def test_the_jacobian_is_a_covariance_with_the_constants_as_null_space():
    x, v = problems(count=50, scale=1.0)
    for alpha in ALPHAS:
        w, J = softmax(x, alpha), softmax_jacobian(x, alpha)
        corners = np.eye(4)
        covariance = np.einsum("nk,ki,kj->nij", w, corners, corners) - w[:, :, None] * w[:, None, :]
        np.testing.assert_allclose(J, covariance / alpha, atol=1e-14 / alpha)
        forms = np.einsum("ni,nij,nj->n", v, J, v)
        variances = (w * v**2).sum(axis=-1) - (w * v).sum(axis=-1) ** 2
        np.testing.assert_allclose(forms, variances / alpha, rtol=1e-9, atol=1e-15)
        values = np.linalg.eigvalsh(J)
        assert np.abs(values[:, 0]).max() < 1e-14
        assert values[:, 1].min() > 1e-7  # one null direction only
        assert np.abs(J @ np.ones(4)).max() < 1e-14
    step = slope(lambda x: softmax(x, 0.7), x[0])
    np.testing.assert_allclose(step, softmax_jacobian(x[0], 0.7), atol=1e-8)


@ledger("T5", "right")
def test_one_over_two_alpha_is_the_sharp_euclidean_lipschitz_constant():
    x, _ = problems(count=2000, scale=4.0)
    for alpha in ALPHAS:
        assert np.linalg.eigvalsh(softmax_jacobian(x, alpha))[:, -1].max() <= 1 / (2 * alpha)
        worst = np.linalg.eigvalsh(softmax_jacobian([0.0, 0.0, -60 * alpha, -60 * alpha], alpha))[-1]
        assert worst == pytest.approx(1 / (2 * alpha), rel=1e-12)


@ledger("T6", "right")
def test_one_over_alpha_is_the_sharp_constant_from_scores_to_shares():
    x, w = problems(count=2000)
    y = x + 3 * w
    for alpha in ALPHAS:
        moved = np.abs(softmax(x, alpha) - softmax(y, alpha)).sum(axis=-1)
        assert (moved <= np.abs(x - y).max(axis=-1) / alpha).all()
        h = 1e-5 * alpha
        close = np.abs(softmax([h, -h], alpha) - 0.5).sum() / (h / alpha)
        assert close == pytest.approx(1, rel=1e-6)


@ledger("T7", "right")
def test_the_gradient_of_cross_entropy_is_prediction_minus_target():
    for x, p in zip(*problems(count=20, scale=1.0), strict=True):
        gradient = slope(lambda scores, p=p: cross_entropy(p, softmax(scores, 0.7)), x)
        np.testing.assert_allclose(gradient, (softmax(x, 0.7) - p) / 0.7, atol=1e-8)


@ledger("T8", "right")
def test_cold_softmax_is_exponentially_close_to_hardmax():
    rows, _ = problems(count=100)
    rows[::3, 1] = rows[::3, 0] = 9.0  # ties
    for x in rows:
        winners = x == x.max()
        gap, k, d = x.max() - x[~winners].max(), winners.sum(), len(x)
        for alpha in (1.0, 0.3, 0.1):
            bound = 2 * (d - k) / k * np.exp(-gap / alpha)
            assert np.abs(softmax(x, alpha) - hardmax(x)).sum() <= bound + 1e-15
    two = np.abs(softmax([1.0, 0.0], 0.1) - [1, 0]).sum()
    assert two == pytest.approx(2 * np.exp(-10), rel=1e-4)  # the bound is of the right size


@ledger("T9", "right")
def test_hot_softmax_leaves_the_centre_at_first_order():
    x, _ = problems()
    lead = (x - x.mean(axis=-1, keepdims=True)) / 4
    errors = [np.abs(softmax(x, alpha) - 1 / 4 - lead / alpha).max() for alpha in (100.0, 1000.0, 10_000.0)]
    assert 80 < errors[0] / errors[1] < 120
    assert 80 < errors[1] / errors[2] < 120  # what is left is of second order


@ledger("T10", "right")
def test_entropy_rises_and_the_mean_falls_at_the_rate_of_the_variance():
    x, _ = problems()
    for alpha in ALPHAS:
        h = 1e-5 * alpha
        w, up, down = softmax(x, alpha), softmax(x, alpha + h), softmax(x, alpha - h)
        variance = (w * x**2).sum(axis=-1) - (w * x).sum(axis=-1) ** 2
        assert (variance > 0).all()
        rise = (shannon_entropy(up) - shannon_entropy(down)) / (2 * h)
        fall = ((up - down) * x).sum(axis=-1) / (2 * h)
        np.testing.assert_allclose(rise, variance / alpha**3, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(fall, -variance / alpha**2, rtol=1e-4, atol=1e-7)


@ledger("T11", "right")
def test_the_divergence_is_the_gap_above_the_tangent():
    (_, w), (_, q) = problems(seed=1), problems(seed=2)
    gap = shannon_entropy(q) - shannon_entropy(w) - ((np.log(q) + 1) * (w - q)).sum(axis=-1)
    np.testing.assert_allclose(gap, kl_divergence(w, q), atol=1e-13)


@ledger("T12", "right")
def test_pinskers_inequality_holds_with_the_best_constant():
    rng = np.random.default_rng(3)
    for concentration in (0.2, 1.0, 50.0):
        w, q = rng.dirichlet(np.full(5, concentration), size=(2, 20_000))
        assert (kl_divergence(w, q) >= np.abs(w - q).sum(axis=-1) ** 2 / 2 - 1e-15).all()
    h = 1e-4
    assert kl_divergence([0.5 + h, 0.5 - h], [0.5, 0.5]) / (2 * h) ** 2 == pytest.approx(1 / 2, rel=1e-6)


@ledger("T13", "right")
def test_three_divergences_obey_the_law_of_cosines():
    w, p, q = (problems(seed=seed)[1] for seed in (4, 5, 6))
    cosine = ((w - p) * np.log(p / q)).sum(axis=-1)
    assert cosine.min() < -0.1 < 0.1 < cosine.max()
    np.testing.assert_allclose(
        kl_divergence(w, q), kl_divergence(w, p) + kl_divergence(p, q) + cosine, atol=1e-12
    )


@ledger("T14", "right")
def test_a_prior_weighs_the_exponentials_of_map_and_value():
    x, q = problems()
    _, w = problems(seed=7)
    for alpha in ALPHAS:
        best = weighted_softmax(x, q, alpha)
        value = (best * x).sum(axis=-1) - alpha * kl_divergence(best, q)
        np.testing.assert_allclose(value, alpha * np.log((q * np.exp(x / alpha)).sum(axis=-1)), atol=1e-12)
        gap = value - ((w * x).sum(axis=-1) - alpha * kl_divergence(w, q))
        np.testing.assert_allclose(gap, alpha * kl_divergence(w, best), rtol=1e-8)


@ledger("T15", "right")
def test_sparsemax_is_the_nearest_point_of_the_simplex():
    x, w = problems()
    for alpha in ALPHAS:
        best = sparsemax(x, alpha)
        z = x / alpha
        # a point of a convex set is nearest exactly if no other point lies at an acute angle
        corner_angles = ((z - best)[:, None, :] * (np.eye(4)[None] - best[:, None, :])).sum(axis=-1)
        assert corner_angles.max() < 1e-12
        assert (((w - z) ** 2).sum(axis=-1) >= ((best - z) ** 2).sum(axis=-1)).all()


@ledger("T16", "right")
def test_the_support_of_sparsemax_follows_the_sorting_rule():
    x, _ = problems(count=500, d=6, scale=1.0)
    ordered = -np.sort(-x, axis=-1)
    k = np.arange(1, 7)
    size = (1 + k * ordered > ordered.cumsum(axis=-1)).sum(axis=-1)
    w = sparsemax(x)
    assert ((w > 0).sum(axis=-1) == size).all()
    assert len(set(size)) > 3
    threshold = (np.take_along_axis(ordered.cumsum(axis=-1), size[:, None] - 1, axis=-1) - 1) / size[:, None]
    np.testing.assert_allclose(w, np.maximum(x - threshold, 0), atol=1e-14)


@ledger("T17", "right")
def test_entmax_is_continuous_at_order_one_and_at_the_exact_orders():
    y, e = sp.symbols("y", real=True), sp.symbols("e", positive=True)
    assert sp.simplify(sp.limit((1 + e * y) ** (1 / e), e, 0, "+") - sp.exp(y)) == 0
    x, _ = problems()
    for order, exact in ((1.0, softmax(x)), (1.5, entmax(x, 1.5)), (2.0, sparsemax(x))):
        for step in (1e-4, 1e-8, 1e-12):
            assert np.abs(entmax(x, order + step) - exact).max() <= 10 * step + 1e-12


@ledger("T18", "right")
def test_an_option_too_far_behind_has_no_share():
    x, _ = problems(count=1000, d=5)
    for order in ORDERS[1:]:
        for alpha in ALPHAS:
            reach = alpha / (order - 1)
            behind = x.max(axis=-1, keepdims=True) - x >= reach
            assert (entmax(x, order, alpha)[behind] == 0).all()
            assert (
                entmax([reach * 0.98, 0], order, alpha)[1] > 0 == entmax([reach * 1.02, 0], order, alpha)[1]
            )


@ledger("T19", "right")
@pytest.mark.parametrize("order", ORDERS)
def test_each_loss_is_zero_exactly_at_its_prediction_with_gradient_prediction_minus_target(order):
    x, y = problems(scale=0.5)
    right = entmax(x, order, 0.7)
    assert fenchel_young_loss(x, right, order, 0.7).max() < 1e-14
    assert fenchel_young_loss(x, y, order, 0.7).min() > 0
    assert fenchel_young_loss(x, 0.99 * right + 0.01 * y, order, 0.7).min() > 1e-9
    for scores, target in zip(x[:10], y[:10], strict=True):
        gradient = slope(lambda s, target=target: fenchel_young_loss(s, target, order, 0.7), scores)
        np.testing.assert_allclose(gradient, entmax(scores, order, 0.7) - target, atol=1e-7)


@ledger("T20", "right")
def test_the_margin_of_a_loss_is_alpha_over_order_minus_one():
    for order in (1.25, 1.5, 2.0, 2.5):
        margin = 0.7 / (order - 1)
        target = one_hot(0, 3)
        assert fenchel_young_loss([margin + 1e-6, 0.0, -0.3], target, order, 0.7) < 1e-14
        assert fenchel_young_loss([0.95 * margin, 0.0, -0.3], target, order, 0.7) > 1e-9
    assert fenchel_young_loss([10.0, 0.0, -0.3], one_hot(0, 3), 1.0, 0.7) > 0  # order 1 has no margin


@ledger("T21", "right")
def test_the_smooth_maxima_stand_in_a_fixed_order():
    x, _ = problems()
    for alpha in ALPHAS:
        chain = [
            x.mean(axis=-1),
            mellowmax(x, alpha),
            boltzmann(x, alpha),
            x.max(axis=-1),
            logsumexp(x, alpha),
        ]
        for lower, upper in itertools.pairwise(chain):
            assert (lower < upper + 1e-14).all()
        np.testing.assert_allclose(logsumexp(x, alpha) - mellowmax(x, alpha), alpha * np.log(4), rtol=1e-12)


@ledger("T22", "right")
@pytest.mark.parametrize("operator", [logsumexp, mellowmax])
def test_logsumexp_and_mellowmax_are_monotone_non_expansions(operator):
    x, w = problems(count=2000)
    y = x + 4 * (w - 0.25)
    for alpha in ALPHAS:
        assert (np.abs(operator(x, alpha) - operator(y, alpha)) <= np.abs(x - y).max(axis=-1) + 1e-13).all()
        assert (operator(x + w, alpha) > operator(x, alpha)).all()
        np.testing.assert_allclose(operator(x + 3, alpha), operator(x, alpha) + 3, rtol=1e-12)  # attained


@ledger("T23", "right")
def test_the_boltzmann_operator_falls_and_expands():
    assert boltzmann([-2.0, 0.0]) < boltzmann([-4.0, 0.0])
    for alpha in ALPHAS:
        a = alpha * np.array([2.4, 0.0])
        b = a + 0.01 * alpha * np.array([1, -1])
        assert abs(boltzmann(b, alpha) - boltzmann(a, alpha)) > 1.19 * np.abs(a - b).max()


def classified(load, columns):
    """Return scaled features with a column of ones, and labels, of a data set that ships with scikit-learn."""
    X, y = load(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return np.column_stack([np.ones(len(X)), X[:, columns]]), y


def mean_loss(W, Z, y):
    x = Z @ W
    return (logsumexp(x) - x[np.arange(len(y)), y]).mean()


def fitted(Z, y, steps=12):
    """Return the weights that Newton's method finds with the last class held at 0."""
    m, d = Z.shape[1], y.max() + 1
    W, P = np.zeros((m, d)), one_hot(y, d)
    for _ in range(steps):
        H = np.einsum("na,nb,njk->ajbk", Z, Z, softmax_jacobian(Z @ W))[:, :-1, :, :-1]
        gradient = (Z.T @ (softmax(Z @ W) - P))[:, :-1]
        W[:, :-1] -= np.linalg.solve(H.reshape(2 * (m * (d - 1),)), gradient.ravel()).reshape(m, d - 1)
    return W


def leads(Z, y):
    """Return one row for each example and wrong class: times V it is the lead of the right class along V."""
    corners = np.eye(y.max() + 1)
    return np.array(
        [
            np.outer(z, corners[label] - corners[j]).ravel()
            for z, label in zip(Z, y, strict=True)
            for j in range(len(corners))
            if j != label
        ]
    )


def separating(Z, y):
    """Return the direction of the largest mean lead among those in which no right class falls behind, or None."""
    rows = leads(Z, y)
    found = linprog(-rows.mean(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
    return found.x.reshape(Z.shape[1], -1) if -found.fun > 1e-6 else None


@ledger("T24", "right")
def test_the_loss_of_a_linear_classifier_is_convex_with_gradient_prediction_minus_target_times_features():
    Z, y = classified(load_wine, [0, 6])
    rng = np.random.default_rng(0)
    for W, V in rng.normal(size=(20, 2, 3, 3)):
        p_hat, h = softmax(Z @ W), 1e-4
        gradient = Z.T @ (p_hat - one_hot(y, 3)) / len(y)
        by_steps = slope(lambda flat: mean_loss(flat.reshape(3, 3), Z, y), W.ravel())
        np.testing.assert_allclose(by_steps, gradient.ravel(), atol=1e-8)
        variance = (p_hat * (Z @ V) ** 2).sum(axis=-1) - (p_hat * (Z @ V)).sum(axis=-1) ** 2
        bend = (mean_loss(W + h * V, Z, y) - 2 * mean_loss(W, Z, y) + mean_loss(W - h * V, Z, y)) / h**2
        assert bend == pytest.approx(variance.mean(), abs=1e-6)
        assert variance.min() >= -1e-15


@ledger("T25", "right")
@pytest.mark.parametrize(
    ("load", "columns", "separable"),
    [
        (load_breast_cancer, [0, 1], False),
        (load_wine, [0, 6], False),
        (load_breast_cancer, range(30), True),
        (load_iris, range(4), True),
    ],
    ids=["tumours, 2 features", "wines", "tumours, 30 features", "irises"],
)
def test_the_loss_has_a_minimum_exactly_when_no_direction_separates(load, columns, separable):
    Z, y = classified(load, list(columns))
    V = separating(Z, y)
    assert (V is not None) == separable
    if separable:
        for W in (0 * V, np.random.default_rng(0).normal(size=V.shape)):  # falls along V from everywhere
            assert (np.diff([mean_loss(W + t * V, Z, y) for t in range(8)]) < 0).all()
        return
    W = fitted(Z, y)
    p_hat = softmax(Z @ W)
    assert np.abs(Z.T @ (p_hat - one_hot(y, y.max() + 1))).max() / len(y) < 1e-12
    certificate = p_hat[
        np.arange(len(y))[:, None], others(y)
    ].ravel()  # positive, and adds the leads to nothing
    assert certificate.min() > 0
    assert np.abs(certificate @ leads(Z, y)).max() < 1e-9
    for direction in np.random.default_rng(1).normal(size=(50, *W.shape)):
        assert mean_loss(W + direction, Z, y) > mean_loss(W, Z, y)


def others(y):
    """Return the wrong classes of each example, in order."""
    classes = np.arange(y.max() + 1)
    return np.array([classes[classes != label] for label in y])


@ledger("T26", "right")
def test_softmax_regression_has_one_redundant_direction_for_each_feature():
    Z, y = classified(load_wine, [0, 6])
    W, c = fitted(Z, y), np.array([2.0, -1.0, 0.5])
    np.testing.assert_allclose(softmax(Z @ (W + c[:, None])), softmax(Z @ W), atol=1e-14)
    H = np.einsum("na,nb,njk->ajbk", Z, Z, softmax_jacobian(Z @ W)) / len(y)
    values = np.linalg.eigvalsh(H.reshape(9, 9))
    assert np.abs(values[:3]).max() < 1e-15
    assert values[3] > 1e-4
    model = LogisticRegression(C=np.inf, tol=1e-10, solver="newton-cg").fit(Z[:, 1:], y)
    np.testing.assert_allclose(model.predict_proba(Z[:, 1:]), softmax(Z @ W), atol=1e-6)
    theirs = np.vstack([model.intercept_, model.coef_.T])
    np.testing.assert_allclose(theirs, W - W.mean(axis=1, keepdims=True), atol=1e-6)
    assert np.abs(theirs - W).max() > 1


@ledger("T27", "right")
def test_fitted_predictions_reproduce_frequencies_and_mean_features():
    for load, columns in ((load_breast_cancer, [0, 1]), (load_wine, [0, 6])):
        Z, y = classified(load, columns)
        W = fitted(Z, y)
        p_hat, P = softmax(Z @ W), one_hot(y, y.max() + 1)
        np.testing.assert_allclose(p_hat.mean(axis=0), P.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(Z.T @ p_hat, Z.T @ P, atol=1e-9)
        assert np.abs(Z.T @ softmax(Z @ (W * 1.1)) - Z.T @ P).max() > 0.01  # the minimum alone has it
        if y.max() == 1:
            model = LogisticRegression(C=np.inf, tol=1e-10, solver="newton-cg").fit(Z[:, 1:], y)
            theirs = np.concatenate([model.intercept_, model.coef_[0]])
            np.testing.assert_allclose(theirs, W[:, 1] - W[:, 0], atol=1e-6)


@ledger("T28", "right")
def test_the_held_out_loss_is_convex_in_the_inverse_temperature_and_its_minimum_exists_as_stated():
    rng = np.random.default_rng(0)
    for kind in ("mixed", "all right", "worse than average"):
        x = rng.normal(scale=3, size=(200, 4))
        y = x.argmax(axis=-1) if kind == "all right" else x.argmin(axis=-1)
        if kind == "mixed":
            y = (softmax(x, 2.0).cumsum(axis=-1) < rng.random((200, 1))).sum(axis=-1)
        at_label = x[np.arange(200), y]

        def loss(beta, x=x, at_label=at_label):
            return (logsumexp(beta * x) - beta * at_label).mean()

        betas = np.linspace(0, 5, 101)
        losses = np.array([loss(beta) for beta in betas])
        assert (np.diff(losses, 2) > 0).all()
        for beta in (0.3, 1.0, 3.0):
            expected = (softmax(beta * x) * x).sum(axis=-1)
            slope_ = (loss(beta + 1e-5) - loss(beta - 1e-5)) / 2e-5
            assert slope_ == pytest.approx((expected - at_label).mean(), abs=1e-8)
        exists = at_label.sum() > x.mean(axis=-1).sum() and (at_label < x.max(axis=-1)).any()
        assert exists == (kind == "mixed") == (0 < losses.argmin() < 100)
        if exists:
            best = minimize(lambda beta, loss=loss: loss(beta[0]), [0.3], tol=1e-12).x[0]
            assert 1 / best == pytest.approx(2, rel=0.2)  # the temperature that the labels were drawn with


@ledger("T29", "right")
def test_no_temperature_changes_which_classes_are_largest():
    x = np.random.default_rng(0).integers(-3, 4, size=(500, 4)).astype(float)
    tops = x == x.max(axis=-1, keepdims=True)
    assert (tops.sum(axis=-1) > 1).any()
    for alpha in (0.05, 0.3, 1.0, 4.0, 100.0):
        w = softmax(x, alpha)
        assert ((w == w.max(axis=-1, keepdims=True)) == tops).all()


def turns(rounds, start):
    """Losses that alternate between two experts, the first one being `start`."""
    losses = np.zeros((rounds, 2))
    losses[0::2, 0] = losses[1::2, 1] = 1
    losses[0, 0] = start
    return losses


def games(count=20, rounds=200, d=4):
    """Losses in [0, 1]: even, tossed, in turns, with a good expert, and against the weights of Hedge."""
    rng = np.random.default_rng(0)
    yield from rng.random((count, rounds, d))
    yield from rng.integers(0, 2, size=(count, rounds, d)).astype(float)
    yield np.pad(turns(rounds, 0.5), [(0, 0), (0, d - 2)], constant_values=1)
    yield (rng.random((rounds, d)) < [0.3, 0.7, 0.7, 0.7]).astype(float)
    for alpha in (0.5, 4.0, 12.0):
        losses, totals = np.zeros((rounds, d)), np.zeros(d)
        for loss in losses:
            loss[softmin(totals, alpha).argmax()] = 1
            totals += loss
        yield losses


@ledger("T30", "right")
def test_the_leader_loses_every_round_but_the_first_when_losses_take_turns():
    for rounds in (1, 2, 3, 10, 101, 1000):
        losses = turns(rounds, 0.5)
        weights = follow_the_leader(losses)
        assert ((weights * losses).sum(axis=-1)[1:] == 1).all()
        assert regret(losses, weights) == rounds / 2 - 1 / 4
    assert regret(turns(1000, 1.0), follow_the_leader(turns(1000, 1.0))) == 250  # ties share
    late = turns(1000, 1 + 1e-9)  # ties go to the next winner
    assert regret(late, follow_the_leader(late)) < 1


@ledger("T31", "right")
@pytest.mark.parametrize("d", [2, 3, 5])
def test_a_rule_that_backs_one_expert_can_be_made_to_lose_every_round(d):
    def leader(past):
        return past.sum(axis=0).argmin()

    def loser(past):
        return past.sum(axis=0).argmax()

    def muddled(past):
        return int(7 * past.sum() + 3 * len(past) ** 2) % d

    for rule in (leader, loser, muddled):
        losses, backed = np.zeros((60, d)), np.zeros((60, d))
        for t in range(60):
            choice = rule(losses[:t])
            losses[t, choice] = backed[t, choice] = 1
        assert regret(losses, backed) >= 60 * (1 - 1 / d) - 1e-12


@ledger("T32", "right")
def test_softmin_of_totals_multiplied_weights_and_a_step_from_the_last_weights_are_the_same():
    for losses, alpha in itertools.product(games(count=3), ALPHAS):
        w = hedge(losses, alpha)
        totals = np.vstack([np.zeros(4), losses.cumsum(axis=0)])
        np.testing.assert_allclose(w, softmin(totals[:-1], alpha), rtol=1e-12)
        multiplied = np.full(4, 1 / 4)
        for t, loss in enumerate(losses):
            assert np.abs(w[t] - multiplied).max() < 1e-12
            multiplied = multiplied * np.exp(-loss / alpha)
            multiplied /= multiplied.sum()
        stepped = weighted_softmax(-losses[:-1], w[:-1], alpha)
        np.testing.assert_allclose(w[1:], stepped, rtol=1e-11, atol=1e-300)
        assert np.abs(np.diff(w, axis=0)).sum(axis=-1).max() <= 1 / alpha + 1e-12


@ledger("T33", "right")
def test_entropy_and_steps_bound_the_regret_as_the_documents_source_has_it():
    for losses in games():
        rounds, d = losses.shape
        for alpha in (*ALPHAS, np.sqrt(rounds / np.log(d))):
            w = hedge(np.vstack([losses, np.zeros(d)]), alpha)
            steps = ((w[:-1] - w[1:]) * losses).sum(axis=-1)
            assert steps.max() <= 1 / alpha
            assert regret(losses, w[:-1]) <= alpha * np.log(d) + steps.sum() + 1e-11
        assert regret(losses, w[:-1]) <= 2 * np.sqrt(rounds * np.log(d))


@ledger("T34", "right")
def test_each_round_of_hedge_costs_little_more_than_the_rise_of_a_smooth_minimum():
    tightest = 0.0
    for losses in games():
        rounds, d = losses.shape
        totals = np.vstack([np.zeros(d), losses.cumsum(axis=0)])
        for alpha in (*ALPHAS, np.sqrt(rounds / (8 * np.log(d)))):
            w, potential = hedge(losses, alpha), -logsumexp(-totals, alpha)
            assert ((w * losses).sum(axis=-1) <= np.diff(potential) + 1 / (8 * alpha) + 1e-12).all()
            bound = alpha * np.log(d) + rounds / (8 * alpha)
            assert regret(losses, w) <= bound
        assert bound == pytest.approx(np.sqrt(rounds * np.log(d) / 2))
        tightest = max(tightest, regret(losses, w) / bound)
    assert tightest > 0.7  # the bound is of the right size


@ledger("T35", "right")
def test_against_a_fair_coin_every_rule_has_the_regret_of_a_random_walk():
    for rounds in (2, 4, 6, 10):
        first = (np.arange(2**rounds)[:, None] >> np.arange(rounds)) & 1
        tosses = np.stack([first, 1 - first], axis=-1)
        exact = rounds * comb(rounds, rounds // 2) / 2 ** (rounds + 1)
        for weights in (
            follow_the_leader(tosses),
            hedge(tosses, 0.3),
            hedge(tosses, 4.0),
            np.full(tosses.shape, 0.5),
        ):
            assert regret(tosses, weights).mean() == pytest.approx(exact, rel=1e-12)
        foresight = hedge(tosses, 1.0)[:, ::-1]  # weights that know the future are another matter
        assert rounds == 2 or regret(tosses, foresight).mean() != pytest.approx(exact, rel=1e-3)
    assert 1000 * comb(1000, 500) / 2**1001 == pytest.approx(np.sqrt(1000 / (2 * np.pi)), rel=1e-3)


def gumbel_race(alpha, seed=0, draws=50_000):
    """Scores, the same with Gumbel noise many times, and the probability below which a test rejects."""
    x = np.array([1.0, 0.0, 3.0, 1.0])
    noise = np.random.default_rng(seed).gumbel(size=(draws, 4))
    return x, x + alpha * noise, 1e-4


def pearson(counts, w):
    """Chance of counts as far from their means as these, or farther, if the probabilities are `w`."""
    expected = counts.sum() * w
    return chi2.sf(((counts - expected) ** 2 / expected).sum(), len(w) - 1)


@ledger("T36", "right")
def test_gumbel_noise_draws_from_softmax_and_other_noise_does_not():
    rng, spread = np.random.default_rng(1), np.pi / np.sqrt(6)
    wrong = rng.normal(size=(50_000, 4)), rng.uniform(-np.sqrt(3), np.sqrt(3), size=(50_000, 4))
    for alpha in (0.7, 1.5):
        x, noisy, level = gumbel_race(alpha)
        assert pearson(np.bincount(noisy.argmax(axis=-1)), softmax(x, alpha)) > level
        for noise in wrong:
            assert noise.std() == pytest.approx(1, rel=0.01)
            counts = np.bincount((x + alpha * spread * noise).argmax(axis=-1))
            assert pearson(counts, softmax(x, alpha)) < level


@ledger("T37", "right")
def test_the_winning_height_is_gumbel_at_the_logsumexp_whoever_wins():
    for alpha in ALPHAS:
        x, noisy, level = gumbel_race(alpha, seed=2)
        height, winner = noisy.max(axis=-1), noisy.argmax(axis=-1)
        standard = (height - logsumexp(x, alpha)) / alpha
        for k in set(winner):
            assert kstest(standard[winner == k], "gumbel_r").pvalue > level  # its mean is Euler's constant
        assert kstest(standard + 0.05, "gumbel_r").pvalue < level
        error = alpha * np.pi / np.sqrt(6 * len(height))
        assert abs(height.mean() - logsumexp(x, alpha) - alpha * np.euler_gamma) < 4 * error


@ledger("T38", "right")
def test_relaxed_samples_are_inside_the_simplex_and_have_both_limits():
    x, noisy, _ = gumbel_race(0.7, seed=3)
    winners = one_hot(noisy.argmax(axis=-1), 4)
    for tau in (0.5, 1.0, 10.0):
        sample = softmax(noisy, tau)
        assert 0 < sample.min() < sample.max() < 1
    distances = [np.abs(softmax(noisy, tau) - winners).sum(axis=-1).mean() for tau in (0.1, 0.01, 0.001)]
    assert distances[2] < 0.2 * distances[1] < 0.04 * distances[0]  # of order tau on average
    assert distances[2] < 2e-3
    assert np.abs(softmax(noisy, 1e-3).mean(axis=0) - softmax(x, 0.7)).max() < 0.01
    assert np.abs(softmax(noisy, 1e4) - 1 / 4).max() < 1e-3


@ledger("T39", "right")
def test_the_two_temperatures_of_a_relaxed_sample_change_places():
    for alpha, tau in ((1.0, 0.7), (0.5, 2.0)):
        x, noisy, level = gumbel_race(alpha, seed=4)
        _, other, _ = gumbel_race(tau, seed=5)
        relaxed, swapped = softmax(noisy, tau), softmax(other, alpha)
        hard = one_hot((noisy + other - x).argmax(axis=-1), 4)
        for means in (swapped, hard):
            error = np.sqrt((relaxed.var(axis=0) + means.var(axis=0)) / len(relaxed))
            assert (np.abs(relaxed.mean(axis=0) - means.mean(axis=0)) < norm.isf(level / 2) * error).all()
        plain = np.abs(relaxed.mean(axis=0) - softmax(x, alpha)) / error
        assert plain.max() > 10  # what is equal to each other is not equal to softmax


@ledger("T40", "right")
def test_the_relaxed_mean_gives_less_than_its_share_the_larger_the_score():
    for alpha, tau in ((1.0, 0.7), (1.0, 1.0), (0.7, 3.0)):
        x, noisy, _ = gumbel_race(alpha, seed=6)
        relaxed, w = softmax(noisy, tau), softmax(x, alpha)
        ratio, error = relaxed.mean(axis=0) / w, relaxed.std(axis=0) / w / np.sqrt(len(relaxed))
        order = [2, 0, 1]  # from the largest score down; options 0 and 3 tie
        for higher, lower in itertools.pairwise(order):
            assert ratio[lower] - ratio[higher] > 4 * (error[lower] + error[higher])
        assert abs(ratio[0] - ratio[3]) < 4 * (error[0] + error[3])
        assert ratio[2] < 1 < ratio[1]
    x = np.linspace(-8, 8, 4001)  # two options exactly: the logistic density, on a fine grid
    density = sigmoid(x) * sigmoid(-x)
    for tau in (0.3, 1.0, 3.0):
        mean = (density * sigmoid(1.0 + x, tau)).sum() / density.sum()
        assert 0.5 < mean < sigmoid(1.0) - 0.001


@ledger("T41", "right")
def test_the_gradient_of_a_mean_position_is_a_covariance():
    x, v = problems(count=20, scale=1.0)
    c = np.array([2.0, -1.0, 0.5, 7.0])
    for scores, direction in zip(x, v, strict=True):
        w = softmax(scores, 0.7)
        mean = w @ c
        gradient = slope(lambda s: softmax(s, 0.7) @ c, scores)
        np.testing.assert_allclose(gradient, w * (c - mean) / 0.7, atol=1e-8)
        covariance = (w * (direction - w @ direction) * (c - mean)).sum()
        assert gradient @ direction == pytest.approx(covariance / 0.7, abs=1e-8)


@ledger("T42", "right with a condition")
def test_symmetric_scores_have_their_soft_argmax_in_the_middle():
    half, _ = problems(scale=3.0)
    for alpha in ALPHAS:
        np.testing.assert_allclose(softargmax(np.hstack([half, half[:, ::-1]]), alpha), 4.5, rtol=1e-13)
        peaks = np.array([0.0, 5.0, 0.0, 0.0, 0.0, 5.0, 0.0])  # symmetric, with the middle between two peaks
        assert softargmax(peaks, alpha) == pytest.approx(4)
    assert softargmax([0.0, 5.0, 0.0, 0.0, 0.0, 4.0, 0.0]) < 3.2  # without symmetry it is elsewhere


@ledger("T43", "right")
def test_a_background_shrinks_the_soft_argmax_towards_the_centre():
    rng = np.random.default_rng(8)
    c = rng.normal(size=30)
    for alpha in (0.1, 0.3, 1.0):
        x = np.where(rng.uniform(size=30) < 0.2, rng.uniform(size=30), 0.0)
        mass = np.expm1(x / alpha)
        outstanding, factor = mass @ c / mass.sum(), mass.sum() / (mass.sum() + 30)
        lead = softmax(x, alpha) @ c - c.mean()
        assert lead == pytest.approx(factor * (outstanding - c.mean()), abs=1e-13)
        assert 0 < factor < 1


@ledger("T44", "right")
def test_two_groups_share_the_mean_by_a_sigmoid():
    x, _ = problems(d=7)
    c = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])
    for alpha in ALPHAS:
        one, two = x[:, :3], x[:, 3:]
        share = sigmoid(logsumexp(one, alpha) - logsumexp(two, alpha), alpha)
        merged = share * (softmax(one, alpha) @ c[:3]) + (1 - share) * (softmax(two, alpha) @ c[3:])
        np.testing.assert_allclose(merged, softmax(x, alpha) @ c, rtol=1e-12)


@ledger("T45", "right")
def test_attention_is_the_nearest_point_to_the_values_under_the_maximiser():
    rng = np.random.default_rng(9)
    keys, values, queries = rng.normal(size=(8, 3)), rng.normal(size=(8, 2)), rng.normal(size=(50, 3))
    x, alpha = queries @ keys.T, np.sqrt(3)
    w = softmax(x, alpha)
    other = rng.dirichlet(np.ones(8), size=50)
    gap = softmax_objective(w, x, alpha) - softmax_objective(other, x, alpha)
    np.testing.assert_allclose(gap, alpha * kl_divergence(other, w), rtol=1e-9)
    answers, z = w @ values, rng.normal(size=(50, 2))
    cost = (w * ((z[:, None] - values) ** 2).sum(axis=-1)).sum(axis=-1)
    least = (w * ((answers[:, None] - values) ** 2).sum(axis=-1)).sum(axis=-1)
    np.testing.assert_allclose(cost - least, ((z - answers) ** 2).sum(axis=-1), rtol=1e-9)
    for direction in rng.normal(size=(100, 2)):  # inside every half-plane that holds the values
        assert (answers @ direction <= (values @ direction).max()).all()
    np.testing.assert_allclose(softmax(x, 1e-4) @ values, values[x.argmax(axis=-1)], atol=1e-12)
    np.testing.assert_allclose(softmax(x, 1e9) @ values, np.tile(values.mean(axis=0), (50, 1)), atol=1e-7)


@ledger("T46", "right")
def test_the_variance_of_a_dot_product_is_the_number_of_entries():
    values = np.array([-1.0, 1.0])  # two equally likely values: mean 0, variance 1, all pairs can be listed
    for r in (1, 2, 3, 4):
        vectors = np.array(list(itertools.product(values, repeat=r)))
        products = vectors @ vectors.T
        assert products.mean() == 0
        assert products.var() == pytest.approx(r)
    three = np.array([-2.0, 1.0, 1.0]) / np.sqrt(2)  # not symmetric
    vectors = np.array(list(itertools.product(three, repeat=3)))
    assert (vectors @ vectors.T).var() == pytest.approx(3)
    x, _ = problems()
    np.testing.assert_allclose(softmax(x / 3), softmax(x, 3.0), rtol=1e-12)


def read_one_more(state, x, alpha):
    """The running maximum and sum after one more score."""
    m = max(state[0], x)
    return m, state[1] * np.exp((state[0] - m) / alpha) + np.exp((x - m) / alpha)


@ledger("T47", "right")
def test_one_pass_ends_at_maximum_and_logsumexp_and_stays_in_range():
    rng = np.random.default_rng(10)
    for scores in (rng.normal(size=300), np.arange(0.0, 3000, 10), np.arange(3000.0, 0, -10), np.zeros(300)):
        for alpha in ALPHAS:
            state = (-np.inf, 0.0)
            for count, x in enumerate(scores, start=1):
                state = read_one_more(state, x, alpha)
                assert 1 <= state[1] <= count
            assert state[0] == scores.max()
            total = state[0] + alpha * np.log(state[1])
            assert total == pytest.approx(logsumexp(scores, alpha), rel=1e-12, abs=1e-12)


def block_state(x, values, alpha):
    weights = np.exp((x - x.max()) / alpha)
    return np.array([x.max(), weights.sum(), *(weights @ values)])


def merged(one, two, alpha):
    m = max(one[0], two[0])
    rest = np.exp((one[0] - m) / alpha) * one[1:] + np.exp((two[0] - m) / alpha) * two[1:]
    return np.array([m, *rest])


def merged_exactly(one, two):
    M = max(one[0], two[0])
    return M, one[1] * one[0] / M + two[1] * two[0] / M


@ledger("T48", "right")
def test_merging_states_is_commutative_associative_and_gives_the_whole():
    rng = np.random.default_rng(11)
    for alpha in (0.5, 3.0):
        x, values = 100 * rng.normal(size=60), rng.normal(size=(60, 2))
        a, b, c = (block_state(x[part], values[part], alpha) for part in np.split(np.arange(60), [7, 30]))
        assert (merged(a, b, alpha) == merged(b, a, alpha)).all()
        left, right = merged(merged(a, b, alpha), c, alpha), merged(a, merged(b, c, alpha), alpha)
        np.testing.assert_allclose(left, right, rtol=1e-13, atol=1e-13)
        assert (merged(a, np.array([-np.inf, 0, 0, 0]), alpha) == a).all()
        np.testing.assert_allclose(left, block_state(x, values, alpha), rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(left[2:] / left[1], softmax(x, alpha) @ values, atol=1e-13)
    # with whole numbers e^(m/alpha) in the place of m the merge is exact
    ones = [(Fraction(M), Fraction(s)) for M, s in ((3, 5), (7, 2), (5, 11))]
    left, right = (
        merged_exactly(merged_exactly(ones[0], ones[1]), ones[2]),
        merged_exactly(ones[0], merged_exactly(*ones[1:])),
    )
    assert left == right == (7, Fraction(3 * 5 + 7 * 2 + 5 * 11, 7))


@ledger("T49", "right")
def test_the_shift_keeps_half_precision_in_range_where_the_naive_formula_fails():
    x, _ = problems(count=500, d=6, scale=6.0)
    half = np.hstack([x, np.full((500, 1), 12.0)]).astype(np.float16)
    with np.errstate(all="ignore"):
        naive = np.exp(half) / np.exp(half).sum(axis=-1, keepdims=True)
    assert np.isnan(naive).any(axis=-1).all()
    terms = np.exp(half - half.max(axis=-1, keepdims=True))
    total = terms.sum(axis=-1, keepdims=True)
    assert terms.dtype == total.dtype == np.float16
    assert ((terms >= 0) & (terms <= 1)).all()
    assert ((total >= 1) & (total <= 7)).all()
    exact = softmax(half.astype(np.float64))
    assert np.abs(terms / total - exact).max() < 4 * np.finfo(np.float16).eps
    assert np.abs(softmax(half) - exact).max() < np.finfo(np.float16).eps


PRECISIONS = ((np.float16, 4.0), (np.float32, 40.0), (np.float64, 300.0))  # and scores without underflow
KAPPA = 8  # exp and log are within four units in the last place
exact = mpmath.mp.clone()
exact.dps = 60


def rounded_problems(seed):
    """Random scores in three precisions, with their gaps, their exact shares, and the rounding unit."""
    rng = np.random.default_rng(seed)
    for dtype, scale in PRECISIONS:
        for d in (2, 3, 40):
            for spread in (scale, 1.0, 1.0):
                x = rng.uniform(-spread, spread, size=d).astype(dtype)
                weights = [exact.exp(exact.mpf(float(v)) - exact.mpf(float(x.max()))) for v in x]
                shares = np.array([weight / sum(weights) for weight in weights])
                yield x, float(x.max()) - x.astype(float), shares, float(np.finfo(dtype).eps) / 2


@ledger("T50", "right")
def test_errors_of_shifted_softmax_stay_below_their_bound():
    worst = 0
    for x, gaps, w, u in rounded_problems(8):
        e = np.exp(x - x.max())
        assert e.dtype == x.dtype
        mean_gap = w.astype(float) @ gaps
        bound = (gaps + mean_gap + 2 * KAPPA + len(x)) * u
        for shares in (e / e.sum(), softmax(x)):
            error = (np.abs(shares.astype(object) - w) / w).astype(float)
            assert (error <= bound).all()
        worst = max(worst, (error / u).max())
        assert mean_gap <= shannon_entropy(w.astype(float)) + 1e-12 <= np.log(len(x)) + 1e-11
    assert worst > 1 / 4  # rounding errors were there to be bounded


@ledger("T51", "right")
def test_errors_of_shifted_logsumexp_stay_below_a_bound_with_the_entropy():
    for x, _, w, u in rounded_problems(9):
        y = exact.mpf(float(x.max())) - exact.log(max(w))
        bound = (abs(y) + KAPPA * (1 + shannon_entropy(w.astype(float))) + len(x) - 1) * u
        assert abs(float(x.max() + np.log(np.exp(x - x.max()).sum())) - y) <= bound
        assert abs(float(logsumexp(x)) - y) <= bound


@ledger("T52", "right")
def test_every_entry_of_log_softmax_keeps_its_relative_accuracy():
    for x, gaps, _, u in rounded_problems(10):
        behind = [exact.mpf(gap) for gap in gaps]
        rest = exact.log1p(sum(exact.exp(-gap) for gap in np.delete(behind, x.argmax())))
        truth = np.array([-gap - rest for gap in behind])
        bound = (gaps.max() + 2 * KAPPA + len(x) - 1) * u
        assert (np.abs(log_softmax(x).astype(object) - truth) / np.abs(truth) <= bound).all()
        others = np.exp(np.delete(x, x.argmax()) - x.max())
        by_hand = (x - x.max()) - np.log1p(others.sum(dtype=x.dtype))
        assert by_hand.dtype == x.dtype
        assert (np.abs(by_hand.astype(object) - truth) / np.abs(truth) <= bound).all()
    assert log_softmax([40.0, 0.0])[0] == pytest.approx(-np.exp(-40), rel=1e-14)
    assert np.log(softmax([40.0, 0.0]))[0] == 0  # what the plain logarithm makes of it


@ledger("T53", "right")
def test_a_patched_loss_is_capped_and_its_gradient_fades():
    for eps in (1e-8, 1e-3):
        for x in problems(count=20, scale=6.0)[0]:

            def loss(scores, eps=eps):
                return -np.log(softmax(scores, 0.7)[0] + eps)

            share = softmax(x, 0.7)[0]
            expected = share / (share + eps) * (softmax(x, 0.7) - one_hot(0, 4)) / 0.7
            np.testing.assert_allclose(slope(loss, x), expected, atol=1e-7)
            assert loss(x) < np.log(1 / eps)
        hopeless = np.array([-200.0, 0, 0, 0])
        assert np.abs(slope(loss, hopeless)).max() == 0
        assert loss(hopeless) == pytest.approx(np.log(1 / eps))


@ledger("T54", "right")
def test_a_patched_entropy_has_exact_zeros_from_a_finite_score_down():
    for eps in (1e-8, 1e-3):
        edge = np.log(1 / eps) + np.log1p(eps) + 1 / (1 + eps)
        w = np.concatenate([[0.0], np.geomspace(1e-3 * eps, 1, 20_001)])
        entropy = -w * np.log(w + eps) - (1 - w) * np.log(1 - w + eps) + np.log1p(eps)  # 0 at w = 0
        for alpha in (0.5, 3.0):
            below, above = (
                w[(w * x + alpha * entropy).argmax()] for x in (-1.001 * alpha * edge, -0.99 * alpha * edge)
            )
            assert below == 0 < above
            assert sigmoid(-1.001 * edge) > 0


def log_barrier(x, alpha=1.0):
    """The maximiser of <w, x> + alpha sum log w by Newton's method from the left, where the sum exceeds 1."""
    gaps = (x.max() - x) / alpha
    t = 1.0
    for _ in range(60):
        shares = 1 / (t + gaps)
        t += (shares.sum() - 1) / (shares**2).sum()
    return shares / shares.sum()


def log_barrier_jacobian(x, alpha=1.0):
    s = log_barrier(x, alpha) ** 2
    return (np.diag(s) - np.outer(s, s) / s.sum()) / alpha


@ledger("T55", "right with a condition")
def test_six_properties_hold_for_every_regulariser_and_not_for_its_imitations():
    report = check_argmax(log_barrier, lambda w: np.log(w).sum(), log_barrier_jacobian, d=(2, 3))
    assert {"shift", "scaling", "permutation", "cycle", "cooling", "heating", "symmetric", "null"} <= set(
        report
    )
    prior = np.array([0.5, 0.3, 0.2])
    lopsided = check_argmax(
        lambda x, alpha: weighted_softmax(x, prior, alpha), lambda w: -kl_divergence(w, prior), d=3
    )
    assert "permutation" not in lopsided  # only promised for a regulariser that does not mind the order
    for order in ORDERS:
        x = problems(count=300, d=3)[0].reshape(100, 3, 3)
        w = entmax(x, order)
        assert (w * (x - np.roll(x, -1, axis=1))).sum(axis=(1, 2)).min() > -1e-14
        middle = (np.median(x, axis=-1) - x.min(axis=-1))[..., None]
        wrong = entmax(
            x / (1 + 9 * middle), order
        )  # in order and blind to shifts, but the gradient of nothing
        assert (wrong * (x - np.roll(x, -1, axis=1))).sum(axis=(1, 2)).min() < -1e-3


@ledger("T56", "right")
def test_the_log_barrier_has_one_threshold_between_one_and_d():
    x, w = problems()
    for scores, other in zip(x[:50], w[:50], strict=True):
        for alpha in ALPHAS:
            best = log_barrier(scores, alpha)
            t = 1 / best.max()
            assert 1 < t <= 4
            np.testing.assert_allclose(1 / best - t, (scores.max() - scores) / alpha, atol=1e-9)
            assert best @ scores == pytest.approx(scores.max() - alpha * (4 - t), abs=1e-10)
            gain = other @ scores + alpha * np.log(other).sum() - best @ scores - alpha * np.log(best).sum()
            assert gain < 0
    assert 1 / log_barrier(np.zeros(4)).max() == pytest.approx(4)


@ledger("T57", "right")
def test_under_the_log_barrier_losers_fade_like_one_over_the_gap():
    for scores in problems(scale=20.0)[0]:
        for alpha in ALPHAS:
            w, gaps = log_barrier(scores, alpha), scores.max() - scores
            assert (w <= alpha / (alpha + gaps) * (1 + 1e-12)).all()
            assert (w >= alpha / (4 * alpha + gaps) * (1 - 1e-12)).all()
    assert log_barrier(np.zeros(4)) == pytest.approx(np.full(4, 1 / 4))  # the lower bound is attained
    assert log_barrier(np.array([0.0, -1e8]))[1] == pytest.approx(
        1e-8, rel=1e-6
    )  # and the upper one approached


@ledger("T58", "right")
def test_the_jacobian_of_the_log_barrier_is_that_of_order_zero():
    for scores in problems(count=20, scale=1.0)[0]:
        w = log_barrier(scores, 0.7)
        steps = slope(lambda x: log_barrier(x, 0.7), scores)
        np.testing.assert_allclose(steps, log_barrier_jacobian(scores, 0.7), atol=1e-8)
        assert np.abs(steps - (np.diag(w) - np.outer(w, w)) / 0.7).max() > 0.01  # it is not the covariance


# --------------------------------------------------------------------------------- four roads to the exponential


@ledger("T59", "right")
def test_log_odds_of_two_bells_are_a_line_for_one_width_and_a_parabola_for_two():
    z = np.linspace(-5, 5, 41)
    for a, b, s, q in [(-1.0, 1.0, 1.0, 0.5), (2.0, 0.5, 0.7, 0.1), (0.0, 3.0, 2.5, 0.9)]:
        odds = norm.logpdf(z, b, s) - norm.logpdf(z, a, s) + np.log(q / (1 - q))
        line = (b - a) / s**2 * (z - (a + b) / 2) + np.log(q / (1 - q))
        np.testing.assert_allclose(odds, line, atol=1e-12)
        yes, no = q * norm.pdf(z, b, s), (1 - q) * norm.pdf(z, a, s)
        np.testing.assert_allclose(sigmoid(line), yes / (yes + no), rtol=1e-12)
        two = norm.logpdf(z, b, 1.5 * s) - norm.logpdf(z, a, s)
        bend = np.diff(two, 2) / (z[1] - z[0]) ** 2
        np.testing.assert_allclose(bend, (1 - 1.5**-2) / s**2, rtol=1e-7)
    pointed = laplace.logpdf(z, 1.0) - laplace.logpdf(z, -1.0)
    assert np.ptp(pointed[z >= 1]) < 1e-12
    assert np.ptp(pointed[z <= -1]) < 1e-12
    assert pointed[-1] - pointed[0] == pytest.approx(4)


@ledger("T60", "right")
def test_logarithms_of_arrangements_are_entropy_with_stirlings_correction():
    for counts in ([6, 3, 1], [5, 5], [4, 3, 2, 1]):
        w, d = np.array(counts) / sum(counts), len(counts)
        rests = []
        for times in (100, 1000):
            n = times * sum(counts)
            many = mpmath.factorial(n)
            for count in counts:
                many /= mpmath.factorial(times * count)
            entropy = float(mpmath.log(many)) / n
            assert 0 < shannon_entropy(w) - entropy < (d - 1) * np.log(n) / n
            rests.append(n * (entropy - shannon_entropy(w)) + (d - 1) / 2 * np.log(2 * np.pi * n))
        assert rests[0] == pytest.approx(-np.log(w).sum() / 2, abs=0.02)
        assert rests[1] == pytest.approx(-np.log(w).sum() / 2, abs=0.002)


@ledger("T61", "right")
def test_the_largest_entropy_for_a_mean_is_found_by_a_solver_where_softmax_has_that_mean():
    x = np.array([-1.0, 0.5, 1.0, 3.0])
    for alpha in (0.8, 2.0, -1.5):
        best = softmax(x / alpha)
        conditions = [
            {"type": "eq", "fun": lambda w: w.sum() - 1},
            {"type": "eq", "fun": lambda w, c=best @ x: w @ x - c},
        ]
        found = minimize(
            lambda w: w @ np.log(w),
            np.full(4, 0.25),
            bounds=[(1e-9, 1)] * 4,
            constraints=conditions,
            tol=1e-14,
        ).x
        np.testing.assert_allclose(found, best, atol=1e-5)
        assert (best @ x > x.mean()) == (alpha > 0)
        step = np.linalg.svd([np.ones(4), x])[2][2:]
        for direction in (step[0], step[1], step[0] - 2 * step[1]):
            w = best + 0.5 * best.min() * direction / np.abs(direction).max()
            assert shannon_entropy(best) - shannon_entropy(w) == pytest.approx(
                kl_divergence(w, best), rel=1e-9
            )


def ratio_of_two(shares, gap=1.0):
    """The ratio of two shares whose scores differ by a gap, at several heights and beside several third scores."""
    ratios = []
    for height in (-1.0, 0.0, 2.0):
        for third in (-2.0, 0.0, 1.0):
            w = shares(np.array([gap + height, height, third]))
            ratios.append(w[0] / w[1] if min(w) > 0 else np.nan)
    return np.array(ratios)


@ledger("T62", "right with a condition")
def test_only_softmax_has_ratios_that_depend_on_gaps_alone():
    for alpha in (0.5, 1.0, 3.0):
        ratios = ratio_of_two(lambda x, alpha=alpha: softmax(x, alpha))
        np.testing.assert_allclose(ratios, np.exp(1 / alpha), rtol=1e-12)
    luce = ratio_of_two(softplus)  # his axiom, but not gaps alone
    assert np.ptp(luce) > 0.1
    assert np.ptp(luce[:3]) < 1e-12
    assert np.ptp(ratio_of_two(log_barrier)) > 0.1
    assert np.isnan(ratio_of_two(sparsemax)).any()
    hard = [hardmax([0.0, 0.0, third]) for third in (-1.0, 0.0)]
    assert [w[0] / w[1] for w in hard] == [1, 1]  # of the shares that are not 0
    probit = norm.cdf([1.0, 2.0]) / norm.cdf([-1.0, -2.0])
    assert probit[1] > 1.4 * probit[0] ** 2  # for two options: no exponential


@ledger("T63", "right")
def test_softmax_of_sums_is_a_product_and_sparsemax_only_for_clear_winners_and_ties():
    def even(w):
        return np.ptp(w[w > 0]) < 1e-12

    rng, seen = np.random.default_rng(5), set()
    for alpha in (0.5, 1.0):
        for x, y in zip(
            rng.choice([0, 0.3, 0.5, 1.0], (600, 3)), rng.choice([0, 0.2, 0.5, 1.0], (600, 4)), strict=True
        ):
            sums = np.add.outer(x, y).ravel()
            product = np.outer(softmax(x, alpha), softmax(y, alpha)).ravel()
            np.testing.assert_allclose(softmax(sums, alpha), product, rtol=1e-14)
            u, v = sparsemax(x, alpha), sparsemax(y, alpha)
            clear = max(u.max(), v.max()) > 1 - 1e-12
            both = np.outer(u, v).ravel()
            error = np.abs(sparsemax(sums, alpha) - both).max()
            assert shannon_entropy(both) == pytest.approx(shannon_entropy(u) + shannon_entropy(v), abs=1e-12)
            assert (error < 1e-12) == (clear or (even(u) and even(v)))
            seen.add((bool(clear), bool(even(u)), bool(even(v))))
    assert len(seen) == 7  # all cases: clear winners with and without ties, and no clear winner


@ledger("T64", "right with a condition")
def test_of_the_scores_of_one_share_only_the_logarithm_is_honest_for_three_outcomes():
    rng = np.random.default_rng(6)
    scores = {"log": lambda t: -np.log(t), "square": lambda t: (1 - t) ** 2, "line": lambda t: 1 - t}
    honest = {}
    for name, s in scores.items():
        for d in (2, 3):
            p, others = rng.dirichlet(np.full(d, 3.0), 50), rng.dirichlet(np.ones(d), 3000)
            best = (p * s(p)).sum(axis=1)
            honest[name, d] = bool((best <= (s(others) @ p.T).min(axis=0) + 1e-12).all())
    expected = {("log", 2), ("log", 3), ("square", 2)}
    assert {key for key, value in honest.items() if value} == expected


def kept_by_sum(w, p):
    """How many of the largest shares it takes to sum to p or more."""
    return 1 + np.searchsorted(np.sort(w)[::-1].cumsum(), p)


@ledger("T65", "right")
def test_restricted_shares_are_the_best_and_the_nearest_on_the_kept_options():
    x, _ = problems(d=6)
    rng = np.random.default_rng(21)
    for scores in x:
        A = rng.permutation(6) < rng.integers(1, 6)
        for alpha in ALPHAS:
            w, V = softmax(scores, alpha), logsumexp(scores, alpha)
            u = softmax(np.where(A, scores, -np.inf), alpha)
            np.testing.assert_allclose(u, np.where(A, w, 0) / w[A].sum(), atol=1e-15)
            best, mass = softmax_objective(u, scores, alpha), w[A].sum()
            assert best == pytest.approx(V + alpha * np.log(mass), abs=1e-10)
            assert kl_divergence(u, w) == pytest.approx(-np.log(mass), abs=1e-10)
            assert np.abs(u - w).sum() / 2 == pytest.approx(1 - mass, abs=1e-12)
            v = np.zeros((20, 6))
            v[:, A] = rng.dirichlet(np.ones(A.sum()), size=20)
            assert (softmax_objective(v, scores, alpha) <= best + 1e-12).all()
            assert (kl_divergence(v, w) >= kl_divergence(u, w) - 1e-12).all()
            assert (np.abs(v - w).sum(axis=1) / 2 >= 1 - mass - 1e-12).all()


@ledger("T66", "right")
def test_with_the_temperature_top_p_keeps_no_fewer_and_min_p_what_is_in_reach():
    alphas = np.geomspace(0.1, 10, 40)
    for scores in problems(d=6)[0]:
        w = np.array([softmax(scores, alpha) for alpha in alphas])
        for p in (0.1, 0.5, 0.9):
            numbers = [kept_by_sum(row, p) for row in w]
            assert (np.diff(numbers) >= 0).all()
            reach = scores.max() - scores <= alphas[:, None] * np.log(1 / p)
            np.testing.assert_array_equal(w >= p * w.max(axis=1, keepdims=True), reach)
        assert (np.argsort(-w, axis=1) == np.argsort(-scores)).all()
    assert kept_by_sum(softmax([1.0, 0.0, 0.0], 0.2), 0.9) < kept_by_sum(softmax([1.0, 0.0, 0.0], 5.0), 0.9)


@ledger("T67", "right")
def test_the_first_of_a_race_with_gumbel_noise_are_draws_without_replacement():
    x, alpha, n = np.array([1.0, 0.2, -0.5, 0.6]), 0.8, 200_000
    orders = np.argsort(-(x + alpha * np.random.default_rng(22).gumbel(size=(n, 4))), axis=1)
    w = softmax(x, alpha)
    for k in (1, 2, 3):
        sequences = list(itertools.permutations(range(4), k))
        counts = np.array([(orders[:, :k] == sequence).all(axis=1).sum() for sequence in sequences])
        left = [[1 - sum(w[list(s[:i])]) for i in range(k)] for s in sequences]
        shares = np.array([np.prod(w[list(s)] / rest) for s, rest in zip(sequences, left, strict=True)])
        assert shares.sum() == pytest.approx(1)
        statistic = ((counts - n * shares) ** 2 / (n * shares)).sum()
        assert statistic < chi2.isf(0.001, df=len(shares) - 1)
        with_replacement = np.array([np.prod(w[list(s)]) for s in sequences])
        if k > 1:
            assert ((counts - n * with_replacement) ** 2 / (n * with_replacement)).sum() > 1000


@ledger("T68", "right")
def test_hot_distillation_fits_centred_scores_and_its_gradient_needs_the_square():
    teacher, student = problems()[0], problems(seed=1)[0]
    aim = student - student.mean(axis=1, keepdims=True) - teacher + teacher.mean(axis=1, keepdims=True)
    errors = []
    for alpha in (1e2, 1e3):
        gradient = (softmax(student, alpha) - softmax(teacher, alpha)) / alpha
        errors.append(np.abs(alpha**2 * gradient - aim / 4).max())
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.1)
    loss = [lambda x, a=a: kl_divergence(softmax(teacher[0], a), softmax(x, a)) for a in (1.0, 3.0)]
    for f, alpha in zip(loss, (1.0, 3.0), strict=True):
        exact = (softmax(student[0], alpha) - softmax(teacher[0], alpha)) / alpha
        np.testing.assert_allclose(slope(f, student[0]), exact, atol=1e-8)

    def square(x):
        return ((x - x.mean() - teacher[0] + teacher[0].mean()) ** 2).sum() / 8

    np.testing.assert_allclose(slope(square, student[0]), aim[0] / 4, atol=1e-8)


@ledger("T69", "right")
def test_the_centred_log_shares_have_the_least_rank_of_scores_that_give_them():
    rng = np.random.default_rng(23)

    def rank(matrix):
        return np.linalg.matrix_rank(matrix, tol=1e-9)

    for r in (1, 2, 3, 4):
        X = rng.normal(size=(9, r)) @ rng.normal(size=(r, 6))
        for scores in (X, X + rng.normal(size=(9, 1))):
            P = softmax(scores)
            C = np.log(P) - np.log(P).mean(axis=1, keepdims=True)
            np.testing.assert_allclose(softmax(C), P, rtol=1e-12)
            assert rank(C) == r <= rank(scores)
    shifted = rng.normal(size=(9, 6))  # any row may be shifted: the rank rises, the shares stay
    assert rank(shifted - shifted.mean(axis=1, keepdims=True)) == 5 < rank(shifted)


CUBE = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
SLACK = np.vstack([np.eye(4), np.zeros(4)])
PAIRS = CUBE[CUBE.sum(axis=1) == 2]  # two of four options
ORDERINGS = np.array([np.eye(3)[list(order)].ravel() for order in itertools.permutations(range(3))])
SETS = [CUBE, SLACK, PAIRS, ORDERINGS]


def mean_corner(x, corners, alpha):
    """The best point for the entropy of a random corner."""
    return softmax(corners @ x, alpha) @ corners


def one_threshold(x, alpha):
    """The best point of two of four options for the entropy of the cube."""
    ends = x.min() - 40 * alpha, x.max() + 40 * alpha
    return sigmoid((x - brentq(lambda tau: sigmoid((x - tau) / alpha).sum() - 2, *ends, xtol=1e-14)) / alpha)


def by_turns(x, alpha):
    """Sinkhorn's algorithm for three rows and three columns."""
    x, b = x.reshape(3, 3), np.zeros(3)
    for _ in range(300):
        a = logsumexp(x - b, alpha, axis=1)[:, None]
        b = logsumexp(x - a, alpha, axis=0)
    return np.exp((x - a - b) / alpha).ravel()


@ledger("T70", "right")
@pytest.mark.parametrize("corners", SETS, ids=["cube", "slack", "pairs", "orderings"])
def test_a_random_corner_has_logsumexp_for_value_and_its_mean_for_best_point(corners):
    for x in problems(count=20, d=corners.shape[1])[0]:
        for alpha in ALPHAS:
            best, value = mean_corner(x, corners, alpha), logsumexp(corners @ x, alpha)
            np.testing.assert_allclose(
                slope(lambda y, alpha=alpha: logsumexp(corners @ y, alpha), x), best, atol=1e-7
            )
            p = np.random.default_rng(0).dirichlet(np.ones(len(corners)), size=200)
            gains = p @ corners @ x + alpha * shannon_entropy(p)
            missing = value - gains
            np.testing.assert_allclose(
                missing, alpha * kl_divergence(p, softmax(corners @ x, alpha)), atol=1e-11
            )
            if corners is CUBE:
                np.testing.assert_allclose(best, sigmoid(x, alpha), atol=1e-14)
                assert value == pytest.approx(softplus(x, alpha).sum(), abs=1e-12)
                assert best @ x + alpha * binary_entropy(best).sum() == pytest.approx(value, abs=1e-12)
            if corners is SLACK:
                np.testing.assert_allclose(best, softmax([*x, 0.0], alpha)[:4], atol=1e-14)


@ledger("T71", "right with a condition")
def test_gradient_gap_bounds_and_symmetry_survive_on_every_set():
    def value(x):
        w = one_threshold(x, 0.7)
        return w @ x + 0.7 * binary_entropy(w).sum()

    rng = np.random.default_rng(0)
    for x, y in zip(*rng.normal(scale=1.5, size=(2, 20, 4)), strict=True):
        best = one_threshold(x, 0.7)
        np.testing.assert_allclose(slope(value, x), best, atol=1e-7)
        assert (best - one_threshold(y, 0.7)) @ (x - y) > 0
        J = slope(lambda z: one_threshold(z, 0.7), x, 1e-5)
        np.testing.assert_allclose(J, J.T, atol=1e-8)
        assert np.linalg.eigvalsh(J).min() > -1e-8
        w = one_threshold(y, 1.0)  # another point of the set
        gap = value(x) - w @ x - 0.7 * binary_entropy(w).sum()
        divergence = (w * np.log(w / best) + (1 - w) * np.log((1 - w) / (1 - best))).sum()
        assert gap == pytest.approx(0.7 * divergence, abs=1e-11)
        largest = np.sort(x)[2:].sum()
        assert largest < value(x) < largest + 0.7 * 4 * np.log(2)
    assert value(np.zeros(4)) == pytest.approx(0.7 * 4 * np.log(2))  # the upper bound is attained
    w = np.linspace(0, 1, 1001)
    gaps = (2 * w - w**2 / 2).max() - (2 * w - w**2 / 2)
    assert (
        gaps[0] == 1.5 > 0.5 + 1e-9
    )  # for the best point at the edge the gap exceeds the divergence, w*^2 / 2


@ledger("T72", "right with a condition")
def test_a_change_is_invisible_exactly_if_it_is_constant_on_the_set():
    def seen(best, x):
        return np.linalg.matrix_rank(slope(best, x, 1e-5), tol=1e-6)

    rng = np.random.default_rng(0)
    for x in rng.normal(size=(10, 4)):
        for best, invisible in (
            (lambda y: sigmoid(y), 0),
            (lambda y: softmax([*y, 0.0])[:4], 0),
            (lambda y: softmax(y), 1),
            (lambda y: one_threshold(y, 1.0), 1),
            (lambda y: mean_corner(y, PAIRS, 1.0), 1),
        ):
            assert seen(best, x) == 4 - invisible
            assert (np.abs(best(x + 3) - best(x)).max() < 1e-12) == bool(invisible)
    for x in rng.normal(size=(2, 9)):
        assert seen(lambda y: by_turns(y, 1.0), x) == seen(lambda y: mean_corner(y, ORDERINGS, 1.0), x) == 4
        moved = x + (rng.normal(size=(3, 1)) + rng.normal(size=3)).ravel()
        np.testing.assert_allclose(by_turns(moved, 1.0), by_turns(x, 1.0), atol=1e-12)
        exchanged = by_turns(x.reshape(3, 3)[[1, 0, 2]].ravel(), 1.0)
        np.testing.assert_allclose(exchanged.reshape(3, 3)[[1, 0, 2]].ravel(), by_turns(x, 1.0), atol=1e-12)
        one_pair = by_turns(x[[1, 0, *range(2, 9)]], 1.0)[[1, 0, *range(2, 9)]]
        assert np.abs(one_pair - by_turns(x, 1.0)).max() > 1e-3  # two entries of a row may not be exchanged


def world(gamma):
    """Return the backup of a random world of four squares and three moves, and the value of a policy in it."""
    rng = np.random.default_rng(5)
    P, r = 0.9 * rng.dirichlet(np.ones(4), size=(4, 3)), rng.normal(size=(4, 3))
    P[0] /= 0.9  # from the first square the game never ends at once

    def scores(V):
        return r + gamma * P @ V

    def value(w, alpha):
        chances = np.einsum("si,siu->su", w, P)
        income = (w * r).sum(axis=1) + alpha * shannon_entropy(w)
        return np.linalg.solve(np.eye(4) - gamma * chances, income)

    return scores, value


@ledger("T73", "right with a condition")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_soft_backup_contracts_to_the_best_value_of_all_policies(alpha):
    gamma, rng = 0.8, np.random.default_rng(0)
    scores, value = world(gamma)
    V, other = rng.normal(scale=3, size=(2, 4))
    for _ in range(200):
        apart = np.abs(V - other).max()
        V, other = logsumexp(scores(V), alpha), logsumexp(scores(other), alpha)
        assert np.abs(V - other).max() <= gamma * apart + 1e-13
    shifted = logsumexp(scores(V + 1), alpha) - logsumexp(scores(V), alpha)
    assert shifted.max() == pytest.approx(gamma, rel=1e-12)  # attained where the game goes on
    best = softmax(scores(V), alpha)
    np.testing.assert_allclose(value(best, alpha), V, rtol=1e-10)
    for policy in rng.dirichlet(np.ones(3), size=(200, 4)):
        for other in (policy, 0.99 * best + 0.01 * policy):
            assert (value(other, alpha) < V).all()


@ledger("T74", "right")
def test_the_boltzmann_backup_of_one_square_ends_in_two_places():
    def iterated(operator, V):
        for _ in range(3000):
            V = operator([0.2 + 0.98 * V, 0.0])
        return V

    assert [round(float(iterated(boltzmann, V)), 2) for V in (-9, 0, 2.8, 2.9, 50)] == [0.32] * 3 + [9.98] * 2
    assert iterated(logsumexp, -9) == pytest.approx(iterated(logsumexp, 50), rel=1e-12)
    x = np.linspace(0, 5, 50_001)
    slopes = sigmoid(x) * (1 + x * (1 - sigmoid(x)))
    assert slopes.max() == pytest.approx(1.0998, abs=5e-5)


@ledger("T75", "right with a condition")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_one_draw_estimates_the_gradient_with_any_baseline_that_does_not_depend_on_it(alpha):
    x, rewards = np.array([0.5, -0.3, 1.2]), np.array([1.0, 2.0, 4.0])
    w = softmax(x, alpha)
    gradient = softmax_jacobian(x, alpha) @ rewards
    for baseline in (0.0, 5.0, w @ rewards):
        each = (rewards - baseline)[:, None] * (np.eye(3) - w) / alpha
        np.testing.assert_allclose(w @ each, gradient, atol=1e-12)
    own = (rewards - rewards)[:, None] * (np.eye(3) - w) / alpha
    assert np.abs(w @ own - gradient).max() > 1e-3 * np.abs(gradient).max()


@ledger("T76", "right with a condition")
def test_exp3_keeps_its_bound_over_all_draws_of_small_games():
    rng = np.random.default_rng(0)

    def cost(losses, alpha, totals):
        if len(losses) == 0:
            return 0.0
        mean = 0.0
        for k, share in enumerate(softmin(totals, alpha)):
            if share > 1e-300:
                seen = totals + np.eye(3)[k] * losses[0, k] / share
                mean += share * (losses[0, k] + cost(losses[1:], alpha, seen))
        return mean

    games = [np.tile([0.0, 1.0, 1.0], (5, 1)), rng.random((5, 3)), rng.integers(0, 2, size=(5, 3))]
    for losses in games:
        for alpha in (1.0, 2.5, 10.0):
            regret = cost(losses, alpha, np.zeros(3)) - losses.sum(axis=0).min()
            assert regret <= alpha * np.log(3) + 3 * 5 / (2 * alpha)
    w, loss = np.array([0.001, 0.999]), np.array([-3.0, 0.0])  # why losses below 0 are not allowed
    assert -np.log(w @ np.exp(-loss)) < w @ loss - w @ loss**2 / 2


@ledger("T77", "right with a condition")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_an_improved_policy_tells_its_rewards_and_its_gain(alpha):
    rewards, q = problems()
    rewards *= alpha  # so that no share is lost to rounding
    w = weighted_softmax(rewards, q, alpha)
    back = alpha * np.log(w / q)
    np.testing.assert_allclose(back - back[:, :1], rewards - rewards[:, :1], atol=1e-10 * alpha)
    gain = ((w - q) * rewards).sum(axis=-1)
    np.testing.assert_allclose(gain, alpha * (kl_divergence(w, q) + kl_divergence(q, w)), atol=1e-10 * alpha)
    np.testing.assert_allclose(weighted_softmax(rewards + alpha, q, alpha), w, rtol=1e-11)


@ledger("T78", "right with a condition")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_entmax_is_lipschitz_up_to_order_two_and_with_three_options_not_above(alpha):
    def stretch(x, y, order):
        moved = entmax(x, order, alpha) - entmax(y, order, alpha)
        return alpha * np.linalg.norm(moved, axis=-1) / np.linalg.norm(x - y, axis=-1)

    x, y = alpha * problems()[0], alpha * problems(seed=1)[0]
    x[0], y[0] = [0.1 * alpha, 0, -9 * alpha, -9 * alpha], [0, 0.1 * alpha, -9 * alpha, -9 * alpha]
    for order in (1.0, 1.25, 1.5, 1.75, 2.0):
        for other in (y, 0.99 * x + 0.01 * y):
            assert stretch(x, other, order).max() <= 1 + 1e-9
    assert stretch(x, y, 2.0).max() == pytest.approx(1, rel=1e-9)  # the first pair attains it
    for order in (2.5, 3.0):
        tied = alpha * np.array([0, -1, -1]) * (1 - 1e-5) / (order - 1)  # two losers about to get nothing
        step = 1e-9 * alpha * np.array([0, 1, -1])
        assert stretch(tied + step, tied - step, order) > 100
    assert stretch(x[:, :2], y[:, :2], 3.0).max() <= 2 + 1e-9  # with two options there is a bound


@ledger("T79", "right")
@pytest.mark.parametrize("order", [1.0, 1.5, 2.0, 3.0])
def test_the_mean_loss_over_labels_is_least_where_the_prediction_is_their_distribution(order):
    for p in (np.array([0.5, 0.3, 0.2]), np.array([0.7, 0.2, 0.1])):

        def mean(x, p=p):
            return p @ [fenchel_young_loss(x, one_hot(k, 3), order, 0.7) for k in range(3)]

        least = 0.7 * tsallis_entropy(p, order)
        x = problems(d=3)[0]
        apart = [mean(scores) - fenchel_young_loss(scores, p, order, 0.7) for scores in x]
        np.testing.assert_allclose(apart, least, rtol=1e-10)
        found = minimize(mean, np.zeros(3), jac=lambda x, p=p: entmax(x, order, 0.7) - p, tol=1e-12)
        assert found.fun == pytest.approx(least, rel=1e-9)
        np.testing.assert_allclose(entmax(found.x, order, 0.7), p, atol=1e-4)
    zero = np.array([0.7, 0.3, 0.0])  # orders above 1 attain a distribution with a zero
    if order > 1:
        best = 0.7 * zero ** (order - 1) / (order - 1)
        np.testing.assert_allclose(entmax(best, order, 0.7), zero, atol=1e-12)
