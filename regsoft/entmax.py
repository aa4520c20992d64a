"""Maximisers under other entropies: sparsemax and the entmax family, whose shares can be exactly 0."""

import numpy as np

from regsoft import _validate
from regsoft._columns import by_slice, descending, nearest, normalised, pick, running_sums
from regsoft._stable import quiet
from regsoft.argmax import softmax

__all__ = ["entmax", "sparsemax"]

STEPS = 100  # at most: Newton needs about ten, halving about sixty to narrow the bracket below rounding


@quiet
def sparsemax(x, alpha=1.0, axis=-1):
    """Euclidean projection of ``x/alpha`` onto the simplex.

    The maximiser of ``<w, x> + alpha G(w)`` over w in the simplex, G the Gini entropy ``(1 - <w, w>)/2``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass, scores of -inf get none; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Weight of the entropy, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`; 0 for every score that lies alpha or more below the largest,
        and for more where several scores are high.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` is not a number or `axis` is not an integer.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `alpha` is not positive and finite.

    See Also
    --------
    gini_entropy : The entropy that it is made with.
    project_simplex : The same map, read as a projection.
    entmax : The family between softmax and this map, and beyond.
    sparsemax_jacobian : Its derivative.

    Notes
    -----
    Exact, by sorting, in O(d log d) operations. Derived in ``book/sparsemax.ipynb``, eq-sparsemax.

    References
    ----------
    A. F. T. Martins and R. F. Astudillo, From Softmax to Sparsemax: A Sparse Model of Attention and
    Multi-Label Classification, 2016. doi:10.48550/arXiv.1602.02068

    Examples
    --------
    >>> print(sparsemax([1.0, 0.5, -1.0]))
    [0.75 0.25 0.  ]
    """
    return by_slice(nearest, 1, x, alpha, axis)


@quiet
def entmax(x, order=1.5, alpha=1.0, axis=-1):
    """Entmax of an order: softmax at 1, sparsemax at 2, sparse for every order above 1.

    The maximiser of ``<w, x> + alpha H(w)`` over w in the simplex, H the Tsallis entropy of that order.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass, scores of -inf get none; a slice with a NaN is NaN.
    order : float, default 1.5
        Order of the entropy, at least 1 and finite.
    alpha : float, default 1.0
        Weight of the entropy, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`; 0 for every score that lies alpha/(order - 1) or more below the
        largest.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `order` or `alpha` is not a number or `axis` is not an integer.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `order` is less than 1 or infinite, or
        `alpha` is not positive and finite.

    See Also
    --------
    tsallis_entropy : The entropy that it is made with.
    softmax, sparsemax : The orders 1 and 2.
    entmax_jacobian : Its derivative.

    Notes
    -----
    Orders 1, 1.5 and 2 are exact. For others the shares are ``[1 + (order - 1)(gap_i - m)]_+^(1/(order - 1))``
    with gaps to the largest score. The unknown is the largest share p, which gives m, between 1/d and 1: below
    order 2 Newton's method descends to it from 1, above it the bracket is halved until floats end. Written as
    ``p [1 + (order - 1) gap_i p^(1 - order)]_+^(1/(order - 1))``, order 1 is a limit and no division by zero, and
    equal scores lose no digits at high orders. Shares of given gaps are within a few rounding units of 1 of the
    exact ones. Above order 2 the gaps matter near the edge of the support, where a share is ill-conditioned:
    a change of one unit in a score moves it by that unit to the power 1/(order - 1).
    Derived in ``book/entmax.ipynb``, eq-entmax-shares.

    References
    ----------
    B. Peters, V. Niculae and A. F. T. Martins, Sparse Sequence-to-Sequence Models, 2019.
    doi:10.18653/v1/P19-1146

    Examples
    --------
    >>> print(entmax([1.0, 0.5, -1.0]).round(4))
    [0.674 0.326 0.   ]
    """
    order = _validate.order(order)
    if order == 1:
        return softmax(x, alpha, axis)
    if order == 2:
        return by_slice(nearest, 1, x, alpha, axis)
    if order == 1.5:
        return by_slice(_entmax15, 2, x, alpha, axis)
    return by_slice(lambda gaps: _entmax(gaps, order), 1 / (order - 1), x, alpha, axis)


def _entmax15(gaps):
    halves = gaps / 2
    ordered = descending(halves)
    count = np.arange(1.0, len(gaps) + 1)[:, None]
    mean = running_sums(ordered) / count
    spread = running_sums(ordered**2) - count * mean**2
    threshold = mean - np.sqrt(np.maximum((1 - spread) / count, 0))
    size = np.add.reduce(threshold <= ordered, axis=0)
    return normalised(np.maximum(halves - pick(threshold, size), 0) ** 2)


def _entmax(gaps, order):
    excess = order - 1
    reach = max(1, np.add.reduce(gaps > -1 / excess, axis=0).max())  # no support is larger
    rivals = descending(gaps)[:reach]
    if order < 2:
        return normalised(_shares(gaps, _by_newton(rivals, excess), excess)[0])
    # From one float to the next a share at the edge of the support may leap: mix the two so that they add to 1.
    few, many = (_shares(gaps, p, excess)[0] for p in _by_halving(rivals, excess))
    total, leap = np.add.reduce(few, axis=0), np.add.reduce(many - few, axis=0)
    return normalised(few + np.where(leap > 0, np.clip((1 - total) / leap, 0, 1), 1) * (many - few))


def _by_newton(gaps, excess):
    """Lower the largest share from 1 until the shares add to 1: their sum is convex in m, no step overshoots."""
    p = np.ones_like(gaps[0])
    moving = True
    for _ in range(STEPS):
        shares, base = _shares(gaps, p, excess)
        slope = np.add.reduce(np.where(base > 0, shares / base, 0), axis=0)
        step = np.maximum((np.add.reduce(shares, axis=0) - 1) / slope, 0)
        step = np.where(moving, step, 0)  # a slice that has arrived stays, however far the others are
        p = p * np.exp(np.log1p(-excess * step) / excess)
        moving = step > 4 * np.finfo(p.dtype).eps
        if not moving.any():
            break
    return p


def _by_halving(gaps, excess):
    """Halve the bracket of the largest share from 1/d to 1, down to two neighbouring floats."""
    high = np.ones_like(gaps[0])
    low = high / len(gaps)
    for _ in range(STEPS):
        p = (low + high) / 2
        moving = (low < p) & (p < high)
        if not moving.any():
            break
        above = np.add.reduce(_shares(gaps, p, excess)[0], axis=0) >= 1
        low, high = np.where(moving & ~above, p, low), np.where(moving & above, p, high)
    return low, high


def _shares(gaps, p, excess):
    """Return the shares p [1 + excess gap p^-excess]_+^(1/excess), where p is the largest, and the bases."""
    lift = np.minimum(p**-excess, np.finfo(p.dtype).max)  # finite, so that a gap of 0 stays 0
    y = excess * gaps * lift
    shares = p * np.exp(np.log1p(y) / excess)  # tends to p exp(gap) with the excess
    return np.where(y > -1, shares, 0), 1 + y
