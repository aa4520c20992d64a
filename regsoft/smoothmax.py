"""Smooth maxima and their companions: values that the maximisers give.

float32 is computed in float64 and rounded once.
"""

import numpy as np

from regsoft import _validate
from regsoft._stable import HUGE, at_least_double, exp_gaps, quiet, rounded, scaled, score_gaps
from regsoft.argmax import softmax

__all__ = ["boltzmann", "log_softmax", "logsumexp", "mellowmax", "softargmax", "softplus"]


@quiet
def softplus(x, alpha=1.0):
    """Smooth ramp ``alpha log(1 + exp(x/alpha))``, the maximum of ``w x + alpha H(w)`` over [0, 1].

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. The limits at -inf and inf are 0 and inf; NaN propagates.
    alpha : float, default 1.0
        Temperature, positive and finite.

    Returns
    -------
    ndarray or scalar, same shape and float dtype as `x`
        Between max(x, 0) and max(x, 0) + alpha log 2, convex, increasing.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `alpha` is not a number.
    ValueError
        If `x` is ragged or `alpha` is not positive and finite.

    See Also
    --------
    sigmoid : Its derivative.
    logsumexp : The same on the simplex; ``softplus(x) = logsumexp([x, 0])``.

    Notes
    -----
    Derived in ``book/sigmoid.ipynb``, eq-sigmoid-value.

    Examples
    --------
    >>> print(softplus([-1000.0, 0.0, 2.0]).round(6))
    [0.       0.693147 2.126928]
    """
    x = _validate.real_array(x, "x")
    alpha = _validate.positive(alpha, "alpha")
    wide = at_least_double(x)
    excess = np.log1p(np.exp(-np.abs(scaled(wide, alpha))))
    return rounded(np.maximum(wide, 0) + alpha * excess, x.dtype)


@quiet
def logsumexp(x, alpha=1.0, axis=-1):
    """Smooth maximum ``alpha log(sum_i exp(x_i/alpha))``.

    The maximum of ``<w, x> + alpha H(w)`` over w in the simplex, H the Shannon entropy.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Infinite scores have their limits; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray or scalar, shape of `x` without `axis`
        Between max(x) and max(x) + alpha log d; convex and increasing in each score.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` is not a number or `axis` is not an integer.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `alpha` is not positive and finite.

    See Also
    --------
    softmax : Its gradient.
    boltzmann : Another smooth maximum, ``logsumexp(x) - alpha H(softmax(x))``.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-value. The largest score leaves the sum and log1p takes the rest,
    so that small corrections to the maximum keep their relative accuracy.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions,
    2021. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(logsumexp([1.0, 2.0, 4.0]).round(6))
    4.169846
    """
    x, axis = _validate.slices(x, "x", axis)
    alpha = _validate.positive(alpha, "alpha")
    e, top = exp_gaps(at_least_double(x), alpha, axis)
    at_top = e == 1
    e[at_top] = 0
    others = np.add.reduce(e, axis=axis) + (np.add.reduce(at_top, axis=axis) - 1)
    top, excess = np.reshape(top, np.shape(others)), np.log1p(others)
    # The sum may be finite where alpha * excess is not.
    smooth = top + alpha * excess if alpha <= HUGE else (top / alpha + excess) * alpha
    return rounded(smooth, x.dtype)


@quiet
def log_softmax(x, alpha=1.0, axis=-1):
    """Logarithm of softmax, ``(x_i - logsumexp(x, alpha)) / alpha``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Infinite scores have their limits; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        At most 0. For finite scores finite, also where the share itself is too small for a float, unless the
        logarithm exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        As `logsumexp`.

    See Also
    --------
    softmax : Its exponential.

    Notes
    -----
    The gap to the largest score less log1p of the others' exponentials: nothing cancels, so that every entry
    keeps its relative accuracy, the ones near 0 included. Derived in ``book/numerics.ipynb``, eq-log-softmax.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions,
    2021. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(log_softmax([1.0, 2.0, 1000.0]))
    [-999. -998.    0.]
    """
    x, axis = _validate.slices(x, "x", axis)
    gaps, _ = score_gaps(at_least_double(x), _validate.positive(alpha, "alpha"), axis)
    at_top = gaps == 0
    others = np.where(at_top, 0, np.exp(gaps)).sum(axis=axis, keepdims=True)
    excess = np.log1p(others + (at_top.sum(axis=axis, keepdims=True) - 1))
    return rounded(gaps - excess, x.dtype) + 0.0  # no -0.0


