"""Shares of rows of scores: by exponentials, or by sorting, for entropies under which shares can be exactly 0.

To be sorted, each row becomes a column, and many columns are processed at once. The order in which their entries
are added depends neither on the other columns nor on the options that are left out.
"""

from collections.abc import Callable

import numpy as np

from regsoft import _validate
from regsoft._rows import SHORT, by_row, from_rows, total
from regsoft._stable import score_gaps, widened
from regsoft._types import Array, ArrayLike, Axis

RUN = 128  # entries that are added one after another
STEPS = 100  # at most: Newton needs about ten, halving about sixty to narrow the bracket below rounding


def mapped(
    function: Callable[..., Array],
    x: ArrayLike,
    alpha: ArrayLike,
    axis: Axis,
    where: ArrayLike,
    whole: bool = False,
) -> Array:
    """Return `function` of the scores along `axis`, which gives one number for each score."""
    x, place = _validate.scores(x, "x", axis, where)
    return from_rows(by_row(function, x, _validate.temperature(alpha), whole=whole), place)


def softmax_rows(x: Array, alpha: float | Array) -> Array:
    weights, _ = score_gaps(x, alpha)
    np.exp(weights, out=weights)
    weights /= total(weights)
    return weights


def entmax_rows(x: Array, alpha: float | Array, order: float) -> Array:
    if order == 1:
        return softmax_rows(x, alpha)
    if order == 2:
        return _by_column(_nearest, 1, x, alpha)
    if order == 1.5:
        return _by_column(_entmax15, 2, x, alpha)
    return _by_column(lambda gaps: _entmax(gaps, order, x.shape[-1]), 1 / (order - 1), x, alpha)


def _by_column(shares: Callable[[Array], Array], depth: float, x: Array, alpha: float | Array) -> Array:
    """Apply `shares`, a function of columns of gaps, to rows of scores.

    A gap of -depth or less means no share, so options with such gaps in all rows are left out.
    """
    gaps, _ = score_gaps(widened(x), alpha)
    columns = np.ascontiguousarray(gaps.reshape(-1, gaps.shape[-1]).T)
    if columns.shape[1] == 1:  # NumPy would sum a single column in another order
        columns = np.repeat(columns, 2, axis=1)
    near = ~np.logical_and.reduce(columns <= -depth, axis=1) | (columns.size == 0)
    w = np.zeros_like(columns)
    w[near] = shares(columns[near])
    rows = np.ascontiguousarray(w.T[: gaps[..., 0].size]).reshape(gaps.shape)
    return rows / total(rows)


def _nearest(gaps: Array) -> Array:
    """Project each column, whose largest entry is 0, onto the simplex."""
    ordered = _descending(gaps)
    sums = _running_sums(ordered)
    count = np.arange(1.0, len(gaps) + 1)[:, None]
    size = np.add.reduce(1 + count * ordered > sums, axis=0)  # 0 for a column with a NaN
    threshold = (np.take_along_axis(sums, np.maximum(size, 1)[None] - 1, axis=0) - 1) / size
    return np.maximum(gaps - threshold, 0)


def _descending(gaps: Array) -> Array:
    """Return the columns, each sorted with the largest entry first."""
    return np.sort(np.ascontiguousarray(gaps.T))[:, ::-1].T.copy()


def _running_sums(columns: Array) -> Array:
    """Return the sums of the first one, two, … entries of each column."""
    if len(columns) > SHORT:
        return np.cumsum(columns, axis=0)
    sums = columns.copy()  # a row at a time is five times faster for many columns
    for i in range(1, len(sums)):
        sums[i] += sums[i - 1]
    return sums


def _sum_of_rows(columns: Array) -> Array:
    """Return the sum of each column: first within runs of entries, then over the runs, always in order.

    So trailing zeros do not change the result, and long columns lose little accuracy.
    """
    whole = len(columns) // RUN * RUN
    runs = np.add.reduce(columns[:whole].reshape(whole // RUN, RUN, columns.shape[1]), axis=1)
    return np.add.reduce(np.vstack([runs, np.add.reduce(columns[whole:], axis=0)]), axis=0)


def _entmax15(gaps: Array) -> Array:
    halves = gaps / 2
    ordered = _descending(halves)
    count = np.arange(1.0, len(gaps) + 1)[:, None]
    mean = _running_sums(ordered) / count
    spread = _running_sums(ordered**2) - count * mean**2
    threshold = mean - np.sqrt(np.maximum((1 - spread) / count, 0))
    size = np.add.reduce((threshold <= ordered) & (ordered > -1), axis=0)
    return np.maximum(halves - np.take_along_axis(threshold, np.maximum(size, 1)[None] - 1, axis=0), 0) ** 2


def _entmax(gaps: Array, order: float, d: int) -> Array:
    excess = order - 1
    reach = np.add.reduce(gaps > -1 / excess, axis=0).max(
        initial=1
    )  # upper bound on the size of the supports
    rivals = _descending(gaps)[:reach]
    if order < 2:
        return _shares(gaps, _by_newton(rivals, excess), excess)[0]
    # Between neighbouring floats p a share at the edge of the support may jump: interpolate to a sum of 1.
    ends = _by_halving(rivals, excess, d)
    below, above = (_sum_of_rows(_shares(rivals, p, excess)[0]) for p in ends)
    few, many = (_shares(gaps, p, excess)[0] for p in ends)
    return few + np.where(above > below, np.clip((1 - below) / (above - below), 0, 1), 1) * (many - few)


def _by_newton(gaps: Array, excess: float) -> Array:
    """Lower p from 1 until the shares sum to 1: the sum is convex in the m of `entmax`, so no step overshoots."""
    p = np.ones_like(gaps[0])
    moving = True
    for _ in range(STEPS):
        shares, base = _shares(gaps, p, excess)
        slope = _sum_of_rows(np.where(base > 0, shares / base, 0))
        step = np.where(
            moving, np.maximum((_sum_of_rows(shares) - 1) / slope, 0), 0
        )  # columns that have converged stay as they are
        p = p * np.exp(np.log1p(-excess * step) / excess)
        moving = step > 4 * np.finfo(p.dtype).eps
        if not moving.any():
            break
    return p


def _by_halving(gaps: Array, excess: float, d: int) -> tuple[Array, Array]:
    """Halve the bracket of the largest share from 1/d to 1, down to two neighbouring floats."""
    high = np.ones_like(gaps[0])
    low = high / d
    for _ in range(STEPS):
        p = (low + high) / 2
        moving = (low < p) & (p < high)
        if not moving.any():
            break
        above = _sum_of_rows(_shares(gaps, p, excess)[0]) >= 1
        low, high = np.where(moving & ~above, p, low), np.where(moving & above, p, high)
    return low, high


def _shares(gaps: Array, p: Array, excess: float) -> tuple[Array, Array]:
    """Return the shares p [1 + excess gap p^-excess]_+^(1/excess), p the largest share, and the brackets."""
    lift = np.minimum(p**-excess, np.finfo(p.dtype).max)  # finite, so that a gap of 0 stays 0
    y = excess * gaps * lift
    shares = p * np.exp(np.log1p(y) / excess)  # tends to p exp(gap) as excess tends to 0
    return np.where(y > -1, shares, 0), 1 + y
