"""What decides the marks of problem set 3, on cases drawn for each student."""

import numpy as np

from coursework.grading.marking import number, real_array
from regsoft import logsumexp, shannon_entropy, softmax
from regsoft.check import own_numbers


def own_scores(rng, student):
    return [(np.arange(3) + own_numbers("ps3", student, 3, 0.0, 0.9),)]


def check_halfway(answer, x):
    alpha = number(answer)
    if not (0 < alpha < np.inf and np.isclose(shannon_entropy(softmax(x, alpha)), np.log(3) / 2, rtol=1e-3)):
        return (
            f"at the scores {x}, drawn from the id of this submission, the temperature is a different number"
        )


def all_scores(rng, student):
    mild = [(rng.normal(scale=3, size=d), float(rng.uniform(0.3, 0.8) * k)) for d in (2, 5) for k in (1, 4)]
    large = [
        (1000 * sign + rng.normal(size=4), float(alpha)) for sign, alpha in ((1, 1), (-1, 1), (1, 0.001))
    ]
    return [*mild, *large]


def check_logsumexp(answer, x, alpha):
    if not np.isclose(number(answer), logsumexp(x, alpha), rtol=1e-12, atol=1e-12):
        return f"the value at {x}, alpha = {alpha:.4g} is wrong"


def far_scores(rng, student):
    far = [(np.array([0, -2000, 500]) + rng.normal(size=3), alpha) for alpha in (1.0, 0.1)]
    return [*all_scores(rng, student), *far]


def check_log_softmax(answer, x, alpha):
    logs = real_array(answer, x.shape)
    if not np.allclose(logs, (x - logsumexp(x, alpha)) / alpha, rtol=1e-9, atol=1e-9):
        return f"the logarithms of the shares of {x} at alpha = {alpha:.4g} are wrong"


def functions(rng, student):
    """Draw convex functions, and the same with one value raised or the whole turned over, at uneven places."""
    drawn = []
    for kind in ("convex", "raised", "concave", "wells", "convex", "line", "raised", "absolute"):
        places = np.sort(rng.choice(np.arange(1, 100), size=12, replace=False)) / 100
        values = np.cumsum(np.sort(rng.normal(size=12)) * np.diff(places, prepend=0.0))
        if kind == "raised":
            values[rng.integers(2, 10)] += 0.3
        elif kind == "concave":
            values = -(places**2) * rng.uniform(1, 2)
        elif kind == "wells":
            values = (places - 0.2) ** 2 * (places - 0.8) ** 2
        elif kind == "line":
            values = rng.uniform(1, 2) * places
        elif kind == "absolute":
            values = np.abs(places - 0.5)
        drawn.append((values, places))
    return drawn


def slopes_too(rng, student):
    return [(*drawn, np.sort(rng.normal(scale=3, size=7))) for drawn in functions(rng, student)]


def check_conjugate(answer, values, places, slopes):
    result = real_array(answer, slopes.shape)
    if not np.allclose(result, [max(s * places - values) for s in slopes], rtol=1e-9, atol=1e-9):
        return f"the conjugate at the slopes {slopes.round(3)} is wrong"


def check_comes_back(answer, values, places):
    rises = np.diff(values) / np.diff(places)
    if answer is not bool((np.diff(rises) >= -1e-9).all()):
        return f"a function with the values {values.round(3)} at {places} is judged wrongly"


def blocks(rng, student):
    sizes = [(3, 4, 2), (1, 1, 1), (2, 5, 3), (4, 1, 2)]
    shifts = [(0, 0, 0), (0, 1, -1), (1000, 0, -1000), (-1000, -1000, 800)]
    return [
        tuple(rng.normal(size=n) + shift for n, shift in zip(*pair, strict=True))
        for pair in zip(sizes, shifts, strict=True)
    ]


def check_blocks(answer, *scores):
    merged, first = real_array(answer, (2, 2))
    for (m, s), x in ((merged, np.concatenate(scores)), (first, scores[0])):
        if not (np.isclose(m, x.max()) and np.isclose(s, np.exp(x - x.max()).sum(), rtol=1e-9)):
            return f"the pair (m, s) for blocks of {', '.join(str(len(x)) for x in scores)} scores is wrong"


def empty_blocks(rng, student):
    nothing, block = [-np.inf, 0.0], [float(rng.normal(scale=9)), float(rng.uniform(1, 5))]
    return [(nothing, block), (block, nothing), (nothing, nothing)]


def check_empty(answer, one, other):
    pair, wanted = real_array(answer, (2,)), max(one, other)
    if not np.allclose(pair, wanted, rtol=1e-9, atol=1e-12):
        return f"{tuple(one)} and {tuple(other)} make {tuple(wanted)}"


QUESTIONS = {
    "q1-marks": (own_scores, check_halfway),
    "q2-logsumexp": (all_scores, check_logsumexp),
    "q2-logsoftmax": (far_scores, check_log_softmax),
    "q3-values": (slopes_too, check_conjugate),
    "q3-functions": (functions, check_comes_back),
    "q4-blocks": (blocks, check_blocks),
    "q4-nothing": (empty_blocks, check_empty),
}
