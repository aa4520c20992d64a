"""Pictures of scores with Gumbel noise: the race to the maximum, and its relaxed winners."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import logsumexp, softmax
from regsoft.figures._draw import FULL, axes, flat, number, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

X = np.array([1.0, 2.0, 4.0])
TEMPERATURES = np.geomspace(0.05, 20, 27)
SHOWN = 160  # points of the cloud
DRAWS = 20_000  # for the means


def _density(t, centre, alpha):
    """Return alpha times the density at t of centre + alpha G, G standard Gumbel."""
    z = (t - centre) / alpha
    return np.exp(-z - np.exp(-z))


@styled
def noisy_scores(x1=1.0, alpha=1.0):
    """Densities of three scores with Gumbel noise, and of the largest of the three."""
    x, t = np.array([x1, 2.0, 4.0]), np.linspace(-4, 14, 181)
    top, w = logsumexp(x, alpha), softmax(x, alpha)
    ax = axes(
        FULL, xlabel="score plus noise", ylabel="α × density", xlim=(-4, 14), ylim=(0, 0.54), yticks=[0, 0.2]
    )
    for i, (colour, style) in enumerate(((BLUE, ":"), (ORANGE, "-."), (GREEN, "-"))):
        name = f"x{'₁₂₃'[i]} = {short(x[i])}, wins {number(w[i])}"
        ax.plot(
            t,
            _density(t, x[i], alpha),
            color=colour,
            linestyle=style,
            linewidth=1.5,
            label=name,
            zorder=5 - i,
        )
    ax.plot(t, _density(t, top, alpha), color=PURPLE, linestyle="--", label=f"largest, at {number(top)}")
    ax.legend(loc="upper center", ncols=2)
    alt = (
        f"Densities of the scores {short(x1)}, 2, 4 with Gumbel noise of scale {short(alpha)}: bumps of one shape. "
        f"The dashed density of the largest has that shape too, with its top at the logsumexp {number(top)}."
    )
    return Picture(ax.figure, alt)


@styled
def relaxed_samples(tau=1.0):
    """Relaxed samples softmax(x + G, tau) of x = (1, 2, 4) in the triangle, and their mean over tau."""
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
        f"softmax {', '.join(map(number, w))}. Right: as τ grows the mean shares leave the dashed softmax for 1/3."
    )
    return Picture(figure, alt)
