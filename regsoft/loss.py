"""Losses that compare a target with a prediction."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_row, from_rows, reduced, total
from regsoft._shares import entmax_rows
from regsoft._stable import difference, divergence, log_shares, power_rise, quiet, score_gaps, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis, Place

__all__ = ["cross_entropy", "fenchel_young_loss"]


@quiet
def cross_entropy(
    p: ArrayLike, p_hat: ArrayLike, axis: Axis = -1, keepdims: bool = False, where: ArrayLike = True
) -> ArrayOrNumber:
    """Cross entropy ``-sum p_i log p_hat_i`` of a prediction under a target, in nats.

    Parameters
    ----------
    p : array_like of float, shape (..., d, ...), or of int, without the axis of length d
        Targets, points of the simplex, whose sums may be off by 2 %: they are divided by them. Integers that have
        one axis less than `p_hat` are class labels, from 0 to d - 1.
    p_hat : array_like of float, shape (..., d, ...)
        Predictions, points of the simplex like `p`; same length along `axis`, other axes broadcast.
    axis : int, tuple of int or None, default -1
        Axis of the probabilities, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, shape of the broadcast arguments without `axis`
        At least the entropy of p, up to rounding; inf where some p_i > 0 has p_hat_i = 0.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If an argument is not in the simplex, or the shapes do not fit.

    See Also
    --------
    kl_divergence : The part that a better prediction can remove.
    shannon_entropy : The part that no prediction can remove.

    Notes
    -----
    Derived in ``book/introduction.ipynb``, eq-cross-entropy.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, 2016, section 6.2.2. ISBN 978-0-262-03561-3

    Examples
    --------
    >>> print(cross_entropy([0, 1, 0], [0.25, 0.5, 0.25]).round(6))
    0.693147
    """
    p_hat, place = _validate.simplex_points(p_hat, "p_hat", axis, where)
    p, other = _validate.simplex_points(_shares(p, "p", p_hat, place), "p", axis, where)
    _validate.pair(other, place, ("p", "p_hat"), axis)
    return reduced(by_row(_cross_entropy, p, p_hat), place, keepdims)


def _shares(target: ArrayLike, name: str, rows: Array, place: Place) -> ArrayLike:
    """Return `target`; class labels, integers without the axis of the options, become one-hot shares."""
    target, d = _validate.numbers(target, name), rows.shape[-1]
    if target.ndim != rows.ndim - 1 or (target.size and target.dtype.kind not in "iu"):
        return target
    labels = _validate.positions(target, name, d)[..., None]
    return from_rows(np.equal(labels, np.arange(d)).astype(rows.dtype), place)


def _cross_entropy(p: Array, p_hat: Array) -> Array:
    p = widened(p)
    logs, _ = log_shares(widened(p_hat))
    return total(np.where(p > 0, -p * logs, 0)) / total(p)


@quiet
def fenchel_young_loss(
    x: ArrayLike,
    y: ArrayLike,
    order: float = 1.0,
    alpha: ArrayLike = 1.0,
    axis: Axis = -1,
    keepdims: bool = False,
    where: ArrayLike = True,
) -> ArrayOrNumber:
    """Fenchel-Young loss of scores against a target: by how much the target misses the regularised maximum.

    ``max_w (<w, x> + alpha H(w)) - (<y, x> + alpha H(y))``, H the Tsallis entropy of the order.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Finite scores give a finite loss unless it exceeds the largest float; NaN propagates.
    y : array_like of float, shape (..., d, ...), or of int, without the axis of length d
        Targets, points of the simplex, whose sums may be off by 2 %: they are divided by them. Same length as `x`
        along `axis`, other axes broadcast. Integers that have one axis less than `x` are class labels, from 0 to d
        - 1.
    order : float, default 1.0
        Order of the entropy, at least 1 and finite: 1 gives the cross entropy of softmax less H(y), 2 the
        sparsemax loss.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray or scalar, shape of the broadcast arguments without `axis`
        At least 0, and 0 exactly when ``y = entmax(x, order, alpha)``; convex in x, with the gradient
        ``entmax(x, order, alpha) - y``.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `y` is not in the simplex, the shapes do not fit, `order` is less than 1 or infinite, or `alpha` is
        not positive and finite.

    See Also
    --------
    entmax : The prediction that belongs to the loss.
    cross_entropy : The loss of order 1 for one-hot targets, from the prediction.

    Notes
    -----
    Derived in ``book/fenchel-young.ipynb``, eq-fenchel-young. Near its zero the loss is the divergence of y from
    the prediction, whose shares are rounded: a loss L has a relative error of about one rounding unit over the
    square root of L/alpha.

    References
    ----------
    M. Blondel, A. F. T. Martins and V. Niculae, Learning with Fenchel-Young Losses, 2020.
    https://jmlr.org/papers/v21/19-021.html

    Examples
    --------
    >>> print(fenchel_young_loss([1.0, 2.0, 4.0], [0, 0, 1]).round(6))
    0.169846
    """
    x, place = _validate.scores(x, "x", axis, where)
    y, other = _validate.simplex_points(_shares(y, "y", x, place), "y", axis, where)
    _validate.pair(place, other, ("x", "y"), axis)
    order, alpha = _validate.order(order), _validate.temperature(alpha)
    return reduced(by_row(_fenchel_young_loss, x, y, alpha, order), place, keepdims)


def _fenchel_young_loss(x: Array, y: Array, alpha: float | Array, order: float) -> Array:
    x, y = widened(x), widened(y)
    w, gap, sums = difference(y, entmax_rows(x, alpha, order))
    level = power_rise(1.0, -np.log(w.max(axis=-1, keepdims=True) / sums), order - 1)
    y, w, gap = y / sums, w / sums, gap / sums
    # Two forms of each term: from the scores where y is far above w; else, as these may cancel, from the shares.
    lost = -2 * y * score_gaps(x / 2, 1.0)[0]  # halves: a gap of finite scores may overflow
    far = y * (level - power_rise(1.0, -np.log(y), order - 1)) + (w**order - y**order) / order
    terms = np.where(2 * w < y, lost + alpha * far, alpha * divergence(y, w, gap, order))
    return np.maximum(total(terms), 0)
