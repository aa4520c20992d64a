"""Smooth maxima and related values: regularised maxima, logarithms of shares, means under softmax."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_entry, by_row, reduced, to_rows, total
from regsoft._shares import mapped, softmax_rows
from regsoft._stable import log_rest, quiet, score_gaps, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis

__all__ = ["boltzmann", "log_sigmoid", "log_softmax", "logsumexp", "mellowmax", "softargmax", "softplus"]


@quiet
def softplus(x: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Smooth ramp ``alpha log(1 + exp(x/alpha))``, the maximum of ``w x + alpha H(w)`` over [0, 1].

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. The limits at -inf and inf are 0 and inf; NaN propagates.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; broadcast against `x`.

    Returns
    -------
    ndarray or scalar, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        Between max(x, 0) and max(x, 0) + alpha log 2; convex and, up to rounding, increasing.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `alpha` does not hold numbers.
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
    return by_entry(_softplus, _validate.real_array(x, "x"), _validate.temperature(alpha))


def _softplus(x: Array, alpha: float | Array) -> Array:
    x = widened(x)
    return np.maximum(x, 0) + alpha * np.log1p(np.exp(-np.abs(x / alpha)))


@quiet
def log_sigmoid(x: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Logarithm of the sigmoid, ``-log(1 + exp(-x/alpha))``: of the chance of one of two classes.

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. The limits at -inf and inf are -inf and 0; NaN propagates.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; broadcast against `x`.

    Returns
    -------
    ndarray or scalar, broadcast shape
        At most 0; finite for finite scores, also where the sigmoid itself is too small for a float, unless the
        logarithm exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        As `sigmoid`.

    See Also
    --------
    sigmoid : Its exponential.
    log_softmax : The same on the simplex; ``log_sigmoid(x) = log_softmax([x, 0])[0]``.

    Notes
    -----
    Equal to ``-softplus(-x, alpha) / alpha``. Derived in ``book/sigmoid.ipynb``, eq-sigmoid-value.

    Examples
    --------
    >>> print(log_sigmoid([-1000.0, 0.0, 2.0]).round(6))
    [-1.00000e+03 -6.93147e-01 -1.26928e-01]
    """
    x, alpha = _validate.real_array(x, "x"), _validate.temperature(alpha)
    return by_entry(lambda x, alpha: -_softplus(-widened(x) / alpha, 1.0), x, alpha)


