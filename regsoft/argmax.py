"""Maximisers of the objectives: sigmoid on [0, 1], softmax on the simplex."""

import numpy as np

from regsoft import _validate
from regsoft._stable import BLOCK, SHORT, at_least_double, at_least_single, exp_gaps, quiet, rounded, scaled

__all__ = ["sigmoid", "softmax", "softmin", "weighted_softmax"]

PLAIN = 80  # gaps up to this many temperatures need no care: their exponentials are normal numbers


@quiet
def sigmoid(x, alpha=1.0):
    """Logistic sigmoid ``1 / (1 + exp(-x/alpha))``.

    The maximiser of ``w x + alpha H(w)`` over w in [0, 1], H the binary entropy.

    Parameters
    ----------
    x : array_like of float, shape (...,)
        Scores. At -inf and inf the value is the limit, 0 and 1; NaN propagates.
    alpha : float, default 1.0
        Temperature, positive and finite.

    Returns
    -------
    ndarray or scalar, same shape and float dtype as `x`
        In [0, 1], increasing in x, with ``sigmoid(x) + sigmoid(-x) = 1``.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `alpha` is not a number.
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
    Derived in ``book/sigmoid.ipynb``, eq-sigmoid-argmax. Where exp(-x/alpha) overflows, the value is
    exp(x/alpha) to the last bit and is computed so: the left tail fades to 0 through the subnormal numbers.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, 2016, section 6.2.2. ISBN 978-0-262-03561-3

    Examples
    --------
    >>> print(sigmoid([-1000.0, 0.0, 2.0]).round(6))
    [0.       0.5      0.880797]
    """
    x = _validate.real_array(x, "x")
    z = scaled(at_least_single(x), _validate.positive(alpha, "alpha"))
    w = np.asarray(-z)
    np.exp(w, out=w)
    deep = np.isinf(w)
    w += 1
    np.reciprocal(w, out=w)
    if deep.any():
        w[deep] = np.exp(z[deep])
    return rounded(w, x.dtype)


def softmax(x, alpha=1.0, axis=-1):
    """Softmax ``exp(x_i/alpha) / sum_j exp(x_j/alpha)``.

    The maximiser of ``<w, x> + alpha H(w)`` over w in the simplex, H the Shannon entropy.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass, scores of -inf get none; a slice with a NaN is NaN.
    alpha : float, default 1.0
        Temperature, positive and finite. Towards 0 the result tends to `hardmax`, towards infinity to the
        uniform distribution.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`, unchanged when a constant is added to the scores.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` is not a number or `axis` is not an integer.
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
    x, axis = _validate.slices(x, "x", axis)
    alpha = _validate.positive(alpha, "alpha")
    if x.ndim == 1 and x.size <= SHORT and x.itemsize in (4, 8) and 1e-30 < alpha < 1e30:
        top = x.item(x.argmax())
        if (top - x.item(x.argmin())) / alpha < PLAIN:  # not so for infinite scores and NaN
            weights = x - top
            weights = np.exp(weights if alpha == 1 else weights / alpha)
            weights /= np.add.reduce(weights)
            return weights  # in half the time of what follows, most of which is care
    return _softmax(x, alpha, axis)


@quiet
def _softmax(x, alpha, axis):
    if x.ndim == 1 or x.shape[axis] > SHORT:
        weights, _ = exp_gaps(x, alpha, axis)
        weights /= np.add.reduce(weights, axis, keepdims=x.ndim > 1)
        return weights if weights.dtype == x.dtype else weights.astype(x.dtype)
    rows = x.swapaxes(axis, -1)
    w = np.empty(rows.shape, x.dtype)
    flat_in, flat_out = rows.reshape(-1, x.shape[axis]), w.reshape(-1, x.shape[axis])
    step = BLOCK // x.shape[axis]
    for start in range(0, len(flat_in), step):
        block = flat_in[start : start + step].T.copy()
        weights, _ = exp_gaps(block, alpha, 0)
        weights /= _sum_of_rows(weights)
        flat_out[start : start + step] = weights.T
    return w.swapaxes(axis, -1)


def _sum_of_rows(rows):
    """Add rows pairwise, in the order in which NumPy adds the entries of one vector."""
    whole = len(rows) // 8 * 8
    if not whole:
        return np.add.reduce(rows, axis=0)
    sums = sum((rows[i : i + 8] for i in range(8, whole, 8)), rows[:8])
    while len(sums) > 1:
        sums = sums[::2] + sums[1::2]
    return sum(rows[whole:], sums[0])


def softmin(x, alpha=1.0, axis=-1):
    """Softmax of costs, ``exp(-x_i/alpha) / sum_j exp(-x_j/alpha)``: the document's f.

    The minimiser of ``<w, x> - alpha H(w)`` over w in the simplex, H the Shannon entropy; equal to
    ``softmax(-x, alpha)``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Costs: the smaller, the larger the share.
    alpha : float, default 1.0
        Temperature, positive and finite.
    axis : int, default -1
        Axis along which costs compete.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
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
    return softmax(-_validate.real_array(x, "x"), alpha, axis)


@quiet
def weighted_softmax(x, prior, alpha=1.0, axis=-1):
    """Softmax with a prior, ``prior_i exp(x_i/alpha) / sum_j prior_j exp(x_j/alpha)``.

    The maximiser of ``<w, x> - alpha KL(w || prior)`` over w in the simplex; the uniform prior gives softmax.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores; infinities and NaN as in `softmax`, among the options that the prior allows.
    prior : array_like of float, shape (..., d, ...)
        Points of the simplex, as long as `x` along `axis`, otherwise broadcast. Where it is 0, so is the result.
    alpha : float, default 1.0
        Temperature, positive and finite. Towards infinity the result tends to the prior.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray, broadcast shape of `x` and `prior`
        Non-negative, sums to 1 along `axis`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
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
    x, axis = _validate.slices(x, "x", axis)
    prior, _ = _validate.simplex_points(prior, "prior", axis)
    _validate.same_length(x, prior, ("x", "prior"), axis)
    allowed = np.where((prior > 0) | np.isnan(x), x, -np.inf)
    weights = prior * exp_gaps(at_least_double(allowed), _validate.positive(alpha, "alpha"), axis)[0]
    w = weights / weights.sum(axis=axis, keepdims=True)
    return rounded(w, np.result_type(x, prior))
