"""The picture of sparse shares: where its lines lie, where its water stands, and what it says."""

import itertools

import numpy as np
import pytest

from regsoft import entmax, softmax, sparsemax
from regsoft.live import Entmax, Sparsemax
from regsoft.live.sparse import border, reach
from tests.regsoft.test_live import words

ORDERS = (1.25, 1.5, 1.9, 2.0, 2.5, 3.0)
WEIGHTS = (0.25, 1.0, 2.0)
POINTS = [point for point in itertools.product(ORDERS, WEIGHTS) if reach(0.5, *point) < 4]


@pytest.mark.parametrize(("order", "alpha"), POINTS)
def test_a_border_is_where_a_share_ends(order, alpha):
    for i in range(3):
        points = border(i, order, alpha)
        step = 1e-4 * np.eye(3)[i]
        assert len(points) > 20
        assert (entmax(points - step, order, alpha)[:, i] == 0).all()
        assert (entmax(points + step, order, alpha)[:, i] > 0).all()
        spread = points.max(axis=1) - points.min(axis=1)
        assert spread.max() <= 4 + 1e-12
        assert spread[[0, -1]] == pytest.approx([4, 4])  # it runs to the frame at both ends


@pytest.mark.parametrize(("order", "alpha"), [(1.0, 0.25), (1.05, 1.0), (1.25, 2.0)])
def test_no_border_is_drawn_where_it_lies_beyond_the_frame(order, alpha):
    assert reach(0.5, order, alpha) > 4
    assert [len(border(i, order, alpha)) for i in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(("order", "alpha"), POINTS)
def test_the_options_with_a_share_are_those_that_stand_out_of_the_water(order, alpha):
    x = np.random.default_rng(0).uniform(-2, 2, size=(500, 3))
    w = entmax(x, order, alpha)
    level = x.max(axis=1) - reach(w.max(axis=1), order, alpha)
    height = np.maximum(x - level[:, None], 0)
    assert ((w > 1e-9) <= (height > 0)).all()
    np.testing.assert_allclose(((order - 1) * height / alpha) ** (1 / (order - 1)), w, atol=1e-6)


def test_what_stands_out_of_the_water_at_order_2_is_the_share_times_alpha():
    x = np.array([0.8, 0.3, -0.8])
    w = sparsemax(x, 0.7)
    level = x.max() - reach(w.max(), 2, 0.7)
    np.testing.assert_allclose(np.maximum(x - level, 0), 0.7 * w, atol=1e-15)


@pytest.mark.parametrize("cells", [False, True])
def test_the_cells_are_named_when_they_are_shown(cells):
    found = words(Sparsemax(cells=cells).still())
    outside = {"only 1", "only 2", "only 3", "1 and 2", "1 and 3", "2 and 3"}
    assert (outside <= set(found)) == cells
    assert ("x₁ leads" in found) != cells


def test_softmax_has_neither_cells_nor_level():
    still = Entmax(order=1, cells=True).still()
    found = words(still)
    assert {
        "options with a positive share: 1, 2, 3",
        "no level: every option has a share",
        "x₁ leads",
    } <= set(found)
    assert not {"λ", "only 1", "1 and 2"} & set(found)
    shares = ", ".join(f"{share:.3f}" for share in softmax([0.8, 0.3, -0.8]))
    assert still.alt.endswith(f"options with a positive share: 1, 2, 3; shares {shares}.")


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        (1.5, "share = (0.5 h/α)^2, h above λ"),
        (2.0, "share = h/α, h the height above λ"),
        (3.0, "share = (2 h/α)^0.5, h above λ"),
    ],
)
def test_the_picture_says_how_a_share_follows_from_its_height(order, rule):
    assert rule in words(Entmax(order=order).still())


def test_entmax_of_order_2_is_the_picture_of_sparsemax():
    ours, theirs = Sparsemax(x1=1.2).still(), Entmax(x1=1.2, order=2).still()
    assert ours.alt == theirs.alt
    assert set(words(theirs)) == set(words(ours)) | {"order q", "2.00"}
    assert "shares 0.950, 0.050, 0, level 0.25." in ours.alt