@quiet
def logsumexp(
    x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Smooth maximum ``alpha log(sum_i exp(x_i/alpha))``.

    The maximum of ``<w, x> + alpha H(w)`` over w in the simplex, H the Shannon entropy.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. At infinite scores the value is the limit; a slice with a NaN is NaN.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray or scalar, shape of `x` without `axis`
        Between max(x) and max(x) + alpha log d; convex and increasing in each score.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` does not hold numbers or `axis` is not an integer, a tuple or
        None.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `alpha` is not positive and finite.

    See Also
    --------
    softmax : Its gradient.
    boltzmann : Another smooth maximum, ``logsumexp(x) - alpha H(softmax(x))``.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-value. The term of the largest score is left out of the sum and log1p is
    applied to the rest, so that small corrections to the maximum keep their relative accuracy.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions,
    2021. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(logsumexp([1.0, 2.0, 4.0]).round(6))
    4.169846
    """
    x, place = _validate.slices(x, "x", axis, where, -np.inf)
    return reduced(by_row(_logsumexp, x, _validate.temperature(alpha)), place, keepdims)


def _logsumexp(x: Array, alpha: float | Array) -> Array:
    gaps, top = score_gaps(widened(x), alpha)
    return _above(top, alpha, log_rest(gaps))


def _above(top: Array, alpha: float | Array, excess: Array) -> Array:
    """Return top + alpha excess, also where the sum is finite but alpha excess overflows."""
    return np.where(np.abs(alpha * excess) < np.inf, top + alpha * excess, (top / alpha + excess) * alpha)


@quiet
def log_softmax(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Logarithm of softmax, ``(x_i - logsumexp(x, alpha)) / alpha``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. At infinite scores the values are the limits; a slice with a NaN is NaN.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        At most 0. Finite for finite scores, also where the share itself is too small for a float, unless a
        difference of scores exceeds the largest float.

    Raises
    ------
    TypeError, ValueError
        As `logsumexp`.

    See Also
    --------
    softmax : Its exponential.

    Notes
    -----
    Computed as the gap to the largest score less log1p of the sum of the other exponentials. Nothing cancels, so
    that entries near 0 are as accurate as the gaps allow: if one other score matters, with gap g, rounding g moves
    the logarithm of a share near 1 by about abs(g) rounding units. Derived in ``book/numerics.ipynb``,
    eq-log-softmax.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions,
    2021. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(log_softmax([1.0, 2.0, 1000.0]))
    [-999. -998.    0.]
    """
    return mapped(_log_softmax, x, alpha, axis, where)


def _log_softmax(x: Array, alpha: float | Array) -> Array:
    logs, _ = score_gaps(x, alpha)
    logs -= log_rest(logs).astype(logs.dtype)
    return logs


@quiet
def mellowmax(
    x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Mellowmax ``alpha log(mean_i exp(x_i/alpha))``: logsumexp less alpha log d.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. At infinite scores the value is the limit; a slice with a NaN is NaN.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

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
    logsumexp : The same with the sum in place of the mean.
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
    scores, place = _validate.slices(x, "x", axis, where, -np.inf)
    counted = to_rows(np.broadcast_to(where, np.shape(x)), place[0])
    return reduced(by_row(_mellowmax, scores, counted, _validate.temperature(alpha)), place, keepdims)


def _mellowmax(x: Array, counted: Array, alpha: float | Array) -> Array:
    gaps, top = score_gaps(widened(x), alpha)
    count = np.maximum(total(counted.astype(float)), 1)
    mean_expm1 = total(np.expm1(gaps) * counted) / count  # the mean exponential minus 1
    log_mean = np.where(mean_expm1 > -0.5, np.log1p(mean_expm1), np.log(total(np.exp(gaps)) / count))
    return _above(top, alpha, log_mean)


@quiet
def boltzmann(
    x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Boltzmann operator ``<w, x>`` with ``w = softmax(x, alpha)``: the mean score under softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. A score of -inf has no weight unless all are; a slice with a NaN is NaN.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray or scalar, shape of `x` without `axis`
        Between the mean and the maximum of the scores; rounding never lifts it above the maximum. Not monotone in
        each score.

    Raises
    ------
    TypeError, ValueError
        As `logsumexp`.

    See Also
    --------
    logsumexp : The monotone smooth maximum.

    Notes
    -----
    Derived in ``book/smooth-maxima.ipynb``, eq-boltzmann.

    References
    ----------
    K. Asadi and M. L. Littman, An Alternative Softmax Operator for Reinforcement Learning, 2017.
    doi:10.48550/arXiv.1612.05628

    Examples
    --------
    >>> print(boltzmann([1.0, 2.0, 4.0]).round(6))
    3.645579
    """
    x, place = _validate.slices(x, "x", axis, where, -np.inf)
    return reduced(by_row(_boltzmann, x, _validate.temperature(alpha)), place, keepdims)


def _boltzmann(x: Array, alpha: float | Array) -> Array:
    x = widened(x)
    gaps, top = score_gaps(x, alpha)
    w = softmax_rows(x, alpha)
    return _above(top, alpha, total(w * np.where(w == 0, 0, gaps)))


@quiet
def softargmax(
    x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Expected position ``<w, [1 2 … d]>`` with ``w = softmax(x, alpha)``, counted from 1.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

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
    x, place = _validate.scores(x, "x", axis, where)
    return reduced(by_row(_softargmax, x, _validate.temperature(alpha)), place, keepdims)


def _softargmax(x: Array, alpha: float | Array) -> Array:
    w = softmax_rows(widened(x), alpha)
    return np.clip(total(w * np.arange(1.0, x.shape[-1] + 1)), 1, x.shape[-1])
