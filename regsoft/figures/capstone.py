"""Pictures of a map of the reader's own, beside softmax and sparsemax."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from regsoft import softmax, sparsemax
from regsoft._types import Array
from regsoft.figures._draw import axes, flat, number, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled


@styled
def own_tail(argmax: Callable[..., Array] = softmax, label: str = "your own", alpha: float = 1.0) -> Picture:
    """Share of the worse of two options, on a logarithmic scale, against its gap to the better, for any map."""
    behind = np.linspace(0, 20, 81)
    pairs = np.stack([np.zeros_like(behind), -behind], axis=-1)
    ax = axes((0.15, 0.17, 0.82, 0.66), xlabel="gap to the better option", ylabel="share of the worse")
    ax.set(xlim=(0, 20), ylim=(-6.2, 0.1), xticks=[0, 5, 10, 15, 20], yticks=[-6, -4, -2, 0])
    ax.set_yticklabels(["10⁻⁶", "10⁻⁴", "10⁻²", "1"])
    own = np.array([argmax(pair, alpha)[1] for pair in pairs])
    for name, shares, style in (
        ("softmax", softmax(pairs, alpha)[:, 1], {"color": INK, "linestyle": ":", "linewidth": 1.2}),
        ("sparsemax", sparsemax(pairs, alpha)[:, 1], {"color": INK, "linestyle": "--", "linewidth": 1.2}),
        (label, own, {"color": GREEN}),
    ):
        seen = shares > 1e-7
        ax.plot(behind[seen], np.log10(shares[seen]), label=name, **style)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    alt = (
        f"Share of the worse of two options against the gap at α = {short(alpha)}. At a gap of 10: softmax "
        f"{softmax([0.0, -10.0], alpha)[1]:.2g}, sparsemax {sparsemax([0.0, -10.0], alpha)[1]:.2g}, {label} "
        f"{argmax(np.array([0.0, -10.0]), alpha)[1]:.2g}."
    )
    return Picture(ax.figure, alt)


@styled
def own_path(
    argmax: Callable[..., Array] = softmax, label: str = "your own", x1: float = 1.0, alpha: float = 1.0
) -> Picture:
    """Shares of (x1, 2, 4) under any map, softmax and sparsemax, as points and paths of the triangle."""
    x = np.array([x1, 2.0, 4.0])
    figure = Figure(figsize=(4.8, 3.4))
    ax = triangle((0.0, 0.02, 0.72, 0.96), figure)
    said = []
    maps = {
        "softmax": (softmax, BLUE, "o"),
        "sparsemax": (sparsemax, ORANGE, "s"),
        label: (argmax, GREEN, "D"),
    }
    for label, (function, colour, marker) in maps.items():
        path, w = [function(x, a) for a in np.geomspace(0.01, 100, 60)], function(x, alpha)
        ax.plot(*flat(path), color=colour, linewidth=1)
        ax.plot(*flat(w), marker, color=colour, markersize=7, label=label)
        said.append(f"{label} {', '.join(number(share, 2) for share in w)}")
    ax.legend(loc="center left", bbox_to_anchor=(0.98, 0.7))
    alt = f"Triangle with the shares of scores {short(x1)}, 2, 4 at α = {short(alpha)}: {'; '.join(said)}."
    return Picture(figure, alt)
