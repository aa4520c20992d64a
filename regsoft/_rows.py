"""Rows: the axes along which entries compete, merged into one last axis, and processed a block at a time.

What batches guarantee: along the last axis, the result for a row is bit-identical alone and in a batch. Along other
axes, whose entries lie apart in memory, sums are taken in another order, and the last few bits may differ.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from regsoft._types import Array, ArrayOrNumber, Place

BLOCK = 2**16  # numbers handled at a time, so that they stay in the processor's cache
SHORT = 32  # rows up to this length are faster side by side than one after the other


def to_rows(array: Array, axes: tuple[int, ...]) -> Array:
    """Return `array` with `axes`, in ascending order and counted from the end, merged into the last."""
    if axes == (-1,):
        return np.ascontiguousarray(array if array.flags.aligned else array.copy())
    last = np.moveaxis(array, axes, range(-len(axes), 0))
    return last.reshape(*last.shape[: -len(axes)], math.prod(last.shape[-len(axes) :]))


def from_rows(rows: Array, place: Place) -> Array:
    """Undo `to_rows` on rows that came from the axes and the shape in `place`; broadcasting may have added axes."""
    axes, shape = place
    if axes == (-1,):
        return rows
    rows = rows.reshape((*rows.shape[:-1], *(shape[axis] for axis in axes)))
    return np.moveaxis(rows, range(-len(axes), 0), axes)[()]


def reduced(rows: Array, place: Place, keepdims: bool) -> ArrayOrNumber:
    """Return one-entry rows without their last axis or, with `keepdims`, with the reduced axes at length 1."""
    return np.expand_dims(rows[..., 0], place[0]) if keepdims else rows[..., 0][()]


def by_row(function: Callable[..., Array], *arguments: float | Array, whole: bool = False) -> Array:
    """Apply `function` to rows; for each row it returns a row of the same length, or of one entry.

    Arguments are single numbers, arrays of rows, and arrays with one number for each row, all of which broadcast.
    The function gets them all, or a block of rows of each, and overwrites none of them. A function that needs no
    array besides its result needs no blocks: `whole` gives it all rows of a matrix at once, unless they are short
    and contiguous, where blocks are faster.
    """
    arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
    shapes = {array.shape for array in arrays}
    try:
        shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
    except ValueError:
        got, slices = arrays[-1].shape[:-1], arrays[0].shape[:-1]
        raise ValueError(
            f"alpha must have one number for each slice, shape {slices}; got shape {got}"
        ) from None
    dtype = arrays[0].dtype if len(arrays) == 1 else np.result_type(*arrays)
    d, count = shape[-1], math.prod(shape[:-1])
    apart = not all(array.flags.c_contiguous for array in arrays)
    step = max(1024 if apart else 1, BLOCK // d)  # strided entries are loaded with their neighbours
    if (count <= step or (whole and (apart or d > SHORT))) and max(array.ndim for array in arrays) <= 2:
        return function(*arguments).astype(dtype, copy=False)
    fixed = np.asfortranarray if d <= SHORT else np.asarray
    flat = [np.broadcast_to(a, (*shape[:-1], a.shape[-1])).reshape(count, a.shape[-1]) for a in arrays]
    result: Any = None
    for start in range(0, max(count, 1), step):
        block = iter([fixed(a[start : start + step]) for a in flat])
        part = function(*(next(block) if isinstance(a, np.ndarray) else a for a in arguments))
        result = np.empty((count, part.shape[-1]), dtype, "F" if apart else "C") if result is None else result
        result[start : start + step] = part
    return result.reshape(*shape[:-1], result.shape[-1])


def by_entry(function: Callable[..., Array], x: Array, *arguments: float | Array) -> ArrayOrNumber:
    """Return `function` of each entry of `x`, taken as a row of one entry."""
    return by_row(function, x[..., None], *arguments)[..., 0][()]


def total(rows: Array) -> Array:
    """Return the sums of rows, which keep their last axis.

    NumPy sums a contiguous row pairwise, and any other sequentially, which loses accuracy.
    Here the others are summed pairwise too: up to 128 entries in NumPy's own order, so with identical bits.
    """
    d = rows.shape[-1]
    if rows.flags.c_contiguous or d < 8:
        return np.add.reduce(rows, axis=-1, keepdims=True)
    part = max(128, math.isqrt(d)) if d > 128 else 8
    whole = d // part * part
    sums = rows[..., :whole]
    sums = sums if whole == 8 else np.add.reduce(sums.reshape(*rows.shape[:-1], -1, part), axis=-2)
    if part > 8:
        sums[..., : d - whole] += rows[..., whole:]
        return total(sums)
    for _ in range(3):
        sums = sums[..., ::2] + sums[..., 1::2]
    return sum((rows[..., i : i + 1] for i in range(whole, d)), sums)
