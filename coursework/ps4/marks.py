"""What decides the marks of problem set 4, on cases drawn for each student."""

import numpy as np

from coursework.grading.marking import real_array
from regsoft import hardmax, softmin
from regsoft.check import own_numbers


def own_totals(rng, student):
    return [(np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4),)]


def check_weights(answer, totals):
    if not np.allclose(real_array(answer, (3,)), softmin(totals, 0.5), rtol=1e-3, atol=0):
        return f"at the totals {totals}, drawn from the id of this submission, the weights are different"


def check_after(answer, totals):
    wanted = softmin(totals + np.eye(3)[0], 0.5)
    if not np.allclose(real_array(answer, (3,)), wanted, rtol=1e-3, atol=0):
        return f"at the totals {totals}, drawn from this submission's id, the weights after the loss are different"


def before(losses):
    """Return the total losses before each round."""
    return np.cumsum(losses, axis=0) - losses


def leaders(losses):
    """Return the weights of follow-the-leader; totals closer than rounding tie."""
    return hardmax(-np.round(before(losses), 12))


def tables(rng, student):
    ties = rng.integers(0, 3, size=(8, 3)) / 2
    return [
        (rng.random((6, 2)),),
        (rng.random((9, 4)),),
        (ties,),
        (np.array([[0.5, 0], *[[0, 1], [1, 0]] * 3]),),
    ]


def check_leader(answer, losses):
    if not np.allclose(real_array(answer, losses.shape), leaders(losses), atol=1e-9):
        return f"for losses of shape {losses.shape} a row of weights is wrong"


def played(rng, student):
    return [
        (losses, rng.dirichlet(np.ones(losses.shape[1]), size=len(losses)))
        for (losses,) in tables(rng, student)
    ]


def check_regret(answer, losses, weights):
    wanted = (losses * weights).sum() - losses.sum(axis=0).min()
    if not np.isclose(real_array(answer, ()), wanted, atol=1e-9):
        return f"for tables of shape {losses.shape} the regret is a different number"


def games(rng, student):
    return [(int(rng.integers(20, 60)), 2), (int(rng.integers(20, 60)), 3), (120, int(rng.integers(4, 7)))]


def check_fooled(answer, rounds, d):
    losses = real_array(answer, (rounds, d))
    if not ((losses >= 0) & (losses <= 1)).all():
        return "a loss is not in [0, 1]"
    regret = (leaders(losses) * losses).sum() - losses.sum(axis=0).min()
    if regret < (rounds - 1) * (1 - 1 / d) - 1:
        return f"with {rounds} rounds and {d} experts the regret is only {regret:.4g}"


def short_games(rng, student):
    return [(rng.random((t, d)), float(alpha)) for t, d, alpha in ((5, 2, 1.0), (9, 3, 0.3), (7, 5, 4.0))]


def check_hedge(answer, losses, alpha):
    if not np.allclose(real_array(answer, losses.shape), softmin(before(losses), alpha), atol=1e-9):
        return f"for losses of shape {losses.shape} at alpha = {alpha} a row of weights is wrong"


def long_games(rng, student):
    return [
        (rng.choice(4, size=(10, d)) / 4 + 0.0, 500, alpha) for d, alpha in ((2, 1.0), (3, 0.2), (4, 400.0))
    ]


def check_last(answer, losses, repeat, alpha):
    totals = repeat * losses.sum(axis=0) - losses[-1]
    if not np.allclose(real_array(answer, totals.shape), softmin(totals, alpha), atol=1e-6):
        return f"after {repeat * len(losses)} rounds at alpha = {alpha} the weights are wrong"


def sizes(rng, student):
    return [(int(rng.integers(50, 5000)), int(rng.integers(2, 40))) for _ in range(4)]


def check_tuned(answer, rounds, d):
    alpha, bound = real_array(answer, (2,))
    if not np.isclose(alpha, np.sqrt(rounds / (8 * np.log(d))), rtol=1e-6):
        return f"for {rounds} rounds and {d} experts another temperature has a smaller bound"
    if not np.isclose(bound, np.sqrt(rounds * np.log(d) / 2), rtol=1e-6):
        return f"for {rounds} rounds and {d} experts the bound is a different number"


QUESTIONS = {
    "q1-weights": (own_totals, check_weights),
    "q1-after": (own_totals, check_after),
    "q2-weights": (tables, check_leader),
    "q2-number": (played, check_regret),
    "q3-marks": (games, check_fooled),
    "q4-short": (short_games, check_hedge),
    "q4-long": (long_games, check_last),
    "q5-marks": (sizes, check_tuned),
}
