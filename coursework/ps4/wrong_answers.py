"""Wrong answers to problem set 4, as students give them, and right ones. Tests mark all of them."""

import numpy as np

from regsoft import hardmax, softmax, softmin

# ------------------------------------------------------------------------------------------------------------ marks

# The solution with one place changed: (answer cell, a text that occurs there exactly once, its replacement, the
# marked cells that are lost).
WRONG = [
    # A copied notebook: the numbers of somebody else.
    ("student", '"reference"', '"ann01"', "q1-weights q1-after"),
    ("q1", "-totals / 0.5", "totals / 0.5", "q1-weights q1-after"),
    ("q1", "-totals / 0.5", "-totals * 0.5", "q1-weights q1-after"),
    ("q1", "weights = weights / weights.sum()", "pass", "q1-weights"),
    ("q1", "after = after / after.sum()", "pass", "q1-after"),
    ("q1", "-1 / 0.5, 0, 0", "-1, 0, 0", "q1-after"),
    ("q1", "-1 / 0.5, 0, 0", "1 / 0.5, 0, 0", "q1-after"),
    ("q2-leader", "axis=0) - losses", "axis=0)", "q2-weights"),
    ("q2-leader", "axis=0) - losses", "axis=1) - losses", "q2-weights"),
    ("q2-leader", "before.min", "before.max", "q2-weights"),
    ("q2-leader", "leaders / leaders.sum(axis=1, keepdims=True)", "leaders * 1.0", "q2-weights"),
    (
        "q2-leader",
        "leaders / leaders",
        "np.eye(losses.shape[1])[before.argmin(axis=1)] / leaders",
        "q2-weights",
    ),
    ("q2-regret", ".min()", ".max()", "q2-number"),
    ("q2-regret", "axis=0", "axis=1", "q2-number"),
    ("q2-regret", "np.sum(losses, axis=0).min()", "np.min(losses, axis=1).sum()", "q2-number"),
    ("q2-regret", "np.sum(np.multiply(weights, losses)) - ", "", "q2-number"),
    ("q3", "np.arange(d) / (2 * d)", "0", "q3-marks"),
    ("q3", "argmin", "argmax", "q3-marks"),
    ("q3", "leader] = 1", "leader] = 0.5", "q3-marks"),
    ("q3", "leader] = 1", "leader] = 2", "q3-marks"),
    ("q3", "totals[leader] += 1", "pass", "q3-marks"),
    ("q3", "range(1, rounds)", "range(1, rounds // 2)", "q3-marks"),
    ("q3", "return losses", "return np.random.default_rng(0).random((rounds, d))", "q3-marks"),
    ("q4", "before.min(axis=1, keepdims=True) - before", "-before", "q4-long"),
    (
        "q4",
        "(before.min(axis=1, keepdims=True) - before) / alpha",
        "np.maximum(-before / alpha, -700)",
        "q4-long",
    ),
    ("q4", " / alpha", "", "q4-short q4-long"),
    ("q4", "/ alpha", "* alpha", "q4-short q4-long"),
    ("q4", "axis=0) - losses", "axis=0)", "q4-short q4-long"),
    (
        "q4",
        "before.min(axis=1, keepdims=True) - before",
        "before - before.max(axis=1, keepdims=True)",
        "q4-short q4-long",
    ),
    ("q4", " / weights.sum(axis=1, keepdims=True)", "", "q4-short q4-long"),
    ("q5", "8 * np.log(d)", "np.log(d)", "q5-marks"),
    ("q5", "np.sqrt(rounds / (8 * np.log(d)))", "rounds / (8 * np.log(d))", "q5-marks"),
    ("q5", "np.sqrt(rounds / (8 * np.log(d)))", "np.sqrt(8 * np.log(d) / rounds)", "q5-marks"),
    ("q5", "np.sqrt(rounds * np.log(d) / 2)", "2 * np.sqrt(rounds * np.log(d))", "q5-marks"),
    ("q5", ", np.sqrt(rounds * np.log(d) / 2)", "", "q5-marks"),
    ("q5", "rounds * np.log(d)", "rounds * np.log2(d)", "q5-marks"),
]

