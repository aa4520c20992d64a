"""Arguments are checked here, once, on entry: what was wrong, the value, what is allowed."""

import math
import operator
from reprlib import repr as shown  # shortens a long value

import numpy as np


def real_array(value, name):
    """Return `value` as a floating array; float dtypes are kept, integers and booleans become float64."""
    array = _rectangular(value, name)
    if array.dtype.kind == "f":
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype} from {shown(value)}")


def whole_numbers(value, name):
    """Return `value` as an integer array."""
    array = _rectangular(value, name)
    if not array.size:
        return array.astype(np.intp)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers; got dtype {array.dtype} from {shown(value)}")
    return array


def _rectangular(value, name):
    if hasattr(value, "mask") and np.ma.is_masked(value):  # np.ma alone takes as long as all the rest
        raise TypeError(f"{name} must hold no masked entries; got {shown(value)}")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers; got {shown(value)}") from error


def slices(value, name, axis):
    """Return `value` as a floating array and `axis` as an integer along which it is not empty."""
    array = real_array(value, name)
    try:
        axis = operator.index(axis)
    except TypeError:
        raise TypeError(f"axis must be an integer; got {axis!r}") from None
    if not -array.ndim <= axis < array.ndim:
        raise np.exceptions.AxisError(axis, array.ndim, f"{name} has shape {array.shape}")
    if array.shape[axis] == 0:
        raise ValueError(f"{name} must not be empty along axis {axis}; got shape {array.shape}")
    return array, axis


def positive(value, name):
    """Return `value` as a float that is positive and finite."""
    if type(value) is float and 0 < value < math.inf:
        return value  # the usual case, without the cost of an array
    number = real_array(value, name)
    if number.ndim:
        raise TypeError(f"{name} must be a single number; got shape {number.shape}")
    number = float(number)
    if not 0 < number < math.inf:
        raise ValueError(f"{name} must be positive and finite; got {value!r}")
    return number


def order(value):
    """Return `value`, the order of a Tsallis entropy, as a float that is at least 1 and finite."""
    number = positive(value, "order")
    if number < 1:
        raise ValueError(f"order must be at least 1; got {value!r}")
    return number


def entropy_weight(alpha):
    """Return `alpha`, a number or an array of any sign, once every entry is finite."""
    weight = real_array(alpha, "alpha")
    weight = weight if weight.ndim else float(weight)  # a Python float leaves float32 data float32
    if not np.isfinite(weight).all():
        raise ValueError(f"alpha must be finite; got {shown(alpha)}")
    return weight


def unit_interval(value, name):
    """Return `value` as a floating array whose entries lie in [0, 1]."""
    array = real_array(value, name)
    outside = ~((array >= 0) & (array <= 1))
    if outside.any():
        raise ValueError(f"{name} must lie in [0, 1]; got {array[outside].flat[0]}")
    return array


def simplex_points(value, name, axis):
    """Return `value` as points of the simplex along `axis`, which is returned too.

    Entries are at least 0; sums are 1 up to the square root of the dtype's rounding unit.
    """
    array, axis = slices(value, name, axis)
    negative = ~(array >= 0)
    if negative.any():
        raise ValueError(f"{name} must have no negative entry; got {array[negative].flat[0]}")
    total = array.sum(axis=axis, dtype=np.promote_types(array.dtype, np.float64))
    off = ~(np.abs(total - 1) <= math.sqrt(np.finfo(array.dtype).eps))
    if off.any():
        raise ValueError(f"{name} must sum to 1 along axis {axis}; got {total[off].flat[0]}")
    return array, axis


def finite_rounds(value, name):
    """Return `value` as a finite floating array of shape (..., rounds, d) with d at least 1."""
    array = real_array(value, name)
    if array.ndim < 2 or array.shape[-1] == 0:
        raise ValueError(f"{name} must have shape (..., rounds, d), d at least 1; got shape {array.shape}")
    bad = ~np.isfinite(array)
    if bad.any():
        raise ValueError(f"{name} must be finite; got {array[bad].flat[0]}")
    return array


def same_length(a, b, names, axis):
    """Check that `a` and `b` have as many entries along `axis` and that their shapes broadcast."""
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        fits = False
    else:
        fits = a.shape[axis] == b.shape[axis] and (axis < 0 or a.ndim == b.ndim)
    if not fits:
        first, second = names
        raise ValueError(
            f"{first} and {second} must have the same length along axis {axis} and shapes that broadcast; "
            f"got {a.shape} and {b.shape}"
        )
