"""Pictures of the entmax family: its curve for two options, its paths for three, its entropies and losses."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import entmax, fenchel_young_loss, tsallis_entropy
from regsoft.figures._draw import FULL, axes, flat, number, short, triangle
from regsoft.picture import BLUE, INK, ORANGE, PURPLE, Picture, styled


@styled
def entmax_curve(order: float = 1.5, alpha: float = 1.0) -> Picture:
    """Share of the first of two options against its score at a given order, beside softmax and sparsemax."""
    x = np.linspace(-4, 4, 161)
    pairs = np.stack([x, np.zeros_like(x)], axis=-1)
    ax = axes(FULL, xlabel="score x, the other 0", ylabel="share w₁", xlim=(-4, 4), ylim=(-0.04, 1.04))
    for other, style in ((1.0, ":"), (2.0, "--")):
        ax.plot(
            x,
            entmax(pairs, other, alpha)[:, 0],
            color=INK,
            linewidth=1.2,
            linestyle=style,
            label=f"order {other:.0f}",
        )
    ax.plot(x, entmax(pairs, order, alpha)[:, 0], color=BLUE, label=f"order {short(order)}")
    ax.legend(loc="upper left")
    reach = (
        "never exactly 1" if order == 1 else f"exactly 1 from a score of {number(alpha / (order - 1), 2)} on"
    )
    alt = (
        f"Share of the first of two options against its score for order {short(order)} and α = {short(alpha)}: "
        f"it rises from 0 to 1 and is {reach}; dotted softmax, dashed sparsemax."
    )
    return Picture(ax.figure, alt)


@styled
def tsallis_family(order: float = 1.5) -> Picture:
    """Tsallis entropies of a coin: the chosen order beside Shannon's and Gini's."""
    w = np.linspace(0, 1, 81)
    coins = np.stack([w, 1 - w], axis=-1)
    ax = axes(xlabel="w", ylabel="entropy", xlim=(-0.02, 1.02), ylim=(-0.02, 1.1))
    for other, style, name in ((1.0, ":", "order 1, Shannon"), (2.0, "--", "order 2, Gini")):
        ax.plot(w, tsallis_entropy(coins, other), color=INK, linewidth=1.2, linestyle=style, label=name)
    ax.plot(w, tsallis_entropy(coins, order), color=BLUE, label=f"order {short(order)}")
    ax.legend(loc="upper center")
    top = tsallis_entropy([0.5, 0.5], order)
    alt = (
        f"Tsallis entropy of a coin at order {short(order)}: an arch of height {number(top)}; "
        "Shannon's is 0.693 high, Gini's 0.250."
    )
    return Picture(ax.figure, alt)


@styled
def loss_curves(order: float = 1.5) -> Picture:
    """Fenchel-Young loss of the correct one of two options against its lead, at a given order."""
    lead = np.linspace(-3, 4, 141)
    pairs = np.stack([lead, np.zeros_like(lead)], axis=-1)
    ax = axes(xlabel="lead of the correct option", ylabel="loss", xlim=(-3, 4), ylim=(-0.1, 3.6))
    ax.plot(lead, np.maximum(-lead, 0), color=INK, linewidth=1, linestyle="-.", label="max(−lead, 0)")
    for other, style, name in ((1.0, ":", "order 1, logistic"), (2.0, "--", "order 2, sparsemax")):
        ax.plot(
            lead,
            fenchel_young_loss(pairs, [1.0, 0.0], other),
            color=INK,
            linewidth=1.2,
            linestyle=style,
            label=name,
        )
    ax.plot(lead, fenchel_young_loss(pairs, [1.0, 0.0], order), color=PURPLE, label=f"order {short(order)}")
    ax.legend(loc="upper right")
    margin = "never exactly 0" if order == 1 else f"exactly 0 from a lead of {number(1 / (order - 1), 2)} on"
    alt = (
        f"Loss of the correct option against its lead at order {short(order)}: falling, convex, and {margin}."
    )
    return Picture(ax.figure, alt)


@styled
def three_paths(x1: float = 1.0, alpha: float = 1.0) -> Picture:
    """Softmax, 1.5-entmax and sparsemax of (x1, 2, 4) as points and paths of the triangle."""
    x = np.array([x1, 2.0, 4.0])
    figure = Figure(figsize=(4.8, 3.4))
    ax = triangle((0.0, 0.02, 0.72, 0.96), figure)
    lines = []
    for order, colour, marker, name in (
        (1.0, BLUE, "o", "softmax"),
        (1.5, PURPLE, "D", "1.5-entmax"),
        (2.0, ORANGE, "s", "sparsemax"),
    ):
        path = [entmax(x, order, a) for a in np.geomspace(0.05, 60, 40)]
        w = entmax(x, order, alpha)
        ax.plot(*flat(path), color=colour, linewidth=1)
        ax.plot(*flat(w), marker, color=colour, markersize=7, label=name)
        lines.append(f"{name} {', '.join(number(v, 2) for v in w)}")
    ax.legend(loc="center left", bbox_to_anchor=(0.98, 0.7))
    alt = f"Triangle with the shares of scores {short(x1)}, 2, 4 at α = {short(alpha)}: {'; '.join(lines)}."
    return Picture(figure, alt)
