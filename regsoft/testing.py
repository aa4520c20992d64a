"""A test of regularised argmax maps: does a map maximise its objective? For your own tests; needs only NumPy."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import numpy as np

from regsoft import _validate
from regsoft._types import Array, ArrayLike

STEP = 2.0**-17  # from the maximiser towards other points, as a fraction of the distance
Verdicts = Iterator[tuple[float, str]]  # pairs of an error and its description
GRID = 8  # scores, shifts and factors are multiples of 1/8 or powers of 2, so that x + c and c x are exact


def check_argmax(
    argmax: Callable[[Array, float], ArrayLike],
    entropy: Callable[[Array], ArrayLike],
    jacobian: Callable[[Array, float], ArrayLike] | None = None,
    d: int | Sequence[int] = (2, 3, 5),
    rng: int | np.random.Generator = 0,
    tol: float = 1e-6,
) -> dict[str, float]:
    """Judge whether `argmax` maximises ``<w, x> + alpha H(w)`` over w in the simplex, H being `entropy`.

    Ten properties that follow from the maximisation, and five of its derivative, are tried in a fixed order,
    each on the same problems, from the smallest to the largest. The first that fails ends the test.

    Parameters
    ----------
    argmax : callable
        The map: ``argmax(x, alpha)`` returns d shares for d scores and a positive alpha. For a map in single
        precision set ``tol=1e-4`` or more, in half precision ``tol=2e-2`` or more.
    entropy : callable
        The entropy: ``entropy(w)`` returns a number, concave in w; minus infinity is allowed at the edge.
    jacobian : callable, optional
        The derivative: ``jacobian(x, alpha)`` has shape (d, d), share i with respect to score j at ``[i, j]``.
        Where the map has a kink, anything between the two one-sided slopes will do.
    d : int or sequence of int, default (2, 3, 5)
        Numbers of scores to try, each at least 2.
    rng : int or numpy.random.Generator, default 0
        Source of the random problems. The same seed gives the same problems.
    tol : float, default 1e-6
        Largest error that is allowed, in shares, or relative to the spread of the scores plus alpha.

    Returns
    -------
    dict of str to float
        Each property's largest error. ``"permutation"`` is left out if the entropy is not symmetric, and the last
        five if `jacobian` is None.

    Raises
    ------
    AssertionError
        If a property fails. The message starts with its name and ends with the smallest problem found at which it
        fails.
    TypeError, ValueError
        If `d`, `rng` or `tol` is not as described, or the entropy returns more than one number. What the three
        functions raise is passed on, with a note of the problem.

    Notes
    -----
    The properties, in order. ``concave``: the entropy is concave. ``distribution``: shares are at least 0 and sum
    to 1, also where scores are thousands of alphas apart. ``shift``: a constant added to all scores changes
    nothing. ``permutation``: permuting the scores permutes the shares, if the entropy is symmetric. ``scaling``:
    multiplying scores and alpha by the same factor changes nothing. ``cooling``: as alpha falls the mean score does
    not fall, and reaches the largest score. ``heating``: as alpha rises the entropy does not fall, and reaches its
    largest value. ``cycle``: around any cycle of problems ``sum <w(x), x - x_next>`` is not negative. ``maximum``:
    no point of the simplex does better. ``stationary``: no small step from the maximiser towards such a point does
    better. ``jacobian shape``, ``symmetric``, ``null``, ``positive`` and ``slope``: the Jacobian is finite,
    symmetric, has rows that sum to 0, no negative eigenvalue, and is the slope of the map.

    A pass is not a proof: it says only that the map failed on none of the problems tried.
    Derived in ``book/capstone.ipynb``, thm-any-entropy.

    Examples
    --------
    >>> from regsoft import shannon_entropy, softmax, softmax_jacobian
    >>> report = check_argmax(softmax, shannon_entropy, softmax_jacobian)
    >>> print(len(report), max(report.values()) < 1e-6)
    15 True
    >>> check_argmax(lambda x, alpha: softmax(x), shannon_entropy)
    Traceback (most recent call last):
    AssertionError: scaling: argmax(x, alpha) is [0.562, 0.438] and argmax(2 x, 2 alpha) is [0.622, 0.378]; error
    0.06, allowed 1e-06, at x = [0.125, -0.125], alpha = 1.0
    """
    tol, rng = _validate.positive(tol, "tol"), np.random.default_rng(rng)
    problems = _problems(_lengths(d), rng)
    report: dict[str, float] = {}
    for name, examine in PROPERTIES.items():
        if jacobian is None and name in OF_JACOBIAN:
            continue
        for x, alpha in problems:
            functions = _watched(argmax, entropy, jacobian, x, alpha, tol)
            with np.errstate(invalid="ignore"):  # the entropy may be -inf at the edge
                found = list(examine(*functions, x, alpha, rng))
            for error, what in found:
                _judge(name, error, what, x, alpha, tol)
                report[name] = max(report.get(name, 0.0), float(error))
    return report


def _lengths(d):
    lengths = np.atleast_1d(_validate.whole_numbers(d, "d"))
    if lengths.ndim > 1 or not lengths.size or lengths.min() < 2:
        raise ValueError(f"d must be one or more integers, each at least 2; got {d!r}")
    return lengths.tolist()


def _problems(lengths, rng):
    """Return pairs of scores and alpha, the smallest first: ties, small, wide and very wide scores."""
    vectors = []
    for d in lengths:
        vectors += [np.zeros(d), np.eye(d)[0], 1 - np.eye(d)[0]]
        vectors += [np.round(GRID * rng.normal(scale=s, size=d)) / GRID for s in (0.5, 1, 2, 4) * 2]
        vectors += [1024 * vectors[-1], np.round(rng.normal(scale=2, size=d))]
    vectors.sort(key=lambda x: (len(x), np.abs(x).sum()))
    return [
        (x, alpha) for x, other in zip(vectors, cycle((0.25, 4.0)), strict=False) for alpha in (1.0, other)
    ]


def _judge(name, error, what, x, alpha, tol):
    if not error <= tol:
        where = f"error {error:.2g}, allowed {tol:g}, at x = {x.tolist()}, alpha = {alpha}"
        raise AssertionError(f"{name}: {what}; {where}")


def _watched(argmax, entropy, jacobian, x, alpha, tol):
    """Return the three functions wrapped: they get copies, return arrays, and note the problem when they raise.

    What `argmax` returns is judged at every call, so that `entropy` gets only valid shares, divided by their sum,
    which rounding may leave different from 1. `argmax.eps` is the rounding unit of what the map returned.
    """

    def watch(function):
        def call(*arguments):
            try:
                with np.errstate(all="ignore"):
                    found = function(*(np.copy(a) if np.ndim(a) else a for a in arguments))
                    found = _validate.numbers(found, "what the function returns")
                    call.eps = np.finfo(found.dtype if found.dtype.kind == "f" else float).eps
                    return found.astype(float)
            except Exception as error:
                error.add_note(f"check_argmax was at x = {x.tolist()}, alpha = {alpha}")
                raise

        return call

    def shares(x, alpha):
        w = call_argmax(x, alpha)
        shares.eps = call_argmax.eps
        (verdict,) = _distribution(lambda *_: w, entropy, jacobian, x, alpha, None)
        _judge("distribution", *verdict, x, alpha, tol)
        return w

    def number(w):
        w = np.maximum(w, 0)
        found = call_entropy(w / w.sum())
        if found.ndim:
            error = ValueError(f"entropy must return one number for one w; got {_short(found)}")
            error.add_note(f"check_argmax was at x = {x.tolist()}, alpha = {alpha}")
            raise error
        return found

    call_argmax, call_entropy = watch(argmax), watch(entropy)
    return shares, number, watch(jacobian)


def _points(d, rng):
    """Return points of the simplex: the centre, the corners, middles of edges, and random ones."""
    edges = (np.eye(d) + np.roll(np.eye(d), 1, axis=0)) / 2
    random = [rng.dirichlet(np.full(d, c)) for c in (0.3, 1.0, 1.0, 5.0)]
    return np.vstack([np.full(d, 1 / d), np.eye(d), edges, random])


def _objective(entropy, x, alpha):
    """Return the objective as a function of w, for scores shifted to a largest of 0, and the unit of errors."""
    gaps = x - x.max()
    return (lambda w: w @ gaps + alpha * entropy(w)), np.ptp(x) + alpha


def _compare(expected, found, w, name):
    yield np.abs(expected - found).max(), f"argmax(x, alpha) is {_short(w)} and {name} is {_short(found)}"


def _short(array):
    return np.round(array, 3).tolist()


def _concave(argmax, entropy, jacobian, x, alpha, rng):
    points = _points(len(x), rng)
    for p, q in zip(points, rng.permutation(points), strict=True):
        middle, ends = entropy((p + q) / 2), (entropy(p) + entropy(q)) / 2
        error = 0.0 if ends == -np.inf else ends - middle
        yield error, f"entropy halfway between {_short(p)} and {_short(q)} is less than the mean of the two"


def _distribution(argmax, entropy, jacobian, x, alpha, rng):
    w = argmax(x, alpha)
    error = max(-w.min(), abs(w.sum() - 1)) if w.shape == x.shape else np.inf
    yield error, f"argmax(x, alpha) is {_short(w)}"


def _shift(argmax, entropy, jacobian, x, alpha, rng):
    c, w = rng.integers(1, 8 * GRID) / GRID, argmax(x, alpha)
    yield from _compare(w, argmax(x + c, alpha), w, f"argmax(x + {c}, alpha)")


def _permutation(argmax, entropy, jacobian, x, alpha, rng):
    order = rng.permutation(len(x))
    points = _points(len(x), np.random.default_rng(0))[-4:]
    if np.allclose([entropy(p) for p in points], [entropy(np.roll(p, 1)) for p in points], atol=1e-9):
        w = argmax(x, alpha)
        yield from _compare(w[order], argmax(x[order], alpha), w, f"argmax(x[{order.tolist()}], alpha)")


def _scaling(argmax, entropy, jacobian, x, alpha, rng):
    w = argmax(x, alpha)
    yield from _compare(w, argmax(2 * x, 2 * alpha), w, "argmax(2 x, 2 alpha)")


def _cooling(argmax, entropy, jacobian, x, alpha, rng):
    alphas = alpha * 2.0 ** np.arange(0, -31, -5)
    lacks = np.array([(x.max() - x) @ argmax(x, a) for a in alphas]) / (np.ptp(x) + alpha)
    for step, a in zip(np.diff(lacks), alphas[1:], strict=True):
        yield step, f"the mean score falls as alpha falls to {a:g}"
    yield lacks[-1], f"the mean score does not reach the largest score as alpha falls to {alphas[-1]:g}"


def _heating(argmax, entropy, jacobian, x, alpha, rng):
    alphas = alpha * 2.0 ** np.arange(0, 31, 5)
    values = np.array([entropy(argmax(x, a)) for a in alphas])
    for step, a in zip(np.diff(values), alphas[1:], strict=True):
        yield -step, f"the entropy falls as alpha rises to {a:g}"
    for p in _points(len(x), rng):
        lack = entropy(p) - values[-1] - np.ptp(x) / alphas[-1]
        yield lack, f"the entropy is not the largest, {_short(p)} has more, as alpha rises to {alphas[-1]:g}"


def _cycle(argmax, entropy, jacobian, x, alpha, rng):
    for scale in (alpha / 2, 2 * alpha, np.ptp(x) + alpha):
        others = x + np.round(GRID * rng.normal(scale=scale, size=(2, len(x)))) / GRID
        corners = np.array([x, *others])
        shares = np.array([argmax(corner, alpha) for corner in corners])
        for order in ([0, 1], [0, 1, 2], [0, 2, 1]):
            after = np.roll(order, -1)
            total = (shares[order] * (corners[order] - corners[after])).sum()
            names = ", ".join(str(corner.tolist()) for corner in corners[after])
            yield -total / (np.ptp(corners) + alpha), f"the sum around the cycle x, {names} is negative"


def _maximum(argmax, entropy, jacobian, x, alpha, rng):
    objective, unit = _objective(entropy, x, alpha)
    w = argmax(x, alpha)
    for p in _points(len(x), rng):
        yield (
            (objective(p) - objective(w)) / unit,
            f"{_short(p)} is better than argmax(x, alpha), {_short(w)}",
        )


def _stationary(argmax, entropy, jacobian, x, alpha, rng):
    objective, unit = _objective(entropy, x, alpha)
    w = np.maximum(argmax(x, alpha), 0)
    w /= w.sum()
    for p in _points(len(x), rng):
        gain = objective(w + STEP * (p - w)) - objective(
            w
        )  # at most 0 for a maximiser, whatever the curvature
        yield (
            gain / (STEP * unit),
            f"a step from argmax(x, alpha), {_short(w)}, towards {_short(p)} is better",
        )


def _jacobian_shape(argmax, entropy, jacobian, x, alpha, rng):
    J = jacobian(x, alpha)
    fits = J.shape == (len(x), len(x)) and np.isfinite(J).all()
    yield 0.0 if fits else np.inf, f"jacobian(x, alpha) has shape {J.shape} and entries {_short(J)}"


def _symmetric(argmax, entropy, jacobian, x, alpha, rng):
    J = alpha * jacobian(x, alpha)
    yield np.abs(J - J.T).max(), f"alpha times the Jacobian is {_short(J)}"


def _null(argmax, entropy, jacobian, x, alpha, rng):
    J = alpha * jacobian(x, alpha)
    yield np.abs(J.sum(axis=1)).max(), f"the rows of alpha times the Jacobian, {_short(J)}, do not sum to 0"


def _positive(argmax, entropy, jacobian, x, alpha, rng):
    values = np.linalg.eigvalsh(alpha * jacobian(x, alpha))
    yield -values[0], f"alpha times the Jacobian has the eigenvalues {_short(values)}"


def _slope(argmax, entropy, jacobian, x, alpha, rng):
    J = alpha * jacobian(x, alpha)
    argmax(x, alpha)
    step = 2.0 ** round(np.log2(argmax.eps) / 3)  # roughly balances rounding error and truncation error
    for j, direction in enumerate(alpha * np.eye(len(x))):
        coarse, fine = (_one_sided(argmax, x - x.max(), alpha, direction, s) for s in (step, step / 2))
        bend = np.abs(coarse - fine).max()  # the truncation error of `fine`, which is tolerated
        error = np.maximum(fine.min(axis=0) - J[:, j], J[:, j] - fine.max(axis=0)).max() - bend
        yield (
            error,
            f"column {j} of alpha times the Jacobian is {_short(J[:, j])}, the slope {_short(fine[0])}",
        )


def _one_sided(argmax, x, alpha, direction, step):
    """Return the slopes of the map along `direction`, forwards and backwards."""
    w = argmax(x, alpha)
    ahead, behind = argmax(x + step * direction, alpha), argmax(x - step * direction, alpha)
    return np.array([ahead - w, w - behind]) / step


OF_JACOBIAN: dict[str, Callable[..., Verdicts]] = {
    "jacobian shape": _jacobian_shape,
    "symmetric": _symmetric,
    "null": _null,
    "positive": _positive,
    "slope": _slope,
}
PROPERTIES: dict[str, Callable[..., Verdicts]] = {
    "concave": _concave,
    "distribution": _distribution,
    "shift": _shift,
    "permutation": _permutation,
    "scaling": _scaling,
    "cooling": _cooling,
    "heating": _heating,
    "cycle": _cycle,
    "maximum": _maximum,
    "stationary": _stationary,
    **OF_JACOBIAN,
}
