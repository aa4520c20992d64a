"""Stills of solids in a box that the reader can turn: matplotlib draws what solid.js draws, at the same places."""

import itertools
import math

import matplotlib
import numpy as np
from matplotlib.collections import PolyCollection

from regsoft.figures._draw import short
from regsoft.live._still import POINT, line, write
from regsoft.picture import INK

# As in solid.js, where the comments are.
BOX = np.array([4, 4, 3]) * 1.9056917418355664 / math.sqrt(41)
DISTANCE, MARGIN, ENDS, TILT, CHARACTER = 10, 0.07, (-1000, 1000), 85, 6.8
PANES = 0.03, 0.06, 0.045
EDGES, SIDES = ((1, 0), (0, 1), (0, 2)), (1, 0, 0)


def steps(count):
    """Return places from 0 to 1, close to each other at both ends: the entropy is steep there."""
    return np.sin(np.pi * np.arange(count + 1) / (2 * count)) ** 2


def widened(limits):
    """Return the limits of axes with their margins."""
    return [(low - MARGIN * (high - low), high + MARGIN * (high - low)) for low, high in limits]


class Camera:
    """Where points of a box lie on the page, as matplotlib's three-dimensional axes project them."""

    def __init__(self, turn, tilt, limits, place, size):
        a, e = math.radians(turn), math.radians(tilt)
        low, high = np.array(limits, float).T
        self.middle, scales = (low + high) / 2, BOX / (high - low)
        out = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
        up = np.array([-math.sin(e) * math.cos(a), -math.sin(e) * math.sin(a), math.cos(e)])
        self.ways = np.array([[-math.sin(a), math.cos(a), 0], up, out]) * scales
        self.place, self.size = np.array(place, float), size
        self.eye = self.middle + DISTANCE * out / scales

    def at(self, points):
        """Return the places of points, shape (..., 3), as x, y and the distance from the eye."""
        right, up, out = np.moveaxis((np.asarray(points, float) - self.middle) @ self.ways.T, -1, 0)
        depth = DISTANCE - out
        x, y = self.place
        return np.stack([x + self.size * right / depth, y - self.size * up / depth, depth], axis=-1)

    def flat(self, points):
        """Return the places of points as separate x and y."""
        x, y, _ = np.moveaxis(self.at(points), -1, 0)
        return x, y


