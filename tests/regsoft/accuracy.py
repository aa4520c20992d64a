"""Largest relative errors of regsoft and of SciPy, in units of eps, against mpmath with 50 digits.

`test_accuracy.py` asserts on them; `python -m lab.accuracy` keeps them for the page on trust.
"""

from functools import cache

import mpmath
import numpy as np
from scipy import special

import regsoft

exact = mpmath.mp.clone()
exact.dps = 50
DTYPES = (np.float64, np.float32)


def units(got, reference, dtype):
    """Largest distance of `got` from `reference` in eps of the reference, or in the smallest subnormals."""
    limits = np.finfo(dtype)
    eps, least = exact.mpf(float(limits.eps)), exact.mpf(float(limits.smallest_subnormal))
    pairs = zip(np.ravel(got).tolist(), reference, strict=True)
    return float(max(abs(value - truth) / max(eps * abs(truth), least) for value, truth in pairs))


# Inputs: for each kind of difficulty one or more argument tuples.


def score_points(dtype):
    """Return scores for the functions of one score."""
    deepest = -np.log(float(np.finfo(dtype).smallest_subnormal))
    deep = -np.log(float(np.finfo(dtype).tiny))
    near = np.geomspace(1e-20, 1, 400)
    return {
        "middle": [(np.linspace(-20, 20, 2001),)],
        "near 0": [(np.concatenate([-near, near]),)],
        "right tail": [(np.linspace(20, 700, 500),)],
        "left tail": [(np.linspace(-20, -deep, 1000),)],
        "subnormal results": [(np.linspace(-deep, -deepest, 500),)],
    }


def probability_points(dtype):
    """Return probabilities for the binary entropy."""
    tiny = np.geomspace(float(np.finfo(dtype).tiny), 0.1, 300)
    return {
        "middle": [(np.linspace(0, 1, 1001),)],
        "near 0": [(tiny,)],
        "near 1": [(1 - tiny,)],
        "near 1/2": [(0.5 + np.concatenate([tiny, -tiny]) / 4,)],
    }


def score_vectors(dtype):
    """Return arrays of scores that compete along the last axis."""
    random = np.random.default_rng(0)
    gaps = np.linspace(1e-3, -np.log(float(np.finfo(dtype).tiny)) - 2, 200)
    shares = random.dirichlet(np.ones(8), 50)
    return {
        "narrow": [(random.normal(size=(50, d)),) for d in (2, 3, 8, 32)] + [(random.normal(size=100),)],
        "wide": [(random.normal(scale=30, size=(50, d)),) for d in (3, 10)],
        "ties": [(np.repeat(random.normal(size=(20, 2)), 3, axis=1),), (np.full(7, -3.3),), (np.zeros(10),)],
        "one far below": [(np.stack([np.zeros_like(gaps), -gaps], axis=-1),)],
        "large offset": [(1e4 + random.normal(size=(50, 5)),), (random.normal(size=(50, 5)) - 1e4,)],
        "near cancellation": [(np.log(shares),), (np.log(shares) + 1e-3,)],
        "many terms": [(random.normal(size=(2, 4000)),), (random.normal(size=4000) / 100,)],
    }


def dyadic(random, d, bits, count):
    """Return random points of the simplex whose entries are multiples of 2**-bits: they sum to 1 exactly."""
    cuts = np.sort(random.integers(1, 2**bits, size=(count, d - 1)), axis=-1)
    ends = np.broadcast_to([0], (count, 1)), cuts, np.broadcast_to([2**bits], (count, 1))
    return np.diff(np.concatenate(ends, axis=-1)) / 2**bits


def simplex_vectors(dtype):
    """Return points of the simplex."""
    random = np.random.default_rng(1)
    tiny = 2.0 ** -np.arange(1, 21)
    return {
        "few": [(dyadic(random, d, 20, 50),) for d in (2, 3, 10)],
        "many terms": [(dyadic(random, 2000, 20, 2),)],
        "near a vertex": [(np.stack([1 - tiny, tiny], axis=-1),)],
        "ties": [(np.full(2**n, 0.5**n),) for n in range(1, 12)],
    }


