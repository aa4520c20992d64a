"""Losses that compare a target with a prediction."""

import numpy as np

from regsoft import _validate
from regsoft._stable import at_least_double, quiet


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
        If an argument does not hold real numbers or `axis` is no integer.
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
    return surprise.astype(np.result_type(p, p_hat), copy=False) + 0.0  # no -0.0
