"""Pictures of a classifier: where each class wins, and how far its confidence can be trusted.

Without data the pictures show examples whose labels are drawn from softmax itself, so that the truth is known.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from regsoft import logsumexp, softmax
from regsoft._types import Array, NDArray
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

BINS = np.linspace(0, 1, 11)
TEMPERATURES = np.geomspace(0.5, 8, 41)
COLOURS, MARKERS = (BLUE, ORANGE, GREEN), "osD"
AXES, NAMES = ("z₁", "z₂"), ("class 1", "class 2", "class 3")


def _drawn_from_softmax(scores, alpha, seed):
    ranks = np.random.default_rng(seed).random((len(scores), 1))
    return (softmax(scores, alpha).cumsum(axis=-1) < ranks).sum(axis=-1).clip(max=scores.shape[-1] - 1)


SCORES = np.random.default_rng(0).normal(scale=3, size=(2000, 5))
LABELS = _drawn_from_softmax(SCORES, 2.0, 1)
WEIGHTS = np.array([[0.3, 0.3, -0.6], [2.5, -2.0, -0.5], [1.0, 1.5, -2.5]])
POINTS = np.random.default_rng(2).normal(size=(90, 2))
CLASSES = _drawn_from_softmax(np.column_stack([np.ones(90), POINTS]) @ WEIGHTS, 1.0, 3)


def nll(scores, labels, alpha):
    """Return the mean of minus the log of the share that softmax gives to the label."""
    scaled = scores / alpha
    return (logsumexp(scaled) - scaled[np.arange(len(labels)), labels]).mean()


def binned(scores, labels, alpha):
    """Return mean confidence, accuracy and count of the examples in each of ten bins of confidence."""
    shares = softmax(scores, alpha)
    confidence, right = shares.max(axis=-1), shares.argmax(axis=-1) == labels
    place = np.clip(np.digitize(confidence, BINS) - 1, 0, len(BINS) - 2)
    counts = np.bincount(place, minlength=len(BINS) - 1)
    sums = [np.bincount(place, values, minlength=len(BINS) - 1) for values in (confidence, right)]
    full = counts > 0
    return sums[0][full] / counts[full], sums[1][full] / counts[full], counts[full]


@styled
def reliability(
    alpha: float = 1.0, scores: Array = SCORES, labels: NDArray[np.integer[Any]] = LABELS
) -> Picture:
    """Accuracy against confidence at a temperature, and mean loss against temperature."""
    confidence, accuracy, counts = binned(scores, labels, alpha)
    losses = np.array([nll(scores, labels, a) for a in TEMPERATURES])
    now, best = nll(scores, labels, alpha), losses.min()
    figure = Figure(figsize=(5.2, 3.0))
    left = axes((0.11, 0.18, 0.42, 0.73), figure, xlabel="confidence", ylabel="accuracy")
    left.set(xlim=(-0.06, 1.06), ylim=(-0.06, 1.06), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    left.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--")
    left.vlines(confidence, confidence, accuracy, color=ORANGE, linewidth=2.5)
    left.scatter(confidence, accuracy, 12 + 180 * counts / len(labels), color=BLUE, zorder=3)
    right = axes((0.67, 0.18, 0.31, 0.73), figure, xlabel="α", ylabel="mean loss", xscale="log")
    right.set(ylim=(0.9 * best, losses.max() + 0.1 * best), yticks=np.round([best, losses[0]], 2))
    right.plot(TEMPERATURES, losses, color=BLUE)
    right.plot(alpha, now, "o", color=PURPLE, markersize=8)
    right.set_xticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    right.minorticks_off()
    gap = (counts * (confidence - accuracy)).sum() / len(labels)
    side = "above" if gap >= 0 else "below"
    alt = (
        f"At α = {short(alpha)} the mean confidence lies {number(abs(gap))} {side} the accuracy; dots below the "
        f"diagonal are overconfident. Right: the mean loss over α is {number(now)} at the dot, "
        f"{number(best)} where it is smallest, near α = {TEMPERATURES[losses.argmin()]:.2g}."
    )
    return Picture(figure, alt)


@styled
def class_regions(
    alpha: float = 1.0,
    features: Array = POINTS,
    labels: NDArray[np.integer[Any]] = CLASSES,
    weights: Array = WEIGHTS,
    axis_names: Sequence[str] = AXES,
    names: Sequence[str] = NAMES,
) -> Picture:
    """Three classes of points in the plane, where each has the largest share, and where a share is 0.9."""
    low, high = features.min(axis=0) - 0.4, features.max(axis=0) + 0.4
    ax = axes((0.1, 0.16, 0.66, 0.81), xlabel=axis_names[0], ylabel=axis_names[1])
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    for k, (colour, marker) in enumerate(zip(COLOURS, MARKERS, strict=True)):
        group = features[labels == k]
        ax.plot(*group.T, marker, color=colour, markersize=3.5, label=names[k])
    grid = np.meshgrid(np.linspace(low[0], high[0], 61), np.linspace(low[1], high[1], 61))
    shares = softmax(np.stack([np.ones_like(grid[0]), *grid], axis=-1) @ weights, alpha)
    for k, colour in enumerate(COLOURS):
        ax.contour(*grid, shares[..., k], [0.9], colors=colour, linewidths=1.3, linestyles="--")
    for k in range(3):
        ends = _border(weights, k, low, high)
        if ends is not None:
            ax.plot(*ends.T, color=INK, linewidth=1.5)
    ax.plot([], [], color=INK, linewidth=1.5, label="tie")
    ax.plot([], [], color=INK, linewidth=1.3, linestyle="--", label="share 0.9")
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    sure = (
        softmax(np.column_stack([np.ones(len(features)), features]) @ weights, alpha).max(axis=-1) > 0.9
    ).sum()
    alt = (
        f"{len(features)} points of three classes and the lines where two classes tie for the largest share. "
        f"At α = {short(alpha)} one class has a share above 0.9 at {sure} of the points, beyond the dashed curves."
    )
    return Picture(ax.figure, alt)


def _border(weights, k, low, high):
    """Return the ends, within the frame, of the line on which the classes other than `k` tie ahead of `k`."""
    i, j = (index for index in range(3) if index != k)
    offset, *normal = weights[:, i] - weights[:, j]
    normal = np.array(normal)
    foot, reach = -offset * normal / (normal @ normal), np.linalg.norm(high - low) + np.abs(low).max()
    line = foot + np.linspace(-2, 2, 4001)[:, None] * reach * np.array([-normal[1], normal[0]]) / np.sqrt(
        normal @ normal
    )
    scores = np.column_stack([np.ones(len(line)), line]) @ weights
    kept = line[(scores[:, i] >= scores[:, k]) & ((line >= low) & (line <= high)).all(axis=1)]
    return kept[[0, -1]] if len(kept) else None
