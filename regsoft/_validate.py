"""Arguments are checked here, once, on entry; messages say what is allowed and what was given."""

import math
import operator
from reprlib import repr as shown  # shortens a long value
from typing import Any

import numpy as np

from regsoft._rows import to_rows, total
from regsoft._stable import LARGE, widened
from regsoft._types import Array, ArrayLike, Axis, NDArray, Place

SMALL = float(np.finfo(np.float32).tiny)
OFF_BY = 0.02  # sums of shares rounded to float16 may be off by this much


def real_array(value: ArrayLike, name: str) -> Array:
    """Return `value` as a floating array; float dtypes are kept, integers and booleans become float64."""
    array = numbers(value, name)
    return array.astype(array.dtype.newbyteorder("=") if array.dtype.kind == "f" else np.float64, copy=False)


def whole_numbers(value: ArrayLike, name: str) -> NDArray[np.integer[Any]]:
    """Return `value` as an integer array."""
    array = _rectangular(value, name)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers; got dtype {array.dtype} from {shown(value)}")
    return array if array.size else array.astype(np.intp)


def positions(value: ArrayLike, name: str, d: int) -> NDArray[np.integer[Any]]:
    """Return `value` as an array of integers from 0 to d - 1."""
    index = whole_numbers(value, name)
    _require((index >= 0) & (index < d), index, f"{name} must lie in 0 … {d - 1}")
    return index


def numbers(value: ArrayLike, name: str) -> NDArray[Any]:
    """Return `value` as an array of floats, integers or booleans."""
    array = _rectangular(value, name)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype} from {shown(value)}")
    return array


def _rectangular(value: ArrayLike, name: str) -> NDArray[Any]:
    if _has_masked_entries(value):
        raise TypeError(f"{name} must hold no masked entries; got {shown(value)}")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers; got {shown(value)}") from error


def _has_masked_entries(value: object) -> bool:
    """Say whether an array, or one in lists of lists, has masked entries, which NumPy would unmask."""
    if isinstance(value, (list, tuple)):
        nested = any(issubclass(kind, (list, tuple, np.ndarray)) for kind in set(map(type, value)))
        return nested and any(map(_has_masked_entries, value))
    return isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)


def slices(
    value: ArrayLike, name: str, axis: Axis, where: ArrayLike = True, without: float = 0.0
) -> tuple[Array, Place]:
    """Return `value` as a floating array of rows, and their place: the merged axes, and the shape.

    Entries where `where` is false are replaced by `without`.
    """
    array = real_array(value, name)
    axes = (-1,) if type(axis) is int and axis == -1 and array.ndim else _axes(array.shape, name, axis)
    if not array.size and any(array.shape[a] == 0 for a in axes):
        raise ValueError(f"{name} must not be empty along axis {axis}; got shape {array.shape}")
    if where is not True:
        array = np.where(_switch(where, array.shape), array, array.dtype.type(without))
    return to_rows(array, axes), (axes, array.shape)


def scores(value: ArrayLike, name: str, axis: Axis, where: ArrayLike = True) -> tuple[Array, Place]:
    """Return `value` as `slices` does, for functions of differences of entries; entries left out are -inf.

    Integers become their gaps to the largest, which a float can represent even where it cannot represent the
    integers.
    """
    return slices(differences(value, name, axis, where), name, axis, where, -np.inf)


def differences(value: ArrayLike, name: str, axis: Axis, where: ArrayLike = True) -> NDArray[Any]:
    """Return `value` as an array; integers become their gaps to the largest entry along `axis` that takes part."""
    array = numbers(value, name)
    if array.dtype.kind not in "iu" or not array.size:
        return array
    where, least = _switch(where, array.shape), np.iinfo(array.dtype).min
    top = array.max(axis=_axes(array.shape, name, axis), keepdims=True, initial=least, where=where)
    return -(top.astype(np.uint64) - array.astype(np.uint64)).astype(float)  # exact, since modulo 2**64


def _axes(shape: tuple[int, ...], name: str, axis: Axis) -> tuple[int, ...]:
    """Return the axes that an int, a tuple or None stands for, counted from the end, in ascending order."""
    n = len(shape)
    if axis is None:
        return tuple(range(-n, 0))
    try:
        axes = [operator.index(a) for a in (axis if isinstance(axis, tuple) else (axis,))]
    except TypeError:
        raise TypeError(f"axis must be an integer, a tuple of integers or None; got {axis!r}") from None
    for a in axes:
        if not -n <= a < n:
            raise np.exceptions.AxisError(a, n, f"{name} has shape {shape}")
    axes = sorted(a % n - n for a in axes)
    if not axes or len(set(axes)) < len(axes):
        raise ValueError(f"axis must name one or more axes, each once; got {axis!r}")
    return tuple(axes)


