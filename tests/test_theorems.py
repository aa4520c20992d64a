"""One test for each theorem of the later parts, marked with its item of the ledger."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp

from regsoft import (
    boltzmann,
    cross_entropy,
    entmax,
    fenchel_young_loss,
    hardmax,
    kl_divergence,
    log_softmax,
    logsumexp,
    mellowmax,
    one_hot,
    shannon_entropy,
    sigmoid,
    softmax,
    softmax_jacobian,
    softmax_objective,
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


@ledger("T1")
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


@ledger("T2")
@pytest.mark.parametrize("order", ORDERS)
def test_the_gradient_of_the_value_is_the_maximiser_for_every_entropy(order):
    def value(x):
        w = entmax(x, order, 0.7)
        return w @ x + 0.7 * tsallis_entropy(w, order)

    for x in problems(count=10, scale=0.5)[0]:
        np.testing.assert_allclose(slope(value, x), entmax(x, order, 0.7), atol=1e-7)
        if order == 1:
            assert value(x) == pytest.approx(logsumexp(x, 0.7))


@ledger("T3")
def test_logsumexp_keeps_its_bounds_and_both_are_tight():
    x, _ = problems()
    for alpha in ALPHAS:
        excess = logsumexp(x, alpha) - x.max(axis=-1)
        assert (excess >= 0).all()
        assert (excess <= alpha * np.log(4)).all()
        assert logsumexp(np.full(4, 3.0), alpha) - 3 == pytest.approx(alpha * np.log(4))
        assert 0 < logsumexp([30 * alpha, 0, 0, 0], alpha) - 30 * alpha < 1e-12 * alpha * 1000


@ledger("T4")
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


@ledger("T5")
def test_one_over_two_alpha_is_the_sharp_euclidean_lipschitz_constant():
    x, _ = problems(count=2000, scale=4.0)
    for alpha in ALPHAS:
        assert np.linalg.eigvalsh(softmax_jacobian(x, alpha))[:, -1].max() <= 1 / (2 * alpha)
        worst = np.linalg.eigvalsh(softmax_jacobian([0.0, 0.0, -60 * alpha, -60 * alpha], alpha))[-1]
        assert worst == pytest.approx(1 / (2 * alpha), rel=1e-12)


@ledger("T6")
def test_one_over_alpha_is_the_sharp_constant_from_scores_to_shares():
    x, w = problems(count=2000)
    y = x + 3 * w
    for alpha in ALPHAS:
        moved = np.abs(softmax(x, alpha) - softmax(y, alpha)).sum(axis=-1)
        assert (moved <= np.abs(x - y).max(axis=-1) / alpha).all()
        h = 1e-5 * alpha
        close = np.abs(softmax([h, -h], alpha) - 0.5).sum() / (h / alpha)
        assert close == pytest.approx(1, rel=1e-6)


@ledger("T7")
def test_the_gradient_of_cross_entropy_is_prediction_minus_target():
    for x, p in zip(*problems(count=20, scale=1.0), strict=True):
        gradient = slope(lambda scores, p=p: cross_entropy(p, softmax(scores, 0.7)), x)
        np.testing.assert_allclose(gradient, (softmax(x, 0.7) - p) / 0.7, atol=1e-8)


@ledger("T8")
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


@ledger("T9")
def test_hot_softmax_leaves_the_centre_at_first_order():
    x, _ = problems()
    lead = (x - x.mean(axis=-1, keepdims=True)) / 4
    errors = [np.abs(softmax(x, alpha) - 1 / 4 - lead / alpha).max() for alpha in (100.0, 1000.0, 10_000.0)]
    assert 80 < errors[0] / errors[1] < 120
    assert 80 < errors[1] / errors[2] < 120  # what is left is of second order


@ledger("T10")
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


@ledger("T11")
def test_the_divergence_is_the_gap_above_the_tangent():
    (_, w), (_, q) = problems(seed=1), problems(seed=2)
    gap = shannon_entropy(q) - shannon_entropy(w) - ((np.log(q) + 1) * (w - q)).sum(axis=-1)
    np.testing.assert_allclose(gap, kl_divergence(w, q), atol=1e-13)


@ledger("T12")
def test_pinskers_inequality_holds_with_the_best_constant():
    rng = np.random.default_rng(3)
    for concentration in (0.2, 1.0, 50.0):
        w, q = rng.dirichlet(np.full(5, concentration), size=(2, 20_000))
        assert (kl_divergence(w, q) >= np.abs(w - q).sum(axis=-1) ** 2 / 2 - 1e-15).all()
    h = 1e-4
    assert kl_divergence([0.5 + h, 0.5 - h], [0.5, 0.5]) / (2 * h) ** 2 == pytest.approx(1 / 2, rel=1e-6)


@ledger("T13")
def test_three_divergences_obey_the_law_of_cosines():
    w, p, q = (problems(seed=seed)[1] for seed in (4, 5, 6))
    cosine = ((w - p) * np.log(p / q)).sum(axis=-1)
    assert cosine.min() < -0.1 < 0.1 < cosine.max()
    np.testing.assert_allclose(
        kl_divergence(w, q), kl_divergence(w, p) + kl_divergence(p, q) + cosine, atol=1e-12
    )


@ledger("T14")
def test_a_prior_weighs_the_exponentials_of_map_and_value():
    x, q = problems()
    _, w = problems(seed=7)
    for alpha in ALPHAS:
        best = weighted_softmax(x, q, alpha)
        value = (best * x).sum(axis=-1) - alpha * kl_divergence(best, q)
        np.testing.assert_allclose(value, alpha * np.log((q * np.exp(x / alpha)).sum(axis=-1)), atol=1e-12)
        gap = value - ((w * x).sum(axis=-1) - alpha * kl_divergence(w, q))
        np.testing.assert_allclose(gap, alpha * kl_divergence(w, best), rtol=1e-8)


@ledger("T15")
def test_sparsemax_is_the_nearest_point_of_the_simplex():
    x, w = problems()
    for alpha in ALPHAS:
        best = sparsemax(x, alpha)
        z = x / alpha
        # a point of a convex set is nearest exactly if no other point lies at an acute angle
        corner_angles = ((z - best)[:, None, :] * (np.eye(4)[None] - best[:, None, :])).sum(axis=-1)
        assert corner_angles.max() < 1e-12
        assert (((w - z) ** 2).sum(axis=-1) >= ((best - z) ** 2).sum(axis=-1)).all()


@ledger("T16")
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


@ledger("T17")
def test_entmax_is_continuous_at_order_one_and_at_the_exact_orders():
    y, e = sp.symbols("y", real=True), sp.symbols("e", positive=True)
    assert sp.simplify(sp.limit((1 + e * y) ** (1 / e), e, 0, "+") - sp.exp(y)) == 0
    x, _ = problems()
    for order, exact in ((1.0, softmax(x)), (1.5, entmax(x, 1.5)), (2.0, sparsemax(x))):
        for step in (1e-4, 1e-8, 1e-12):
            assert np.abs(entmax(x, order + step) - exact).max() <= 10 * step + 1e-12


@ledger("T18")
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


@ledger("T19")
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


@ledger("T20")
def test_the_margin_of_a_loss_is_alpha_over_order_minus_one():
    for order in (1.25, 1.5, 2.0, 2.5):
        margin = 0.7 / (order - 1)
        target = one_hot(0, 3)
        assert fenchel_young_loss([margin + 1e-6, 0.0, -0.3], target, order, 0.7) < 1e-14
        assert fenchel_young_loss([0.95 * margin, 0.0, -0.3], target, order, 0.7) > 1e-9
    assert fenchel_young_loss([10.0, 0.0, -0.3], one_hot(0, 3), 1.0, 0.7) > 0  # order 1 has no margin


@ledger("T21")
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


@ledger("T22")
@pytest.mark.parametrize("operator", [logsumexp, mellowmax])
def test_logsumexp_and_mellowmax_are_monotone_non_expansions(operator):
    x, w = problems(count=2000)
    y = x + 4 * (w - 0.25)
    for alpha in ALPHAS:
        assert (np.abs(operator(x, alpha) - operator(y, alpha)) <= np.abs(x - y).max(axis=-1) + 1e-13).all()
        assert (operator(x + w, alpha) > operator(x, alpha)).all()
        np.testing.assert_allclose(operator(x + 3, alpha), operator(x, alpha) + 3, rtol=1e-12)  # attained


@ledger("T23")
def test_the_boltzmann_operator_falls_and_expands():
    assert boltzmann([-2.0, 0.0]) < boltzmann([-4.0, 0.0])
    for alpha in ALPHAS:
        a = alpha * np.array([2.4, 0.0])
        b = a + 0.01 * alpha * np.array([1, -1])
        assert abs(boltzmann(b, alpha) - boltzmann(a, alpha)) > 1.19 * np.abs(a - b).max()


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


@ledger("T50")
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


@ledger("T51")
def test_errors_of_shifted_logsumexp_stay_below_a_bound_with_the_entropy():
    for x, _, w, u in rounded_problems(9):
        y = exact.mpf(float(x.max())) - exact.log(max(w))
        bound = (abs(y) + KAPPA * (1 + shannon_entropy(w.astype(float))) + len(x) - 1) * u
        assert abs(float(x.max() + np.log(np.exp(x - x.max()).sum())) - y) <= bound
        assert abs(float(logsumexp(x)) - y) <= bound


@ledger("T52")
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


@ledger("T53")
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


@ledger("T54")
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


@ledger("T55")
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


@ledger("T56")
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


@ledger("T57")
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


@ledger("T58")
def test_the_jacobian_of_the_log_barrier_is_that_of_order_zero():
    for scores in problems(count=20, scale=1.0)[0]:
        w = log_barrier(scores, 0.7)
        steps = slope(lambda x: log_barrier(x, 0.7), scores)
        np.testing.assert_allclose(steps, log_barrier_jacobian(scores, 0.7), atol=1e-8)
        assert np.abs(steps - (np.diag(w) - np.outer(w, w)) / 0.7).max() > 0.01  # it is not the covariance
