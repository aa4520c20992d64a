"""Derivatives of the maximisers."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_entry, by_row, from_rows, total
from regsoft._shares import entmax_rows
from regsoft._stable import quiet, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis
from regsoft.argmax import sigmoid

__all__ = ["entmax_jacobian", "entmax_jvp", "sigmoid_jacobian"]
__all__ += ["softmax_jacobian", "softmax_jvp", "sparsemax_jacobian"]


@quiet
def sigmoid_jacobian(x: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Derivative of ``sigmoid(x, alpha)``: ``s (1 - s) / alpha`` with s the sigmoid.

    The map acts on each score alone, so its Jacobian is diagonal; the diagonal is returned.

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. The derivative is 0 at -inf and inf; NaN propagates.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; broadcast against `x`.

    Returns
    -------
    ndarray or scalar, same shape and float dtype as `x`
        Between 0 and 1/(4 alpha), even in x.

    Raises
    ------
    TypeError, ValueError
        As `sigmoid`.

    See Also
    --------
    sigmoid : The map.
    softmax_jacobian : The same on the simplex.

    Notes
    -----
    Derived in ``book/calculus.ipynb``, eq-sigmoid-derivative.

    Examples
    --------
    >>> print(sigmoid_jacobian([0.0, 2.0]).round(6))
    [0.25     0.104994]
    """
    x, alpha = _validate.real_array(x, "x"), _validate.temperature(alpha)
    return by_entry(lambda x, a: sigmoid(widened(x), a) * sigmoid(-widened(x), a) / a, x, alpha)


def softmax_jacobian(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1) -> Array:
    """Jacobian of ``softmax(x, alpha)``: ``(diag(w) - w w^T) / alpha`` with w the softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.

    Returns
    -------
    ndarray, shape (..., d, d)
        The axes of `x` that do not compete, then the derivative of share i with respect to score j at ``[i, j]``.
        Symmetric, positive semidefinite, rows and columns sum to 0: the covariance of a one-hot draw from w, over
        alpha.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    softmax : The map.
    logsumexp : The function whose Hessian this is.

    Notes
    -----
    Derived in ``book/calculus.ipynb``, eq-jacobian. The diagonal w_i (1 - w_i) is minus the sum of the rest of its
    row, which keeps it accurate when w_i is near 1.

    References
    ----------
    B. Gao and L. Pavel, On the Properties of the Softmax Function with Application in Game Theory and
    Reinforcement Learning, 2017. doi:10.48550/arXiv.1704.00805

    Examples
    --------
    >>> print(softmax_jacobian([0.0, 0.0]))
    [[ 0.25 -0.25]
     [-0.25  0.25]]
    """
    return entmax_jacobian(x, 1.0, alpha, axis)


def sparsemax_jacobian(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1) -> Array:
    """Jacobian of ``sparsemax(x, alpha)``: ``(diag(s) - s s^T/|s|)/alpha``, s the indicator of its support.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `sparsemax`.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.

    Returns
    -------
    ndarray, shape (..., d, d)
        The axes of `x` that do not compete, then the derivative of share i with respect to score j at ``[i, j]``.
        Where a score lies exactly at the threshold, the map has a kink; the derivative for a score just below it is
        returned.

    Raises
    ------
    TypeError, ValueError
        As `sparsemax`.

    See Also
    --------
    sparsemax : The map.
    entmax_jacobian : The same for any order.

    Notes
    -----
    Derived in ``book/sparsemax.ipynb``, eq-sparsemax-jacobian.

    References
    ----------
    A. F. T. Martins and R. F. Astudillo, From Softmax to Sparsemax: A Sparse Model of Attention and
    Multi-Label Classification, 2016. doi:10.48550/arXiv.1602.02068

    Examples
    --------
    >>> print(sparsemax_jacobian([1.0, 0.5, -1.0]))
    [[ 0.5 -0.5  0. ]
     [-0.5  0.5  0. ]
     [ 0.   0.   0. ]]
    """
    return entmax_jacobian(x, 2.0, alpha, axis)


