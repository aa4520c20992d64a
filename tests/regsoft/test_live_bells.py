"""The picture of two bells: what is drawn is what Bayes' rule says, and JavaScript agrees with SciPy."""

import json
import subprocess

import numpy as np
import pytest
from scipy.stats import norm

from regsoft import sigmoid
from regsoft.live import Bells
from regsoft.live._live import FOLDER
from regsoft.live.bells import CHANCE, HEIGHTS, ODDS, bell, log_odds
from regsoft.picture import BLUE, ORANGE, PURPLE
from tests.regsoft import test_live_tangents
from tests.regsoft.test_live import words
from tests.regsoft.test_live_maths import node
from tests.regsoft.test_live_tangents import values

kept = test_live_tangents.kept

PROGRAM = """
import { readFileSync } from "node:fs";
const { bell, logOdds } = await import(process.argv[1]);
const rows = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(rows.map(([z, a, b, q, s]) => [bell(z, b, s), logOdds(z, a, b, q, s)])));
"""
SETTINGS = [
    {},
    {"a": 2, "b": -1, "z": -1, "q": 0.3},
    {"a": 0, "b": 0, "s": 1.6},
    {"b": 2.5, "q": 0.85, "s": 0.8},
]


def settings(count=10_000):
    rng = np.random.default_rng(0)
    low, high = np.transpose([(c["low"], c["high"]) for c in map(Bells()._controls.get, "zabqs")])
    rows = rng.uniform(low, high, (count, 5))
    rows[:100, 4] = 1
    rows[100:110], rows[110:120] = low, high
    return rows


def test_densities_and_log_odds_are_those_of_scipy_in_python_and_in_javascript():
    z, a, b, q, s = np.transpose(settings())
    by_scipy = np.log(q) + norm.logpdf(z, b, s) - np.log1p(-q) - norm.logpdf(z, a, 1)
    np.testing.assert_allclose(log_odds(z, a, b, q, s), by_scipy, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(bell(z, b, s), norm.pdf(z, b, s), rtol=1e-12)
    if node() is None:
        pytest.skip("NO NODE: node is not installed, so the JavaScript of the picture was not run")
    run = [node(), "--input-type=module", "-e", PROGRAM, (FOLDER / "bells.js").as_uri()]
    asked = json.dumps(settings().tolist())
    result = subprocess.run(run, input=asked, capture_output=True, encoding="utf-8", check=True)
    density, odds = np.transpose(json.loads(result.stdout))
    np.testing.assert_allclose(density, bell(z, b, s), rtol=1e-12)
    np.testing.assert_allclose(odds, by_scipy, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_bars_curves_and_dots_are_the_densities_the_posterior_and_its_log_odds(kept, setting):
    bells = Bells(answer=True, **setting)
    still, (a, b, z, q, s) = kept(bells), (getattr(bells, name) for name in "abzqs")
    heights = [(1 - q) * norm.pdf(z, a), q * norm.pdf(z, b, s)]
    for colour, height in zip((BLUE, ORANGE), heights, strict=True):
        (bar,) = (values(HEIGHTS, line) for line in still.drawn(colour, 5))
        assert bar[:, 1] == pytest.approx([0, height], abs=1e-12)
    posterior, odds = still.drawn(PURPLE, 2.5)
    across, chance = values(CHANCE, posterior).T
    yes, no = q * norm.pdf(across, b, s), (1 - q) * norm.pdf(across, a)
    np.testing.assert_allclose(chance, yes / (yes + no), atol=1e-12)
    across, x = values(ODDS, odds[~np.isnan(odds[:, 1])]).T
    np.testing.assert_allclose(
        x, np.log(q * norm.pdf(across, b, s) / ((1 - q) * norm.pdf(across, a))), atol=1e-9
    )
    assert np.abs(x).max() <= 6 + 1e-6
    expected = np.log(heights[1] / heights[0])
    assert f"log-odds x = {expected:.2f}".replace("-0.00", "0.00").replace("= -", "= −") in " ".join(
        words(still)
    )
    assert f"σ(x) = {sigmoid(expected):.3f}" in " ".join(words(still))


def test_with_one_width_the_log_odds_are_a_line_and_with_two_a_parabola():
    assert "the log-odds are a line of slope 2.00" in Bells(answer=True).still().alt
    assert "the log-odds are a parabola" in Bells(answer=True, s=1.05).still().alt
    z = np.linspace(-4, 4, 9)
    assert np.ptp(np.diff(log_odds(z, -1, 1, 0.3, 1.0))) < 1e-12
    assert np.ptp(np.diff(log_odds(z, -1, 1, 0.3, 1.05))) > 0.5


def test_the_curves_are_hidden_until_they_are_asked_for(kept):
    assert kept(Bells()).drawn(PURPLE, 2.5) == []
    assert "log-odds are" not in Bells().still().alt


def test_the_higher_bell_is_named_and_how_many_times():
    assert "“yes” is 2.72 times as high as “no”" in words(Bells().still())
    assert "“no” is 2.72 times as high as “yes”" in words(Bells(z=-0.5).still())
    assert "“yes” is 1.00 times as high as “no”" in words(Bells(z=0).still())
    assert "“yes” is over 9999 times as high as “no”" in words(Bells(b=3, a=-3, z=4).still())
