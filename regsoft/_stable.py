"""Exponentials of score gaps: the one place where overflow and infinite scores are dealt with."""

import math

import numpy as np

quiet = np.errstate(all="ignore")  # as a decorator: the limits below are meant, so NumPy need not warn

HUGE = float(np.finfo(np.float32).max) / 2**11  # up to this alpha an overflowing gap has weight 0 anyway
SHORT = 24  # up to this length many slices are faster side by side than one after the other
BLOCK = 2**14  # scores handled at a time, so that they stay in the processor's cache


def scaled(x, alpha):
    """Return x/alpha, in float64 when `alpha` is not a normal number in x's dtype."""
    if alpha == 1:
        return x
    limits = np.finfo(x.dtype)
    return x / (alpha if limits.tiny <= alpha <= limits.max else np.float64(alpha))


def at_least_single(x):
    """Return `x`, float16 widened to float32."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def at_least_double(x):
    """Return `x`, float16 and float32 widened to float64."""
    return x.astype(np.promote_types(x.dtype, np.float64), copy=False)


def rounded(x, dtype):
    """Return `x`, a float array or number, in `dtype`; a number if it has no axis."""
    return x.astype(dtype, copy=False)[()]


def score_gaps(x, alpha, axis):
    """Return (x - top)/alpha, where `top` holds the largest scores along `axis`, and `top` itself.

    The gaps are at most 0 and at least one of each slice is 0. A score equal to an infinite largest score has
    no gap to it. A slice with a NaN is NaN. `top` is a scalar for a vector, otherwise an array that broadcasts
    against `x`; both results are at least float32.
    """
    x = at_least_single(x)
    vector = x.ndim == 1  # argmax takes a third of the time of a reduction, which short vectors notice
    top = x[x.argmax()] if vector else np.maximum.reduce(x, axis=axis, keepdims=True)
    gaps = scaled(x - top, alpha) if alpha <= HUGE else scaled(x / 4 - top / 4, alpha / 4)
    if not math.isfinite(top if vector else np.add.reduce(top, axis=None)):
        gaps = np.where(np.isnan(gaps) & ~np.isnan(top), 0, gaps)  # inf - inf
    return gaps, top


def exp_gaps(x, alpha, axis):
    """Return exp((x - top)/alpha) and `top` as `score_gaps` does.

    The exponentials lie in [0, 1] and at least one of each slice is 1, so nothing overflows.
    """
    gaps, top = score_gaps(x, alpha, axis)
    return np.exp(gaps, gaps), top
