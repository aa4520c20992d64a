"""One test for each item of the ledger: it fails if the verdict on that item were otherwise."""

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression

from regsoft import (
    binary_entropy,
    boltzmann,
    cross_entropy,
    ellipse_error,
    entmax,
    fisher_ellipse,
    hardmax,
    kl_ball,
    kl_divergence,
    logsumexp,
    one_hot,
    shannon_entropy,
    sigmoid,
    sigmoid_jacobian,
    sigmoid_objective,
    softargmax,
    softmax,
    softmax_objective,
    softmin,
)

ledger = pytest.mark.ledger
GRID = np.linspace(0, 1, 10_001)
COSTS = np.array([1.0, 2.0, 4.0])
FIGURE_X = 97.62700785


def dirichlet(count, d=3, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(d), size=count)


@ledger("E1", "right")
def test_the_sigmoid_stays_strictly_between_its_limits_on_the_real_line():
    x = sp.symbols("x", real=True)
    s = 1 / (1 + sp.exp(-x))
    assert s.subs(x, 1).evalf() == pytest.approx(sigmoid(1.0), rel=1e-15)
    assert (sp.limit(s, x, -sp.oo), sp.limit(s, x, sp.oo)) == (0, 1)
    assert sp.solve(sp.Eq(s, 0), x) == sp.solve(sp.Eq(s, 1), x) == []  # the ends are not attained
    assert (sigmoid(-np.inf), sigmoid(np.inf)) == (0, 1)  # except on the extended line


@ledger("E2", "right with a condition")
def test_the_documents_softmax_is_softmin_and_favours_the_smallest():
    f = np.exp(-COSTS) / np.exp(-COSTS).sum()
    np.testing.assert_allclose(softmin(COSTS), f, rtol=1e-15)
    np.testing.assert_allclose(softmax(-COSTS), f, rtol=1e-15)
    assert f.argmax() == COSTS.argmin() != COSTS.argmax()


