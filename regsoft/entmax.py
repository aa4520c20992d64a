"""Maximisers under other entropies: sparsemax and the entmax family, whose shares can be exactly 0."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_double, quiet, score_gaps
from regsoft.argmax import softmax
from regsoft.simplex import project_simplex

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
        If `x` does not hold real numbers, `alpha` is no number or `axis` is no integer.
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
    return _by_row(project_simplex, x, alpha, axis)


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
        If `x` does not hold real numbers, `order` or `alpha` is no number or `axis` is no integer.
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
    with gaps to the largest score. The one unknown m lies between 0 and ``(1 - d^(1 - order))/(order - 1)``;
    below order 2 Newton's method climbs to it from 0, above it the bracket is halved until floats end. Written
    so, order 1 is a limit and no division by zero. Above order 2 a share near the edge of the support is
    ill-conditioned: a change of one rounding unit in a score moves it by that unit to the power 1/(order - 1).
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
        return _by_row(project_simplex, x, alpha, axis)
    if order == 1.5:
        return _by_row(_entmax15, x, alpha, axis)
    return _by_row(lambda gaps: _entmax(gaps, order), x, alpha, axis)


def _by_row(shares, x, alpha, axis):
    """Apply `shares`, a function of gaps along the last axis, to the scores along `axis`."""
    x, axis = _validate.slices(x, "x", axis)
    gaps, _ = score_gaps(at_least_double(x), _validate.positive(alpha, "alpha"), axis)
    return shares(gaps.swapaxes(axis, -1)).swapaxes(axis, -1).astype(x.dtype, copy=False)


def _entmax15(gaps):
    halves = gaps / 2
    ordered = np.maximum(np.sort(halves, axis=-1)[..., ::-1], -2)  # below -1 nothing is in the support
    count = np.arange(1, gaps.shape[-1] + 1)
    mean = np.cumsum(ordered, axis=-1) / count
    spread = np.cumsum(ordered**2, axis=-1) - count * mean**2
    threshold = mean - np.sqrt(np.maximum((1 - spread) / count, 0))
    size = np.add.reduce(threshold <= ordered, axis=-1, keepdims=True)
    threshold = np.take_along_axis(threshold, np.maximum(size, 1) - 1, axis=-1)
    return _normal(np.maximum(halves - threshold, 0) ** 2)


def _entmax(gaps, order):
    excess = order - 1
    reach = max(1, np.add.reduce(gaps > -1 / excess, axis=-1).max(initial=1))  # no support is larger
    high_gaps = -np.sort(-gaps, axis=-1)[..., :reach]
    m = np.zeros((*gaps.shape[:-1], 1))
    m = _by_newton(high_gaps, excess, m) if order < 2 else _by_halving(high_gaps, excess, m)
    return _normal(_power(excess * (gaps - m), excess))


def _by_newton(gaps, excess, m):
    """Raise m from 0 to where the shares add to 1: their sum is convex in m, so no step goes too far."""
    for _ in range(STEPS):
        y = excess * (gaps - m)
        shares = _power(y, excess)
        slope = np.add.reduce(np.where(y > -1, shares / (1 + y), 0), axis=-1, keepdims=True)
        step = (np.add.reduce(shares, axis=-1, keepdims=True) - 1) / slope
        m = m + np.maximum(step, 0)
        if not (step > 4 * np.finfo(m.dtype).eps * np.maximum(m, 1)).any():
            break
    return m


def _by_halving(gaps, excess, m):
    """Halve the bracket from 0 to the value at equal scores until floats end."""
    low, high = m, m - np.expm1(-excess * np.log(gaps.shape[-1])) / excess
    for _ in range(STEPS):
        m = (low + high) / 2
        if not ((low < m) & (m < high)).any():
            break
        above = np.add.reduce(_power(excess * (gaps - m), excess), axis=-1, keepdims=True) >= 1
        low, high = np.where(above, m, low), np.where(above, high, m)
    return low


def _power(y, excess):
    """Return (1 + y)^(1/excess), 0 where 1 + y is not positive; tends to exp(y/excess) with the excess."""
    return np.where(y > -1, np.exp(np.log1p(y) / excess), np.where(np.isnan(y), y, 0))


def _normal(shares):
    return shares / np.add.reduce(shares, axis=-1, keepdims=True)
