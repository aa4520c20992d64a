"""What decides the marks of problem set 5, on cases drawn for each student."""

from itertools import permutations

import numpy as np

from coursework.grading.marking import real_array
from regsoft import softmax
from regsoft.check import own_numbers


def own_scores(rng, student):
    return [(np.array([3.0, 2.0, 1.0, 0.0]) + own_numbers("ps5", student, 4, 0.0, 0.9),)]


def check_shares(answer, scores):
    wanted = np.append(softmax(scores[:2], 2.0), [0, 0])
    if not np.allclose(real_array(answer, (4,)), wanted, rtol=1e-3, atol=1e-6):
        return f"at the scores {scores}, drawn from the id of this submission, the shares are different"


def check_lost(answer, scores):
    if not np.isclose(real_array(answer, ()), softmax(scores, 2.0)[2:].sum(), rtol=1e-3, atol=0):
        return f"at the scores {scores}, drawn from this submission's id, `lost` is a different number"


def restricted(scores, alpha, stays):
    """Return softmax of the words that stay; the others have 0."""
    return softmax(np.where(stays, scores, -np.inf), alpha)


def settings(rng, student):
    counts = rng.permutation([5, 3, 2, 2, 2, 1, 1, 1])  # the cut at p falls among the words whose count is 2
    return [
        (rng.normal(scale=2, size=8), 0.5, 0.8),
        (rng.normal(scale=2, size=9), 2.0, float(rng.uniform(0.4, 0.6))),
        (np.log(counts), 1.0, float(rng.uniform(0.48, 0.58))),
        (3000 + rng.normal(scale=2, size=5), 1.5, 0.7),
    ]


def check_top_p(answer, scores, alpha, p):
    w = softmax(scores, alpha)
    order = np.argsort(-w, kind="stable")
    stays = np.zeros(len(w), bool)
    stays[order[: np.searchsorted(w[order].cumsum(), p) + 1]] = True
    if not np.allclose(real_array(answer, w.shape), restricted(scores, alpha, stays), atol=1e-9):
        return f"for {len(w)} words, alpha = {alpha} and p = {p:.3f} the shares are wrong"


def ladders(rng, student):
    """Return scores that go down in steps of about a half, in any order: the two programs differ on them."""
    return [
        (rng.permutation(top - np.arange(12) / 2 + rng.uniform(0, 0.2, 12)), alpha, p)
        for top, alpha, p in ((0.0, 0.4, 0.2), (3.0, 2.5, 0.2), (3000.0, 1.8, 0.1))
    ]


def check_min_p(answer, scores, alpha, p, cut_at):
    shares = softmax(scores, cut_at)
    wanted = restricted(scores, alpha, shares >= p * shares.max())
    if not np.allclose(real_array(answer, wanted.shape), wanted, atol=1e-9):
        return f"at alpha = {alpha} and p = {p} the shares are wrong"


def check_first(answer, scores, alpha, p):
    return check_min_p(answer, scores, alpha, p, alpha)


def check_last(answer, scores, alpha, p):
    return check_min_p(answer, scores, alpha, p, 1.0)


def predictions(rng, student):
    """Return shares and labels: in the last interval all are right but one, whose confidence is 1."""
    cases = []
    for n, d in ((60, 4), (200, 3)):
        shares = np.vstack([softmax(rng.normal(scale=2, size=(n, d))), np.eye(d)[0]])
        right = (rng.random(n + 1) < 0.7) | (shares.max(axis=1) > 0.9)
        right[-1] = False
        cases.append((shares, (shares.argmax(axis=1) + ~right) % d))
    return cases


def check_ece(answer, shares, labels):
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == labels
    interval = np.minimum(10 * confidence, 9).astype(int)
    wanted = sum(abs((right - confidence)[interval == s].sum()) for s in range(10)) / len(labels)
    if not np.isclose(real_array(answer, ()), wanted, atol=1e-9):
        return f"for shares of shape {shares.shape} the error is a different number"


