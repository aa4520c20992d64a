"""Wrong answers to problem set 5, as students give them, and right ones. Tests mark all of them."""

import numpy as np

from regsoft import softmax, sparsemax

# ------------------------------------------------------------------------------------------------------------ marks

# The solution with one place changed: (answer cell, a text that occurs there exactly once, its replacement, the
# marked cells that are lost).
WRONG = [
    # A copied notebook: the numbers of somebody else.
    ("student", '"reference"', '"ann01"', "q1-shares q1-lost"),
    ("q1", "scores / 2", "scores * 2", "q1-shares q1-lost"),
    ("q1", "scores / 2", "scores", "q1-shares q1-lost"),
    ("q1", "[1, 1, 0, 0]", "[1, 1, 1, 0]", "q1-shares"),
    ("q1", "(powers * kept).sum()", "powers.sum()", "q1-shares"),
    ("q1", "1 - powers[:2]", "powers[:2]", "q1-lost"),
    ("q1", "powers[:2].sum() / powers.sum()", "scores[:2].sum() / scores.sum()", "q1-lost"),
    ("q1", "powers[:2].sum()", "powers[:3].sum()", "q1-lost"),
    ("q2-top-p", "(scores - scores.max()) / alpha", "scores - scores.max()", "q2-top"),
    ("q2-top-p", "(scores - scores.max()) / alpha", "scores / alpha", "q2-top"),
    ("q2-top-p", "before < p", "before + w[order] < p", "q2-top"),
    ("q2-top-p", "order[before < p]", "before < p", "q2-top"),
    ("q2-top-p", 'np.argsort(-w, kind="stable")', 'np.argsort(w, kind="stable")[::-1]', "q2-top"),
    ("q2-top-p", " / w[stays].sum()", "", "q2-top"),
    ("q2-top-p", "stays[order[before < p]] = True", "stays = w >= w[order[before < p]].min()", "q2-top"),
    ("q2-min-p", "alpha if first else 1", "alpha", "q2-last"),
    ("q2-min-p", "alpha if first else 1", "1", "q2-first"),
    ("q2-min-p", "alpha if first else 1", "1 if first else alpha", "q2-first q2-last"),
    ("q2-min-p", "-gaps / alpha", "-gaps", "q2-first q2-last"),
    ("q2-min-p", "-gaps / alpha", "-gaps / (alpha if first else 1)", "q2-last"),
    ("q2-min-p", "np.log(1 / p)", "1 / p", "q2-first q2-last"),
    ("q2-min-p", "u / u.sum()", "u", "q2-first q2-last"),
    (
        "q2-min-p",
        "np.where(gaps <= reach, np.exp(-gaps / alpha), 0)",
        "np.exp(-gaps / alpha)\n    u[u / u.sum() < p] = 0",
        "q2-first q2-last",
    ),
    ("q3-error", "10 * confidence, 9", "5 * confidence, 4", "q3-ece"),
    ("q3-error", "np.minimum(10 * confidence, 9)", "(10 * confidence)", "q3-ece"),
    ("q3-error", "weights=confidence - right)).sum()", "weights=confidence - right).sum())", "q3-ece"),
    ("q3-error", "weights=confidence - right", "weights=1.0 - right", "q3-ece"),
    ("q3-error", "len(labels)", "10", "q3-ece"),
    ("q3-error", "shares.max(axis=1)", "shares[np.arange(len(labels)), labels]", "q3-ece"),
    (
        "q3-error",
        "np.abs(np.bincount(interval, weights=confidence - right)).sum()",
        "np.abs(confidence - right).sum()",
        "q3-ece",
    ),
    ("q3-fit", "return alpha", "return 1 / alpha", "q3-temperature"),
    ("q3-fit", "> 0", "< 0", "q3-temperature"),
    ("q3-fit", "range(60)", "range(6)", "q3-temperature"),
    ("q3-fit", "gaps / alpha", "scores / alpha", "q3-temperature"),
    ("q3-fit", " - of_label).mean() > 0", ").mean() > -1", "q3-temperature"),
    ("q3-fit", "np.sum(w * gaps, axis=1)", "np.max(gaps, axis=1)", "q3-temperature"),
    ("q3-fit", "low, high = 0.01, 1000.0", "low, high = 0.5, 5.0", "q3-temperature"),
    ("q4", "scores.min() - alpha, scores.max()", "-20.0, 20.0", "q4-extremes"),
    ("q4", "range(200)", "range(30)", "q4-extremes"),
    ("q4", "scores.min() - alpha", "scores.min()", "q4-values q4-extremes"),
    ("q4", "> k", "< k", "q4-values q4-extremes"),
    ("q4", "> k", "> 1", "q4-values q4-extremes"),
    (
        "q4",
        "np.clip((scores - tau) / alpha, 0, 1)",
        "np.maximum((scores - tau) / alpha, 0)",
        "q4-values q4-extremes",
    ),
    (
        "q4",
        "np.clip((scores - tau) / alpha, 0, 1)",
        "1 / (1 + np.exp((tau - scores) / alpha))",
        "q4-values q4-extremes",
    ),
    ("q4", "(scores - tau) / alpha", "(scores - tau) * alpha", "q4-values q4-extremes"),
    ("q4", "return w", "return w / w.sum()", "q4-values q4-extremes"),
    (
        "q4",
        "return w",
        "return np.eye(len(scores))[np.argsort(-scores)[:k]].sum(axis=0)",
        "q4-values q4-extremes",
    ),
    ("q5", "alpha * rng", "rng", "q5-marks"),
    ("q5", "rng.gumbel", "rng.normal", "q5-marks"),
    ("q5", "rng.gumbel", "np.random.default_rng().gumbel", "q5-marks"),
    ("q5", "rng.gumbel", "np.random.default_rng(0).gumbel", "q5-marks"),
    ("q5", "rng.gumbel(size=len(scores))", "rng.gumbel()", "q5-marks"),
    ("q5", "argsort(-noisy)", "argsort(noisy)", "q5-marks"),
    ("q5", "np.argsort(-noisy)[:k]", "np.sort(np.argsort(-noisy)[:k])", "q5-marks"),
    ("q5", "np.argsort(-noisy)[:k]", "np.argsort(-noisy)", "q5-marks"),
    ("q5", "+ alpha * rng.gumbel", "- alpha * rng.gumbel", "q5-marks"),
    (
        "q5",
        "return np.argsort(-noisy)[:k]",
        "w = np.exp(np.divide(scores, alpha))\n    return rng.choice(len(scores), k, p=w / w.sum())",
        "q5-marks",
    ),
]

