"""The sheet in the top panel of Figure 1, as a picture that a reader turns and cuts."""

import numpy as np

from regsoft import binary_entropy, sigmoid, sigmoid_objective, softplus
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._solid import ENDS, TILT, Camera, bar, faces, frame, grid, steps, ticks, widened
from regsoft.live._still import Plane, handle, line, write
from regsoft.picture import INK, ORANGE, PURPLE

SCORE = 97.627008  # the first of NumPy's legacy generator with seed 0, uniform on (-1000, 1000), rounded
# In pixels, as in sheet.js.
CENTRE, SIZE = (219, 204), 2115.6
BOXES = (488, 670, 40, 168), (488, 670, 256, 384)
GRID, SAMPLES, TOUCH, RULINGS = steps(64), 24, 2, 32
CELLS = 16, 12  # patches of the still, along w and along alpha


class Sheet(Live):
    """The surface ``w x + alpha H(w)`` over w and alpha, H the binary entropy: the top panel of Figure 1.

    Drag to turn the sheet. Drag its point to move two cuts, drawn on the sheet and beside it: a straight line along
    alpha, and an arch along w. Buttons show the straight rulings with the outline that they touch, and the parabola
    that fits the arch best.

    Parameters
    ----------
    x : float, default 97.627008
        Score, from -500 to 500; the default is the document's.
    alpha : float, default 500.0
        Weight of the entropy at which the sheet is cut along w, from -1000 to 1000.
    w : float, default 0.4
        Decision at which the sheet is cut along alpha, from 0 to 1.
    turn : float, default -45.0
        Azimuth of the eye in degrees, from -180 to 180; the default is that of Figure 1 in the document.
    tilt : float, default 30.0
        Elevation of the eye in degrees, from -85 to 85; the document's is the default.
    rulings : bool, default False
        Whether straight lines of the sheet and its outline are shown.
    fit : bool, default False
        Whether the parabola of least squares is shown.

    Raises
    ------
    TypeError
        If `rulings` or `fit` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.sigmoid_objective : The height of the sheet.
    regsoft.live.Prism : The bottom panel.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/figure-1.ipynb``, eq-figure-top and eq-affine.

    Examples
    --------
    >>> sheet = Sheet(alpha=-250)
    >>> sheet.turn = -90
    >>> sheet.turn
    -90.0
    """

    _esm = module("figure_1")
    _width, _height, _narrow = 688, 430, 550
    x = Number(SCORE, -500, 500, label="score x", digits=0, step=1)
    alpha = Number(500, *ENDS, label="weight α", digits=0, step=5)
    w = Number(0.4, 0, 1, label="decision w", digits=3, step=0.005)
    turn = Number(-45, -180, 180, label="turn", digits=0, step=1)
    tilt = Number(30, -TILT, TILT, label="tilt", digits=0, step=1)
    rulings = Switch()
    fit = Switch()

    def _draw(self, ax):
        x, alpha, w = self.x, self.alpha, self.w
        low, high = -softplus(-x, 1000.0), softplus(x, 1000.0)
        limits = widened([(0, 1), ENDS, (low, high)])
        lens, weights = Camera(self.turn, self.tilt, limits, CENTRE, SIZE), np.linspace(*ENDS, 97)
        frame(ax, lens, limits, ("w", "α", ""))
        faces(ax, lens, *_patches(lens, x, low, high))
        if self.rulings:
            _lines(ax, lens, x)
        for points, colour in ((_on(w, weights, x), PURPLE), (_on(GRID, alpha, x), ORANGE)):
            places, kept = lens.flat(points), _seen(points, lens, x)
            line(ax, *places, colour, 1.2, dashes=(2, 4))
            shown = np.where(kept, places, np.nan)
            line(ax, *shown, "white", 5, solid_capstyle="round")
            line(ax, *shown, colour, 2.5)
        handle(ax, *lens.flat(_on(w, alpha, x)), INK)

        values = ticks(limits[2])
        planes = [Plane(box, x=ends, y=limits[2]) for box, ends in zip(BOXES, (ENDS, (0, 1)), strict=True)]
        for plane, marks, name in zip(
            planes, ((-1000, 0, 1000), (0, 0.5, 1)), ("weight α", "decision w"), strict=True
        ):
            plane.draw(ax, marks, values, name)
            bar(ax, plane.left - 6, plane.left - 1, plane.up(high), plane.up(low), upright=True)
        first, second = planes
        line(ax, first.across(ENDS), first.up(sigmoid_objective(w, x, np.array(ENDS, float))), PURPLE, 2.5)
        line(ax, second.across(GRID), second.up(sigmoid_objective(GRID, x, alpha)), ORANGE, 2.5)
        if self.fit:
            fitted = GRID * x + alpha * (1 + 30 * GRID * (1 - GRID)) / 12
            line(ax, second.across(GRID), second.up(fitted), width=1.5, dashes=(6, 4))
        value = sigmoid_objective(w, x, alpha)
        for plane, at, colour, name in ((first, alpha, ORANGE, "α"), (second, w, PURPLE, "w")):
            handle(ax, plane.across(at), plane.up(value), colour, name, (-4, -16))
        told = _told(x, alpha, w, self.fit)
        for (left, _, top, _), colour, (head, more) in zip(
            BOXES, (PURPLE, ORANGE), (told[:2], told[2:]), strict=True
        ):
            line(ax, [left, left + 18], [top - 30, top - 30], colour, 2.5)
            write(ax, left + 24, top - 26, head)
            write(ax, left, top - 10, more)
        shape = "an arch" if alpha > 0 else "a hanging curve" if alpha < 0 else "a line"
        return (
            f"A sheet over w and α for x = {number(x, 2)}, from {number(low, 0)} to {number(high, 0)}, turned to "
            f"{number(self.turn, 0)}°, tilted by {number(self.tilt, 0)}°. Along α straight: {told[0]}, {told[1]}. "
            f"Along w {shape}: {told[2]}, {told[3]}."
        )


