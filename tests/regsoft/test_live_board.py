"""The picture of a board: where moves lead, what squares are worth, and what the picture says of it."""

import math

import numpy as np
import pytest

from regsoft.live import Board
from regsoft.live.board import SQUARES, grid, plan, squares
from tests.regsoft.test_live import words


def test_on_the_board_every_move_goes_somewhere_or_ends_the_game():
    P, r = grid()
    ends = 1 - P.sum(axis=-1)
    beside_goal, beside_pit, below_pit = (SQUARES.index(place) for place in ((0, 2), (1, 2), (2, 3)))
    np.testing.assert_allclose(ends[beside_goal], [0.1, 0.8, 0.1, 0], atol=1e-12)
    np.testing.assert_allclose(r[beside_goal], [0.1, 0.8, 0.1, 0], atol=1e-12)
    np.testing.assert_allclose(r[beside_pit], [-0.1, -0.8, -0.1, 0], atol=1e-12)
    np.testing.assert_allclose(r[below_pit], [-0.8, -0.1, 0, -0.1], atol=1e-12)
    np.testing.assert_allclose(ends, np.abs(r), atol=1e-12)
    assert P.min() >= 0
    assert np.count_nonzero(ends) == 9


def test_the_goal_and_the_pit_may_lie_anywhere():
    P, r = grid(slip=0.0, goal=5, pit=0)
    places = squares(goal=5, pit=0)
    assert (0, 0) not in places
    assert (1, 1) not in places
    assert len(places) == 10
    above, beside = places.index((0, 1)), places.index((1, 0))
    assert r[above].tolist() == [0, 0, 1, -1]
    assert r[beside].tolist() == [-1, 1, 0, 0]
    assert P[above, 1, places.index((0, 2))] == 1


@pytest.mark.parametrize("mellow", [False, True])
@pytest.mark.parametrize("alpha", [0.01, 0.1, 1])
def test_values_are_those_of_the_policy_whose_shares_are_their_softmax(mellow, alpha):
    P, r = grid()
    V, w = plan(P, r, alpha, mellow)
    entropy = -(w * np.log(np.where(w > 0, w, 1))).sum(axis=-1) - (math.log(4) if mellow else 0)
    chances = np.einsum("si,siu->su", w, P)
    policy = np.linalg.solve(np.eye(10) - 0.9 * chances, (w * r).sum(axis=-1) + alpha * entropy)
    np.testing.assert_allclose(V, policy, atol=1e-9)
    np.testing.assert_allclose(w.sum(axis=-1), 1, rtol=1e-12)
    scores = (r + 0.9 * P @ V) / alpha
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    np.testing.assert_allclose(w, weights / weights.sum(axis=-1, keepdims=True), atol=1e-9)


def test_the_picture_says_where_the_player_goes_as_the_chapter_does():
    paid, mild = Board(alpha=0.1).still(), Board(alpha=0.1, mellow=True).still()
    assert "chooses up 0.28, right 0.11, down 0.17, left 0.44" in paid.alt
    assert "right 0.86" in mild.alt
    assert "player: ↑ 0.28  → 0.11  ↓ 0.17  ← 0.44" in words(paid)
    assert {"goal +1", "pit −1"} <= set(words(paid))
