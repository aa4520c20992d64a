"""Stills of the live pictures: matplotlib draws what kit.js shows, in pixels and at the same places."""

from regsoft.figures._draw import axes, number
from regsoft.picture import INK

POINT = 0.75  # points in a CSS pixel
WIDTH = 480  # of a picture, unless the page is narrower
ROW, BUTTONS = 44, 52  # heights of a slider and of the line of buttons


def canvas(width, height):
    """Return axes whose coordinates are pixels, counted from the top left."""
    ax = axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.figure.set_size_inches(width * POINT / 72, height * POINT / 72)
    ax.set_axis_off()
    return ax


def write(ax, x, y, words, size=12, **style):
    """Write words at the baseline `y`, in a size in pixels."""
    ax.text(x, y, words, fontsize=size * POINT, **style)


def spot(ax, x, y, marker, edge, inside, size, scale=1):
    """Draw a marker, of a size in pixels, at each place."""
    style = {"markeredgecolor": edge, "markerfacecolor": inside, "markeredgewidth": 2 * POINT * scale}
    size -= 0 if inside == "none" else 2  # an edge lies half outside
    ax.plot(x, y, marker, markersize=size * scale * POINT, **style)


def handle(ax, x, y, colour, name, offset):
    """Draw a handle with its ring and its name."""
    ring = {"markerfacecolor": "none", "markeredgecolor": INK, "markeredgewidth": POINT, "alpha": 0.35}
    ax.plot(x, y, "o", markersize=24 * POINT, **ring)
    ax.plot(x, y, "o", markersize=14 * POINT, markerfacecolor=colour, markeredgewidth=0)
    write(ax, x + offset[0], y + offset[1], name, fontweight="bold")


def slider(ax, top, name, value, digits, limits):
    """Draw a slider: its name, a line with a dot, the value."""
    middle, start, end = top + ROW / 2, 72 + 20, WIDTH - 52 - 20
    write(ax, 0, middle + 5, name, 15, fontweight="bold")
    ax.plot([start, end], [middle, middle], color=INK, alpha=0.5, linewidth=4 * POINT, solid_capstyle="round")
    part = (value - limits.low) / (limits.high - limits.low)
    ax.plot(start + part * (end - start), middle, "o", markersize=16 * POINT, color=INK)
    write(ax, WIDTH, middle + 5, number(value, digits), 15, ha="right")
