"""The game against the leader and Hedge, as Python sees it; test_dragging_adversary.py plays it in a browser."""

import re

import numpy as np
import pytest

from regsoft.live import Adversary
from regsoft.live._still import canvas


def told(game):
    """Return the numbers of the still by what they are, and its sentence."""
    sentence = game.still().alt
    names = {
        "leader": r"follow the leader paid (\S+), regret (\S+);",
        "hedge": r"Hedge paid (\S+), regret (\S+);",
        "bound": r"Hedge’s bound (\S+);",
        "lost": r"expert 1 lost (\S+), expert 2 lost (\S+)[;.]",
    }
    return {name: [float(v) for v in re.search(what, sentence).groups()] for name, what in names.items()}


def games():
    rng = np.random.default_rng(5)
    return [list(rng.integers(1, 3, rng.integers(1, 41))) for _ in range(8)] + [[1] * 40, [2, 1] * 20]


@pytest.mark.parametrize("start", [1, 2])
def test_a_leader_who_is_fooled_in_every_round_pays_what_the_theorem_says(start):
    for count in (1, 2, 3, 10, 40):
        found = told(Adversary(rounds=([start, 3 - start] * 20)[:count]))
        assert found["leader"] == [count - 0.75, count / 2 - 0.25]


def test_a_change_of_the_lead_costs_the_leader_a_half_and_nothing_else_does():
    for rounds in games():
        lead = np.cumsum([(1 if who == 1 else -1) * (0.5 if t == 0 else 1) for t, who in enumerate(rounds)])
        changes = (np.sign(lead[1:]) != np.sign(lead[:-1])).sum()
        assert told(Adversary(rounds=rounds))["leader"][1] == 0.25 + changes / 2


@pytest.mark.parametrize("alpha", [0.25, 1.0, 2.7, 16.0])
def test_the_regret_of_hedge_is_never_negative_and_never_above_its_bound(alpha):
    for rounds in games():
        found, losses = told(Adversary(rounds=rounds, alpha=alpha)), np.zeros((len(rounds), 2))
        losses[np.arange(len(rounds)), np.array(rounds) - 1] = 1
        losses[0] /= 2
        weights, paid = np.ones(2) / 2, 0.0
        for loss in losses:
            paid += weights @ loss / weights.sum()
            weights *= np.exp(-loss / alpha)
        assert found["lost"] == pytest.approx(losses.sum(axis=0), abs=0.051)
        assert found["hedge"] == pytest.approx([paid, paid - losses.sum(axis=0).min()], abs=0.0051)
        bound = alpha * np.log(2) + len(rounds) / (8 * alpha)
        assert found["bound"] == pytest.approx([bound], abs=0.0051)
        assert 0 <= found["hedge"][1] <= found["bound"][0]


def test_the_dots_lie_with_the_expert_who_lost_and_the_leader_runs_into_them():
    ax = canvas(600, 600)
    Adversary(rounds=[1, 2, 1, 2])._draw(ax)
    (dots,) = (line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata()) == 4)
    assert dots.get_ydata().tolist() == [110, 210, 110, 210]
    steps = next(line for line in ax.lines if len(line.get_xdata()) == 8 and line.get_linestyle() == "--")
    assert steps.get_ydata()[0::2].tolist() == [160, 210, 110, 210]  # shared, then where the next loss falls


@pytest.mark.parametrize(
    ("wrong", "error", "got"),
    [
        ([1, 3], ValueError, "got 3 in it"),
        ([0], ValueError, "got 0 in it"),
        ([1] * 41, ValueError, "got 41"),
        ([1.0], TypeError, "got 1.0 in it"),
        ([True], TypeError, "got True in it"),
        (["1"], TypeError, "got '1' in it"),
        ("12", TypeError, "got '12'"),
        (1, TypeError, "got 1"),
        (None, TypeError, "got None"),
    ],
)
def test_rounds_that_nobody_can_play_are_refused_and_change_nothing(wrong, error, got):
    message = f"^rounds must be a list of at most 40 whole numbers from 1 to 2; {re.escape(got)}$"
    with pytest.raises(error, match=message):
        Adversary(rounds=wrong)
    game = Adversary(rounds=[1, 2])
    with pytest.raises(error, match=message):
        game.rounds = wrong
    assert game.rounds == (1, 2)


@pytest.mark.parametrize("rounds", [[1, 2], (1, 2), np.array([1, 2]), [np.int64(1), 2]])
def test_rounds_are_kept_as_a_tuple_that_nothing_changes_behind_the_picture(rounds):
    game = Adversary(rounds=rounds)
    assert game.rounds == (1, 2)
    assert [type(who) for who in game.rounds] == [int, int]
    assert game._controls["rounds"] == {"place": 0, "start": (1, 2), "options": 2, "limit": 40}


def test_before_the_first_round_both_rules_share_and_after_the_last_none_is_ahead():
    assert Adversary().still().alt.endswith("next the leader puts 0.50 on expert 1, Hedge 0.50.")
    assert "next" not in Adversary(rounds=[1] * 40).still().alt
