"""The objectives whose maximisers are sigmoid and softmax: a linear function plus weighted entropy."""

import numpy as np

from regsoft import _validate
from regsoft._rows import by_row, reduced, total
from regsoft._stable import quiet, tsallis_rows, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber, Axis
from regsoft.entropy import binary_entropy

__all__ = ["sigmoid_objective", "softmax_objective"]


@quiet
def sigmoid_objective(w: ArrayLike, x: ArrayLike, alpha: ArrayLike = 1.0) -> ArrayOrNumber:
    """Objective ``w x + alpha H(w)`` of a decision between 0 and 1, H the binary entropy.

    For alpha > 0 its maximiser over w is ``sigmoid(x, alpha)`` and its maximum ``softplus(x, alpha)``.

    Parameters
    ----------
    w : array_like of float, shape (...,)
        Decisions in [0, 1].
    x : array_like of float, shape (...,)
        Scores, broadcast against `w`; NaN propagates, an infinite score times a decision of 0 counts as 0.
    alpha : array_like of float, default 1.0
        Weight of the entropy: finite, of any sign, broadcast against `w`.

    Returns
    -------
    ndarray or scalar, broadcast shape
        Strictly concave in w for alpha > 0, strictly convex for alpha < 0, affine in alpha.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `w` lies outside [0, 1], `alpha` is not finite, or an argument is ragged.

    See Also
    --------
    sigmoid : The maximiser.
    softplus : The maximum.

    Notes
    -----
    Derived in ``book/sigmoid.ipynb``, eq-sigmoid-objective.

    Examples
    --------
    >>> print(sigmoid_objective([0.0, 0.5, 1.0], 2.0).round(6))
    [0.       1.693147 2.      ]
    """
    entropy = np.asarray(binary_entropy(w))
    w, x = np.asarray(w, entropy.dtype), _validate.real_array(x, "x")
    alpha = _validate.entropy_weight(alpha)
    return (_product(w, x) + alpha * widened(entropy)).astype(np.result_type(w, x, alpha))[()]


@quiet
def softmax_objective(
    w: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    axis: Axis = -1,
    keepdims: bool = False,
    where: ArrayLike = True,
) -> ArrayOrNumber:
    """Objective ``<w, x> + alpha H(w)`` of a decision in the simplex, H the Shannon entropy.

    For alpha > 0 its maximiser over w is ``softmax(x, alpha)`` and its maximum ``logsumexp(x, alpha)``.

    Parameters
    ----------
    w : array_like of float, shape (..., d, ...)
        Points of the simplex along `axis`, whose sums may be off by 2 %: they are divided by them.
    x : array_like of float, shape (..., d, ...)
        Scores; same length as `w` along `axis`, other axes broadcast. NaN propagates, an infinite score times a
        share of 0 counts as 0, opposite infinities with positive shares give NaN.
    alpha : array_like of float, default 1.0
        Weight of the entropy: finite, of any sign, broadcast against the result.
    axis : int, tuple of int or None, default -1
        Axis of the simplex, or a tuple of several; None stands for all.
    keepdims : bool, default False
        Whether the result keeps the axes that were reduced, with length 1.
    where : array_like of bool, default True
        Options that take part, broadcast against the arguments; the shares of the others count as 0.

    Returns
    -------
    ndarray or scalar, broadcast shape without `axis`
        Strictly concave in w for alpha > 0, strictly convex for alpha < 0, affine in alpha.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `w` is not in the simplex, `alpha` is not finite, or the shapes do not fit.

    See Also
    --------
    softmax : The maximiser.
    logsumexp : The maximum.

    Notes
    -----
    Derived in ``book/softmax.ipynb``, eq-softmax-objective.

    Examples
    --------
    >>> print(softmax_objective([[1.0, 0.0], [0.5, 0.5]], [2.0, 0.0]).round(6))
    [2.       1.693147]
    """
    w, place = _validate.simplex_points(w, "w", axis, where)
    x, other = _validate.slices(x, "x", axis, where)
    _validate.pair(place, other, ("w", "x"), axis)
    alpha = _validate.entropy_weight(alpha)
    return reduced(
        by_row(_objective, w, x, alpha[..., None] if isinstance(alpha, np.ndarray) else alpha),
        place,
        keepdims,
    )


def _objective(w: Array, x: Array, alpha: float | Array) -> Array:
    return total(_product(w / total(widened(w)), x)) + alpha * tsallis_rows(w, 1.0)


def _product(w: Array, x: Array) -> Array:
    ignored = (w == 0) & ~np.isnan(x)  # a weight of 0 times an infinite score counts as 0
    return np.where(ignored, 0, widened(w) * x)
