"""Pictures of the two functions, the triangle of shares and cross entropy."""

import numpy as np

from regsoft import cross_entropy, shannon_entropy, sigmoid
from regsoft.figures._draw import axes, number, short
from regsoft.picture import INK, ORANGE, Picture, styled


@styled
def sigmoid_curve(alpha: float = 1.0) -> Picture:
    """Sigmoid at a temperature and the step that it smooths."""
    x = np.linspace(-6, 6, 121)
    ax = axes(xlabel="score x", ylabel="decision w", xlim=(-6, 6), ylim=(-0.04, 1.04))
    ax.plot([-6, 0, 0, 6], [0, 0, 1, 1], color=INK, linewidth=1.2, linestyle="--", label="α → 0")
    ax.plot(x, sigmoid(x, alpha), label=f"α = {short(alpha)}")
    ax.legend(loc="upper left")
    alt = (
        f"Sigmoid of the score at α = {short(alpha)}: it rises from 0 to 1 through 1/2 at score 0 "
        f"and reaches {number(sigmoid(2.0, alpha))} at score 2; the dashed step jumps at 0."
    )
    return Picture(ax.figure, alt)


@styled
def cross_entropy_split(p: float = 0.7) -> Picture:
    """Cross entropy of a coin's prediction under a target p: a floor H(p) and the divergence above it."""
    p_hat = np.linspace(0.01, 0.99, 99)
    target = np.array([p, 1 - p], float)
    loss = cross_entropy(target, np.stack([p_hat, 1 - p_hat], axis=-1))
    floor = shannon_entropy(target)
    ax = axes(xlabel="prediction p̂", ylabel="nats", xlim=(0, 1), ylim=(-0.05, 3))
    ax.plot(p_hat, loss, label="cross entropy")
    ax.axhline(floor, color=ORANGE, linewidth=1.5, linestyle="--", label=f"floor H(p) = {number(floor)}")
    ax.plot([p, p], [-0.05, floor], color=INK, linewidth=0.8, linestyle=":")
    ax.plot(p, floor, "o", color=ORANGE, markersize=7, clip_on=False, label=f"lowest at p̂ = {short(p)}")
    ax.legend(loc="upper center")
    alt = (
        f"Cross entropy against the prediction for target p = {short(p)}: its lowest value, at p̂ = {short(p)}, "
        f"is the entropy {number(floor)}; the rest is the divergence."
    )
    return Picture(ax.figure, alt)
