"""Derivatives of the maximisers."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_double, at_least_single, quiet, rounded, scaled
from regsoft.argmax import sigmoid, softmax
from regsoft.entmax import entmax

__all__ = ["entmax_jacobian", "sigmoid_jacobian", "softmax_jacobian", "sparsemax_jacobian"]


@quiet
def sigmoid_jacobian(x, alpha=1.0):
    """Derivative of ``sigmoid(x, alpha)``: ``s (1 - s) / alpha`` with s the sigmoid.

    The map acts on each score alone, so its Jacobian is diagonal; the diagonal is returned.

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. The derivative is 0 at -inf and inf; NaN propagates.
    alpha : float, default 1.0
        Temperature, positive and finite.

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
    x = _validate.real_array(x, "x")
    wide = at_least_single(x)
    slope = scaled(sigmoid(wide, alpha) * sigmoid(-wide, alpha), float(alpha))
    return rounded(slope, x.dtype)


@quiet
def softmax_jacobian(x, alpha=1.0, axis=-1):
    """Jacobian of ``softmax(x, alpha)``: ``(diag(w) - w w^T) / alpha`` with w the softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, shape (..., d, d)
        The batch axes of `x`, then the derivative of share i by score j at ``[i, j]``. Symmetric, positive
        semidefinite, rows and columns sum to 0: the covariance of a one-hot draw from w, over alpha.

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
    Derived in ``book/calculus.ipynb``, eq-jacobian. The diagonal w_i (1 - w_i) is summed from the other shares,
    which keeps it accurate when w_i is near 1.

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
    w = softmax(x, alpha, axis)
    w = np.moveaxis(w, axis, -1)
    jacobian = -w[..., :, None] * w[..., None, :]
    i = np.arange(w.shape[-1])
    jacobian[..., i, i] = 0
    jacobian[..., i, i] = -jacobian.sum(axis=-1)
    return rounded(scaled(jacobian, float(alpha)), w.dtype) + 0.0  # no -0.0


def sparsemax_jacobian(x, alpha=1.0, axis=-1):
    """Jacobian of ``sparsemax(x, alpha)``: ``(diag(s) - s s^T/|s|)/alpha``, s the indicator of its support.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `sparsemax`.
    alpha : float, default 1.0
        Weight of the entropy, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, shape (..., d, d)
        The batch axes of `x`, then the derivative of share i by score j at ``[i, j]``. Where a score lies
        exactly at the threshold there is no derivative; the one from below is returned.

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
def entmax_jacobian(x, order=1.5, alpha=1.0, axis=-1):
    """Jacobian of ``entmax(x, order, alpha)``: ``(diag(s) - s s^T/sum(s))/alpha``, ``s_i = w_i^(2 - order)``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `entmax`.
    order : float, default 1.5
        Order of the entropy, at least 1 and finite.
    alpha : float, default 1.0
        Weight of the entropy, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, shape (..., d, d)
        The batch axes of `x`, then the derivative of share i by score j at ``[i, j]``: symmetric, positive
        semidefinite, rows and columns sum to 0, and are 0 outside the support (s_i = 0 there).

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
    x, axis = _validate.slices(x, "x", axis)
    w = np.moveaxis(entmax(at_least_double(x), order, alpha, axis), axis, -1)
    power = 2 - float(order)
    unit = np.where(w > 0, w, np.inf).min(axis=-1, keepdims=True) if power < 0 else np.ones_like(w[..., :1])
    total = np.where(w > 0, (w / unit) ** power, w).sum(axis=-1)[
        ..., None, None
    ]  # neither this nor the powers
    products = w[..., :, None] * w[..., None, :] / unit[..., None]  # below overflow unless the result does
    jacobian = -np.where(products > 0, products**power, products) / total  # 0 off the support; NaN stays
    i = np.arange(w.shape[-1])
    jacobian[..., i, i] = 0
    jacobian[..., i, i] = -jacobian.sum(axis=-1)
    return rounded(scaled(jacobian, float(alpha)), x.dtype) + 0.0  # no -0.0
