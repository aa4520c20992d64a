"""Picture of the objective that sigmoid maximises."""

import numpy as np

from regsoft import sigmoid
from regsoft import sigmoid_objective as objective
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, INK, ORANGE, Picture, styled


@styled
def sigmoid_objective(x: float = 1.0, alpha: float = 1.0) -> Picture:
    """The objective w x + alpha H(w) over w, its linear part and its stationary point or best endpoint."""
    w = np.linspace(0, 1, 81)
    ax = axes(xlabel="decision w", ylabel="w x + α H(w)", xlim=(-0.02, 1.02), ylim=(-2.5, 4.4))
    ax.plot([0, 1], [0, x], color=INK, linewidth=1.2, linestyle="--", label="linear part w x")
    ax.plot(w, objective(w, x, alpha), color=BLUE)
    place, words = _extremum(x, alpha)
    if place is not None:
        height = objective(place, x, alpha)
        ax.plot([place, place], [-4.8, height], color=INK, linewidth=0.8, linestyle=":")
        marker, inside = ("o", ORANGE) if alpha >= 0 else ("s", "none")
        ax.plot(place, height, marker, color=ORANGE, markerfacecolor=inside, markersize=8, label=words)
    ax.legend(loc="upper center")
    alt = f"Objective over w for score {short(x)} and α = {short(alpha)}: {_shape(alpha)}; {words}."
    return Picture(ax.figure, alt)


def _extremum(x, alpha):
    if alpha == 0:
        if x == 0:
            return None, "every w is best"
        end = float(x > 0)
        return end, f"largest at the end w = {short(end)}"
    place = sigmoid(x / alpha)
    return place, f"{'largest' if alpha > 0 else 'smallest'} at w = {number(place)}"


def _shape(alpha):
    return "a straight line" if alpha == 0 else "an arch" if alpha > 0 else "a hanging curve"
