"""Maximisers of the objectives: sigmoid on [0, 1], softmax on the simplex."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_entry, by_row, from_rows, total
from regsoft._shares import mapped, softmax_rows
from regsoft._stable import quiet, score_gaps, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis

__all__ = ["logit", "sigmoid", "softmax", "softmin", "weighted_softmax"]


@quiet
def sigmoid(x: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Logistic sigmoid ``1 / (1 + exp(-x/alpha))``.

    The maximiser of ``w x + alpha H(w)`` over w in [0, 1], H the binary entropy.

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. At -inf and inf the value is the limit, 0 and 1; NaN propagates.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; broadcast against `x`.

    Returns
    -------
    ndarray or scalar, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        In [0, 1], increasing in x, with ``sigmoid(x) + sigmoid(-x) = 1``.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `alpha` does not hold numbers.
    ValueError
        If `x` is ragged or `alpha` is not positive and finite.

    See Also
    --------
    sigmoid_objective : What it maximises.
    softplus : The maximum, whose derivative it is.
    sigmoid_jacobian : Its derivative.
    softmax : The same on the simplex.

    Notes
    -----
    Derived in ``book/sigmoid.ipynb``, eq-sigmoid-argmax. Computed as exp(min(z, 0)) / (1 + exp(-abs(z)))
    with z = x/alpha, where nothing overflows: the left tail fades to 0 through the subnormal numbers.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, 2016, section 6.2.2. ISBN 978-0-262-03561-3

    Examples
    --------
    >>> print(sigmoid([-1000.0, 0.0, 2.0]).round(6))
    [0.       0.5      0.880797]
    """
    return by_entry(_sigmoid, _validate.real_array(x, "x"), _validate.temperature(alpha))


def _sigmoid(x: Array, alpha: float | Array) -> Array:
    z = widened(x, np.float32) / alpha
    e = np.exp(-np.abs(z))
    w = np.maximum(np.sign(z), e)  # exp(min(z, 0))
    w /= 1 + e
    return w


