"""Entropies and divergences, in nats, with 0 log 0 = 0; float32 is computed in float64 and rounded once."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_double, quiet, rounded

__all__ = ["binary_entropy", "gini_entropy", "kl_divergence", "shannon_entropy", "tsallis_entropy"]


@quiet
def binary_entropy(w):
    """Entropy of a coin, ``-w log w - (1 - w) log(1 - w)``, in nats.

    Parameters
    ----------
    w : array_like of float, shape (...,)
        Probabilities in [0, 1].

    Returns
    -------
    ndarray or scalar, same shape and float dtype as `w`
        Between 0 (at 0 and 1) and log 2 (at 1/2).

    Raises
    ------
    TypeError
        If `w` does not hold real numbers.
    ValueError
        If `w` is ragged or an entry, NaN included, lies outside [0, 1].

    See Also
    --------
    shannon_entropy : The same for a vector of probabilities.
    sigmoid_objective : A linear function plus this entropy.

    Notes
    -----
    Strictly concave: the second derivative is -1/(w (1 - w)).
    Derived in ``book/sigmoid.ipynb``, eq-binary-entropy.

    References
    ----------
    C. E. Shannon, A Mathematical Theory of Communication, 1948. doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> print(binary_entropy([0.0, 0.5, 1.0]).round(6))
    [0.       0.693147 0.      ]
    """
    w = _validate.unit_interval(w, "w")
    wide = at_least_double(w)
    rest = 1 - wide
    entropy = _minus_x_log_x(wide) - rest * np.log1p(-np.where(rest > 0, wide, 0))
    return rounded(entropy, w.dtype)


@quiet
def shannon_entropy(w, axis=-1):
    """Entropy of a probability vector, ``-sum w_i log w_i``, in nats.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis`.
    axis : int, default -1
        Axis of the probabilities.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Between 0 (at a vertex) and log d (at the centre).

    Raises
    ------
    TypeError
        If `w` does not hold real numbers or `axis` is not an integer.
    ValueError
        If `w` is ragged, is empty along `axis`, has a negative or NaN entry, or does not sum to 1.

    See Also
    --------
    binary_entropy : The case d = 2.
    kl_divergence : ``log d - H(w)`` is the divergence from the centre.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-softmax-objective.

    References
    ----------
    C. E. Shannon, A Mathematical Theory of Communication, 1948. doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> print(shannon_entropy([[1.0, 0.0, 0.0], [0.25, 0.25, 0.5]]).round(6))
    [0.       1.039721]
    """
    w, axis = _validate.simplex_points(w, "w", axis)
    return rounded(_minus_x_log_x(at_least_double(w)).sum(axis=axis), w.dtype)


def _minus_x_log_x(x):
    return -x * np.log(np.where(x > 0, x, 1))


@quiet
def kl_divergence(p, q, axis=-1):
    """Kullback-Leibler divergence ``sum p_i log(p_i / q_i)``, in nats.

    Parameters
    ----------
    p, q : array_like of float, shape (..., d, ...)
        Points of the simplex; equally long along `axis`, otherwise broadcast.
    axis : int, default -1
        Axis of the probabilities.

    Returns
    -------
    ndarray or scalar, shape of the broadcast `p` and `q` without `axis`
        At least 0; 0 exactly when p = q; inf where some p_i > 0 has q_i = 0.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers or `axis` is not an integer.
    ValueError
        If `p` or `q` is not in the simplex, or their shapes do not fit.

    See Also
    --------
    cross_entropy : The divergence plus the entropy of p.

    Notes
    -----
    Near p = q the logarithm is taken as log1p((p - q)/q), which keeps its relative accuracy.
    Derived in ``book/introduction.ipynb``, eq-cross-entropy-split.

    References
    ----------
    S. Kullback and R. A. Leibler, On Information and Sufficiency, 1951. doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> print(kl_divergence([0.5, 0.5, 0.0], [0.25, 0.25, 0.5]).round(6))
    0.693147
    """
    p, axis = _validate.simplex_points(p, "p", axis)
    q, _ = _validate.simplex_points(q, "q", axis)
    _validate.same_length(p, q, ("p", "q"), axis)
    dtype = np.result_type(p, q)
    p, q = at_least_double(p), at_least_double(q)
    ratio = p / q
    log_ratio = np.where(ratio < np.inf, np.log(ratio), np.log(p) - np.log(q))
    log_ratio = np.where(np.abs(ratio - 1) < 0.5, np.log1p((p - q) / q), log_ratio)
    return rounded(np.maximum(np.where(p > 0, p * log_ratio, 0).sum(axis=axis), 0), dtype)


def gini_entropy(w, axis=-1):
    """Gini entropy of a probability vector, ``(1 - sum w_i^2)/2``.

    Half the chance that two independent draws from w differ.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis`.
    axis : int, default -1
        Axis of the probabilities.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Between 0 (at a vertex) and (1 - 1/d)/2 (at the centre).

    Raises
    ------
    TypeError
        If `w` does not hold real numbers or `axis` is not an integer.
    ValueError
        If `w` is ragged, is empty along `axis`, has a negative or NaN entry, or does not sum to 1.

    See Also
    --------
    tsallis_entropy : The family to which it belongs, at order 2.
    sparsemax : The maximiser that it makes.

    Notes
    -----
    Derived in ``book/sparsemax.ipynb``, eq-gini.

    References
    ----------
    M. Blondel, A. F. T. Martins and V. Niculae, Learning with Fenchel-Young Losses, 2020.
    https://jmlr.org/papers/v21/19-021.html

    Examples
    --------
    >>> print(gini_entropy([[1.0, 0.0], [0.5, 0.5]]))
    [0.   0.25]
    """
    return tsallis_entropy(w, 2.0, axis)


@quiet
def tsallis_entropy(w, order, axis=-1):
    """Tsallis entropy ``sum (w_i - w_i^order) / (order (order - 1))``, at order 1 the Shannon entropy.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis`.
    order : float
        At least 1 and finite: 1 is `shannon_entropy`, 2 is `gini_entropy`.
    axis : int, default -1
        Axis of the probabilities.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Strictly concave in w, 0 at a vertex, largest at the centre, decreasing in the order.

    Raises
    ------
    TypeError
        If `w` does not hold real numbers, `order` is not a number or `axis` is not an integer.
    ValueError
        If `w` is not in the simplex, or `order` is less than 1 or infinite.

    See Also
    --------
    entmax : The maximiser that it makes.

    Notes
    -----
    Written as ``-w_i expm1((order - 1) log w_i) / (order (order - 1))``, which tends to the Shannon entropy
    without a division of 0 by 0. Derived in ``book/entmax.ipynb``, eq-tsallis.

    References
    ----------
    C. Tsallis, Possible Generalization of Boltzmann-Gibbs Statistics, 1988. doi:10.1007/BF01016429

    Examples
    --------
    >>> print(tsallis_entropy([0.5, 0.25, 0.25], 1.5).round(6))
    0.528595
    """
    w, axis = _validate.simplex_points(w, "w", axis)
    return rounded(_tsallis(at_least_double(w), _validate.order(order), axis), w.dtype)


def _tsallis(w, order, axis):
    """Return the Tsallis entropy of points that need no check; NaN propagates."""
    log_w = np.log(np.where(w > 0, np.minimum(w, 1), 1))  # rounding may leave a share above 1
    missing = -log_w if order == 1 else -np.expm1((order - 1) * log_w) / (order - 1)
    return (w * missing).sum(axis=axis) / order + 0.0
