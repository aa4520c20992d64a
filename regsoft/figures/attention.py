"""Pictures of attention: a look-up by similarity, and what the length of the keys does to its sharpness."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import shannon_entropy, softmax
from regsoft.figures._draw import FULL, axes, number, short
from regsoft.picture import BLUE, INK, ORANGE, PURPLE, Picture, styled

DEGREES = np.array([10, 75, 140, 215, 300])  # where the keys lie
LENGTHS = 2 ** np.arange(10)


def _unit(degrees):
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=-1)


@styled
def soft_lookup(angle=40.0, alpha=0.5):
    """A query among five keys on a circle: their weights, and the mean of the keys under them."""
    keys, query = _unit(DEGREES), _unit(angle)
    w = softmax(keys @ query, alpha)
    output = w @ keys
    figure = Figure()
    ax = axes((0.01, 0.03, 0.5, 0.94), figure, xlim=(-1.3, 1.3), ylim=(-1.45, 1.35), aspect="equal")
    ax.set_axis_off()
    ax.fill(*keys.T, facecolor="none", edgecolor=INK, linewidth=1)
    ax.plot([0, query[0]], [0, query[1]], color=ORANGE, label="query")
    ax.plot(*keys.T, "o", color=BLUE, markersize=6)
    for i, place in enumerate(1.18 * keys, start=1):
        ax.text(*place, str(i), ha="center", va="center", fontsize=9)
    ax.plot(*output, "o", color=PURPLE, markersize=8, label="output")
    ax.legend(loc="lower center", ncols=2, bbox_to_anchor=(0.5, -0.04))
    bars = axes(
        (0.62, 0.17, 0.36, 0.74), figure, xlabel="key", ylabel="weight", ylim=(0, 1.09), yticks=[0, 0.5, 1]
    )
    bars.set_xticks(range(5), ["1", "2", "3", "4", "5"])
    bars.bar(range(5), w, color=BLUE, width=0.6)
    for i, share in enumerate(w):
        bars.text(i, share + 0.02, number(share, 2), ha="center", fontsize=9)
    alt = (
        f"Five keys on a circle and a query at {short(angle)} degrees; weights at α = {short(alpha)}: "
        f"{', '.join(number(share, 2) for share in w)}. The output, the mean of the keys, lies at "
        f"({number(output[0], 2)}, {number(output[1], 2)}), within the pentagon of the keys."
    )
    return Picture(figure, alt)


@styled
def dot_product_entropy():
    """Mean entropy of attention over 64 random keys by their length, at temperature 1 and at its root."""
    rng = np.random.default_rng(0)
    entropies = []
    for length in LENGTHS:
        queries, keys = rng.normal(size=(200, 1, length)), rng.normal(size=(200, 64, length))
        x = (queries * keys).sum(axis=-1)
        entropies.append([shannon_entropy(softmax(x, a)).mean() for a in (1.0, np.sqrt(length))])
    plain, scaled = np.transpose(entropies)
    ax = axes(FULL, xlabel="length r of the keys", ylabel="mean entropy", ylim=(0, 5.6))
    ax.set_xscale("log", base=2)
    ax.axhline(np.log(64), color=INK, linewidth=1, linestyle=":", label="log 64")
    ax.plot(LENGTHS, scaled, "o-", color=BLUE, markersize=4, label="α = √r")
    ax.plot(LENGTHS, plain, "s--", color=ORANGE, markersize=4, label="α = 1")
    ax.set_xticks([1, 4, 16, 64, 256], ["1", "4", "16", "64", "256"])
    ax.minorticks_off()
    ax.set_yticks([0, 1, 2, 3, 4])
    ax.legend(loc="upper center", ncols=3)
    alt = (
        "Mean entropy of the weights of 64 random keys over their length r. At α = 1 it falls from "
        f"{number(plain[0], 2)} to {number(plain[-1], 2)}, at α = √r it ends at {number(scaled[-1], 2)}."
    )
    return Picture(ax.figure, alt)
