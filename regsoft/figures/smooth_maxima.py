"""Picture of three smooth maxima side by side."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import boltzmann, logsumexp, mellowmax
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled


@styled
def three_maxima(alpha: float = 1.0) -> Picture:
    """Logsumexp, mellowmax and the Boltzmann operator of (x, 0), each against the maximum."""
    x = np.linspace(-4, 4, 81)
    pairs = np.stack([x, np.zeros_like(x)], axis=-1)
    figure = Figure(figsize=(5.0, 2.6))
    lows = []
    operators = (
        ("logsumexp", logsumexp, BLUE),
        ("mellowmax", mellowmax, ORANGE),
        ("Boltzmann", boltzmann, GREEN),
    )
    for i, (name, operator, colour) in enumerate(operators):
        place = (0.08 + 0.31 * i, 0.19, 0.27, 0.66)
        ax = axes(place, figure, xlabel="x", xlim=(-4, 4), ylim=(-2.6, 4.6), xticks=[-4, 0, 4])
        ax.set_yticks([-2, 0, 2, 4], ["−2", "0", "2", "4"] if i == 0 else [])
        ax.plot([-4, 0, 4], [0, 0, 4], color=INK, linewidth=1, linestyle="--")
        values = operator(pairs, alpha)
        ax.plot(x, values, color=colour)
        ax.set_title(name, fontsize=10)
        lows.append(f"{name} at x = −4 is {number(values[0])}, lowest {number(values.min())}")
    alt = (
        f"Three smooth maxima of (x, 0) at α = {short(alpha)} against the dashed maximum: {'; '.join(lows)}."
    )
    return Picture(figure, alt)
