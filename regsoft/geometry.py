"""Neighbourhoods of a point of the triangle: Kullback-Leibler balls and the ellipses that approximate them."""

import sys

import numpy as np

from regsoft import _validate
from regsoft._stable import quiet, widened
from regsoft._types import Array, ArrayLike
from regsoft.entropy import kl_divergence

__all__ = ["ellipse_error", "fisher_ellipse", "kl_ball"]

SMALLEST = 1e-12  # smallest radius: below it, the rounding of w decides where the boundary is
HALVINGS = 60  # a chord of the triangle, halved so often, is shorter than the spacing of floats


@quiet
def kl_ball(centre: ArrayLike, radius: float, points: int = 180) -> Array:
    """Boundary of the set of w in the triangle with ``KL(w || centre) <= radius``.

    Parameters
    ----------
    centre : array_like of float, shape (3,)
        Point inside the triangle: positive entries that sum to 1.
    radius : float
        Largest divergence from the centre, at least 1e-12, in nats.
    points : int, default 180
        Number of boundary points, at equal angles around the centre, at least 3.

    Returns
    -------
    ndarray, shape (points, 3)
        Points of the simplex on the boundary: at divergence `radius`, or on the edge of the triangle in directions
        where even the edge is within `radius`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `centre` is not inside the triangle, or `radius` or `points` is out of range.

    See Also
    --------
    fisher_ellipse : The limit of its shape for small radii.

    Notes
    -----
    Derived in ``book/figure-1.ipynb``, eq-kl-ball. The set is convex, so each ray from the centre leaves it
    once; the place is found by bisection.

    References
    ----------
    S. Kullback and R. A. Leibler, On Information and Sufficiency, 1951. doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> ball = kl_ball([0.5, 0.25, 0.25], 0.01)
    >>> print(kl_divergence(ball, [0.5, 0.25, 0.25]).round(6)[:3])
    [0.01 0.01 0.01]
    """
    centre, radius, rays = _around(centre, radius, points)
    inside, outside = np.zeros(points), np.where(rays < 0, -centre / rays, np.inf).min(axis=-1)
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        close = kl_divergence(_simplex(centre + middle[:, None] * rays), centre) <= radius
        inside, outside = np.where(close, middle, inside), np.where(close, outside, middle)
    return _simplex(centre + inside[:, None] * rays)


@quiet
def fisher_ellipse(centre: ArrayLike, radius: float, points: int = 180) -> Array:
    """Ellipse of the w in the plane of the triangle with ``sum (w_i - centre_i)^2 / (2 centre_i) = radius``.

    The second-order expansion of ``KL(w || centre) = radius`` at w = centre; its matrix is the Fisher
    information of the categorical distribution.

    Parameters
    ----------
    centre : array_like of float, shape (3,)
        Point inside the triangle: positive entries that sum to 1.
    radius : float
        Value of the quadratic form, at least 1e-12, in nats.
    points : int, default 180
        Number of points, at equal angles around the centre, at least 3.

    Returns
    -------
    ndarray, shape (points, 3)
        Entries sum to 1; a large ellipse leaves the triangle and then has negative entries.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `centre` is not inside the triangle, or `radius` or `points` is out of range.

    See Also
    --------
    kl_ball : The set itself.

    Notes
    -----
    Derived in ``book/figure-1.ipynb``, eq-fisher-ellipse.

    References
    ----------
    S. Amari and H. Nagaoka, Methods of Information Geometry, 2000. doi:10.1090/mmono/191

    Examples
    --------
    >>> print(fisher_ellipse([0.5, 0.25, 0.25], 0.01, points=4).round(3)[0])
    [0.571 0.215 0.215]
    """
    centre, radius, rays = _around(centre, radius, points)
    steps = np.sqrt(2 * radius / (rays**2 / centre).sum(axis=-1))
    return centre + steps[:, None] * rays


@quiet
def ellipse_error(centre: ArrayLike, radius: float, points: int = 3600) -> float:
    """Fraction of the union of `kl_ball` and `fisher_ellipse`, cut at the triangle, that only one of them covers.

    Parameters
    ----------
    centre : array_like of float, shape (3,)
        Point inside the triangle: positive entries that sum to 1.
    radius : float
        Radius of both, at least 1e-12, in nats.
    points : int, default 3600
        Number of rays over which the areas are summed, at least 3.

    Returns
    -------
    float
        Area of the symmetric difference over area of the union, from 0 (the same set) to 1.

    Raises
    ------
    TypeError, ValueError
        As `kl_ball`.

    See Also
    --------
    kl_ball, fisher_ellipse : The two sets.

    Notes
    -----
    Derived in ``book/figure-1.ipynb``, eq-fisher-ellipse. Both sets are star-shaped around the centre, so their
    areas are proportional to sums of squared distances along the rays; the edge of the triangle is computed as the
    ball with the largest float as radius.

    Examples
    --------
    >>> print(round(ellipse_error([0.5, 0.25, 0.25], 0.05), 3))
    0.069
    """
    centre, _, _ = _around(centre, radius, points)
    ball, edge = kl_ball(centre, radius, points), kl_ball(centre, sys.float_info.max, points)
    ellipse = fisher_ellipse(centre, radius, points)
    ball, edge, ellipse = (((w - centre) ** 2).sum(axis=-1) for w in (ball, edge, ellipse))
    ellipse = np.minimum(ellipse, edge)
    return float(np.abs(ball - ellipse).sum() / np.maximum(ball, ellipse).sum())


def _around(centre: ArrayLike, radius: float, points: int) -> tuple[Array, float, Array]:
    centre, _ = _validate.simplex_points(centre, "centre", -1)
    if centre.shape != (3,) or (centre == 0).any():
        raise ValueError(f"centre must be three positive numbers that sum to 1; got {centre}")
    if not isinstance(points, (int, np.integer)) or points < 3:
        raise ValueError(f"points must be an integer of at least 3; got {points!r}")
    radius = _validate.positive(radius, "radius")
    if radius < SMALLEST:
        raise ValueError(f"radius must be at least {SMALLEST:g}; got {radius:g}")
    turn = 2 * np.pi * np.arange(points) / points
    first, second = np.array([2, -1, -1]) / np.sqrt(6), np.array([0, 1, -1]) / np.sqrt(2)
    middle = widened(centre)
    return middle / middle.sum(), radius, np.outer(np.cos(turn), first) + np.outer(np.sin(turn), second)


def _simplex(w: Array) -> Array:
    w = np.maximum(w, 0)
    return w / w.sum(axis=-1, keepdims=True)
