"""The pictures of the divergence and of the conjugate: what is drawn is what the formulas say."""

import numpy as np
import pytest

from regsoft import binary_entropy, kl_divergence, picture, sigmoid, softplus
from regsoft.live import Conjugate, Divergence, _live
from regsoft.live.conjugate import CONJUGATE, OMEGA
from regsoft.live.divergence import SCALE
from regsoft.picture import BLUE, GREEN, ORANGE
from tests.regsoft.test_live import words


class Kept(picture.Picture):
    """A picture that keeps what is drawn."""

    def __init__(self, figure, alt):
        super().__init__(figure, alt)
        (self.ax,) = figure.axes

    def drawn(self, colour, width):
        """Return the lines of a colour and a width in pixels."""
        kept = [line for line in self.ax.lines if line.get_color() == colour and line.get_marker() == "None"]
        return [line.get_xydata() for line in kept if line.get_linewidth() == pytest.approx(0.75 * width)]


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(_live, "Picture", Kept)
    return lambda shown: shown.still()


def values(plane, places):
    """Return the values that lie at places of a plane."""
    (left, right), (top, base) = (plane.left, plane.right), (plane.top, plane.base)
    (x0, x1), (y0, y1) = plane.x, plane.y
    across, up = np.transpose(places)
    return np.transpose(
        [x0 + (x1 - x0) * (across - left) / (right - left), y0 + (y1 - y0) * (base - up) / (base - top)]
    )


@pytest.mark.parametrize(("w", "q"), [(0.15, 0.65), (0.9, 0.1), (0.5, 0.5), (0.3, 0.9)])
def test_the_bar_is_as_long_as_the_divergence_and_stands_between_tangent_and_curve(kept, w, q):
    still = kept(Divergence(w=w, q=q, both=True))
    _, bar = (values(SCALE, line) for line in still.drawn(ORANGE, 4))  # after that of the key
    assert bar[:, 0] == pytest.approx([w, w])
    assert bar[1, 1] == pytest.approx(-binary_entropy(w))
    assert bar[1, 1] - bar[0, 1] == pytest.approx(kl_divergence([w, 1 - w], [q, 1 - q]), abs=1e-12)
    swapped = kl_divergence([q, 1 - q], [w, 1 - w])
    (hollow,) = (patch.get_xy() for patch in still.ax.patches if np.ptp(patch.get_xy()[:, 0]) == 6)
    assert np.ptp(hollow[:, 1]) * 2.2 / 296 == pytest.approx(swapped, abs=1e-12)
    assert f"swapped: KL(q‖w) = {swapped:.3f}" in words(still)
    parabola = values(SCALE, still.drawn(GREEN, 1.2)[-1])
    assert (parabola[:, 1] <= -binary_entropy(parabola[:, 0].clip(0, 1)) + 1e-12).all()  # Pinsker


@pytest.mark.parametrize("q", [0.1, 0.65, 0.9])
def test_the_tangent_stays_within_the_picture_below_the_curve_and_touches_at_q(kept, q):
    still = kept(Divergence(q=q))
    (tangent,) = (
        values(SCALE, line.get_xydata())
        for line in still.ax.lines
        if line.get_linestyle() == "--" and len(line.get_xydata()) == 2 and line.get_xydata()[0, 1] > 60
    )
    (v0, low), (v1, high) = tangent
    slope = (high - low) / (v1 - v0)
    assert slope == pytest.approx(np.log(q / (1 - q)))
    assert low + slope * (q - v0) == pytest.approx(-binary_entropy(q))
    assert min(low, high) >= -2.1 - 1e-12


def test_the_gap_after_a_swap_is_not_told_before_the_swap():
    assert not any(text.startswith("swapped") for text in words(Divergence().still()))


@pytest.mark.parametrize(("x", "alpha"), [(1.0, 1.0), (-2.0, 0.25), (2.0, 2.0), (0.0, 0.5)])
def test_depth_and_height_are_the_conjugate_and_the_tangents_touch(kept, x, alpha):
    still = kept(Conjugate(x=x, alpha=alpha, answer=True))
    best, value = sigmoid(x, alpha), softplus(x, alpha)
    _, _, depth, height = still.drawn(ORANGE, 4)  # after the two of the key
    np.testing.assert_allclose(values(OMEGA, depth), [(0, 0), (0, -value)], atol=1e-12)
    np.testing.assert_allclose(values(CONJUGATE, height), [(x, 0), (x, value)], atol=1e-12)
    assert abs(np.ptp(depth[:, 1]) - np.ptp(height[:, 1])) < 1e-9  # the same length in pixels
    _, low, high = still.drawn(GREEN, 4)
    entropy = alpha * binary_entropy(best)
    np.testing.assert_allclose(values(OMEGA, low), [(best, 0), (best, -entropy)], atol=1e-12)
    np.testing.assert_allclose(values(CONJUGATE, high), [(0, 0), (0, entropy)], atol=1e-12)
    _, omega, conjugate = still.drawn(BLUE, 2.5)
    w, scores = values(OMEGA, omega), values(CONJUGATE, conjugate)
    np.testing.assert_allclose(w[:, 1], -alpha * binary_entropy(w[:, 0].clip(0, 1)), atol=1e-12)
    np.testing.assert_allclose(scores[:, 1], softplus(scores[:, 0], alpha), atol=1e-12)
    dashed = next(line for line in still.ax.lines if line.get_linestyle() == "--")
    (u0, v0), (u1, v1) = values(OMEGA, dashed.get_xydata())
    assert (u0, v0, u1, v1) == pytest.approx((0, -value, 1, x - value))
    assert (w[:, 1] >= v0 + (v1 - v0) * w[:, 0] - 1e-12).all()


def test_the_conjugate_is_hidden_until_it_is_asked_for(kept):
    hidden, shown = kept(Conjugate()), kept(Conjugate(answer=True))
    assert len(hidden.drawn(BLUE, 2.5)) == len(shown.drawn(BLUE, 2.5)) - 1
    assert "slope 0.731; cuts at α H(w) = 0.582" in words(shown)
    assert not any(text.startswith("slope 0.731") for text in words(hidden))
