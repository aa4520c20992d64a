"""Pictures of rounding: errors of shares by precision, and what a patch inside the logarithm does to a loss."""

from decimal import Context, Decimal

import numpy as np
from matplotlib.figure import Figure

from regsoft import sigmoid, softplus
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, INK, ORANGE, Picture, styled

DTYPES = {16: np.float16, 32: np.float32, 64: np.float64}
EXACT = Context(prec=40)
DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
OPTIONS = 40
NAN_HEIGHT = 1.2  # where results that are not a number are drawn


@styled
def share_errors(scale: float = 10, bits: int = 32) -> Picture:
    """Relative errors of the shares of scores between -scale and scale, naive and shifted, against the gap."""
    x = np.random.default_rng(0).uniform(-scale, scale, size=OPTIONS).astype(DTYPES[bits])
    x[0] = scale
    limits = np.finfo(x.dtype)
    gaps, truth = _exact(x)
    # unit roundoff and mean gap, for the bound that the chapter derives
    unit, mean_gap = float(limits.eps) / 2, float(truth.astype(float) @ gaps)
    edge = -np.log(float(limits.tiny))
    ax = axes(
        (0.15, 0.16, 0.82, 0.62), xlabel="gap to the largest score", ylabel="relative error of the share"
    )
    ax.set(xlim=(-0.04 * scale, 2.04 * scale), ylim=(np.log10(unit) - 2.3, NAN_HEIGHT + 0.4))
    powers = range(-16, 1, 4) if bits == 64 else range(-8, 1, 2)
    shown = [p for p in powers if p > np.log10(unit) - 2.3]
    ax.set_yticks([*shown, NAN_HEIGHT])
    ax.set_yticklabels(["1" if p == 0 else "10" + str(p).translate(DIGITS) for p in shown] + ["nan"])
    line = np.linspace(0, min(2 * scale, edge), 60)
    bound = np.log10((line + mean_gap + 2 + OPTIONS) * unit)
    ax.plot(line, bound, color=INK, linewidth=1, linestyle="--", label="bound")
    said = []
    for name, shift, colour, marker in (("naive", 0, ORANGE, "x"), ("shifted", x.max(), BLUE, "o")):
        errors = _errors(x - shift, truth)
        lost = np.isnan(errors)
        said.append(f"{name} {lost.sum()} not a number, {(errors > 0.01).sum()} more off by over a hundredth")
        style = {"color": colour, "markersize": 5, "markerfacecolor": "none"}
        height = np.where(lost, NAN_HEIGHT, np.log10(np.maximum(errors, unit / 100)))
        ax.plot(gaps, height, marker, label=name, **style)
    if edge < 2 * scale:
        ax.axvline(edge, color=INK, linewidth=1, linestyle=":")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    alt = (
        f"Relative errors of {OPTIONS} shares over the gap, scores between −{scale} and {scale}, {bits} bits: "
        f"{'; '.join(said)}. The bound rises slowly from {(mean_gap + 2 + OPTIONS) * unit:.0e}."
    )
    return Picture(ax.figure, alt)


def _exact(x):
    """Return the gaps to the largest score, and the shares with forty digits."""
    scores = [Decimal(float(value)) for value in x]
    weights = [EXACT.exp(EXACT.subtract(value, max(scores))) for value in scores]
    total = sum(weights)
    shares = np.array([EXACT.divide(weight, total) for weight in weights])
    return (float(x.max()) - x.astype(float)), shares


def _errors(x, truth):
    """Return the relative errors of exp(x)/sum exp(x), every operation rounded to the dtype of `x`.

    The exponential comes from `decimal`, which rounds it correctly, so that the errors are the same everywhere.
    """
    with np.errstate(all="ignore"):
        e = np.array([float(EXACT.exp(Decimal(float(value)))) for value in x]).astype(x.dtype)
        total = x.dtype.type(0)
        for value in e:
            total += value
        found = [Decimal(float(share)) for share in e / total]
    return np.array(
        [float(abs(a - b) / b) if a.is_finite() else np.nan for a, b in zip(found, truth, strict=True)]
    )


@styled
def patched_loss(eps: float = 1e-8) -> Picture:
    """The loss -log(p_hat + eps) of the correct one of two options, and its slope, against the lead."""
    x = np.linspace(-45, 5, 201)
    share, loss = sigmoid(x), softplus(-x)
    figure, labels = Figure(), {"xlabel": "lead of the correct option"}
    left = axes((0.1, 0.17, 0.38, 0.66), figure, ylabel="loss", ylim=(-1, 46), **labels)
    right = axes((0.61, 0.17, 0.38, 0.66), figure, ylabel="slope", ylim=(-1.06, 0.06), **labels)
    for ax, plain, patched in (
        (left, loss, -np.log(share + eps)),
        (right, -sigmoid(-x), -share / (share + eps) * sigmoid(-x)),
    ):
        ax.plot(x, plain, color=INK, linewidth=1.2, linestyle="--", label="ε = 0")
        ax.plot(x, patched, color=BLUE, label=f"ε = {short(eps)}")
    left.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    alt = (
        f"Left: the loss with ε = {short(eps)} stops rising at {number(-np.log(eps), 1)} as the lead falls; "
        "without ε it goes on as a straight line. Right: its slope goes back from −1 to 0 "
        "there; without ε it stays at −1."
    )
    return Picture(figure, alt)