def ticks(limits):
    """Return round values within limits, as many as matplotlib would choose."""
    low, high = limits
    least = (high - low) / 9 * 23 / 24
    unit = 10 ** math.floor(math.log10(least))
    step = next(part * unit for part in (1, 2, 2.5, 5, 10) if part * unit >= least * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def frame(ax, lens, limits, names):
    """Draw the far sides of the box, their grid lines, the axes with ticks, and the labels."""
    limits, boxes = np.array(limits, float), []
    depths = [
        sum(
            lens.at([*corner])[2] * (1 if corner[axis] == limits[axis, 1] else -1)
            for corner in _corners(limits)
        )
        for axis in range(3)
    ]
    far = np.array([int(depth > 0) for depth in depths])
    origin, opposite = limits[range(3), far], limits[range(3), 1 - far]
    middle = limits.mean(axis=1)
    rules, axes = [], []
    for axis in range(3):
        b, c = (axis + 1) % 3, (axis + 2) % 3
        pane = [
            origin,
            _with(origin, {b: opposite[b]}),
            _with(opposite, {axis: origin[axis]}),
            _with(origin, {c: opposite[c]}),
        ]
        ax.fill(*lens.flat(pane), facecolor=INK, alpha=PANES[axis], linewidth=0, zorder=0.1)
        j0, j1 = EDGES[axis]
        edge = _with(origin, {j0: opposite[j0]})
        axes.append(lens.flat([edge, _with(edge, {j1: opposite[j1]})]))
        away = np.where(np.arange(3) == SIDES[axis], 0.2, 0.1)
        outside = np.where(np.arange(3) == axis, middle, edge + (edge - middle) * away)
        start, end = lens.at([_with(edge, {axis: middle[axis]}), outside])[:, :2]
        way = (end - start) / (math.hypot(*(end - start)) or 1)
        values, marks = ticks(limits[axis]), []
        for value in values:
            on = lens.at(_with(edge, {axis: value}))[:2]
            at = _with(origin, {axis: value})
            rules.append(lens.flat([_with(at, {b: opposite[b]}), at, _with(at, {c: opposite[c]})]))
            axes.append((on + np.outer([-2, 5], way)).T)
            marks.append((value, short(value), _beside(on, way, _half(short(value)), 8)))
        shown = [
            mark for mark in _spread(marks, values[1] - values[0]) if _fits(mark[2], _half(mark[1]), boxes)
        ]
        for _, text, (x, y) in shown:
            boxes.append((x, y, *_half(text)))
            write(ax, x, y + 4, text, ha="center")
        widest = (max((_half(text)[0] for _, text, _ in shown), default=0), 7 if shown else 0)
        x, y = _beside(_beside(start, way, widest, 8), way, (widest[0] + 8, widest[1] + 8), 4)
        if names[axis]:
            boxes.append((x, y, 8, 8))
            write(ax, x, y + 4, names[axis], ha="center")
    for x, y in rules:
        line(ax, x, y, width=0.65, alpha=0.3, zorder=0.2)
    for x, y in axes:
        line(ax, x, y, width=0.5, zorder=0.3)


def _corners(limits):
    return itertools.product(*limits)


def _with(point, changes):
    return np.array([changes.get(i, value) for i, value in enumerate(point)])


def _half(text):
    return CHARACTER * len(text) / 2, 7


def _beside(place, way, half, gap):
    return place + (gap + np.dot(half, np.abs(way))) * way


def _fits(place, half, boxes):
    return all(
        abs(x - place[0]) >= half[0] + w + 3 or abs(y - place[1]) >= half[1] + h for x, y, w, h in boxes
    )


def _spread(marks, step):
    """Return all marks, every second or every fourth: the most whose labels do not overlap, or none."""
    for count in (1, 2, 4):
        kept = [mark for mark in marks if round(mark[0] / step) % count == 0]
        if all(
            abs(one[2][0] - other[2][0]) >= _half(one[1])[0] + _half(other[1])[0] + 3
            or abs(one[2][1] - other[2][1]) >= 13
            for one, other in itertools.pairwise(kept)
        ):
            return kept
    return []


def faces(ax, lens, patches, shades):
    """Paint patches of shape (n, 4, 3) in the given order, coloured by their shades, from 0 to 1."""
    colours = matplotlib.colormaps["viridis"](shades)
    style = {"facecolors": colours, "edgecolors": colours, "linewidths": POINT, "clip_on": False, "zorder": 1}
    ax.add_collection(PolyCollection(lens.at(patches)[..., :2], **style), autolim=False)


def bar(ax, left, right, top, base, *, upright, pieces=24):
    """Paint a bar of all colours, upwards or to the right."""
    ends = np.linspace(base, top, pieces + 1) if upright else np.linspace(left, right, pieces + 1)
    pairs = itertools.pairwise(ends)
    boxes = [
        ((left, a), (right, a), (right, b), (left, b))
        if upright
        else ((a, top), (b, top), (b, base), (a, base))
        for a, b in pairs
    ]
    colours = matplotlib.colormaps["viridis"]((np.arange(pieces) + 0.5) / pieces)
    style = {"facecolors": colours, "edgecolors": colours, "linewidths": 0.2, "clip_on": False, "zorder": 1}
    ax.add_collection(PolyCollection(boxes, **style), autolim=False)


def grid(places):
    """Return the cells of a grid of points, shape (rows, columns, 3), as (rows, columns, 4, 3)."""
    return np.stack([places[:-1, :-1], places[1:, :-1], places[1:, 1:], places[:-1, 1:]], axis=2)