def classifiers(rng, student):
    """Return scores and labels that softmax at a known temperature draws, so that the fitted one is near it."""
    cases = []
    for size, shift, alpha in ((2.0, 0.0, 0.6), (2.0, 5000.0, 3.0), (300.0, 0.0, 200.0)):
        scores = rng.normal(shift, size, size=(120, 4))
        labels = np.argmax(scores + alpha * rng.gumbel(size=scores.shape), axis=1)
        cases.append((scores, labels))
    return cases


def fitted(scores, labels):
    """Return the temperature with the least mean log loss: there its derivative in 1/alpha changes sign."""
    of_label = scores[np.arange(len(labels)), labels]
    low, high = 0.01, 1000.0
    for _ in range(60):
        alpha = np.sqrt(low * high)
        slope = ((softmax(scores, alpha) * scores).sum(axis=1) - of_label).mean()
        low, high = (alpha, high) if slope > 0 else (low, alpha)
    return alpha


def check_temperature(answer, scores, labels):
    if not np.isclose(real_array(answer, ()), fitted(scores, labels), rtol=2e-3, atol=0):
        return f"for scores up to {np.abs(scores).max():.3g} another temperature has a smaller log loss"


def choices(rng, student):
    return [
        (rng.normal(scale=1.5, size=d), k, alpha)
        for d, k, alpha in ((5, 2, 1.0), (6, 1, 0.5), (4, 3, 3.0), (9, 4, 7.0))
    ]


def extreme_choices(rng, student):
    tied = rng.permutation([2.0, 1.0, 1.0, 1.0, 0.0]) + float(rng.integers(1, 9))
    large = 10_000 + rng.permutation(np.arange(8) / 1000) + rng.uniform(0, 1e-4, 8)
    return [
        (rng.normal(scale=3000, size=7), 3, 0.5),
        (rng.normal(size=6), 2, 5000.0),
        (large, 5, 0.01),
        (tied, 2, 1e-5),
    ]


def check_choice(answer, scores, k, alpha):
    # The sum of the weights is linear between these knots of tau, and falls.
    knots = np.sort(np.concatenate([scores, scores - alpha]))
    sums = np.clip((scores - knots[:, None]) / alpha, 0, 1).sum(axis=1)
    tau = np.interp(-k, -sums, knots)
    wanted = np.clip((scores - tau) / alpha, 0, 1)
    if not np.allclose(real_array(answer, scores.shape), wanted, atol=1e-6):
        return f"for {len(scores)} scores up to {scores.max():.6g}, k = {k}, alpha = {alpha} the weights are wrong"


def races(rng, student):
    return [
        (alpha * rng.permutation([0.0, 0.7, 1.4, 2.1]) + alpha * rng.uniform(0, 0.1, 4), k, alpha, seed)
        for (k, alpha), seed in zip(((2, 0.3), (3, 4.0)), rng.integers(1, 10**6, 2), strict=True)
    ]


def check_drawn(answer, scores, k, alpha, seed):
    drawn = real_array(answer, (8050, k))
    if not (drawn[:50] == drawn[8000:]).all():
        return "one seed gave other words the second time"
    w = softmax(scores, alpha)
    statistic, found = 0.0, 0
    for order in permutations(range(len(w)), k):
        seen = int((drawn[:8000] == order).all(axis=1).sum())
        taken = np.cumsum(w[list(order)])
        expected = 8000 * np.prod(w[list(order)] / (1 - np.append(0, taken[:-1])))
        statistic, found = statistic + (seen - expected) ** 2 / expected, found + seen
    if found < 8000:
        return f"{8000 - found} of 8000 draws are not {k} different places out of {len(w)}"
    if statistic > 100:  # right draws have at most 23 on average, and more than 100 once in 10^11 times
        return f"with {len(w)} words, k = {k}, alpha = {alpha} some words come too often, or too early"


QUESTIONS = {
    "q1-shares": (own_scores, check_shares),
    "q1-lost": (own_scores, check_lost),
    "q2-top": (settings, check_top_p),
    "q2-first": (ladders, check_first),
    "q2-last": (ladders, check_last),
    "q3-ece": (predictions, check_ece),
    "q3-temperature": (classifiers, check_temperature),
    "q4-values": (choices, check_choice),
    "q4-extremes": (extreme_choices, check_choice),
    "q5-marks": (races, check_drawn),
}
