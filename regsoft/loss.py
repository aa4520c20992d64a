"""Losses that compare a target with a prediction."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_double, quiet, rounded, score_gaps
from regsoft.entmax import entmax

__all__ = ["cross_entropy", "fenchel_young_loss"]


@quiet
def cross_entropy(p, p_hat, axis=-1):
    """Cross entropy ``-sum p_i log p_hat_i`` of a prediction under a target, in nats.

    Parameters
    ----------
    p : array_like of float, shape (..., d, ...)
        Targets, points of the simplex; one-hot for a class label.
    p_hat : array_like of float, shape (..., d, ...)
        Predictions, points of the simplex; as long as `p` along `axis`, otherwise broadcast.
    axis : int, default -1
        Axis of the probabilities.

    Returns
    -------
    ndarray or scalar, shape of the broadcast arguments without `axis`
        At least the entropy of p; inf where some p_i > 0 has p_hat_i = 0.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If an argument is not in the simplex, or the shapes do not fit.

    See Also
    --------
    kl_divergence : The part that a better prediction can remove.
    shannon_entropy : The part that no prediction can.

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
    p, axis = _validate.simplex_points(p, "p", axis)
    p_hat, _ = _validate.simplex_points(p_hat, "p_hat", axis)
    _validate.same_length(p, p_hat, ("p", "p_hat"), axis)
    surprise = np.where(p > 0, -p * np.log(at_least_double(p_hat)), 0).sum(axis=axis)
    return rounded(surprise, np.result_type(p, p_hat))


@quiet
def fenchel_young_loss(x, y, order=1.0, alpha=1.0, axis=-1):
    """Fenchel-Young loss of scores against a target: by how much the target misses the regularised maximum.

    ``max_w (<w, x> + alpha H(w)) - (<y, x> + alpha H(y))``, H the Tsallis entropy of the order.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Finite scores give a finite loss unless it exceeds the largest float; NaN propagates.
    y : array_like of float, shape (..., d, ...)
        Targets, points of the simplex; as long as `x` along `axis`, otherwise broadcast.
    order : float, default 1.0
        Order of the entropy, at least 1 and finite: 1 gives the cross entropy of softmax less H(y), 2 the
        sparsemax loss.
    alpha : float, default 1.0
        Weight of the entropy, positive and finite.
    axis : int, default -1
        Axis along which scores compete.

    Returns
    -------
    ndarray or scalar, shape of the broadcast arguments without `axis`
        At least 0, and 0 exactly when ``y = entmax(x, order, alpha)``; convex in x, with the gradient
        ``entmax(x, order, alpha) - y``.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer.
    ValueError
        If `y` is not in the simplex, the shapes do not fit, `order` is less than 1 or infinite, or `alpha` is
        not positive and finite.

    See Also
    --------
    entmax : The prediction that belongs to the loss.
    cross_entropy : The loss of order 1 for one-hot targets, from the prediction.

    Notes
    -----
    Derived in ``book/fenchel-young.ipynb``, eq-fenchel-young.

    References
    ----------
    M. Blondel, A. F. T. Martins and V. Niculae, Learning with Fenchel-Young Losses, 2020.
    https://jmlr.org/papers/v21/19-021.html

    Examples
    --------
    >>> print(fenchel_young_loss([1.0, 2.0, 4.0], [0, 0, 1]).round(6))
    0.169846
    """
    x, axis = _validate.slices(x, "x", axis)
    y, _ = _validate.simplex_points(y, "y", axis)
    _validate.same_length(x, y, ("x", "y"), axis)
    alpha = _validate.positive(alpha, "alpha")
    wide, target = at_least_double(x), np.minimum(at_least_double(y), 1)  # rounding may leave a share above 1
    w = entmax(wide, order, alpha, axis)
    order = float(order)  # which entmax has checked
    # Two forms of one sum: far from the prediction by the scores, near it, where those cancel, by the ratio.
    lost = -2 * target * score_gaps(wide / 2, 1.0, axis)[0]  # halves: a gap of finite scores may overflow
    level = -_deformed_log(w.max(axis=axis, keepdims=True), order)
    far = target * (_deformed_log(target, order) + level) + (w**order - target**order) / order
    larger, step = np.maximum(w, target) ** (order - 1), np.minimum(w, target) / np.maximum(w, target)
    rise = np.sign(w - target) * larger * _deformed_log(step, order)
    near = (w ** (order - 1) * (w - target) + target * rise) / order
    terms = np.where(2 * w < target, lost + alpha * far, alpha * near)
    loss = np.where(target > 0, terms, alpha * w**order / order).sum(axis=axis)
    return rounded(np.maximum(loss, 0), np.result_type(x, y))


def _deformed_log(r, order):
    """Return (r^(order - 1) - 1)/(order - 1), which tends to log r with the order to 1."""
    return np.log(r) if order == 1 else np.expm1((order - 1) * np.log(r)) / (order - 1)
