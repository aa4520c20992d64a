"""What several figures share: axes at a fixed place, numbers as text, the triangle of three shares."""

import math

import numpy as np
from matplotlib.figure import Figure

from regsoft.picture import INK

FULL = (0.13, 0.17, 0.84, 0.79)  # left, bottom, width, height; fixed, so that nothing jumps between frames
RAYS = 240  # points of a curve around a point of the triangle
CORNERS = np.array([[0, 0], [1, 0], [0.5, math.sqrt(3) / 2]])


def axes(place=FULL, figure=None, **settings):
    """Return axes at `place` (fractions of the figure) with their labels, limits and ticks set."""
    ax = (figure or Figure()).add_axes(place)
    ax.set(**settings)
    return ax


def number(value, digits=3):
    """Return `value` rounded, with a true minus sign, and no sign before zero."""
    return f"{value:z.{digits}f}".replace("-", "−")


def short(value):
    """Return a parameter's value as a slider shows it."""
    return f"{value:g}".replace("-", "−")


def flat(w):
    """Return where points of the simplex lie in the drawn triangle, as separate x and y."""
    return (np.asarray(w) @ CORNERS).T


def triangle(place, figure=None, beyond=False):
    """Return axes that show the triangle of three shares, its corners named after the shares.

    With `beyond` there is room for curves that leave it at the top.
    """
    ax = axes(place, figure, xlim=(-0.15, 1.15), ylim=(-0.14, 1.06 if beyond else 1.01), aspect="equal")
    ax.set_axis_off()
    ax.fill(*CORNERS.T, facecolor="none", edgecolor=INK, linewidth=1)
    offsets = ((0, -13), (0, -13), (50, 6) if beyond else (0, 13))
    for corner, name, offset in zip(CORNERS, ("w₁ = 1", "w₂ = 1", "w₃ = 1"), offsets, strict=True):
        ax.annotate(name, corner, offset, textcoords="offset points", ha="center", va="center", fontsize=9)
    return ax


def outline(ax, points, **style):
    """Draw the closed curve through points of the simplex; matplotlib merges straight stretches."""
    ax.plot(*flat([*points, points[0]]), **style)
