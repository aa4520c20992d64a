"""Adversaries that choose losses, and a picture of the regret against the number of rounds."""

import numpy as np

from regsoft import follow_the_leader, hedge, regret, softmin
from regsoft.figures._draw import axes, number
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

EXPERTS = 4
ROUNDS = 200
HORIZONS = 2 ** np.arange(4, 13)


def alternating(rounds=ROUNDS, alpha=1.0):
    """Losses that take turns between two experts; a half at the start makes the leader lose every later round."""
    losses = np.ones((rounds, EXPERTS))
    losses[0::2, 1] = losses[1::2, 0] = 0
    losses[0, 0] = 0.5
    return losses


def fair_coins(rounds=ROUNDS, alpha=1.0):
    """Losses of 0 or 1, tossed for every expert and round."""
    return np.random.default_rng(0).integers(0, 2, size=(rounds, EXPERTS)).astype(float)


def one_good_expert(rounds=ROUNDS, alpha=1.0):
    """Coins again, but one expert loses three times in ten, the others seven times."""
    chances = np.full(EXPERTS, 0.7)
    chances[2] = 0.3
    return (np.random.default_rng(1).random((rounds, EXPERTS)) < chances).astype(float)


def against_hedge(rounds=ROUNDS, alpha=1.0):
    """A loss of 1 in each round for the expert with Hedge's largest weight, 0 for the others."""
    losses, totals = np.zeros((rounds, EXPERTS)), np.zeros(EXPERTS)
    for loss in losses:
        loss[softmin(totals, alpha).argmax()] = 1
        totals += loss
    return losses


ADVERSARIES = {
    "alternating": alternating,
    "fair coins": fair_coins,
    "one good": one_good_expert,
    "against Hedge": against_hedge,
}


@styled
def regret_growth() -> Picture:
    """Regret against the number of rounds, both axes logarithmic, with the two bounds."""
    ax = axes(
        (0.13, 0.17, 0.5, 0.79),
        xlabel="rounds T",
        ylabel="regret",
        xscale="log",
        yscale="log",
        xlim=(12, 6000),
        ylim=(0.7, 4000),
    )
    roots, leader = np.sqrt(HORIZONS * np.log(EXPERTS)), []
    played: dict[str, list[float]] = {"alternating": [], "fair coins": []}
    for rounds, root in zip(HORIZONS, roots, strict=True):
        tuned = root / (np.log(EXPERTS) * np.sqrt(8))
        for name, finals in played.items():
            losses = ADVERSARIES[name](rounds)
            finals.append(float(regret(losses, hedge(losses, tuned))))
        leader.append(regret(alternating(rounds), follow_the_leader(alternating(rounds))))
    ax.plot(HORIZONS, leader, color=ORANGE, linestyle="--", label="leader,\nalternating")
    ax.plot(HORIZONS, 2 * roots, color=INK, linewidth=1.2, linestyle=":", label="2 √(T log d)")
    ax.plot(HORIZONS, roots / np.sqrt(2), color=GREEN, linewidth=1.5, linestyle="-.", label="√(T log d / 2)")
    ax.plot(HORIZONS, played["alternating"], color=BLUE, marker="o", label="Hedge,\nalternating")
    ax.plot(HORIZONS, played["fair coins"], color=PURPLE, marker="s", label="Hedge,\nfair coins")
    ax.set_xticks([16, 256, 4096], ["16", "256", "4096"])
    ax.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.minorticks_off()
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    alt = (
        f"Regret over {HORIZONS[0]} to {HORIZONS[-1]} rounds on logarithmic axes. The leader's regret on "
        f"alternating losses reaches {number(leader[-1], 0)}, in proportion to T; the two curves of Hedge stay "
        "below two parallel lines that rise half as steeply, the bounds."
    )
    return Picture(ax.figure, alt)
