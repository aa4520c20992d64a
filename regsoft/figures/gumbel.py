"""A picture of scores with Gumbel noise: relaxed samples and their mean."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import softmax
from regsoft.figures._draw import axes, flat, number, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

X = np.array([1.0, 2.0, 4.0])
TEMPERATURES = np.geomspace(0.05, 20, 27)
SHOWN = 160  # points of the cloud
DRAWS = 20_000  # for the means


@styled
def relaxed_samples(tau: float = 1.0) -> Picture:
    """Relaxed samples softmax(x + G, tau) of x = (1, 2, 4) in the triangle, and their mean as a function of tau."""
    rng = np.random.default_rng(0)
    noisy = X + rng.gumbel(size=(DRAWS, 3))
    means = np.array([softmax(noisy, t).mean(axis=0) for t in TEMPERATURES])
    mean, w = softmax(noisy, tau).mean(axis=0), softmax(X)
    figure = Figure(figsize=(5.2, 3.0))
    ax = triangle((0.0, 0.08, 0.5, 0.92), figure)
    ax.plot(*flat(softmax(noisy[:SHOWN], tau)), ".", color=BLUE, markersize=3)
    ax.plot(*flat(w), "s", color=INK, markersize=7, label="softmax(x)")
    ax.plot(*flat(mean), "o", color=PURPLE, markersize=7, label="mean of the samples")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, columnspacing=1, handletextpad=0.2)
    right = axes((0.63, 0.19, 0.35, 0.76), figure, xlabel="τ", ylabel="mean share", xscale="log", ylim=(0, 1))
    for i, colour in enumerate((BLUE, ORANGE, GREEN)):
        right.plot(TEMPERATURES, means[:, i], color=colour)
        right.axhline(w[i], color=INK, linewidth=1, linestyle="--")
        right.text(0.055, w[i] + 0.02, f"w{'₁₂₃'[i]}", fontsize=9)
    right.plot(np.full(3, tau), mean, "o", color=PURPLE, markersize=6)
    right.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.minorticks_off()
    alt = (
        f"Left: a cloud of relaxed samples at τ = {short(tau)}; its mean is {', '.join(map(number, mean))}, "
        f"softmax {', '.join(map(number, w))}. Right: as τ grows the mean shares go from the dashed softmax to 1/3."
    )
    return Picture(figure, alt)
