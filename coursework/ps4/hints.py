"""Hints for problem set 4, learning online: what `check` says while students work. It decides no marks."""

import numpy as np

from regsoft.check import checks, expect, fixed, near, numbers, shown


def the_weights_are_shares(totals, weights, after):
    """`weights` and `after` each hold three positive shares that add up to 1

    Hint: exponentials, divided by their sum.
    """
    for answer, name in ((weights, "weights"), (after, "after")):
        w = numbers(answer, name, (3,))
        expect((w > 0).all() and near(w.sum(), 1, 1e-6), f"{name} is {shown(w)}, with the sum {w.sum():.6g}")


def the_smaller_loss_has_more(totals, weights, after):
    """The smaller the total loss, the larger the share

    Hint: losses are costs. Which sign do they have in the exponent?
    """
    totals, w = numbers(totals, "totals", (3,)), numbers(weights, "weights", (3,))
    expect((np.argsort(totals) == np.argsort(-w)).all(), f"totals {shown(totals)}, your weights {shown(w)}")


def alpha_times_log_ratio(totals, weights, after):
    """The logarithm of a ratio of weights, times alpha, is minus the gap of their totals, before and after

    Hint: the exponent is the total divided by alpha = 0.5. The total of the expert that lost 1 is larger by 1.
    """
    totals = numbers(totals, "totals", (3,))
    for answer, lost, name in ((weights, 0, "weights"), (after, 1, "after")):
        w = numbers(answer, name, (3,))
        expect((w > 0).all(), f"{name} is {shown(w)}")
        got, wanted = 0.5 * np.log(w[0] / w[1]), totals[1] - totals[0] - lost
        expect(near(got, wanted, 1e-3), f"{name}: for the first two it is {got:.4g}, not {wanted:.4g}")


def only_one_lost(totals, weights, after):
    """The experts that lost nothing keep their ratio

    Hint: multiply one weight by an exponential, then divide all by the new sum.
    """
    (_, second, third), w = numbers(weights, "weights", (3,)), numbers(after, "after", (3,))
    reason = f"the second over the third was {second / third:.6g} and is {w[1] / w[2]:.6g}"
    expect(near(w[1] / w[2], second / third, 1e-6), reason)


def equal_weights_at_first(follow_the_leader):
    """In round 1 nobody leads: equal weights

    Hint: row t depends on the losses before round t, so row 0 on none.
    """
    w = numbers(follow_the_leader(fixed([1, 0, 0], [0, 1, 0])), "the result", (2, 3))
    expect(near(w[0], np.full(3, 1 / 3)), f"the first row is {shown(w[0])}")


def all_on_the_leader(follow_the_leader):
    """Later all is on the smallest total, and those who tie share it equally

    Hint: np.cumsum(losses, axis=0) has the totals after each round. You need those before.
    """
    losses = fixed([0.5, 0, 0.25], [0, 0.5, 0.25], [1, 1, 1], [0, 0, 0.5], [0, 0, 0])
    w = numbers(follow_the_leader(losses), "the result", (5, 3))
    wanted = [[0, 1, 0], [1 / 3] * 3, [1 / 3] * 3, [0.5, 0.5, 0]]
    expect(near(w[1:], wanted), f"losses\n{shown(losses)}\nyour rows 2 to 5\n{shown(w[1:])}")


def the_best_expert_has_none(my_regret):
    """Playing the best expert throughout has no regret; playing the other has the whole gap between the totals

    Hint: the player's total loss minus the smallest total of an expert.
    """
    losses = fixed([0, 1], [0.5, 0.25], [0, 1])
    for weights, wanted in ((fixed([[1, 0]] * 3), 0.0), (fixed([[0, 1]] * 3), 1.75)):
        regret = numbers(my_regret(losses, weights), "the result", ())
        expect(near(regret, wanted), f"weights {shown(weights[0])} in each round: {regret:.6g}, not {wanted}")


def a_table_of_losses(losses_that_fool):
    """One row for each round, one column for each expert, losses from 0 to 1

    Hint: write the rounds one by one, and keep the totals.
    """
    for rounds, d in ((6, 2), (9, 3)):
        losses = numbers(losses_that_fool(rounds, d), "the result", (rounds, d))
        expect(
            ((losses >= 0) & (losses <= 1)).all(), f"they run from {losses.min():.4g} to {losses.max():.4g}"
        )


