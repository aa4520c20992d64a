"""Derivatives of the maximisers."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_single, quiet, scaled
from regsoft.argmax import sigmoid, softmax


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

    Examples
    --------
    >>> print(sigmoid_jacobian([0.0, 2.0]).round(6))
    [0.25     0.104994]
    """
    x = _validate.real_array(x, "x")
    wide = at_least_single(x)
    slope = scaled(sigmoid(wide, alpha) * sigmoid(-wide, alpha), float(alpha))
    return slope.astype(x.dtype, copy=False)[()]


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
    The diagonal w_i (1 - w_i) is summed from the other shares, which keeps it accurate when w_i is near 1.

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
    return scaled(jacobian, float(alpha)).astype(w.dtype, copy=False) + 0.0  # no -0.0
