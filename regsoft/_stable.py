"""Exponentials of score gaps, and logarithms of shares: where overflow and cancellation are dealt with."""

import math
from typing import Any, Literal

import numpy as np

from regsoft._rows import SHORT, total
from regsoft._types import Array

quiet = np.errstate(all="ignore")  # a decorator: the limits that overflow and 0/0 lead to are intended

LARGE = float(np.finfo(np.float32).max) / 2**11  # up to this alpha an overflowing gap has weight 0 anyway
CLOSE = 0.5  # up to this difference relative to the smaller share (less above order 3), quadrature is used
NODES, WEIGHTS = np.polynomial.legendre.leggauss(9)
NODES = (NODES[:, None] + 1) / 2
WEIGHTS = WEIGHTS[:, None] / 2 * (1 - NODES)
BLOCK = 2**14  # shares compared at a time, so that they stay in the processor's cache


def widened(x: Array, least: type[np.floating[Any]] = np.float64) -> Array:
    """Return the floating array `x` in a dtype no narrower than `least`."""
    return x.astype(np.promote_types(x.dtype, least), copy=False)


def score_gaps(x: Array, alpha: float | Array) -> tuple[Array, Array]:
    """Return (x - top)/alpha, where `top` holds the largest score of each row, and `top` itself.

    No gap is positive, and each row has a gap of 0. A score equal to an infinite largest score has gap 0. A row
    with a NaN is NaN. Both results are float32 or wider.
    """
    x = widened(x, np.float32)
    top = np.maximum.reduce(x, axis=-1, keepdims=True)
    if type(alpha) is float:
        gaps = x - top
        if alpha != 1:
            gaps /= alpha
    else:
        scale = np.where(alpha > LARGE, 4.0, 1.0)  # (x - top)/alpha may be finite where x - top is not
        gaps = (x / scale - top / scale) / (alpha / scale)
    if not math.isfinite(np.add.reduce(top, axis=None)):
        gaps = np.where(np.isnan(gaps) & ~np.isnan(top), 0, gaps)  # inf - inf
    return gaps, top


def log_rest(gaps: Array) -> Array:
    """Return log(sum(exp(gaps))) of rows whose largest gap is 0, in double precision at least.

    One largest term is left out of the sum and log1p is applied to the rest, so that small results stay accurate.
    """
    terms = np.exp(gaps)
    if terms.shape[-1] <= SHORT:  # short rows may be in Fortran order, where argmax is slow
        ones = np.floor(terms)
        return np.log1p(widened(total(terms - ones)) + (total(ones) - 1))
    terms = np.ascontiguousarray(terms)
    first = np.arange(0, terms.size, terms.shape[-1]) + terms.argmax(axis=-1).reshape(-1)
    terms.reshape(-1)[first] = 0
    return np.log1p(widened(total(terms)))


def log_shares(w: Array) -> tuple[Array, Array]:
    """Return the logarithms of rows of shares divided by their sums, and the sums.

    The logarithm of a share above 0.6 is computed from the other shares, so that it keeps its digits near 0.
    """
    large = w > 0.6  # true for at most one share of a row
    others = total(np.where(large, 0, w))
    most = np.maximum.reduce(w, axis=-1, keepdims=True)
    most = most * (most > 0.6)
    sums = others + most
    logs = np.log(w) - np.log(sums)
    np.copyto(logs, -np.log1p(others / most), where=large)
    return logs, sums


def tsallis_rows(w: Array, order: float) -> Array:
    """Return the Tsallis entropies of rows of shares divided by their sums; order 1 is the Shannon entropy."""
    w = widened(w)
    logs, sums = log_shares(w)
    np.maximum(logs, np.finfo(w.dtype).min, out=logs)  # 0 log 0 = 0
    return total(w * power_rise(1.0, -logs, order - 1)) / sums / order + 0.0  # no -0.0


def difference(p: Array, q: Array) -> tuple[Array, Array, Array]:
    """Return rows of shares `q` scaled to the sums of `p`, the difference q - p, and the sums.

    The difference stays accurate where `p` and `q` are nearly proportional.
    """
    sums = total(p)
    gap = q - p
    excess = total(gap) / sums
    if excess.any():
        gap = (gap - excess * p) / (1 + excess)
        q = q / (1 + excess)
    return q, gap, sums


def divergence(p: Array, q: Array, gap: Array, order: float = 1.0) -> Array:
    """Return by how much r^order / (order (order - 1)) at r = p exceeds its tangent at q; `gap` is q - p.

    Order 1 is the limit p log(p/q) - p + q. Results are at least 0, and 0 only where `gap` is. Where p and q are
    close the terms cancel, and the remainder of Taylor's formula takes their place: the integral over s from 0 to 1
    of gap^2 (1 - s) (q - s gap)^(order - 2), by Gauss's quadrature.
    """
    layout: Literal["C", "F"] = "C" if gap.flags.c_contiguous else "F"
    p, q = (array if array.shape == gap.shape else np.broadcast_to(array, gap.shape) for array in (p, q))
    flat = [array.ravel(layout) for array in (p, q, gap)]
    terms = np.empty_like(flat[2])
    for start in range(0, terms.size, BLOCK):
        part = slice(start, start + BLOCK)
        terms[part] = _divergence(flat[0][part], flat[1][part], flat[2][part], order)
    return terms.reshape(gap.shape, order=layout)


def _divergence(p: Array, q: Array, gap: Array, order: float) -> Array:
    ratio = np.abs(gap) / np.minimum(p, q)
    logs = np.log1p(ratio)  # |log(q/p)|
    far = np.flatnonzero(~(ratio < np.inf))
    if far.size:
        logs[far] = np.abs(np.log(q[far]) - np.log(p[far]))
    terms = gap if order == 1 else gap * q ** (order - 1)
    terms = (terms - p * np.copysign(power_rise(np.maximum(p, q), logs, order - 1), gap)) / order
    if far.size:
        terms[far] = np.where(p[far] > 0, terms[far], q[far] ** order / order)
    near = np.flatnonzero(ratio <= CLOSE / max(1, order - 2))
    gap, q = gap[near], q[near]
    step = gap / q
    terms[near] = gap * step * sum(WEIGHTS * (1 - NODES * step) ** (order - 2)) * q ** (order - 1)
    return terms


def power_rise(r: float | Array, logs: Array, power: float) -> Array:
    """Return the integral of t^(power - 1) from r exp(-logs) to r: the difference of powers, divided by `power`."""
    return logs if power == 0 else r**power * -np.expm1(-power * logs) / power
