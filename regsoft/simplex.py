"""The probability simplex: its vertices, and the projection onto it."""

import numpy as np

from regsoft import _validate
from regsoft._columns import by_slice, nearest
from regsoft._stable import quiet

__all__ = ["hardmax", "one_hot", "project_simplex"]


def one_hot(index, d):
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
    hardmax : The vertex (or face) where a linear function of the simplex is largest.

    Notes
    -----
    Derived in ``book/introduction.ipynb``, eq-simplex.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    index = _validate.whole_numbers(index, "index")
    if not isinstance(d, (int, np.integer)) or isinstance(d, bool):
        raise TypeError(f"d must be an integer; got {d!r}")
    if d < 1:
        raise ValueError(f"d must be at least 1; got {d}")
    outside = (index < 0) | (index >= d)
    if outside.any():
        raise ValueError(f"index must lie in 0 … {d - 1}; got {index[outside].flat[0]}")
    return np.equal(index[..., None], np.arange(d)).astype(np.float64)


def hardmax(x, axis=-1):
    """Maximiser of a linear function over the simplex; ties share equally.

    ``argmax <w, x>`` over w in the simplex: the one-hot vector of the largest score and, where several are
    largest, the centre of the face that they span. It is the limit of `softmax` as alpha decreases to 0.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinite scores are allowed.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`. A slice with a NaN is NaN.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `axis` is not an integer.
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
    x, axis = _validate.slices(x, "x", axis)
    at_top = x == np.max(x, axis=axis, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares = at_top / at_top.sum(axis=axis, keepdims=True, dtype=np.promote_types(x.dtype, np.float64))
    return shares.astype(x.dtype)


@quiet
def project_simplex(x, axis=-1):
    """Point of the simplex nearest to `x`.

    ``argmin |w - x|^2`` over w in the simplex, with the Euclidean norm.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Any points. Entries of inf share the whole mass, entries of -inf get none; a slice with a NaN is NaN.
    axis : int, default -1
        Axis of the points' coordinates.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`: ``max(x_i - threshold, 0)`` for one threshold a slice.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `axis` is not an integer.
    ValueError
        If `x` is ragged, is empty along `axis`, or has no such axis.

    See Also
    --------
    sparsemax : The same map, read as a maximiser.

    Notes
    -----
    Exact, by sorting: the threshold is the mean of the k largest entries less 1/k, for the largest k that
    leaves all k above it. Derived in ``book/sparsemax.ipynb``, eq-threshold.

    References
    ----------
    J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, Efficient Projections onto the l1-Ball for Learning
    in High Dimensions, 2008. doi:10.1145/1390156.1390191

    Examples
    --------
    >>> print(project_simplex([1.0, 0.5, -1.0]))
    [0.75 0.25 0.  ]
    """
    return by_slice(nearest, 1, x, 1.0, axis)  # the projection does not change with a shift