def simplex_pairs(dtype):
    """Return two points of the simplex."""
    random = np.random.default_rng(2)
    p = dyadic(random, 5, 20, 60)
    nudge = np.zeros_like(p)
    nudge[:, 0], nudge[:, 1] = 2.0**-20, -(2.0**-20)
    far = np.stack([1 - 2.0**-20, 2.0**-20]), np.stack([2.0**-20, 1 - 2.0**-20])
    tiny = np.geomspace(float(np.finfo(dtype).tiny), 1e-9, 100)
    thin = np.stack([np.ones_like(tiny), tiny], axis=-1)
    return {
        "few": [(p, dyadic(random, 5, 20, 60))],
        "close": [(np.abs(p), np.abs(p + nudge))],
        "far": [far],
        "thin prediction": [(np.full_like(thin, 0.5), thin)],
        "many terms": [(dyadic(random, 1000, 20, 2), dyadic(random, 1000, 20, 2))],
    }


# The same functions with 50 digits; rows of exact numbers in, a list of exact numbers out.


def exact_sigmoid(x):
    return [1 / (1 + exact.exp(-value)) for value in x]


def exact_softplus(x):
    return [exact.log1p(exact.exp(value)) for value in x]


def exact_binary_entropy(w):
    return [surprise(value, value) - (1 - value) * exact.log1p(-value) if value < 1 else 0 for value in w]


def exact_softmax(x):
    weights = [exact.exp(value) for value in x]
    total = sum(weights)
    return [weight / total for weight in weights]


def exact_logsumexp(x):
    top, *others = sorted(x, reverse=True)
    return [top + exact.log1p(sum(exact.exp(value - top) for value in others))]


def exact_log_softmax(x):
    top, *others = sorted(x, reverse=True)
    excess = exact.log1p(
        sum(exact.exp(value - top) for value in others)
    )  # nothing cancels: the others add up
    return [value - top - excess for value in x]


def exact_entropy(w):
    return exact_cross_entropy(w, w)


def exact_divergence(p, q):
    p, q = divided(p), divided(q)
    return [sum(surprise(a, b) - surprise(a, a) for a, b in zip(p, q, strict=True))]


def exact_cross_entropy(p, p_hat):
    return [sum(map(surprise, divided(p), divided(p_hat)))]


def divided(w):
    """Return a point of the simplex divided by its sum, as regsoft takes it."""
    total = sum(w)
    return [value / total for value in w]


def surprise(p, q):
    """Return -p log q, which is 0 where p is."""
    return -p * exact.log(q) if p else exact.mpf(0)


PAIRS = {  # name: (regsoft's function, SciPy's, the exact one, its inputs)
    "sigmoid": (regsoft.sigmoid, special.expit, exact_sigmoid, score_points),
    "softplus": (regsoft.softplus, lambda x: -special.log_expit(-x), exact_softplus, score_points),
    "binary_entropy": (
        regsoft.binary_entropy,
        lambda w: special.entr(w) + special.entr(1 - w),
        exact_binary_entropy,
        probability_points,
    ),
    "softmax": (regsoft.softmax, lambda x: special.softmax(x, axis=-1), exact_softmax, score_vectors),
    "logsumexp": (regsoft.logsumexp, lambda x: special.logsumexp(x, axis=-1), exact_logsumexp, score_vectors),
    "log_softmax": (
        regsoft.log_softmax,
        lambda x: special.log_softmax(x, axis=-1),
        exact_log_softmax,
        score_vectors,
    ),
    "shannon_entropy": (
        regsoft.shannon_entropy,
        lambda w: special.entr(w).sum(axis=-1),
        exact_entropy,
        simplex_vectors,
    ),
    "kl_divergence": (
        regsoft.kl_divergence,
        lambda p, q: special.rel_entr(p, q / q.sum(axis=-1, keepdims=True)).sum(axis=-1),
        exact_divergence,
        simplex_pairs,
    ),
    "cross_entropy": (
        regsoft.cross_entropy,
        lambda p, q: -special.xlogy(p, q / q.sum(axis=-1, keepdims=True)).sum(axis=-1),
        exact_cross_entropy,
        simplex_pairs,
    ),
}


@cache
def measure(name, dtype):
    """Return {kind of input: (regsoft's largest error, SciPy's largest error)} in units of eps."""
    ours, scipys, truth, inputs = PAIRS[name]
    result = {}
    for kind, argument_tuples in inputs(dtype).items():
        errors = []
        for arguments in argument_tuples:
            arguments = [np.asarray(argument, dtype) for argument in arguments]
            rows = zip(*(np.atleast_2d(argument) for argument in arguments), strict=True)
            reference = [
                value for row in rows for value in truth(*([*map(exact.mpf, part.tolist())] for part in row))
            ]
            with np.errstate(all="ignore"):
                errors.append([units(f(*arguments), reference, dtype) for f in (ours, scipys)])
        result[kind] = tuple(np.max(errors, axis=0).tolist())
    return result