def one_leader_at_a_time(losses_that_fool):
    """Before each round after the first, one expert leads alone, with at most one exception

    Hint: a tie saves the follower half of its loss or more. Round 1 can make all totals different for good.
    """
    for rounds, d in ((6, 2), (9, 3)):
        totals = np.cumsum(numbers(losses_that_fool(rounds, d), "the result", (rounds, d)), axis=0)
        gaps = np.diff(np.sort(totals, axis=1), axis=1)[:, 0]
        ties = np.flatnonzero(gaps[:-1] <= 1e-9) + 1  # no round follows the last
        reason = f"{rounds} rounds, {d} experts: ties after the rounds {', '.join(map(str, ties))}"
        expect(ties.size <= 1, reason)


def equal_weights_without_losses(my_hedge):
    """In round 1 all experts have the same weight

    Hint: row t depends on the losses before round t, so row 0 on none.
    """
    w = numbers(my_hedge(fixed([1, 0, 0], [0, 1, 0]), 1.0), "the result", (2, 3))
    expect(near(w[0], np.full(3, 1 / 3)), f"the first row is {shown(w[0])}")


def half_after_a_loss(my_hedge):
    """A loss of log 2 at alpha = 1, or of half of it at alpha = 1/2, halves a weight relative to the other

    Hint: a weight is multiplied by exp(-loss / alpha).
    """
    for alpha in (1.0, 0.5):
        losses = fixed([alpha * np.log(2), 0], [0, 0])
        w = numbers(my_hedge(losses, alpha), "the result", (2, 2))[1]
        expect(near(w, [1 / 3, 2 / 3]), f"at alpha = {alpha} the weights in round 2 are {shown(w)}")


def a_long_game(my_hedge):
    """A long game has no 0/0

    Hint: exp(-1000) is 0 in floating point. Subtract the smallest total first.
    """
    w = numbers(my_hedge(np.ones((3000, 2)), 1.0), "the result", (3000, 2))
    bad = np.flatnonzero(~np.isclose(w, 0.5).all(axis=1))
    expect(
        not bad.size,
        f"two experts with equal losses; in round {[*bad, 0][0] + 1} they weigh {shown(w[[*bad, 0][0]])}",
    )


def the_bound_at_its_alpha(tuned):
    """The second number is the bound at the alpha that is the first number

    Hint: put your alpha into alpha log d + T / (8 alpha).
    """
    for rounds, d in ((100, 2), (1000, 10)):
        alpha, bound = numbers(tuned(rounds, d), "the result", (2,))
        value = alpha * np.log(d) + rounds / (8 * alpha)
        expect(
            near(bound, value, 1e-6),
            f"T = {rounds}, d = {d}: at your alpha it is {value:.6g}, not {bound:.6g}",
        )


def no_better_alpha(tuned):
    """No other alpha has a smaller bound

    Hint: one term grows with alpha, the other falls. Set the derivative to zero.
    """
    for rounds, d in ((100, 2), (1000, 10)):
        alpha, _ = numbers(tuned(rounds, d), "the result", (2,))
        expect(0 < alpha < np.inf, f"T = {rounds}, d = {d}: a temperature is positive; got {alpha:.4g}")
        others = alpha * np.array([0.5, 0.9, 1.0, 1.1, 2.0])
        bounds = others * np.log(d) + rounds / (8 * others)
        best = others[bounds.argmin()]
        expect(best == alpha, f"T = {rounds}, d = {d}: {best:.4g} beats {alpha:.4g}")


QUESTIONS = {
    "next_round": (
        the_weights_are_shares,
        the_smaller_loss_has_more,
        alpha_times_log_ratio,
        only_one_lost,
    ),
    "follow_the_leader": (equal_weights_at_first, all_on_the_leader),
    "my_regret": (the_best_expert_has_none,),
    "losses_that_fool": (a_table_of_losses, one_leader_at_a_time),
    "my_hedge": (equal_weights_without_losses, half_after_a_loss, a_long_game),
    "tuned": (the_bound_at_its_alpha, no_better_alpha),
}

check = checks(QUESTIONS)
