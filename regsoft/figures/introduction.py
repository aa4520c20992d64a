"""Pictures of the two functions, the triangle of shares and cross entropy."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import binary_entropy, cross_entropy, shannon_entropy, sigmoid, softmax
from regsoft import sigmoid_objective as objective
from regsoft.figures._draw import axes, flat, number, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled


@styled
def overview(x=1.0, alpha=1.0):
    """Linear objective plus entropy gives an arch whose top is at sigmoid(x/alpha)."""
    w = np.linspace(0, 1, 61)
    top, end = sigmoid(x, alpha), float(x > 0)
    panels = [
        ("w x", w * x, end, BLUE, f"largest at {end:.0f}"),
        ("α H(w)", alpha * binary_entropy(w), 0.5, ORANGE, "largest at 1/2"),
        ("w x + α H(w)", objective(w, x, alpha), top, PURPLE, f"largest at\nσ(x/α) = {number(top)}"),
    ]
    low, high = min(x, 0), max(values.max() for _, values, _, _, _ in panels)
    limits = low - 0.05 * (high - low), high + 0.15 * (high - low)
    figure = Figure(figsize=(5.0, 2.2))
    for i, (label, values, best, colour, words) in enumerate(panels):
        place = (0.02 + 0.345 * i, 0.29, 0.27, 0.54)
        ax = axes(place, figure, xlim=(-0.04, 1.04), ylim=limits, xticks=[0, 1], yticks=[], xlabel=words)
        ax.spines["left"].set_visible(False)
        ax.fill_between(w, values, limits[0], color=colour, alpha=0.15, linewidth=0)
        ax.plot(w, values, color=colour)
        height = np.interp(best, w, values)
        ax.plot([best, best], [limits[0], height], color=colour, linewidth=1, linestyle="--")
        ax.plot(best, height, "o", color=colour, markersize=7)
        ax.text(0.5, 1.12, label, transform=ax.transAxes, ha="center", va="center", fontsize=12)
        if i:
            figure.text(place[0] - 0.0375, 0.5, "+="[i - 1], ha="center", va="center", fontsize=18)
    alt = (
        f"Three panels over w from 0 to 1. The line w x is largest at the end, w = {end:.0f}; the entropy arch is "
        f"largest in the middle; their sum is an arch with its top at σ({short(x / alpha)}) = {number(top)}."
    )
    return Picture(figure, alt)


@styled
def sigmoid_curve(alpha=1.0):
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
def shares_and_triangle(x1=1.0, alpha=1.0):
    """The shares softmax([x1, 2, 4], alpha) as bars and as a point of the triangle."""
    x = np.array([x1, 2.0, 4.0])
    w = softmax(x, alpha)
    figure = Figure()
    bars = axes((0.12, 0.17, 0.34, 0.74), figure, ylim=(0, 1.09), ylabel="share w", yticks=[0, 0.5, 1])
    bars.bar(range(3), w, color=[BLUE, ORANGE, GREEN])
    bars.set_xticks(range(3), [f"x{i} = {short(v)}" for i, v in zip("₁₂₃", x, strict=True)], fontsize=8)
    for i, share in enumerate(w):
        bars.text(i, share + 0.02, number(share), ha="center", fontsize=9)
    ax = triangle((0.5, 0.02, 0.49, 0.94), figure)
    ax.plot(
        *flat([softmax(x, a) for a in np.geomspace(0.05, 100, 40)]), color=INK, linewidth=1, linestyle="--"
    )
    ax.plot(*flat(np.full(3, 1 / 3)), "+", color=INK)
    ax.plot(*flat(w), "o", color=PURPLE, markersize=8)
    shares = ", ".join(map(number, w))
    alt = (
        f"Scores {short(x1)}, 2, 4 at α = {short(alpha)}: bars of the shares {shares}, and the same shares as a "
        "point of the triangle, on the dashed path from the winning corner or edge to the centre."
    )
    return Picture(figure, alt)


@styled
def cross_entropy_split(p=1.0):
    """Cross entropy of a coin's prediction under a target p: a floor H(p) and the divergence above it."""
    p_hat = np.linspace(0.01, 0.99, 99)
    target = np.array([p, 1 - p])
    loss = cross_entropy(target, np.stack([p_hat, 1 - p_hat], axis=-1))
    floor = shannon_entropy(target)
    ax = axes(xlabel="prediction p̂", ylabel="nats", xlim=(0, 1), ylim=(-0.05, 3))
    ax.plot(p_hat, loss, label="cross entropy")
    ax.axhline(floor, color=ORANGE, linewidth=1.5, linestyle="--", label=f"floor H(p) = {number(floor)}")
    ax.plot([p, p], [-0.05, floor], color=INK, linewidth=0.8, linestyle=":")
    ax.plot(p, floor, "o", color=ORANGE, markersize=7, clip_on=False, label=f"lowest at p̂ = {short(p)}")
    ax.legend(loc="upper center")
    alt = (
        f"Cross entropy over the prediction for target p = {short(p)}: its lowest value, at p̂ = {short(p)}, "
        f"is the entropy {number(floor)}; the rest is the divergence."
    )
    return Picture(ax.figure, alt)
