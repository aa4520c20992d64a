"""Pictures of the soft argmax: two peaks in a row, a heat map, and the error over the temperature."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba

from regsoft import softmax
from regsoft.figures._draw import FULL, axes, number, short
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

PLACES = np.arange(1.0, 14.0)
ROWS, COLUMNS = np.arange(1.0, 10.0), np.arange(1.0, 15.0)
FAINTEST = 0.004  # shares below it are not drawn


def _near(place, best, radius=2):
    return np.abs(place - best) <= radius


@styled
def two_peaks(height: float = 0.75, alpha: float = 0.1) -> Picture:
    """Scores with peaks at 4 and 10, their shares, and the mean position with and without a window."""
    x = np.maximum(np.exp(-((PLACES - 4) ** 2) / 2), height * np.exp(-((PLACES - 10) ** 2) / 2))
    w, best = softmax(x, alpha), PLACES[x.argmax()]
    near = _near(PLACES, best)
    whole, window = w @ PLACES, softmax(x[near], alpha) @ PLACES[near]
    ax = axes(FULL, xlabel="position", ylabel="score, share", xlim=(0.3, 13.7), ylim=(0, 1.62))
    ax.set_xticks(range(1, 14, 3))
    ax.set_yticks([0, 0.5, 1])
    ax.bar(PLACES, w, color=BLUE, width=0.6)
    ax.plot(PLACES, x, ".-", color=INK, linewidth=1.2, label="score")
    ax.plot(PLACES[near][[0, -1]], [1.15, 1.15], color=GREEN, linewidth=1.2)
    ax.plot([whole] * 2, [0, 1.15], color=PURPLE, label=f"soft argmax {number(whole, 2)}")
    ax.plot([window] * 2, [0, 1.15], color=GREEN, linestyle=":", label=f"in the window {number(window, 2)}")
    ax.legend(loc="upper center", ncols=3, columnspacing=1, handlelength=1.5)
    alt = (
        f"Scores with peaks of height 1 at 4 and {short(height)} at 10, and bars of their shares at "
        f"α = {short(alpha)}. The soft argmax is at {number(whole, 2)}, within a window "
        f"around the best it is at {number(window, 2)}."
    )
    return Picture(ax.figure, alt)


@styled
def heatmap_position(height: float = 0.6, alpha: float = 0.1) -> Picture:
    """Shares of a heat map with peaks at (4.3, 3.6) and (11, 7), and its mean position."""
    column, row = np.meshgrid(COLUMNS, ROWS)
    x = np.exp(-((column - 4.3) ** 2 + (row - 3.6) ** 2) / 3)
    x = np.maximum(x, height * np.exp(-((column - 11) ** 2 + (row - 7) ** 2) / 3))
    w = softmax(x.ravel(), alpha)
    points = np.column_stack([column.ravel(), row.ravel()])
    mean, best = w @ points, points[x.argmax()]
    inked = w > FAINTEST
    cell = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    ax = axes(FULL, xlabel="column", ylabel="row", xlim=(0.5, 14.5), ylim=(9.5, -1.3), xticks=[1, 5, 10, 14])
    ax.set_yticks([1, 5, 9])
    colours = [to_rgba(BLUE, share) for share in np.sqrt(w[inked] / w.max())]
    ax.add_collection(PolyCollection(points[inked][:, None] + cell, facecolors=colours, edgecolors="none"))
    ax.plot([0.5, 14.5, 14.5, 0.5, 0.5], [0.5, 0.5, 9.5, 9.5, 0.5], color=INK, linewidth=1, zorder=0)
    ax.spines["left"].set_bounds(0.5, 9.5)  # the legend stands above the map
    ax.plot(*best, "+", color=INK, markersize=10, label="argmax")
    ax.plot(
        *mean,
        "o",
        color=ORANGE,
        markersize=7,
        label=f"soft argmax ({number(mean[0], 2)}, {number(mean[1], 2)})",
    )
    ax.legend(loc="upper center", ncols=2)
    alt = (
        f"Heat map of shares at α = {short(alpha)} with a peak of height 1 at column 4.3, row 3.6 and one of "
        f"height {short(height)} at column 11, row 7. The soft argmax is at column {number(mean[0], 2)}, "
        f"row {number(mean[1], 2)}."
    )
    return Picture(ax.figure, alt)


@styled
def position_error() -> Picture:
    """Root mean square error of the soft argmax of a bump between grid points, against the temperature."""
    places, truths, alphas = np.arange(1.0, 22.0), 6 + np.linspace(-0.5, 0.5, 21), np.geomspace(0.01, 2, 41)
    x = np.exp(-((places - truths[:, None]) ** 2) / (2 * 1.5**2))
    near = _near(places, places[x.argmax(axis=-1)][:, None], 4)
    whole = [softmax(x, a) @ places - truths for a in alphas]
    window = [softmax(np.where(near, x, -np.inf), a) @ places - truths for a in alphas]
    ax = axes(FULL, xlabel="α", ylabel="error", xscale="log", yscale="log", ylim=(0.004, 40))
    lows = []
    for errors, colour, style, name in (
        (whole, PURPLE, "-", "all 21 places"),
        (window, GREEN, "--", "window of 9"),
    ):
        rms = np.sqrt(np.mean(np.square(errors), axis=-1))
        ax.plot(alphas, rms, color=colour, linestyle=style, label=name)
        lows.append(f"{name} at best {number(rms.min())}, at α = {number(alphas[rms.argmin()], 2)}")
    ax.axhline(
        np.sqrt(np.mean((truths - places[x.argmax(axis=-1)]) ** 2)),
        color=INK,
        linewidth=1,
        linestyle=":",
        label="argmax",
    )
    ax.set_xticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    ax.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    ax.minorticks_off()
    ax.legend(loc="upper left", ncols=3)
    alt = (
        "Error of the soft argmax of a bump over the temperature: that of rounding when cold, the distance to the "
        f"centre when hot, a valley between; {'; '.join(lows)}."
    )
    return Picture(ax.figure, alt)
