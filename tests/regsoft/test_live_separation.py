"""The picture of logistic regression: what it fits, when it says that a line separates, and where it draws."""

import numpy as np
import pytest

from regsoft import one_hot, softmax
from regsoft.live import Separation
from regsoft.live.separation import FIXED, LABELS, SIDE, across, descend, separates
from tests.regsoft.test_live import words

RNG = np.random.default_rng(5)
CLOUDS = [
    (RNG.normal(size=(8, 2)) + shift * np.arange(8)[:, None] // 4, np.arange(8) // 4)
    for shift in (0, 1, 2) * 40
]


def fitted(points, labels):
    """Return weights by Newton's method, and the largest entry of the gradient there."""
    z, w = np.column_stack([np.ones(len(points)), points]), np.zeros(3)
    for _ in range(60):
        p = softmax(np.column_stack([np.zeros(len(z)), z @ w]))[:, 1]
        gradient = z.T @ (p - labels)
        w = w - np.linalg.lstsq(z.T * (p * (1 - p)) @ z, gradient, rcond=None)[0] / 2
    return w, np.abs(gradient).max()


def mistakes(points, labels):
    """Return how many points the perceptron leaves on the wrong side."""
    z, w = np.column_stack([np.ones(len(points)), points]) * (2 * labels - 1)[:, None], np.zeros(3)
    for _ in range(2000):
        wrong = z @ w <= 0
        if not wrong.any():
            break
        w = w + z[wrong.argmax()]
    return wrong.sum()


def test_a_line_separates_exactly_where_the_perceptron_finds_one():
    verdicts = [separates(*cloud) for cloud in CLOUDS]
    assert 20 < sum(verdicts) < 100
    assert verdicts == [mistakes(*cloud) == 0 for cloud in CLOUDS]


def test_a_line_that_only_touches_separates_too():
    labels = np.array([0, 0, 1, 1])
    assert separates(
        [(-1, 0), (0, 0), (0, 0), (1, 1)], labels
    )  # on the same place, and on either side of a line
    assert not separates([(-1, 0), (1, 0), (0, 0), (0.5, 0)], labels)  # all on one line: none gains
    assert not separates([(-1, 0), (1, 0), (0, -1), (0, 1)], labels)


def test_the_descent_reaches_the_minimum_where_no_line_separates():
    points = np.array([*FIXED, (-1.2, -0.4)])
    best, gradient = fitted(points, LABELS)
    assert gradient < 1e-10
    assert np.abs(descend(points, LABELS, [10_000])[0] - best).max() < 1e-9


def test_the_loss_falls_at_every_step():
    for points, labels in CLOUDS[:20]:
        z = np.column_stack([np.ones(len(points)), points])
        scores = descend(points, labels, range(40)) @ z.T
        pairs = np.stack([np.zeros_like(scores), scores], axis=-1)
        loss = -(np.log(softmax(pairs)) * one_hot(labels, 2)).sum(axis=(1, 2))
        assert (np.diff(loss) < 0).all()


def test_the_weights_run_off_where_a_line_separates_and_settle_elsewhere():
    for place, verdict in (((1.5, -0.4), True), ((-1.2, -0.4), False)):
        points = np.array([*FIXED, place])
        assert separates(points, LABELS) == verdict
        lengths = np.linalg.norm(descend(points, LABELS, [1000, 3000, 10_000]), axis=1)
        assert (np.diff(lengths) > 0.5).all() == verdict
        assert (np.abs(np.diff(lengths)) < 1e-3).all() != verdict


@pytest.mark.parametrize(
    "w", [(0.3, 1.0, -2.0), (0.0, 1.0, 0.0), (1.0, 0.0, 2.0), (3.0, 1.0, 1.0), (0.0, 1.0, 1.0)]
)
def test_a_line_is_drawn_between_two_sides_of_the_square(w):
    ends = across(w, 0.5)
    np.testing.assert_allclose(w[0] + ends @ np.array(w[1:]), 0.5, atol=1e-12)
    assert np.abs(ends).max(axis=1) == pytest.approx([SIDE, SIDE])
    assert np.ptp(ends, axis=0).max() > 1
    assert len(across(w, 100.0)) == 0


def test_a_line_that_has_no_direction_is_not_drawn():
    assert len(across((0.0, 0.0, 0.0), 1.0)) == 0


@pytest.mark.parametrize(
    ("z1", "verdict"),
    [(-1.2, "no line separates them: ‖w‖ converges"), (1.5, "a line separates them: ‖w‖ grows without end")],
)
def test_the_verdict_is_hidden_until_it_is_asked_for(z1, verdict):
    asked, shown = Separation(z1=z1).still(), Separation(z1=z1, answer=True).still()
    assert verdict not in words(asked)
    assert verdict in words(shown)
    assert shown.alt == asked.alt[:-1] + f"; {verdict}."


def test_the_number_of_steps_is_a_whole_one():
    assert "‖w‖ = 0.49 after 1 step" in words(Separation(steps=1.4).still())
    assert any(text.endswith("after 2 steps") for text in words(Separation(steps=1.6).still()))
