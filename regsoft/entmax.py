"""Maximisers under other entropies: sparsemax and the entmax family, whose shares can be exactly 0."""

from regsoft import _validate
from regsoft._shares import entmax_rows, mapped
from regsoft._stable import quiet
from regsoft._types import Array, ArrayLike, Axis

__all__ = ["entmax", "project_simplex", "sparsemax"]


def sparsemax(x: ArrayLike, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Euclidean projection of ``x/alpha`` onto the simplex.

    The maximiser of ``<w, x> + alpha G(w)`` over w in the simplex, G the Gini entropy ``(1 - <w, w>)/2``.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass; scores of -inf get none, unless all are -inf; a slice with a
        NaN is NaN.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        Non-negative, sums to 1 along `axis`; 0 for every score that lies alpha or more below the largest,
        and for further scores where several are close to the largest.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `alpha` does not hold numbers or `axis` is not an integer, a tuple or
        None.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `alpha` is not positive and finite.

    See Also
    --------
    gini_entropy : The entropy of its objective.
    project_simplex : The same map, read as a projection.
    entmax : The family that contains softmax, order 1, and this map, order 2.
    sparsemax_jacobian : Its derivative.

    Notes
    -----
    Exact, by sorting, in O(d log d) operations. Derived in ``book/sparsemax.ipynb``, eq-sparsemax.

    References
    ----------
    A. F. T. Martins and R. F. Astudillo, From Softmax to Sparsemax: A Sparse Model of Attention and
    Multi-Label Classification, 2016. doi:10.48550/arXiv.1602.02068

    Examples
    --------
    >>> print(sparsemax([1.0, 0.5, -1.0]))
    [0.75 0.25 0.  ]
    """
    return entmax(x, 2.0, alpha, axis, where)


def project_simplex(x: ArrayLike, axis: Axis = -1, where: ArrayLike = True) -> Array:
    """Point of the simplex nearest to `x`.

    ``argmin |w - x|^2`` over w in the simplex, with the Euclidean norm.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Any points. Entries of inf share the whole mass; those of -inf get none, unless all are -inf; a slice
        with a NaN is NaN.
    axis : int, tuple of int or None, default -1
        Axis of the points' coordinates, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against `x`; the others count as entries of -inf.

    Returns
    -------
    ndarray, same shape and float dtype as `x`
        Non-negative, sums to 1 along `axis`: ``max(x_i - threshold, 0)`` with one threshold per slice.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `axis` is not an integer, a tuple or None.
    ValueError
        If `x` is ragged, is empty along `axis`, or has no such axis.

    See Also
    --------
    sparsemax : The same map, read as a maximiser.

    Notes
    -----
    Exact, by sorting: the threshold is the mean of the k largest entries less 1/k, for the largest k for which all
    of these k entries exceed it. Derived in ``book/sparsemax.ipynb``, eq-threshold.

    References
    ----------
    J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, Efficient Projections onto the l1-Ball for Learning
    in High Dimensions, 2008. doi:10.1145/1390156.1390191

    Examples
    --------
    >>> print(project_simplex([1.0, 0.5, -1.0]))
    [0.75 0.25 0.  ]
    """
    return entmax(x, 2.0, 1.0, axis, where)  # adding a constant to x does not change the projection


@quiet
def entmax(
    x: ArrayLike, order: float = 1.5, alpha: ArrayLike = 1.0, axis: Axis = -1, where: ArrayLike = True
) -> Array:
    """Entmax of an order: softmax at 1, sparsemax at 2, sparse for every order above 1.

    The maximiser of ``<w, x> + alpha H(w)`` over w in the simplex, H the Tsallis entropy of that order.

    Parameters
    ----------
    x : array_like of float, shape (..., d, ...)
        Scores. Scores of inf share the whole mass; scores of -inf get none, unless all are -inf; a slice with a
        NaN is NaN.
    order : float, default 1.5
        Order of the entropy, at least 1 and finite.
    alpha : array_like of float, default 1.0
        Weight of the entropy, positive and finite: one number, or an array with one for each slice.
    axis : int, tuple of int or None, default -1
        Axis along which scores compete, or a tuple of several; None stands for all.
    where : array_like of bool, default True
        Options that take part, broadcast against the scores; the others count as scores of -inf.

    Returns
    -------
    ndarray, shape and float dtype of `x`, or of `x` and `alpha` broadcast together
        Non-negative, sums to 1 along `axis`; 0 for every score that lies alpha/(order - 1) or more below the
        largest.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, `order` or `alpha` does not hold numbers or `axis` is not an integer,
        a tuple or None.
    ValueError
        If `x` is ragged, is empty along `axis` or has no such axis; if `order` is less than 1 or infinite, or
        `alpha` is not positive and finite.

    See Also
    --------
    tsallis_entropy : The entropy of its objective.
    softmax, sparsemax : The orders 1 and 2.
    entmax_jacobian : Its derivative.

    Notes
    -----
    Orders 1, 1.5 and 2 are computed in closed form. For others the shares are ``[1 + (order - 1)(gap_i -
    m)]_+^(1/(order - 1))`` with gaps to the largest score. The unknown is the largest share p, between 1/d and 1,
    which determines m: below order 2 Newton's method descends to p from 1; above order 2 the bracket is halved
    until its ends are neighbouring floats. Written as ``p [1 + (order - 1) gap_i p^(1 - order)]_+^(1/(order -
    1))``, order 1 is a limit, not a division by zero, and equal scores lose no digits at high orders. For given
    gaps the shares are within a few times the machine epsilon of the exact ones. Above order 2 the rounding of the
    gaps matters near the edge of the support, where a share is ill-conditioned: a change of u in a score moves the
    share by about u to the power 1/(order - 1). Derived in ``book/entmax.ipynb``, eq-entmax-shares.

    References
    ----------
    B. Peters, V. Niculae and A. F. T. Martins, Sparse Sequence-to-Sequence Models, 2019.
    doi:10.18653/v1/P19-1146

    Examples
    --------
    >>> print(entmax([1.0, 0.5, -1.0]).round(4))
    [0.674 0.326 0.   ]
    """
    order = _validate.order(order)
    return mapped(lambda x, alpha: entmax_rows(x, alpha, order), x, alpha, axis, where)