def _on(w, alpha, x):
    """Return points of the sheet, shape (..., 3)."""
    w, alpha = np.broadcast_arrays(np.asarray(w, float), np.asarray(alpha, float))
    return np.stack([w, alpha, sigmoid_objective(w, x, alpha)], axis=-1)


def _patches(lens, x, low, high):
    """Return patches from far to near, shape (n, 4, 3), and their shades."""
    w, alpha = steps(CELLS[0]), np.linspace(*ENDS, CELLS[1] + 1)
    cells = grid(_on(*np.meshgrid(w, alpha, indexing="ij"), x))
    near = [np.abs(cells[..., i].mean(axis=-1) - lens.eye[i]) for i in (0, 1)]
    # Sorted first by w: planes of constant w separate the patches
    order = np.lexsort((-near[1].ravel(), -near[0].ravel()))
    cells = cells.reshape(-1, 4, 3)[order]
    w, alpha, _ = np.moveaxis(cells.mean(axis=1), -1, 0)
    return cells, (sigmoid_objective(w, x, alpha) - low) / (high - low)


def _seen(points, lens, x):
    """Return for each point of the sheet whether no part of the sheet lies between the point and the eye."""
    way = lens.eye - points
    with np.errstate(divide="ignore", invalid="ignore"):
        leave = [
            np.where(way[:, i] > 0, (top - points[:, i]) / way[:, i], (low - points[:, i]) / way[:, i])
            for i, (low, top) in enumerate(((0, 1), ENDS))
        ]
    far = np.minimum(1, np.nan_to_num(np.minimum(*leave), nan=1.0, posinf=1.0))
    part = far[:, None] * (np.arange(1, SAMPLES + 1) / SAMPLES) ** 2
    w, alpha, z = np.moveaxis(points[:, None] + part[..., None] * way[:, None], -1, 0)
    above = z - sigmoid_objective(np.clip(w, 0, 1), x, alpha)
    above = np.where(np.abs(above) < TOUCH, 0, np.sign(above))
    return ~((above > 0).any(axis=1) & (above < 0).any(axis=1))


def _lines(ax, lens, x):
    """Draw straight lines of the sheet, and its outline as the eye sees it."""
    weights = np.linspace(*ENDS, 97)
    for w in steps(RULINGS):
        points = _on(w, weights, x)
        kept = np.flatnonzero(_seen(points, lens, x))
        for run in np.split(kept, np.flatnonzero(np.diff(kept) > 1) + 1):
            if len(run) > 1:  # the two ends determine a straight line
                line(ax, *lens.flat(points[run[[0, -1]]]), "white", 1, alpha=0.7)
    w = GRID[1:-1]
    touch = (lens.eye[2] - x * lens.eye[0] - binary_entropy(w) * lens.eye[1]) / (
        np.log((1 - w) / w) * (lens.eye[0] - w)
    )
    edges = [
        _on(w, touch, x),
        *(_on(end, weights, x) for end in (0, 1)),
        *(_on(GRID, end, x) for end in ENDS),
    ]
    for points in edges:
        kept = (np.abs(points[:, 1]) <= ENDS[1]) & _seen(points, lens, x)
        line(ax, *np.where(kept, lens.flat(points), np.nan), width=2)


def _told(x, alpha, w, fit):
    """Return what is written over the two cuts."""
    flat = sigmoid(-x, -alpha) if alpha < 0 else sigmoid(x, alpha or 1.0)  # where the slope is 0
    heights = 0.0, x, sigmoid_objective(flat, x, alpha)
    reach, extreme = max(heights) - min(heights), number(flat)
    shape = (
        f"top at w = {extreme}"
        if alpha > 0
        else f"bottom at w = {extreme}"
        if alpha < 0
        else "a straight line"
    )
    if fit:
        shape = (
            f"parabola off by {number(100 * abs(alpha) / 12 / reach, 0)} %" if reach else "a straight line"
        )
    return (
        f"cut at w = {number(w)}",
        f"slope H(w) = {number(binary_entropy(w))}",
        f"cut at α = {number(alpha, 0)}",
        shape,
    )
