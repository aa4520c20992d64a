"""Decisions over rounds: how to divide a weight of 1 among experts whose losses are known only afterwards."""

import numpy as np

from regsoft import _validate
from regsoft._rows import total
from regsoft._stable import quiet, widened
from regsoft._types import Array, ArrayLike, ArrayOrNumber
from regsoft.argmax import softmin
from regsoft.simplex import hardmax

__all__ = ["follow_the_leader", "hedge", "regret"]


@quiet
def follow_the_leader(losses: ArrayLike) -> Array:
    """Weights that follow the leader: each round all weight goes to the expert with the least total loss so far.

    ``argmin <w, L>`` over w in the simplex, L the total losses of the rounds before; leaders that tie share
    equally, so in the first round all experts share equally.

    Parameters
    ----------
    losses : array_like of float, shape (..., rounds, d)
        Loss of each of d experts in each round, finite.

    Returns
    -------
    ndarray, same shape and float dtype as `losses`
        The weights played in each round, points of the simplex. They depend only on the rounds before.

    Raises
    ------
    TypeError
        If `losses` does not hold real numbers.
    ValueError
        If `losses` is ragged, has fewer than two axes or no experts, or is not finite.

    See Also
    --------
    hedge : The same, softened by entropy.
    regret : What the weights cost.
    hardmax : The rule for ties.

    Notes
    -----
    Ties are decided on the totals as computed, with their rounding. Derived in ``book/online-learning.ipynb``,
    eq-leader-regret: the regret can be half the number of rounds.

    References
    ----------
    S. Shalev-Shwartz, Online Learning and Online Convex Optimization, 2012. doi:10.1561/2200000018

    Examples
    --------
    >>> follow_the_leader([[0.5, 0.0], [0.0, 1.0], [1.0, 0.0]])
    array([[0.5, 0.5],
           [0. , 1. ],
           [1. , 0. ]])
    """
    losses = _validate.finite_rounds(_validate.differences(losses, "losses", -1), "losses")
    return hardmax(-_totals_before(losses)).astype(losses.dtype)


@quiet
def hedge(losses: ArrayLike, alpha: ArrayLike = 1.0) -> Array:
    """Weights of Hedge, also called multiplicative weights: softmin of the total losses so far.

    ``argmin <w, L> - alpha H(w)`` over w in the simplex, L the total losses of the rounds before and H the
    Shannon entropy. Each round multiplies the weights by ``exp(-loss/alpha)``.

    Parameters
    ----------
    losses : array_like of float, shape (..., rounds, d)
        Loss of each of d experts in each round, finite.
    alpha : float, default 1.0
        Temperature, positive and finite; 1/alpha is the step size. For losses in [0, 1] the choice
        ``sqrt(rounds / (8 log d))`` keeps the regret below ``sqrt(rounds log(d) / 2)``.

    Returns
    -------
    ndarray, same shape and float dtype as `losses`
        The weights played in each round, points of the simplex, uniform in the first. They depend only on the
        rounds before.

    Raises
    ------
    TypeError
        If `losses` does not hold real numbers or `alpha` is not a number.
    ValueError
        If `losses` is ragged, has fewer than two axes or no experts, or is not finite; if `alpha` is not
        positive and finite.

    See Also
    --------
    follow_the_leader : The limit as alpha tends to 0.
    regret : What the weights cost.
    softmin : The weights of one round.

    Notes
    -----
    Derived in ``book/online-learning.ipynb``, eq-ftrl. Computed from the totals, so that rounding errors do
    not pile up from round to round.

    References
    ----------
    Y. Freund and R. E. Schapire, A Decision-Theoretic Generalization of On-Line Learning and an Application
    to Boosting, 1997. doi:10.1006/jcss.1997.1504

    Examples
    --------
    >>> print(hedge([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]).round(6))
    [[0.5      0.5     ]
     [0.268941 0.731059]
     [0.5      0.5     ]]
    """
    losses = _validate.finite_rounds(_validate.differences(losses, "losses", -1), "losses")
    return softmin(_totals_before(losses), alpha).astype(losses.dtype)


@quiet
def regret(losses: ArrayLike, weights: ArrayLike) -> ArrayOrNumber:
    """Regret of the weights played: their total loss less that of the best expert.

    ``sum_t <w_t, l_t> - min_i sum_t l_ti``, the best expert being chosen with hindsight.

    Parameters
    ----------
    losses : array_like of float, shape (..., rounds, d)
        Loss of each of d experts in each round, finite.
    weights : array_like of float, shape (..., rounds, d)
        Weights played in each round, points of the simplex, whose sums may be off by 2 %: they are divided by them.
        As many rounds and experts as in `losses`; leading axes broadcast.

    Returns
    -------
    ndarray or scalar, shape of the broadcast arguments without the last two axes
        The regret after the last round; it may be negative, but not for weights that never change.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `losses` is ragged, has fewer than two axes or no experts, or is not finite; if `weights` are not in
        the simplex or the shapes do not fit.

    See Also
    --------
    hedge : Weights whose regret grows like the square root of the number of rounds.
    follow_the_leader : Weights whose regret can grow in proportion to the number of rounds.

    Notes
    -----
    Derived in ``book/online-learning.ipynb``, eq-regret.

    References
    ----------
    N. Cesa-Bianchi and G. Lugosi, Prediction, Learning, and Games, 2006. doi:10.1017/CBO9780511546921

    Examples
    --------
    >>> losses = [[0.5, 0.0], [0.0, 1.0], [1.0, 0.0]]
    >>> print(regret(losses, follow_the_leader(losses)))
    1.25
    """
    losses = _validate.finite_rounds(_validate.differences(losses, "losses", -1), "losses")
    weights = _validate.finite_rounds(weights, "weights")
    _validate.simplex_points(weights, "weights", -1)
    for axis in (-1, -2):
        _validate.pair(((axis,), losses.shape), ((axis,), weights.shape), ("losses", "weights"), axis)
    shares, wide = weights / total(widened(weights)), widened(losses)
    excess = (wide * shares).sum(axis=(-2, -1)) - wide.sum(axis=-2).min(axis=-1)
    return excess.astype(np.result_type(losses, weights))[()]


def _totals_before(losses: Array) -> Array:
    """Return the total losses before each round, in double precision at least."""
    totals = np.zeros_like(widened(losses))
    np.cumsum(losses[..., :-1, :], axis=-2, out=totals[..., 1:, :])
    return totals