# The same for changes that lose nothing: (answer cell, a text that occurs there exactly once, its replacement).
OTHERWISE = [
    (
        "q1",
        "shares = powers * kept / (powers * kept).sum()",
        "shares = np.array([1, np.exp((scores[1] - scores[0]) / 2), 0, 0])\nshares /= shares.sum()",
    ),
    (
        "q2-top-p",
        "before = np.cumsum(w[order]) - w[order]\n",
        "before = np.concatenate([[0], np.cumsum(w[order])[:-1]])\n",
    ),
    (
        "q2-min-p",
        "np.where(gaps <= reach, np.exp(-gaps / alpha), 0)",
        "np.exp(-gaps / (alpha if first else 1))\n    u = np.where(u >= p * u.max(), np.exp(-gaps / alpha), 0)",
    ),
    (
        "q3-error",
        "np.minimum(10 * confidence, 9).astype(int)",
        "np.digitize(confidence, np.arange(1, 10) / 10)",
    ),
    (
        "q3-fit",
        "    return alpha",
        "    tried = np.geomspace(0.01, 1000, 20_001)[:, None]\n"
        "    every = [np.log(np.exp(gaps / t).sum(axis=1)).mean() - of_label.mean() / t for t in tried]\n"
        "    return tried[np.argmin(np.ravel(every)), 0]",
    ),
    ("q4", "range(200)", "range(100)"),
    ("q4", "scores.min() - alpha, scores.max()", "scores.min() - 9 * alpha, scores.max() + 9 * alpha"),
    ("q5", "rng.gumbel(size=len(scores))", "-np.log(-np.log(rng.random(len(scores))))"),
    (
        "q5",
        "return np.argsort(-noisy)[:k]",
        "w = np.exp((np.asarray(scores) - np.max(scores)) / alpha)\n"
        "    return rng.choice(len(scores), k, replace=False, p=w / w.sum())",
    ),
    ("q5", "return np.argsort(-noisy)[:k]", "return np.argpartition(-noisy, range(k))[:k].tolist()"),
]

# ------------------------------------------------------------------------------------------------------------ hints

SCORES = np.array([3.4, 2.2, 1.7, 0.1])
TWO, W = np.append(softmax(SCORES[:2], 2), [0, 0]), softmax(SCORES, 2)


def cut(scores, alpha, stays):
    return softmax(np.where(stays, scores, -np.inf), alpha)


def nucleus(scores, alpha, p):
    w, stays = softmax(scores, alpha), np.zeros(len(scores), bool)
    while w[stays].sum() < p:
        stays[np.where(stays, -1, w).argmax()] = True
    return cut(scores, alpha, stays)


def all_equal_enough(scores, alpha, p):
    """Keep all words with the share of the last one that is needed."""
    w = softmax(scores, alpha)
    return cut(scores, alpha, w >= w[nucleus(scores, alpha, p) > 0].min())


def behind(scores, alpha, p, first):
    w = softmax(scores, alpha if first else 1.0)
    return cut(scores, alpha, w >= p * w.max())


def ece(shares, labels, intervals=10):
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == labels
    which = np.minimum(intervals * confidence, intervals - 1).astype(int)
    return sum(abs((right - confidence)[which == s].sum()) for s in range(intervals)) / len(labels)