def _switch(where: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool]:
    """Return `where` as booleans, broadcast to `shape`."""
    switch = _rectangular(where, "where")
    if switch.dtype.kind != "b":
        raise TypeError(f"where must hold booleans; got dtype {switch.dtype} from {shown(where)}")
    try:
        return np.broadcast_to(switch, shape)
    except ValueError:
        raise ValueError(f"where must broadcast to shape {shape}; got shape {switch.shape}") from None


def positive(value: ArrayLike, name: str) -> float:
    """Return `value` as a float that is positive and finite."""
    if type(value) is float and 0 < value < math.inf:
        return value  # the usual case, without the cost of an array
    array = real_array(value, name)
    if array.ndim:
        raise TypeError(f"{name} must be a single number; got shape {array.shape}")
    number = float(array)
    if not 0 < number < math.inf:
        raise ValueError(f"{name} must be positive and finite; got {value!r}")
    return number


def temperature(value: ArrayLike) -> float | Array:
    """Check that `value` is positive and finite; return it, a number or an array with a last axis added.

    A number becomes a Python float, which does not change the dtype of arrays; one that single precision cannot
    represent, or so large that gaps may overflow, becomes a np.float64.
    """
    if type(value) is float or (alpha := real_array(value, "alpha")).ndim == 0:
        number = positive(value, "alpha")
        return number if SMALL <= number <= LARGE else np.float64(number)
    _require((alpha > 0) & (alpha < np.inf), alpha, "alpha must be positive and finite")
    return alpha[..., None]


def order(value: ArrayLike) -> float:
    """Return `value`, the order of a Tsallis entropy, as a float that is at least 1 and finite."""
    number = positive(value, "order")
    if number < 1:
        raise ValueError(f"order must be at least 1; got {value!r}")
    return number


def entropy_weight(alpha: ArrayLike) -> float | Array:
    """Check that `alpha`, of any sign, is finite; return it as a number or an array."""
    weight = real_array(alpha, "alpha")
    if not np.isfinite(weight).all():
        raise ValueError(f"alpha must be finite; got {shown(alpha)}")
    return weight if weight.ndim else float(weight)  # a Python float leaves float32 data float32


def unit_interval(value: ArrayLike, name: str) -> Array:
    """Return `value` as a floating array whose entries lie in [0, 1]."""
    array = real_array(value, name)
    _require((array >= 0) & (array <= 1), array, f"{name} must lie in [0, 1]")
    return array


def simplex_points(value: ArrayLike, name: str, axis: Axis, where: ArrayLike = True) -> tuple[Array, Place]:
    """Check that the rows of `value` are points of the simplex; return them as `slices` does.

    Entries are at least 0. Sums are 1 up to 2 %, so that shares in half precision pass, also when they have been
    widened. Functions divide the rows by their sums: a row stands for the point of the simplex proportional to it.
    """
    array, place = slices(value, name, axis, where)
    if array.size and not array.min() >= 0:
        _require(array >= 0, array, f"{name} must have no negative entry")
    sums = total(widened(array, np.float32))
    _require(np.abs(sums - 1) <= OFF_BY, sums, f"{name} must sum to 1 along axis {axis}")
    return array, place


def pair(place: Place, other: Place, names: tuple[str, str], axis: Axis) -> None:
    """Check that rows of two arrays are equally long and made of the same axes, and that the shapes broadcast."""
    (axes, a), (others, b) = place, other
    try:
        np.broadcast_shapes(a, b)
        fits = axes == others and all(a[i] == b[i] for i in axes)
    except ValueError:
        fits = False
    if not fits:
        rule = f"must have the same length along axis {axis} and shapes that broadcast"
        raise ValueError(f"{' and '.join(names)} {rule}; got {a} and {b}")


def finite_rounds(value: ArrayLike, name: str) -> Array:
    """Return `value` as a finite floating array of shape (..., rounds, d) with d at least 1."""
    array = real_array(value, name)
    if array.ndim < 2 or array.shape[-1] == 0:
        raise ValueError(f"{name} must have shape (..., rounds, d), d at least 1; got shape {array.shape}")
    _require(np.isfinite(array), array, f"{name} must be finite")
    return array


def _require(right: NDArray[np.bool], array: NDArray[Any], text: str) -> None:
    """Raise ValueError with the first entry where `right` is false, if there is one."""
    if not right.all():
        raise ValueError(f"{text}; got {array[~right].flat[0]}")