@quiet
def logit(w: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Inverse of the sigmoid, ``alpha log(w / (1 - w))``: the score whose sigmoid is w.

    Parameters
    ----------
    w : array_like of float, shape (...,)
        Probabilities in [0, 1].
    alpha : array_like of float, default 1.0
        Temperature, positive and finite; broadcast against `w`.

    Returns
    -------
    ndarray or scalar, broadcast shape
        Increasing in w, odd around 1/2; -inf at 0 and inf at 1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If an argument is ragged, an entry of `w`, NaN included, lies outside [0, 1], or `alpha` is not positive
        and finite.

    See Also
    --------
    sigmoid : The map that it inverts.

    Notes
    -----
    Keeps its digits near 1/2, where the two logarithms cancel. Derived in ``book/sigmoid.ipynb``,
    eq-sigmoid-argmax.

    Examples
    --------
    >>> print(logit([0.0, 0.5, 0.75]).round(6))
    [    -inf 0.       1.098612]
    """
    return by_entry(_logit, _validate.unit_interval(w, "w"), _validate.temperature(alpha))


def _logit(w: Array, alpha: float | Array) -> Array:
    w = widened(w)
    smaller = np.minimum(w, 1 - w)
    ratio = 2 * np.abs(w - 0.5) / smaller
    return alpha * np.copysign(np.where(ratio < np.inf, np.log1p(ratio), -np.log(smaller)), w - 0.5)


@quiet
def softmax(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Softmax ``exp(x_i/alpha) / sum_j exp(x_j/alpha)``.

    The maximiser of ``<w, x> + alpha H(w)`` over w in the simplex, H the Shannon entropy.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass; scores of -inf get none, unless all are -inf; a slice with a
        NaN is NaN.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice. Towards 0 the result
        tends to `hardmax`, towards infinity to the uniform distribution.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        Non-negative, sums to 1 along `axis`, unchanged when a constant is added to the scores.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` does not hold numbers or `axis` is not an integer, a tuple or
        None.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `alpha` is not positive and finite.

    See Also
    --------
    softmax_objective : What it maximises.
    logsumexp : The maximum, whose gradient it is.
    softmax_jacobian : Its derivative.
    softmin : The same on costs.
    hardmax : The limit as alpha tends to 0.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-normalised. Computed from the gaps to the largest score.

    A slice that is all -inf, or in which no option takes part, gets uniform shares, the limit as equal scores tend
    to -inf together. So, without NaN, the result is always a point of the simplex. For such slices PyTorch gives
    NaN and attention layers 0; for 0 where no option takes part, multiply by ``where.any(axis, keepdims=True)``.

    References
    ----------
    J. S. Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, with
    Relationships to Statistical Pattern Recognition, 1990. doi:10.1007/978-3-642-76153-9_28

    P. Blanchard, D. J. Higham and N. J. Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions,
    2021. doi:10.1093/imanum/draa038

    Examples
    --------
    >>> print(softmax([1.0, 2.0, 4.0]).round(6))
    [0.04201  0.114195 0.843795]
    """
    return mapped(softmax_rows, x, alpha, axis, where, whole=True)


def softmin(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Softmax of costs, ``exp(-x_i/alpha) / sum_j exp(-x_j/alpha)``: f in the source document.

    The minimiser of ``<w, x> - alpha H(w)`` over w in the simplex, H the Shannon entropy; equal to
    ``softmax(-x, alpha)``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Costs; the smaller a cost, the larger its share.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which costs compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the costs; the others count as costs of inf.

    Returns
    -------
    ndarray, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        Non-negative, sums to 1 along `axis`. Infinite costs and NaN are treated as in `softmax`.

    Raises
    ------
    TypeError, ValueError
        As `softmax`.

    See Also
    --------
    softmax : The same on scores.

    Notes
    -----
    Derived in ``book/introduction.ipynb``, eq-softmin.

    Examples
    --------
    >>> print(softmin([1.0, 2.0, 4.0]).round(6))
    [0.705385 0.259496 0.035119]
    """
    costs = _validate.numbers(x, "x")  # for integers, ~ reverses the order without overflow
    scores = ~costs if costs.dtype.kind in "iu" else -_validate.real_array(costs, "x")
    return softmax(scores, alpha, axis, where)


@quiet
def weighted_softmax(
    x: ArrayLike, prior: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True
) -> Array:
    """Softmax with a prior, ``prior_i exp(x_i/alpha) / sum_j prior_j exp(x_j/alpha)``.

    The maximiser of ``<w, x> - alpha KL(w || prior)`` over w in the simplex; the uniform prior gives softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`, among the options that the prior allows.
    prior : array_like of float, shape (..., d, ...)
        Points of the simplex, whose sum may be off by 2 %; same length as `x` along `axis`, other axes broadcast.
        Where the prior is 0, the result is 0.
    alpha : array_like of float, default 1.0
        Temperature, positive and finite: one number, or an array with one for each slice. Towards infinity the
        result tends to the prior.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, broadcast shape of `x` and `prior`
        Non-negative, sums to 1 along `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `prior` is not in the simplex, the shapes do not fit, or `alpha` is not positive and finite.

    See Also
    --------
    softmax : The case of a uniform prior.

    Notes
    -----
    Derived in ``book/geometry.ipynb``, eq-weighted-softmax.

    References
    ----------
    M. D. Donsker and S. R. S. Varadhan, Asymptotic Evaluation of Certain Markov Process Expectations for
    Large Time, I, 1975. doi:10.1002/cpa.3160280102

    Examples
    --------
    >>> print(weighted_softmax([0.0, 0.0, 5.0], [0.75, 0.25, 0.0]))
    [0.75 0.25 0.  ]
    """
    x, place = _validate.scores(x, "x", axis, where)
    prior, other = _validate.simplex_points(prior, "prior", axis)
    _validate.pair(place, other, ("x", "prior"), axis)
    return from_rows(by_row(_weighted_softmax, x, prior, _validate.temperature(alpha)), place)


def _weighted_softmax(x: Array, prior: Array, alpha: float | Array) -> Array:
    allowed = np.where((prior > 0) | np.isnan(x), x, -np.inf)
    gaps, _ = score_gaps(widened(allowed), alpha)
    weights = prior * np.exp(gaps)
    return weights / total(weights)