@quiet
def entmax_jacobian(x: ArrayLike, order: float = 1.5, alpha: ArrayLike = 1.0, axis: Axis = -1) -> Array:
    """Jacobian of ``entmax(x, order, alpha)``: ``(diag(s) - s s^T/sum(s))/alpha``, ``s_i = w_i^(2 - order)``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `entmax`.
    order : float, default 1.5
        Order of the entropy, at least 1 and finite.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.

    Returns
    -------
    ndarray, shape (..., d, d)
        The axes of `x` that do not compete, then the derivative of share i with respect to score j at ``[i, j]``:
        symmetric, positive semidefinite, rows and columns sum to 0, and are 0 outside the support (s_i = 0 there).

    Raises
    ------
    TypeError, ValueError
        As `entmax`.

    See Also
    --------
    entmax : The map.
    softmax_jacobian, sparsemax_jacobian : The orders 1 and 2.

    Notes
    -----
    Derived in ``book/entmax.ipynb``, eq-entmax-jacobian.

    References
    ----------
    B. Peters, V. Niculae and A. F. T. Martins, Sparse Sequence-to-Sequence Models, 2019.
    doi:10.18653/v1/P19-1146

    Examples
    --------
    >>> print(entmax_jacobian([0.0, 0.0, -9.0], 1.5).round(3))
    [[ 0.354 -0.354  0.   ]
     [-0.354  0.354  0.   ]
     [ 0.     0.     0.   ]]
    """
    x, _ = _validate.scores(x, "x", axis)
    order, alpha = _validate.order(order), _validate.temperature(alpha)
    w = entmax_rows(widened(x), alpha, order)
    power = 2 - order
    unit = np.where(w > 0, w, np.inf).min(axis=-1, keepdims=True) if power < 0 else np.ones_like(w[..., :1])
    # Divided by `unit`, neither the sums nor the powers overflow unless the result does.
    sums = total(np.where(w > 0, (w / unit) ** power, w))[..., None]
    products = w[..., :, None] * w[..., None, :] / unit[..., None]
    jacobian = -np.where(products > 0, products**power, products) / sums  # 0 off the support; NaN stays
    i = np.arange(w.shape[-1])
    jacobian[..., i, i] = 0
    jacobian[..., i, i] = -jacobian.sum(axis=-1)
    dtype = np.result_type(x, alpha) if isinstance(alpha, np.ndarray) else x.dtype
    return (jacobian / np.expand_dims(alpha, -1)).astype(dtype) + 0.0  # no -0.0


def softmax_jvp(x: ArrayLike, v: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1) -> Array:
    """Product of the Jacobian of ``softmax(x, alpha)`` with v, ``w_i (v_i - <w, v>) / alpha``, without the matrix.

    The Jacobian is symmetric, so this is also the vector-Jacobian product that backpropagation needs.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`.
    v : array_like of float, shape (..., d, ...)
        Changes of the scores; same length as `x` along `axis`, other axes broadcast.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; one number, or an array with one for each slice, broadcast against `x`
        without `axis`.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.

    Returns
    -------
    ndarray, broadcast shape of `x` and `v`
        The changes of the shares; they sum to 0 along `axis`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`; also if the shapes do not fit.

    See Also
    --------
    softmax_jacobian : The matrix.

    Notes
    -----
    Derived in ``book/calculus.ipynb``, eq-jacobian.

    Examples
    --------
    >>> print(softmax_jvp([0.0, 0.0], [1.0, 0.0]))
    [ 0.25 -0.25]
    """
    return entmax_jvp(x, v, 1.0, alpha, axis)


@quiet
def entmax_jvp(
    x: ArrayLike, v: ArrayLike, order: float = 1.5, alpha: ArrayLike = 1.0, axis: Axis = -1
) -> Array:
    """Product of the Jacobian of ``entmax(x, order, alpha)`` with v, ``s_i (v_i - <s, v>/sum(s)) / alpha``.

    Here ``s_i = w_i^(2 - order)`` on the support and 0 elsewhere. No matrix is made.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `entmax`.
    v : array_like of float, shape (..., d, ...)
        Changes of the scores; same length as `x` along `axis`, other axes broadcast.
    order : float, default 1.5
        Order of the entropy, at least 1 and finite.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite; one number, or an array with one for each slice, broadcast
        against `x` without `axis`.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.

    Returns
    -------
    ndarray, broadcast shape of `x` and `v`
        The changes of the shares; they sum to 0 along `axis`.

    Raises
    ------
    TypeError, ValueError
        As `entmax`; also if the shapes do not fit.

    See Also
    --------
    entmax_jacobian : The matrix.
    softmax_jvp : Order 1.

    Notes
    -----
    The change of the option with the largest s is minus the sum of the others, which is accurate for a share near
    1. Derived in ``book/entmax.ipynb``, eq-entmax-jacobian.

    References
    ----------
    B. Peters, V. Niculae and A. F. T. Martins, Sparse Sequence-to-Sequence Models, 2019.
    doi:10.18653/v1/P19-1146

    Examples
    --------
    >>> print(entmax_jvp([0.0, 0.0, -9.0], [1.0, 0.0, 1.0]).round(3))
    [ 0.354 -0.354  0.   ]
    """
    x, place = _validate.scores(x, "x", axis)
    v, other = _validate.slices(v, "v", axis)
    _validate.pair(place, other, ("x", "v"), axis)
    order, alpha = _validate.order(order), _validate.temperature(alpha)
    return from_rows(by_row(_jvp, x, v, alpha, order), place)


def _jvp(x: Array, v: Array, alpha: float | Array, order: float) -> Array:
    w = entmax_rows(widened(x), alpha, order)
    v, w = np.broadcast_arrays(v, w)
    powers = np.where(w > 0, (2 - order) * np.log(w), -np.inf)
    main = np.expand_dims(powers.argmax(axis=-1), -1)
    v = v - np.take_along_axis(v, main, -1)
    weights = np.exp(powers - np.take_along_axis(powers, main, -1))
    change = np.exp(powers) * (v - total(weights * v) / total(weights))
    np.put_along_axis(change, main, 0, -1)
    np.put_along_axis(change, main, -total(change), -1)
    return change / alpha + 0.0  # no -0.0
