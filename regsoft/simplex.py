"""The probability simplex: its vertices, and the maximisers of linear functions."""

import numpy as np

from regsoft import _validate
from regsoft._rows import from_rows, total
from regsoft._stable import quiet, widened
from regsoft._types import Array, ArrayLike, Axis

__all__ = ["hardmax", "one_hot"]


def one_hot(index: ArrayLike, d: int) -> Array:
    """Vertices of the simplex: the vectors with a single 1.

    Parameters
    ----------
    index : array_like of int, shape (...,)
        Position of the 1, counted from 0; from 0 to ``d - 1``.
    d : int
        Dimension, at least 1.

    Returns
    -------
    ndarray of float64, shape (..., d)
        Zeros with a 1 at `index` along the last axis.

    Raises
    ------
    TypeError
        If `index` or `d` is not an integer.
    ValueError
        If `d` is less than 1, an index lies outside the range, or `index` is ragged.

    See Also
    --------
    hardmax : The vertex (or face) where a linear function on the simplex is largest.

    Notes
    -----
    Derived in ``book/introduction.ipynb``, eq-simplex.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    if not isinstance(d, (int, np.integer)) or isinstance(d, bool):
        raise TypeError(f"d must be an integer; got {d!r}")
    if d < 1:
        raise ValueError(f"d must be at least 1; got {d}")
    index = _validate.positions(index, "index", d)
    return np.equal(index[..., None], np.arange(d)).astype(np.float64)


@quiet
def hardmax(x: ArrayLike, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Maximiser of a linear function over the simplex; ties share equally.

    ``argmax <w, x>`` over w in the simplex: the one-hot vector of the largest score and, where several are
    largest, the centre of the face that they span. It is the limit of `softmax` as alpha decreases to 0.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinite scores are allowed.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`. A slice with a NaN is NaN.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `x` is ragged, is empty along `axis`, or has no such axis.

    See Also
    --------
    softmax : The same problem with entropy added.
    one_hot : A vertex from its index.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-linear-softmax.

    Examples
    --------
    >>> hardmax([1.0, 4.0, 4.0, 2.0])
    array([0. , 0.5, 0.5, 0. ])
    """
    x, place = _validate.scores(x, "x", axis, where)
    shares = widened(np.equal(x, np.maximum.reduce(x, axis=-1, keepdims=True)).astype(x.dtype), np.float32)
    return from_rows((shares / total(shares)).astype(x.dtype), place)  # 0/0 where there is a NaN
