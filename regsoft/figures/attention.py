"""A picture of attention: what the length of the keys does to its sharpness."""

import numpy as np

from regsoft import shannon_entropy, softmax
from regsoft.figures._draw import FULL, axes, number
from regsoft.picture import BLUE, INK, ORANGE, Picture, styled

LENGTHS = 2 ** np.arange(10)


@styled
def dot_product_entropy() -> Picture:
    """Mean entropy of attention over 64 random keys against their dimension r, at temperatures 1 and sqrt(r)."""
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
        "Mean entropy of the weights of 64 random keys against their dimension r. At α = 1 it falls from "
        f"{number(plain[0], 2)} to {number(plain[-1], 2)}, at α = √r it ends at {number(scaled[-1], 2)}."
    )
    return Picture(ax.figure, alt)