@quiet
def mellowmax(x, alpha=1.0, axis=-1):
    """Mellowmax ``alpha log(mean_i exp(x_i/alpha))``: logsumexp less alpha log d.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Infinite scores have their limits; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray or scalar, shape of `x` without `axis`
        Between the mean and the maximum of the scores; convex, increasing, a non-expansion.

    Raises
    ------
    TypeError, ValueError
        As `logsumexp`.

    See Also
    --------
    logsumexp : The same without the mean.
    boltzmann : A smooth maximum that is not a non-expansion.

    Notes
    -----
    Written with expm1 and log1p, so that it tends to the mean as alpha grows and loses no digits there.
    Derived in ``book/smooth-maxima.ipynb``, eq-mellowmax.

    References
    ----------
    K. Asadi and M. L. Littman, An Alternative Softmax Operator for Reinforcement Learning, 2017.
    doi:10.48550/arXiv.1612.05628

    Examples
    --------
    >>> print(mellowmax([1.0, 2.0, 4.0]).round(6))
    3.071234
    """
    x, axis = _validate.slices(x, "x", axis)
    alpha = _validate.positive(alpha, "alpha")
    gaps, top = score_gaps(at_least_double(x), alpha, axis)
    lack = np.add.reduce(np.expm1(gaps), axis=axis) / x.shape[axis]  # one less than the mean exponential
    log_mean = np.where(lack > -0.5, np.log1p(lack), np.log(np.exp(gaps).mean(axis=axis)))
    top = np.reshape(top, np.shape(lack))
    smooth = top + alpha * log_mean if alpha <= HUGE else (top / alpha + log_mean) * alpha
    return rounded(smooth, x.dtype)


@quiet
def boltzmann(x, alpha=1.0, axis=-1):
    """Boltzmann operator ``<w, x>`` with ``w = softmax(x, alpha)``: the mean score under softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. A score of -inf has no weight unless all are; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray or scalar, shape of `x` without `axis`
        Between the mean and the maximum of the scores. Not monotone in each score.

    Raises
    ------
    TypeError, ValueError
        As `logsumexp`.

    See Also
    --------
    logsumexp : The monotone smooth maximum.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-boltzmann.

    References
    ----------
    K. Asadi and M. L. Littman, An Alternative Softmax Operator for Reinforcement Learning, 2017.
    doi:10.48550/arXiv.1612.05628

    Examples
    --------
    >>> print(boltzmann([1.0, 2.0, 4.0]).round(6))
    3.645579
    """
    x, axis = _validate.slices(x, "x", axis)
    wide = at_least_double(x)
    w = softmax(wide, alpha, axis)
    return rounded(np.where(w == 0, 0, w * wide).sum(axis=axis), x.dtype)


def softargmax(x, alpha=1.0, axis=-1):
    """Expected position ``<w, [1 2 … d]>`` with ``w = softmax(x, alpha)``, counted from 1.

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
    ndarray or scalar, shape of `x` without `axis`
        Between 1 and d. Near the position of the largest score when the mass has one narrow peak; between
        the peaks when it has two.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    softmax : The weights.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-softargmax. Subtract 1 for a position counted from 0.

    References
    ----------
    R. Goroshin, M. Mathieu and Y. LeCun, Learning to Linearize Under Uncertainty, 2015.
    doi:10.48550/arXiv.1506.03011

    Examples
    --------
    >>> print(softargmax([1.0, 2.0, 4.0]).round(6))
    2.801785
    """
    x, axis = _validate.slices(x, "x", axis)
    w = np.moveaxis(softmax(at_least_double(x), alpha, axis), axis, -1)
    return rounded((w * np.arange(1.0, w.shape[-1] + 1)).sum(axis=-1), x.dtype)
