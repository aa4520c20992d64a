"""The race with Gumbel noise, as Python sees it; test_dragging_race.py draws in a browser."""

import re

import numpy as np
import pytest
from scipy.stats import chi2, kstest

import regsoft
from regsoft.live import Race
from regsoft.live._still import canvas
from regsoft.live.race import noise, uniform
from regsoft.picture import PURPLE

SCORES = np.array([1.0, 2.0, 4.0])


def wins(**parameters):
    told = re.search(r"draws?.*?: (\d+), (\d+), (\d+) won", Race(**parameters).still().alt).groups()
    return np.array(told, int)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_the_wins_of_many_seeds_are_right_draws_from_softmax(alpha):
    runs = SCORES + alpha * np.array([noise(seed, 500) for seed in range(1, 201)])
    counts, expected = (
        np.bincount(runs.argmax(axis=-1).ravel(), minlength=3),
        regsoft.softmax(SCORES, alpha) * 1e5,
    )
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(0.001, df=2)
    firsts = [noise(seed, 1)[0] for seed in range(1, 1000)]  # neighbouring seeds have nothing in common
    counts = np.bincount((SCORES + alpha * np.array(firsts)).argmax(axis=-1), minlength=3)
    expected = regsoft.softmax(SCORES, alpha) * 999
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(0.001, df=2)


def test_the_numbers_are_uniform_along_a_seed_and_across_seeds():
    assert kstest(uniform(1, np.arange(6000)), "uniform").pvalue > 0.001
    assert kstest([float(uniform(seed, 7)) for seed in range(1, 1000)], "uniform").pvalue > 0.001
    assert len(np.unique(uniform(1, np.arange(6000)))) == 6000
    for lag in (1, 2, 3):
        u = uniform(3, np.arange(6000)) - 0.5
        assert abs((u[:-lag] * u[lag:]).mean() * 12) < 4 / np.sqrt(6000)


def test_what_is_drawn_next_does_not_change_what_was_drawn():
    np.testing.assert_array_equal(noise(5, 2000)[:10], noise(5, 10))
    assert (wins(draws=110) >= wins(draws=100)).all()
    assert (noise(5, 10) != noise(6, 10)).all()


@pytest.mark.parametrize("alpha", [0.25, 1.0, 2.0])
def test_the_still_counts_the_wins_and_shows_softmax_when_asked_for(alpha):
    race = Race(x1=3, x2=2.5, x3=4, alpha=alpha, draws=300, seed=9, answer=True)
    runs = [3, 2.5, 4] + alpha * noise(9, 300)
    counts = [int((runs.argmax(axis=-1) == k).sum()) for k in range(3)]
    shares, top = regsoft.softmax([3, 2.5, 4], alpha), regsoft.logsumexp([3, 2.5, 4], alpha)
    assert race.still().alt == (
        f"A race with Gumbel noise, scores 3.00, 2.50, 4.00, α = {alpha:.2f}: 300 draws: "
        f"{', '.join(map(str, counts))} won; "
        f"x{'₁₂₃'[runs[-1].argmax()]} won the last draw, at {runs[-1].max():.2f}; "
        f"softmax {', '.join(f'{share:.3f}' for share in shares)}; the largest has its top at logsumexp {top:.3f}."
    )
    race.answer = False
    assert "softmax" not in race.still().alt


@pytest.mark.parametrize("alpha", [0.3, 1.0, 1.7])
def test_the_curve_of_the_largest_is_its_density_and_many_winners_fill_it(alpha):
    ax = canvas(688, 600)
    Race(alpha=alpha, draws=2000, answer=True)._draw(ax)
    (curve,) = (each for each in ax.lines if each.get_color() == PURPLE)
    t, high = np.linspace(-4, 14, 181), (334 - curve.get_ydata()) / 120
    fine = np.linspace(-30, 60, 200_001)
    below = np.prod([np.exp(-np.exp((score - fine) / alpha)) for score in SCORES], axis=0)  # so all three are
    np.testing.assert_allclose(high, alpha * np.interp(t, fine, np.gradient(below, fine)), atol=1e-3)
    (bars,) = (patch for patch in ax.patches if hasattr(patch, "get_data"))
    values, edges, _ = bars.get_data()
    middles = -4 + (np.array(edges[:-1]) + np.array(edges[1:]) - 104) / 2 * 18 / 388
    expected = np.interp(middles, t, high)
    assert np.abs((334 - np.array(values)) / 120 - expected).max() < 0.05


def test_a_run_beyond_the_axis_ends_at_its_edge():
    beyond = next(seed for seed in range(1, 999) if (6 + 2 * noise(seed, 1)).max() > 14)
    ax = canvas(688, 600)
    Race(x1=6, x2=6, x3=6, alpha=2, draws=1, seed=beyond)._draw(ax)
    ends = [each.get_xdata()[0] for each in ax.lines if each.get_marker() == "D"]
    assert len(ends) == 3
    assert max(ends) == 440


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"draws": 2.5}, ValueError, "draws must be a whole number from 0 to 2000; got 2.5"),
        ({"draws": 2001}, ValueError, "draws must be a number from 0 to 2000; got 2001"),
        ({"seed": 0}, ValueError, "seed must be a number from 1 to 999; got 0"),
        ({"seed": "1"}, TypeError, "seed must be a number from 1 to 999; got '1'"),
        ({"draws": True}, TypeError, "draws must be a number from 0 to 2000; got True"),
    ],
)
def test_draws_and_seed_are_whole_and_within_limits(wrong, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        Race(**wrong)


@pytest.mark.parametrize("value", [7, 7.0, np.int64(7), np.float32(7)])
def test_a_whole_number_is_kept_as_an_int(value):
    race = Race(draws=value)
    assert (race.draws, type(race.draws)) == (7, int)
