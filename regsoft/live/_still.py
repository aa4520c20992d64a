"""Stills of the live pictures: matplotlib draws what kit.js shows, in pixels and at the same places."""

import math

import numpy as np

from regsoft.figures._draw import axes, number, short
from regsoft.picture import INK

POINT = 0.75  # points in a CSS pixel
ROW, BUTTONS = 44, 52  # heights of a slider and of the line of buttons
GAP = 32  # between two columns of sliders
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"


def canvas(width, height):
    """Return axes whose coordinates are pixels, counted from the top left."""
    ax = axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.figure.set_size_inches(width * POINT / 72, height * POINT / 72)
    ax.set_axis_off()
    return ax


def write(ax, x, y, words, size=12, **style):
    """Write words with their baseline at `y`; `size` is in pixels."""
    ax.text(x, y, words, fontsize=size * POINT, **style)


def line(ax, x, y, colour=INK, width=1.0, dashes=None, **style):
    """Draw a line through places, its width and its dashes in pixels."""
    dashes = (0, tuple(dash / width for dash in dashes)) if dashes else "-"
    ax.plot(x, y, color=colour, linewidth=width * POINT, linestyle=dashes, **style)


def spot(ax, x, y, marker, edge, inside, size, scale=1, **more):
    """Draw a marker, of a size in pixels, at each place."""
    style = {"markeredgecolor": edge, "markerfacecolor": inside, "markeredgewidth": 2 * POINT * scale, **more}
    size -= 0 if inside == "none" else 2  # an edge lies half outside
    ax.plot(x, y, marker, markersize=size * scale * POINT, **style)


def box(ax, x, y, width, height, **style):
    """Draw a rectangle from its top left corner."""
    ax.fill([x, x + width, x + width, x], [y, y, y + height, y + height], **style)


def handle(ax, x, y, colour, name="", offset=(0, 0)):
    """Draw a handle with its ring and its name."""
    ring = {"markerfacecolor": "none", "markeredgecolor": INK, "markeredgewidth": POINT, "alpha": 0.35}
    ax.plot(x, y, "o", markersize=24 * POINT, **ring)
    ax.plot(x, y, "o", markersize=14 * POINT, markerfacecolor=colour, markeredgewidth=0)
    if name:
        write(ax, x + offset[0], y + offset[1], name, fontweight="bold")


def slider(ax, left, top, width, value, *, label, digits, low, high, ratio, **_):
    """Draw the slider of a control (`Live._controls`): its name, a line with a dot, the value."""
    # The centre of the dot moves from `start` to `end`
    middle, start, end = top + ROW / 2, left + 104, left + width - 72
    part = np.log(value / low) / np.log(high / low) if ratio else (value - low) / (high - low)
    write(ax, left, middle + 5, label, 15, fontweight="bold")
    line(ax, [start - 6, end + 6], [middle, middle], width=4, alpha=0.5, solid_capstyle="round")
    ax.plot(start + part * (end - start), middle, "o", markersize=16 * POINT, color=INK)
    write(ax, left + width, middle + 5, number(value, digits), 15, ha="right")


class Plane:
    """Map values to a box in pixels (left, right, top, base), like `plane` in kit.js."""

    def __init__(self, box, x, y):
        self.left, self.right, self.top, self.base = box
        self.x, self.y = x, y

    def across(self, value):
        """Return the place of a value of the horizontal axis."""
        low, high = self.x
        return self.left + (self.right - self.left) * (np.asarray(value, float) - low) / (high - low)

    def up(self, value):
        """Return the place of a value of the vertical axis."""
        low, high = self.y
        return self.base - (self.base - self.top) * (np.asarray(value, float) - low) / (high - low)

    def draw(self, ax, xticks=(), yticks=(), xname="", yname="", tell=short):
        """Draw the tick labels, grid lines and axis names; `tell` gives the text of the labels below."""
        for value in yticks:
            line(ax, [self.left, self.right], [self.up(value)] * 2, alpha=0.15)
            write(ax, self.left - 8, self.up(value) + 4, short(value), ha="right")
        line(ax, [self.left, self.right], [self.base] * 2, width=0.8)
        for value in xticks:
            write(ax, self.across(value), self.base + 26, tell(value), ha="center")
        write(ax, (self.left + self.right) / 2, self.base + 41, xname, ha="center")
        write(ax, self.left, self.top - 10, yname)


class Triangle:
    """Map shares to a triangle in pixels, its base from `left` to `right`, like `triangle` in kit.js."""

    def __init__(self, left, right, base):
        side = right - left
        self.corners = np.array(
            [[left, base], [right, base], [left + side / 2, base - side * math.sqrt(3) / 2]]
        )

    def at(self, shares):
        """Return the places of shares, as separate x and y."""
        return (np.asarray(shares) @ self.corners).T

    def draw(self, ax, names=("w₁", "w₂", "w₃")):
        """Draw the triangle and the names of its corners."""
        line(ax, *self.at([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]), solid_joinstyle="round")
        for (x, y), name, (dx, dy) in zip(self.corners, names, ((-6, 26), (6, 26), (0, -16)), strict=True):
            write(ax, x + dx, y + dy, name, ha="center")
