"""The picture of three sets: its best points are the largest of score plus entropy, each in its own set."""

import numpy as np
import pytest

from regsoft import binary_entropy
from regsoft.live import Sets
from regsoft.live.sets import best
from tests.regsoft.test_live import words

STEPS = np.linspace(0, 1, 401)
SQUARE = np.stack(np.meshgrid(STEPS, STEPS, indexing="ij"), axis=-1).reshape(-1, 2)


def plogp(w):
    return np.where(w > 0, w * np.log(np.where(w > 0, w, 1)), 0)


def entropy_of_all(w):
    """Of the shares and of what is kept back."""
    return -plogp(w).sum(-1) - plogp(1 - w.sum(-1))


SEGMENT = np.column_stack([STEPS, 1 - STEPS])
TRIANGLE = SQUARE[SQUARE.sum(-1) <= 1]
SETS = (
    (SEGMENT, lambda w: -plogp(w).sum(-1)),
    (TRIANGLE, entropy_of_all),
    (SQUARE, lambda w: binary_entropy(w).sum(-1)),
)


@pytest.mark.parametrize("i", [0, 1, 2], ids=["segment", "triangle", "square"])
@pytest.mark.parametrize(("x", "alpha"), [((1.0, 0.0), 1.0), ((-2.0, -1.5), 0.5), ((1.0, 3.0), 4.0)])
def test_no_point_of_a_grid_is_better_than_the_best_point_of_a_set(i, x, alpha):
    points, entropy = SETS[i]
    w = best(np.array(x), alpha)[i]
    worth = points @ x + alpha * entropy(points)
    assert worth.max() <= w @ x + alpha * entropy(w) + 1e-12
    assert np.abs(points[worth.argmax()] - w).max() <= 1 / 400


def test_a_shift_of_both_scores_moves_the_points_of_the_triangle_and_the_square_alone():
    (still, *moving), (same, *moved) = (best(np.array([1.0, 0.0]) + c, 1.0) for c in (0, 2))
    assert same == pytest.approx(still, abs=1e-15)
    assert all((after > before + 0.1).any() for before, after in zip(moving, moved, strict=True))


def test_the_scores_lie_as_far_apart_as_the_gap_says_around_their_mean():
    picture = Sets(c=1, gap=3).still()
    assert picture.alt.startswith("Best points for the scores 2.50 and −0.50 at α = 1.00: segment (")
    assert "segment (0.953, 0.047), sum 1.000" in words(picture)