def golden(scores, labels):
    """Minimise the loss in the logarithm of the temperature, by thirds."""
    low, high = np.log(0.01), np.log(1000)

    def loss(t):
        return -np.log(softmax(scores, np.exp(t))[np.arange(len(labels)), labels] + 1e-300).mean()

    for _ in range(60):
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        low, high = (left, high) if loss(left) > loss(right) else (low, right)
    return np.exp(low)


def by_knots(scores, k, alpha):
    knots = np.sort(np.concatenate([scores, scores - alpha]))
    sums = np.clip((scores - knots[:, None]) / alpha, 0, 1).sum(axis=1)
    return np.clip((scores - np.interp(-k, -sums, knots)) / alpha, 0, 1)


def one_by_one(scores, k, alpha, rng):
    left, places = np.array(scores), []
    for _ in range(k):
        places.append(rng.choice(len(left), p=softmax(left, alpha)))
        left[places[-1]] = -np.inf
    return places


# Right answers written differently from the solution: the arguments for `check`; a function may have any name.
PASSES = {
    "two_words": ("two_words", SCORES, TWO, W[2:].sum()),
    "top_p": (nucleus,),
    "min_p": (behind,),
    "my_ece": (ece,),
    "best_temperature": (golden,),
    "soft_top_k": (by_knots,),
    "draw_words": (one_by_one,),
}

# (a check in hints.py, answers that fail it, words that the student is told).
FAILS = [
    ("two_words_are_left", ("two_words", SCORES, W, W[2:].sum()), "shares is [0.4"),
    (
        "the_ratio_of_the_two_is_kept",
        ("two_words", SCORES, cut(SCORES, 1, [1, 1, 0, 0]), 0.3),
        "it is 2.4, not 1.2",
    ),
    ("the_four_had_one", ("two_words", SCORES, TWO, W[:2].sum()), "lost is 0.7"),
    (
        "as_few_as_sum_to_p",
        (lambda scores, alpha, p: nucleus(scores, alpha, p - 0.25),),
        "at p = 0.7 you return [0. 1.",
    ),
    ("top_p_sees_the_temperature", (lambda scores, alpha, p: nucleus(scores, 1.0, p),), "0.666667 0.333333"),
    ("of_equals_the_first_stay", (all_equal_enough,), "[0.25 0.25 0.25 0.25]"),
    (
        "top_p_of_large_scores",
        (lambda scores, alpha, p: np.exp(scores / alpha) / np.exp(scores / alpha).sum(),),
        "got [nan nan",
    ),
    (
        "the_reach_with_the_temperature_first",
        (lambda scores, alpha, p, first: behind(scores, alpha, p, False),),
        "the scores (0, 1.5, 0.2) got [0. 1. 0.]",
    ),
    (
        "the_reach_with_the_temperature_last",
        (lambda scores, alpha, p, first: behind(scores, alpha, p, True),),
        "at alpha = 0.5 the scores (0, 0.8, 0.2) got [0. 1. 0.]",
    ),
    (
        "the_words_that_stay_feel_the_temperature",
        (lambda scores, alpha, p, first: cut(scores, 1.0, behind(scores, alpha, p, first) > 0),),
        "alpha = 0.5, first = True",
    ),
    ("sure_and_right", (lambda shares, labels: 1 - ece(shares, labels),), "the labels [0 1 0]: you return 1"),
    (
        "intervals_do_not_cancel",
        (lambda shares, labels: ece(shares, labels, 1),),
        "underconfident by 0.45; you return 0",
    ),
    (
        "within_an_interval_they_do",
        (lambda shares, labels: np.abs(shares.max(axis=1) - (shares.argmax(axis=1) == labels)).mean(),),
        "you return 0.37",
    ),
    ("three_of_four_right", (lambda scores, labels: 1 / golden(scores, labels),), "t = 0.5: you return 2"),
    (
        "no_temperature_nearby_is_better",
        (lambda scores, labels: np.ptp(scores) / np.log(3),),
        "beats 4.551",
    ),
    ("k_in_all", (lambda scores, k, alpha: sparsemax(scores, alpha),), "k = 2, alpha = 1.0: you return"),
    ("gaps_over_alpha", (lambda scores, k, alpha: k * softmax(scores, alpha),), "alpha = 2.0: [0.3"),
    ("wide_gaps_decide", (lambda scores, k, alpha: k * sparsemax(scores, alpha),), "k = 2: [2. 0. 0. 0.]"),
    (
        "k_different_places",
        (lambda scores, k, alpha, rng: rng.choice(len(scores), k, p=softmax(scores, alpha)),),
        "three of five words: [",
    ),
    (
        "the_generator_decides",
        (lambda scores, k, alpha, rng: np.argsort(-np.asarray(scores))[:k],),
        "five times [0. 1. 2. 3.]",
    ),
    (
        "as_often_as_its_share",
        (lambda scores, k, alpha, rng: np.argsort(-scores - rng.gumbel(size=len(scores)))[:k],),
        "alpha = 0.5: in 6",
    ),
]
