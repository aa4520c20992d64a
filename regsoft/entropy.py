"""Entropies and divergences, in nats, with 0 log 0 = 0; float32 is computed in float64 and rounded once."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_entry, by_row, reduced, total
from regsoft._stable import difference, divergence, quiet, tsallis_rows, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis

__all__ = ["binary_entropy", "gini_entropy", "kl_divergence", "shannon_entropy", "tsallis_entropy"]


@quiet
def binary_entropy(w: ArrayLike) -> ArrayOrNumber:
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
    return by_entry(_binary_entropy, _validate.unit_interval(w, "w"))


def _binary_entropy(w: Array) -> Array:
    w = widened(w)
    lowest = np.finfo(w.dtype).min  # in place of -inf: 0 log 0 = 0
    entropy = w * np.maximum(np.log(w), lowest) + (1 - w) * np.maximum(np.log1p(-w), lowest)
    return 0.0 - entropy  # no -0.0


def shannon_entropy(
    w: ArrayLike, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Entropy of a probability vector, ``-sum w_i log w_i``, in nats.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis` within 2 %; the function divides them by
        their sum.
    axis : int, tuple of int or None, default -1
        Axis of the probabilities, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Between 0 (at a vertex) and log d (at the centre).

    Raises
    ------
    TypeError
        If `w` does not hold real numbers or `axis` is not an integer, a tuple or None.
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
    return tsallis_entropy(w, 1.0, axis, keepdims, where)


@quiet
def kl_divergence(
    p: ArrayLike, q: ArrayLike, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Kullback-Leibler divergence ``sum p_i log(p_i / q_i)``, in nats.

    Parameters
    ----------
    p, q : array_like of float, shape (..., d, ...)
        Points of the simplex, whose sums may be off by 2 %: they are divided by them. Same length along `axis`,
        other axes broadcast.
    axis : int, tuple of int or None, default -1
        Axis of the probabilities, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, shape of the broadcast `p` and `q` without `axis`
        At least 0, and 0 only for equal points or if the divergence underflows; inf where some p_i > 0 has
        q_i = 0.

    Raises
    ------
    TypeError
        If `p` or `q` does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `p` or `q` is not in the simplex, or their shapes do not fit.

    See Also
    --------
    cross_entropy : The divergence plus the entropy of p.

    Notes
    -----
    Summed from the terms ``p_i log(p_i/q_i) - p_i + q_i``, none of them negative. Where p_i and q_i are close, the
    remainder of Taylor's formula replaces the term, so that near p = q no accuracy is lost except to the difference
    between the sums of p and q. The remainder is accurate to double precision only, even for long doubles. Derived
    in ``book/introduction.ipynb``, eq-cross-entropy-split.

    References
    ----------
    S. Kullback and R. A. Leibler, On Information and Sufficiency, 1951. doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> print(kl_divergence([0.5, 0.5, 0.0], [0.25, 0.25, 0.5]).round(6))
    0.693147
    """
    p, place = _validate.simplex_points(p, "p", axis, where)
    q, other = _validate.simplex_points(q, "q", axis, where)
    _validate.pair(place, other, ("p", "q"), axis)
    return reduced(by_row(_divergence, p, q), place, keepdims)


def _divergence(p: Array, q: Array) -> Array:
    p = widened(p)
    q, gap, sums = difference(p, widened(q))
    return total(divergence(p, q, gap)) / sums


def gini_entropy(
    w: ArrayLike, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Gini entropy of a probability vector, ``(1 - sum w_i^2)/2``.

    Half the chance that two independent draws from w differ.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis` within 2 %; the function divides them by
        their sum.
    axis : int, tuple of int or None, default -1
        Axis of the probabilities, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Between 0 (at a vertex) and (1 - 1/d)/2 (at the centre).

    Raises
    ------
    TypeError
        If `w` does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `w` is ragged, is empty along `axis`, has a negative or NaN entry, or does not sum to 1.

    See Also
    --------
    tsallis_entropy : The family to which it belongs, at order 2.
    sparsemax : The maximiser of the objective with this entropy.

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
    return tsallis_entropy(w, 2.0, axis, keepdims, where)


@quiet
def tsallis_entropy(
    w: ArrayLike, order: float, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Tsallis entropy ``sum (w_i - w_i^order) / (order (order - 1))``, at order 1 the Shannon entropy.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex: non-negative, summing to 1 along `axis` within 2 %; the function divides them by
        their sum.
    order : float
        At least 1 and finite: 1 is `shannon_entropy`, 2 is `gini_entropy`.
    axis : int, tuple of int or None, default -1
        Axis of the probabilities, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, shape of `w` without `axis`
        Strictly concave in w, 0 at a vertex, largest at the centre, decreasing in the order.

    Raises
    ------
    TypeError
        If `w` does not hold real numbers, `order` is not a number or `axis` is not an integer, a tuple or None.
    ValueError
        If `w` is not in the simplex, or `order` is less than 1 or infinite.

    See Also
    --------
    entmax : The maximiser of the objective with this entropy.

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
    w, place = _validate.simplex_points(w, "w", axis, where)
    return reduced(by_row(tsallis_rows, w, _validate.order(order)), place, keepdims)
