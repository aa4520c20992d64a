"""The soft look-up, as Python sees it; test_dragging_lookup.py turns its query in a browser."""

import math
import re

import numpy as np
import pytest

from regsoft.live import Lookup
from regsoft.live._still import canvas
from regsoft.picture import BLUE, PURPLE

KEYS = np.radians([10, 75, 140, 215, 300])


def drawn(**parameters):
    ax = canvas(640, 480)
    Lookup(**parameters)._draw(ax)
    return ax


def back(x, y):
    """Return points of the plane of the keys from places in pixels."""
    return np.stack([(np.asarray(x) - 172) / 110, (208 - np.asarray(y)) / 110], axis=-1)


@pytest.mark.parametrize("angle", [-180, -17.5, 40, 107.5, 180])
@pytest.mark.parametrize("alpha", [0.005, 0.05, 0.5, 5])
def test_the_output_is_the_mean_of_the_keys_under_weights_by_cosine(angle, alpha):
    scores = np.cos(KEYS - math.radians(angle))
    shares = np.exp((scores - scores.max()) / alpha)
    shares /= shares.sum()
    mean = shares @ np.stack([np.cos(KEYS), np.sin(KEYS)], axis=-1)
    ax = drawn(angle=angle, alpha=alpha)
    output = next(mark for mark in ax.lines if mark.get_marker() == "s")
    np.testing.assert_allclose(back(*output.get_data())[0], mean, atol=1e-9)
    bars = [fill.get_datalim(ax.transData) for fill in ax.collections]
    np.testing.assert_allclose([bar.height / 260 for bar in bars], shares, atol=1e-9)
    pulls = [each for each in ax.lines if each.get_alpha() == 0.35 and each.get_color() == BLUE]
    np.testing.assert_allclose([each.get_linewidth() / 0.75 / 14 for each in pulls], shares, atol=1e-9)
    said = Lookup(angle=angle, alpha=alpha).still().alt.replace("−", "-")
    found = [float(v) for v in re.search(r"output \((\S+), (\S+)\)", said).groups()]
    assert found == pytest.approx(mean, abs=0.0051)
    assert f"weights {', '.join(f'{share:.2f}' for share in shares)}." in said


@pytest.mark.parametrize("alpha", [0.005, 0.1, 0.5, 5])
def test_the_outputs_of_all_queries_stay_in_the_pentagon_and_are_hidden_until_asked_for(alpha):
    hidden = [
        each
        for each in drawn(alpha=alpha).lines
        if each.get_color() == PURPLE and each.get_marker() == "None"
    ]
    assert hidden == []
    curve, _ = (
        each for each in drawn(alpha=alpha, answer=True).lines
        if each.get_color() == PURPLE and each.get_marker() == "None"
    )  # fmt: skip
    points = back(*curve.get_data())
    corners = np.stack([np.cos(KEYS), np.sin(KEYS)], axis=-1)
    for corner, following in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along, to = following - corner, points - corner
        assert (along[0] * to[:, 1] - along[1] * to[:, 0]).min() > -1e-9  # to the left of every side
    far = np.hypot(*points.T)
    assert (far.max() > 0.99) == (alpha < 0.2)
    assert (far.max() < 0.2) == (alpha == 5)


def test_a_temperature_beyond_the_slider_is_refused():
    with pytest.raises(ValueError, match=r"alpha must be a number from 0\.005 to 5; got 0\.004"):
        Lookup(alpha=0.004)
