"""Shares of many slices at once: each slice of scores is a column, and its shares are found by sorting.

`simplex` and `entmax` say which shares: a function that takes columns of gaps to the largest score, and returns
columns that sum to 1.
"""

from itertools import pairwise

import numpy as np

from regsoft import _validate
from regsoft._stable import BLOCK, SHORT, at_least_double, score_gaps


def by_slice(shares, depth, x, alpha, axis):
    """Apply `shares`, a function of columns of gaps, to the scores along `axis`, a block of slices at a time.

    A gap of -depth or less means no share, so options with such gaps in the whole block are left out.
    """
    x, axis = _validate.slices(x, "x", axis)
    alpha = _validate.positive(alpha, "alpha")
    rows, d = x.swapaxes(axis, -1), x.shape[axis]
    w = np.zeros(rows.shape, x.dtype)
    flat_in, flat_out = rows.reshape(-1, d), w.reshape(-1, d)
    step = max(1, BLOCK // d)
    for start in range(0, len(flat_in), step):
        block = at_least_double(flat_in[start : start + step].T)
        gaps, _ = score_gaps(block.copy() if d <= SHORT else block, alpha, 0)
        out = flat_out[start : start + step].T
        near = ~np.logical_and.reduce(gaps <= -depth, axis=1)
        if near.all():
            out[...] = shares(gaps)
        else:
            out[near] = shares(gaps[near])
    return w.swapaxes(axis, -1)


def nearest(gaps):
    """Project columns whose largest entry is 0."""
    ordered = descending(gaps)
    sums = running_sums(ordered)
    count = np.arange(1.0, len(gaps) + 1)[:, None]
    size = np.add.reduce(1 + count * ordered > sums, axis=0)  # 0 for a column with a NaN
    threshold = (pick(sums, size) - 1) / size
    return normalised(np.maximum(gaps - threshold, 0))


def descending(gaps):
    """Return the columns, each sorted with the largest entry first."""
    return np.sort(np.ascontiguousarray(gaps.T))[:, ::-1].T.copy()


def running_sums(columns):
    """Return the sums of the first one, two, … entries of each column."""
    if len(columns) > SHORT:
        return np.cumsum(columns, axis=0)
    sums = columns.copy()  # a row at a time is five times faster for many columns
    for above, row in pairwise(sums):
        row += above
    return sums


def pick(columns, size):
    """Return the entry of each column at which `size` entries end."""
    return np.take_along_axis(columns, np.maximum(size, 1)[None] - 1, axis=0)


def normalised(shares):
    """Return the columns, each divided by its sum."""
    return shares / np.add.reduce(shares, axis=0)