@ledger("E3", "right with a condition")
def test_softmin_tends_to_the_one_hot_vector_of_argmin():
    distances = [
        np.abs(softmin(COSTS, alpha) - one_hot(COSTS.argmin(), 3)).max() for alpha in (1, 0.3, 0.1, 0.02)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 0.1
    assert distances[-1] < 1e-15
    assert np.abs(softmin(COSTS, 0.02) - one_hot(COSTS.argmax(), 3)).max() == pytest.approx(1)


@ledger("E4", "right")
def test_cross_entropy_of_a_one_hot_target_is_minus_the_log_of_its_share():
    p_hat = dirichlet(100)
    for k in range(3):
        np.testing.assert_allclose(cross_entropy(one_hot(k, 3), p_hat), -np.log(p_hat[:, k]), rtol=1e-14)
    p = dirichlet(100, seed=1)
    np.testing.assert_allclose(
        cross_entropy(p, p_hat), shannon_entropy(p) + kl_divergence(p, p_hat), rtol=1e-12
    )


@ledger("E5", "misleading")
def test_argmin_of_the_line_is_at_the_end_that_the_sigmoid_leaves():
    for x in (3.0, -3.0):
        lowest, highest = GRID[(GRID * x).argmin()], GRID[(GRID * x).argmax()]
        assert {lowest, highest} == {0.0, 1.0}
        assert abs(sigmoid(x) - highest) < 0.05 < 0.95 < abs(sigmoid(x) - lowest)
    assert np.ptp(GRID * 0.0) == 0  # at x = 0 every w is best


@ledger("E6", "wrong")
def test_the_sigmoid_objective_has_its_minimum_at_an_end_and_its_maximum_at_the_sigmoid():
    w, x = sp.symbols("w x", positive=True)
    objective = w * x - w * sp.log(w) - (1 - w) * sp.log(1 - w)
    assert sp.simplify(sp.diff(objective, w, 2) + 1 / (w * (1 - w))) == 0  # strictly concave
    for score in (-5.0, -1.0, 0.0, 0.3, 4.0):
        values = sigmoid_objective(GRID, score)
        assert GRID[values.argmin()] in (0.0, 1.0)
        assert GRID[values.argmax()] == pytest.approx(sigmoid(score), abs=1e-4)


@ledger("E7", "right")
def test_each_of_the_six_lines_has_the_sigmoid_as_its_only_solution():
    w, x = sp.symbols("w x", real=True)
    log, e = sp.log, sp.exp(-x)
    derivative = sp.diff(w * x - w * log(w) - (1 - w) * log(1 - w), w)
    lines = [
        x - 1 - log(w) + 1 + log(1 - w),
        log(1 - w) - log(w) + x,
        log((1 - w) / w) + x,
        log(1 / w - 1) + x,
        1 / w - 1 - e,
        w - 1 / (1 + e),
    ]
    assert sp.simplify(derivative - lines[0]) == 0
    interior = GRID[1:-1]
    for score in (-2.0, 0.0, 1.5):
        for line in lines:
            assert abs(float(line.subs({w: sigmoid(score), x: score}).evalf())) < 1e-14
            values = sp.lambdify(w, line.subs(x, score), "numpy")(interior)
            assert (
                np.diff(np.sign(values[values != 0])) != 0
            ).sum() == 1  # one change of sign: no other root


@ledger("E8", "right")
def test_a_linear_cost_is_smallest_at_a_corner_and_on_a_face_for_ties():
    w = dirichlet(10_000)
    assert (w @ COSTS > hardmax(-COSTS) @ COSTS).all()
    assert hardmax(-COSTS).tolist() == [1, 0, 0]
    tied = np.array([1.0, 1.0, 4.0])
    edge = np.stack([GRID, 1 - GRID, 0 * GRID], axis=-1)
    np.testing.assert_allclose(edge @ tied, tied.min(), rtol=1e-15)
    assert (w @ tied > tied.min()).all()


@ledger("E9", "right")
def test_softmin_is_the_only_minimiser_of_cost_minus_entropy():
    best = softmin(COSTS)
    lowest = best @ COSTS - shannon_entropy(best)
    for start in dirichlet(5, seed=2):
        found = minimize(
            lambda w: w @ COSTS + w @ np.log(w),
            start,
            bounds=[(1e-9, 1)] * 3,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            tol=1e-12,
        )
        np.testing.assert_allclose(found.x, best, atol=1e-6)  # from everywhere to the same point
    w = dirichlet(10_000)
    assert (w @ COSTS - shannon_entropy(w) > lowest).all()


@ledger("E10", "right")
def test_the_lagrangian_alone_suffices_because_no_share_is_zero():
    w, x, lam, u = (
        sp.symbols("w1:4"),
        sp.symbols("x1:4"),
        sp.symbols("lambda"),
        sp.symbols("u", positive=True),
    )
    W, X, ones = sp.Matrix(w), sp.Matrix(x), sp.ones(3, 1)
    in_vectors = W.dot(X) + W.dot(W.applyfunc(sp.log)) + lam * (W.dot(ones) - 1)
    in_sums = sum(a * b + a * sp.log(a) for a, b in zip(w, x, strict=True)) + lam * (sum(w) - 1)
    assert sp.expand(in_vectors - in_sums) == 0
    assert sp.limit(sp.diff(u * sp.log(u), u), u, 0, "+") == -sp.oo
    assert (softmin([0.0, 300.0, 700.0]) > 0).all()
    assert np.ptp(COSTS + 1 + np.log(softmin(COSTS))) < 1e-13  # stationary, with no multiplier for w >= 0


@ledger("E11", "right")
def test_the_stationary_shares_are_exponentials_over_one_number():
    w, x, lam = sp.symbols("w", positive=True), sp.symbols("x", real=True), sp.symbols("lambda", real=True)
    (solution,) = sp.solve(sp.diff(w * x + w * sp.log(w) + lam * w, w), w)
    assert sp.simplify(solution - sp.exp(-x) / sp.exp(1 + lam)) == 0
    multiplier = logsumexp(-COSTS) - 1
    np.testing.assert_allclose(np.exp(-COSTS) / np.exp(1 + multiplier), softmin(COSTS), rtol=1e-14)


@ledger("E12", "right")
def test_the_smallest_regularised_cost_is_minus_logsumexp_of_minus_x():
    x = np.random.default_rng(3).normal(scale=4, size=(100, 6))
    w = softmin(x)
    np.testing.assert_allclose(w, np.exp(-x) / np.exp(-x).sum(axis=-1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose((w * x).sum(axis=-1) - shannon_entropy(w), -logsumexp(-x), rtol=1e-12)
    assert (-logsumexp(-x) < x.min(axis=-1)).all()


@ledger("E13", "right")
def test_the_soft_argmax_is_a_mean_position_even_between_two_peaks():
    assert softargmax([0.0, 0.0, 9.0], 0.1) == pytest.approx(3)  # counted from 1
    uneven = [0.0, 1.0, 6.0, 2.0, 4.0]
    assert softargmax(uneven, 0.7) == pytest.approx(softmax(uneven, 0.7) @ [1, 2, 3, 4, 5])
    two_peaks = np.array([9.0, 0.0, -1.0, 0.0, 9.0])
    w = softmax(two_peaks)
    assert softargmax(two_peaks) == pytest.approx(w @ [1, 2, 3, 4, 5]) == pytest.approx(3)
    assert w.argmin() == 2


@ledger("C1", "right")
def test_descending_along_prediction_minus_target_fits_the_standard_classifiers():
    # breast cancer (two classes, sigmoid) and irises (three, softmax), with a ridge so that the optimum is finite
    for load, columns in ((load_breast_cancer, 5), (load_iris, 4)):
        X, y = load(return_X_y=True)
        X = (X[:, :columns] - X[:, :columns].mean(axis=0)) / X[:, :columns].std(axis=0)
        reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(X, y)
        Z = np.column_stack([X, np.ones(len(X))])
        if y.max() == 1:
            target, predict, W = y, sigmoid, np.zeros(columns + 1)
        else:
            target, predict, W = one_hot(y, 3), softmax, np.zeros((columns + 1, 3))
        penalty = np.ones(columns + 1)
        penalty[-1] = 0
        for _ in range(20_000):
            gradient = (Z.T @ (predict(Z @ W) - target) + (penalty * W.T).T) / len(X)
            W -= 0.3 * gradient
            if np.abs(gradient).max() < 1e-9:
                break
        expected = reference.predict_proba(X)
        np.testing.assert_allclose(predict(Z @ W), expected[:, 1] if y.max() == 1 else expected, atol=1e-5)


@ledger("C2", "right with a condition")
def test_softmax_tends_to_hardmax_and_ties_share():
    for x in ([1.0, 2.0, 4.0], [4.0, 4.0, 1.0], [3.0, 3.0, 3.0]):
        np.testing.assert_allclose(softmax(x, 1e-3), hardmax(x), atol=1e-15)
    assert hardmax([4.0, 4.0, 1.0]).tolist() == [0.5, 0.5, 0]
    assert softmax(COSTS).argmax() == COSTS.argmax()
    assert softmin(COSTS).argmax() == COSTS.argmin()
    assert softmax(COSTS, 1e-3).shape == COSTS.shape != np.shape(COSTS.argmax())  # a vector, not an index


@ledger("C3", "right")
def test_cross_entropy_is_the_error_alone_only_for_one_hot_targets():
    p_hat = dirichlet(50)
    for k in range(3):
        p = one_hot(k, 3)
        np.testing.assert_allclose(cross_entropy(p, p_hat), kl_divergence(p, p_hat), rtol=1e-14)
    soft = [0.7, 0.2, 0.1]
    assert kl_divergence(soft, soft) == 0
    assert cross_entropy(soft, soft) == pytest.approx(0.8018, abs=1e-4)


@ledger("C4", "misleading")
def test_softmax_is_the_argmax_of_mean_score_plus_entropy():
    w = dirichlet(10_000)
    for alpha in (0.3, 1.0, 5.0):
        best = softmax(COSTS, alpha)
        gap = softmax_objective(best, COSTS, alpha) - softmax_objective(w, COSTS, alpha)
        assert gap.min() > 0
        np.testing.assert_allclose(gap, alpha * kl_divergence(w, best), rtol=1e-8)


@ledger("C5", "wrong")
def test_three_restatements_hold_and_the_documents_does_not():
    H = binary_entropy(GRID)
    for x in (-2.0, 0.7, 1.5):
        assert GRID[(GRID * x + H).argmax()] == pytest.approx(sigmoid(x), abs=1e-4)
        assert GRID[(-GRID * x - H).argmin()] == pytest.approx(sigmoid(x), abs=1e-4)
        assert GRID[(GRID * x - H).argmin()] == pytest.approx(sigmoid(-x), abs=1e-4)
        assert abs(GRID[(GRID * x + H).argmin()] - sigmoid(x)) > 0.1  # as the document signs it


@ledger("C6", "wrong")
def test_the_mean_cost_under_softmin_is_a_smooth_minimum():
    mean_cost = softmin(COSTS) @ COSTS
    assert mean_cost == pytest.approx(1.365, abs=5e-4)
    assert boltzmann(COSTS) == pytest.approx(3.646, abs=5e-4)
    assert softmin(COSTS, 1e-3) @ COSTS == COSTS.min()
    assert boltzmann(COSTS, 1e-3) == COSTS.max()
    assert boltzmann([-2.0, 0.0]) < boltzmann([-4.0, 0.0])  # not monotone
    x, y = np.array([0.0, 4.0]), np.array([0.5, 3.5])
    assert abs(boltzmann(x) - boltzmann(y)) > np.abs(x - y).max()  # not a non-expansion


@ledger("C7", "wrong")
def test_along_alpha_both_panels_are_straight_and_the_summit_moves_as_a_sigmoid():
    alpha = np.linspace(-1000, 1000, 201)
    for w in (0.02, 0.3, 0.5, 0.9):
        steps = np.diff(sigmoid_objective(w, FIGURE_X, alpha)) / 10
        np.testing.assert_allclose(steps, binary_entropy(w), rtol=1e-10)
    for w in dirichlet(4):
        steps = np.diff(softmax_objective(w, COSTS, -alpha)) / 10
        np.testing.assert_allclose(steps, -shannon_entropy(w), rtol=1e-10)
    for weight in (20.0, 100.0, 1000.0):
        summit = GRID[sigmoid_objective(GRID, FIGURE_X, weight).argmax()]
        assert summit == pytest.approx(sigmoid(FIGURE_X / weight), abs=1e-4)
        valley = GRID[sigmoid_objective(GRID, FIGURE_X, -weight).argmin()]
        assert valley == pytest.approx(sigmoid(-FIGURE_X / weight), abs=1e-4)
    figure = np.random.RandomState(0).uniform(-1000, 1000, 3)  # the figure's own numbers
    np.testing.assert_allclose(figure, [97.62700785, 430.37873274, 205.52675214], atol=1e-8)


@ledger("C8", "approximately")
def test_along_w_the_objective_is_close_to_a_parabola_but_is_none():
    values = sigmoid_objective(GRID, 0.0, 500.0)
    miss = values - np.polynomial.Polynomial.fit(GRID, values, 2)(GRID)
    assert 1 - miss.var() / values.var() == pytest.approx(0.991, abs=5e-4)
    assert np.abs(miss).max() / np.ptp(values) == pytest.approx(0.12, abs=5e-3)
    best = sigmoid(FIGURE_X, 500.0)
    gap = sigmoid_objective(best, FIGURE_X, 500.0) - sigmoid_objective(GRID, FIGURE_X, 500.0)
    pairs = np.stack([GRID, 1 - GRID], axis=-1)
    np.testing.assert_allclose(gap, 500 * kl_divergence(pairs, [best, 1 - best]), atol=1e-9)
    h = 1e-4  # the Taylor curvature alpha/(w*(1 - w*))
    near = sigmoid_objective([best - h, best, best + h], FIGURE_X, 500.0)
    assert -np.diff(near, 2)[0] / h**2 == pytest.approx(1 / sigmoid_jacobian(FIGURE_X, 500.0), rel=1e-4)


@ledger("C9", "approximately")
def test_the_level_set_is_a_divergence_ball_and_an_ellipse_only_in_the_limit():
    alpha, drop = 2.0, 0.1
    best = softmax(COSTS, alpha)
    edge = softmax_objective(kl_ball(best, drop / alpha), COSTS, alpha)
    np.testing.assert_allclose(edge, softmax_objective(best, COSTS, alpha) - drop, rtol=1e-12)
    centre = np.full(3, 1 / 3)
    errors = [ellipse_error(centre, radius) for radius in (0.01, 0.05, 0.1, 0.2)]
    np.testing.assert_allclose(errors, [0.0213, 0.0493, 0.0734, 0.1156], atol=2e-4)
    errors = [ellipse_error(softmin(COSTS), radius) for radius in (0.01, 0.05, 0.1, 0.2)]
    np.testing.assert_allclose(errors, [0.1054, 0.1389, 0.1861, 0.2450], atol=2e-4)
    assert ellipse_error(centre, 1e-6) < 1e-3
    np.testing.assert_allclose(kl_divergence(fisher_ellipse(best, 1e-8), best), 1e-8, rtol=1e-3)


@ledger("C10", "wrong")
def test_the_sigmoid_maximises_the_sum_of_product_and_entropy_and_neither_alone():
    x = 1.0
    product, entropy = GRID * x, binary_entropy(GRID)
    best = (product + entropy).argmax()
    assert GRID[best] == pytest.approx(sigmoid(x), abs=1e-4)
    assert product.min() < product[best] < product.max()
    assert entropy.min() < entropy[best] < entropy.max()
    assert GRID[(product + entropy).argmin()] == 0.0


@ledger("C11", "right with a condition")
def test_softmin_minimises_the_sum_of_cost_and_negative_entropy_and_neither_alone():
    best = softmin(COSTS)
    w = dirichlet(10_000)
    assert (w @ COSTS - shannon_entropy(w) > best @ COSTS - shannon_entropy(best)).all()
    assert (w @ COSTS).min() < best @ COSTS
    assert (-shannon_entropy(w)).min() < -shannon_entropy(best)


@ledger("C12", "right")
def test_the_sigmoid_is_softmax_on_an_edge_and_back():
    x = np.linspace(-40, 40, 81)
    np.testing.assert_allclose(softmax(np.stack([x, 0 * x], axis=-1))[:, 0], sigmoid(x), rtol=1e-14)
    np.testing.assert_allclose(softmax([3.0, 0.0, -np.inf])[0], sigmoid(3.0), rtol=1e-15)
    w = softmax(COSTS, 0.7)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        assert w[i] / (w[i] + w[j]) == pytest.approx(sigmoid(COSTS[i] - COSTS[j], 0.7))


@ledger("C13", "right")
def test_both_are_where_the_gradient_of_score_plus_entropy_vanishes():
    for x in (-3.0, 0.0, 2.0):
        w = sigmoid(x)
        assert x - np.log(w) + np.log1p(-w) == pytest.approx(0, abs=1e-14)
    w = softmax(COSTS, 0.7)
    gradient = COSTS - 0.7 * (np.log(w) + 1)
    assert np.ptp(gradient) < 1e-14  # the same in every direction of the simplex
    assert (sigmoid_objective(sigmoid(2.0), 2.0) >= sigmoid_objective(GRID, 2.0)).all()  # a maximum
    assert (softmax_objective(w, COSTS, 0.7) > softmax_objective(dirichlet(1000), COSTS, 0.7)).all()


@ledger("C14", "right")
@pytest.mark.parametrize("kind", ["random", "alternating"])
def test_softmin_of_total_losses_is_multiplicative_weights_with_small_regret(kind):
    T, d = 1000, 5 if kind == "random" else 2
    alpha = np.sqrt(T / np.log(d))
    losses = np.random.default_rng(4).random((T, d))
    if kind == "alternating":
        losses = np.tile(np.eye(2), (T // 2, 1))
        losses[0] = [0.5, 0.0]  # from here on the leader is always the one to lose
    weights = np.full(d, 1 / d)
    total, hedge, leader = np.zeros(d), 0.0, 0.0
    for loss in losses:
        np.testing.assert_allclose(softmin(total, alpha), weights, rtol=1e-10)
        hedge, leader = hedge + weights @ loss, leader + hardmax(-total) @ loss
        total += loss
        weights = weights * np.exp(-loss / alpha)
        weights /= weights.sum()
    assert hedge - total.min() <= 9 / 8 * np.sqrt(T * np.log(d)) < 2 * np.sqrt(T * np.log(d))
    if kind == "alternating":
        assert leader - total.min() > T / 2 - 1  # without entropy the regret is linear


@ledger("C15", "misleading")
def test_bayes_rule_noise_and_largest_entropy_each_make_the_output_a_probability():
    feature, means, prior = np.linspace(-3, 3, 13), np.array([1.5, -0.5]), np.array([0.3, 0.7])
    joint = prior * np.exp(-((feature[:, None] - means) ** 2) / 2)
    line = (means[0] - means[1]) * (feature - means.mean()) + np.log(prior[0] / prior[1])
    np.testing.assert_allclose(joint[:, 0] / joint.sum(axis=1), sigmoid(line), rtol=1e-12)
    noise = np.random.default_rng(15).gumbel(size=(200_000, 3))
    drawn = np.bincount((COSTS + noise).argmax(axis=1), minlength=3) / len(noise)
    np.testing.assert_allclose(drawn, softmax(COSTS), atol=0.005)  # more than four standard errors
    w, along = softmax(COSTS), np.array([2.0, -3.0, 1.0])
    assert along.sum() == along @ COSTS == 0  # the only direction that keeps sum and mean score
    steps = np.linspace(-0.01, 0.01, 21)
    entropies = shannon_entropy(w + steps[:, None] * along)
    assert entropies.argmax() == 10
    assert (np.diff(entropies, 2) < 0).all()


@ledger("C16", "misleading")
def test_the_odds_of_two_options_ignore_the_others_under_softmax_and_under_no_other_map_here():
    maps = {
        "softmax": softmax,
        "1.5-entmax": lambda x: entmax(x, order=1.5),
        "mixture": lambda x: softmax(x) / 2 + softmax(x, 2.0) / 2,
    }
    kept = {}
    for name, share in maps.items():
        three, two = share(np.array([0.3, 0.0, 0.1])), share(np.array([0.3, 0.0]))
        kept[name] = three[0] / three[1] == pytest.approx(two[0] / two[1], rel=1e-12)
    assert kept == {"softmax": True, "1.5-entmax": False, "mixture": False}
    a, b = 0.7, 1.9  # odds that ignore the others multiply along a chain: so they are exponentials
    w = softmax([a + b, b, 0.0])
    assert w[0] / w[1] == pytest.approx(np.exp(a))
    assert w[0] / w[2] == pytest.approx(np.exp(a) * np.exp(b))


@ledger("C17", "right with a condition")
def test_the_two_means_under_softmax_tend_to_the_maximum_and_to_its_position():
    x = np.array([1.0, 4.0, 2.0])
    assert boltzmann(x, 0.05) == pytest.approx(4.0, abs=1e-12)
    assert softargmax(x, 0.05) == pytest.approx(2.0, abs=1e-12)
    low, dip, high = boltzmann([0.0, -10.0]), boltzmann([0.0, -1.28]), boltzmann([0.0, 0.0])
    assert dip < -0.27 < low <= high  # it falls and rises again while one score rises
    assert softargmax([9.0, 0.0, 9.0], 0.1) == pytest.approx(2.0)  # the position of the smallest score