# The same for changes that lose nothing: (answer cell, a text that occurs there exactly once, its replacement).
OTHERWISE = [
    ("q3", "np.arange(d) / (2 * d)", "np.arange(d)[::-1] / (3 * d)"),
    (
        "q4",
        "return weights / weights.sum(axis=1, keepdims=True)",
        "assert losses.min() >= 0 and losses.max() <= 1\n    return weights / weights.sum(axis=1, keepdims=True)",
    ),
]

# ------------------------------------------------------------------------------------------------------------ hints

TOTALS = np.array([0.1, 0.5, 1.2])


def fool(rounds, d):
    first = np.arange(d) / d
    order = [np.eye(d)[t % d] for t in range(rounds - 1)]
    return np.array([first * 0.9, *order])


def before(losses):
    return np.cumsum(losses, axis=0) - losses


# Right answers written differently from the solution: the arguments for `check`; a function may have any name.
PASSES = {
    "next_round": ("next_round", TOTALS, softmin(TOTALS, 0.5), softmin(TOTALS + np.eye(3)[0], 0.5)),
    "follow_the_leader": (lambda losses: hardmax(-before(losses)),),
    "my_regret": (lambda losses, weights: (losses * weights).sum() - losses.sum(axis=0).min(),),
    "losses_that_fool": (fool,),
    "my_hedge": (lambda losses, alpha: softmin(before(losses), alpha),),
    "tuned": (lambda rounds, d: (np.sqrt(rounds / 8 / np.log(d)), np.sqrt(rounds * np.log(d) / 2)),),
}

# (a check in hints.py, answers that fail it, words that the student is told).
FAILS = [
    (
        "the_weights_are_shares",
        ("next_round", TOTALS, np.exp(-TOTALS / 0.5), np.ones(3) / 3),
        "with the sum 1.27",
    ),
    ("the_smaller_loss_has_more", ("next_round", TOTALS, softmax(TOTALS), softmax(TOTALS)), "your weights"),
    (
        "alpha_times_log_ratio",
        ("next_round", TOTALS, softmin(TOTALS), softmin(TOTALS + np.eye(3)[0])),
        "weights: for the first two it is 0.2, not 0.4",
    ),
    (
        "only_one_lost",
        ("next_round", TOTALS, softmin(TOTALS, 0.5), softmin([1, 0, 0])),
        "was 4.0552 and is 1",
    ),
    (
        "equal_weights_at_first",
        (lambda losses: hardmax(-np.cumsum(losses, axis=0)),),
        "the first row is [0.  0.5 0.5]",
    ),
    (
        "all_on_the_leader",
        (lambda losses: np.eye(losses.shape[1])[before(losses).argmin(axis=1)],),
        "your rows 2 to 5",
    ),
    ("the_best_expert_has_none", (lambda losses, weights: (losses * weights).sum(),), "0.5, not 0.0"),
    ("a_table_of_losses", (lambda rounds, d: 2 * fool(rounds, d),), "they run from 0 to 2"),
    (
        "one_leader_at_a_time",
        (lambda rounds, d: np.eye(d)[np.arange(rounds) % d],),
        "2 experts: ties after the rounds 2, 4",
    ),
    (
        "equal_weights_without_losses",
        (lambda losses, alpha: softmin(np.cumsum(losses, axis=0), alpha),),
        "the first row",
    ),
    ("half_after_a_loss", (lambda losses, alpha: softmin(before(losses)),), "at alpha = 0.5 the weights"),
    (
        "a_long_game",
        (
            lambda losses, alpha: (
                np.exp(-before(losses) / alpha) / np.exp(-before(losses) / alpha).sum(axis=1)[:, None]
            ),
        ),
        "they weigh [nan nan]",
    ),
    (
        "the_bound_at_its_alpha",
        (lambda rounds, d: (1.0, np.sqrt(rounds * np.log(d) / 2)),),
        "at your alpha it is",
    ),
    ("no_better_alpha", (lambda rounds, d: (1.0, np.log(d) + rounds / 8),), "beats 1"),
]
