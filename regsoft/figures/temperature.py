"""Picture of the path that softmax takes as the temperature changes."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import shannon_entropy, softmax
from regsoft.figures._draw import axes, flat, number, short, triangle
from regsoft.picture import BLUE, INK, PURPLE, Picture, styled

TEMPERATURES = np.geomspace(0.05, 100, 61)


@styled
def path_to_centre(x2: float = 2.0, alpha: float = 1.0) -> Picture:
    """The path of softmax((1, x2, 4), alpha) from corner to centre, and its entropy against alpha."""
    x = np.array([1.0, x2, 4.0])
    path, w = np.array([softmax(x, a) for a in TEMPERATURES]), softmax(x, alpha)
    figure = Figure()
    ax = triangle((0.0, 0.02, 0.5, 0.96), figure)
    ax.plot(*flat(path), color=BLUE, linewidth=1.5)
    ax.plot(*flat(np.full(3, 1 / 3)), "+", color=INK)
    ax.plot(*flat(w), "o", color=PURPLE, markersize=8)
    right = axes(
        (0.62, 0.19, 0.36, 0.72), figure, xlabel="α", ylabel="entropy H(w)", xscale="log", ylim=(0, 1.2)
    )
    right.plot(TEMPERATURES, shannon_entropy(path), color=BLUE)
    right.axhline(np.log(3), color=INK, linewidth=1, linestyle="--")
    right.text(0.05, np.log(3) + 0.02, "log 3", fontsize=9)
    right.plot(alpha, shannon_entropy(w), "o", color=PURPLE, markersize=8)
    right.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    right.minorticks_off()
    alt = (
        f"Left: the path of softmax of (1, {short(x2)}, 4) through the triangle as α grows, ending at the centre; "
        f"the dot is α = {short(alpha)}, shares {', '.join(map(number, w))}. Right: the entropy along it "
        f"rises from {number(shannon_entropy(path[0]))} towards log 3; "
        f"at the dot it is {number(shannon_entropy(w))}."
    )
    return Picture(figure, alt)
