"""The pictures of three options and of the hill, as Python draws them: what they show is what regsoft computes."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import regsoft
from regsoft.live import Hill, Shares, Split
from regsoft.live._live import Live
from regsoft.live._simplex import FIELD
from regsoft.live._still import canvas
from regsoft.live.hill import PANELS
from regsoft.live.split import DROPS
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE

THREE = [Split, Shares]
CASES = [
    {},
    {"x": [4, 2, 4], "alpha": 0.25},
    {"x": [0, 5, 0], "alpha": 4, "w": [0, 0, 1]},
    {"x": [2, 2, 2], "w": [0.5, 0.5, 0]},
]


def drawn(picture):
    ax = canvas(picture._width, picture._height)
    picture._draw(ax)
    return ax


def curves(ax, colour, least=3):
    """Return the curves of a colour that have at least so many points."""
    lines = [line for line in ax.lines if to_rgb(line.get_color()) == to_rgb(colour)]
    return [line.get_xydata() for line in lines if len(line.get_xdata()) >= least]


def shares(places):
    """Return the shares at places of the triangle."""
    lifted = np.vstack([FIELD.corners.T, np.ones(3)])
    return np.linalg.solve(lifted, np.vstack([np.transpose(places), np.ones(len(places))])).T


def diamonds(ax):
    """Return the places of the marks of the best."""
    return [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "D"]


def words(ax):
    return [text.get_text() for text in ax.texts]


# ------------------------------------------------------------------------------------------------- lists of numbers


@pytest.mark.parametrize("kind", THREE)
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"x": [1, 2]}, ValueError, "x must be 3 numbers from 0 to 5; got [1, 2]"),
        ({"x": [1, 2, 5.5]}, ValueError, "x must be 3 numbers from 0 to 5; got [1, 2, 5.5]"),
        ({"x": [1, float("nan"), 2]}, ValueError, "x must be 3 numbers from 0 to 5; got [1, nan, 2]"),
        ({"x": 1}, TypeError, "x must be 3 numbers from 0 to 5; got 1"),
        ({"x": "123"}, TypeError, "x must be 3 numbers from 0 to 5; got '123'"),
        ({"x": [1, 2, True]}, TypeError, "x must be 3 numbers from 0 to 5; got [1, 2, True]"),
        (
            {"w": [0.5, 0.6, 0]},
            ValueError,
            "w must be 3 numbers from 0 to 1 that sum to 1; got [0.5, 0.6, 0]",
        ),
        (
            {"w": [1.5, -0.5, 0]},
            ValueError,
            "w must be 3 numbers from 0 to 1 that sum to 1; got [1.5, -0.5, 0]",
        ),
    ],
)
def test_a_wrong_list_is_refused_with_what_is_allowed(kind, wrong, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        kind(**wrong)


def test_lists_tuples_and_arrays_become_lists_of_floats_of_their_own():
    given = [1, 2, 3]
    split = Split(x=given, w=(0, 0.5, 0.5))
    assert split.x == [1.0, 2.0, 3.0]
    assert split.w == [0.0, 0.5, 0.5]
    assert {type(value) for value in split.x + split.w} == {float}
    split.x = np.array([3, 2, 1], np.float32)
    assert split.x == [3.0, 2.0, 1.0]
    assert given == [1, 2, 3]
    assert Split().x == [1.0, 2.0, 4.0]


def test_each_number_of_a_list_has_a_slider_and_the_columns_stand_beside_each_other():
    split = Split()
    named = [control["label"] for _, control in split._sliders()]
    assert named == ["score x₁", "score x₂", "score x₃", "α", "your w₁", "your w₂", "your w₃"]
    assert split._room() == "calc(356px + 14.25rem)"  # four rows and the buttons
    assert split._room(narrow=True) == "calc(570px + 22.5rem)"  # seven rows and the buttons
    assert set(named) <= set(re.findall(r">([^<]+)</text>", split.still().svg))


def test_a_still_without_its_sliders_is_the_drawing_alone():
    hill = Hill()
    alone = hill.still(controls=False)
    assert 'height="240"' in alone.svg
    assert "score x" not in alone.svg
    assert alone.alt == hill.still().alt
    assert issubclass(Hill, Live)


# ------------------------------------------------------------------------------------------------- three options


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_column_stacks_mean_entropy_and_gap_up_to_the_maximum(case):
    split = Split(**case, answer=True)
    found = " ".join(words(drawn(split)))
    mean, spread, gap = (
        float(re.search(rf"{re.escape(name)} (\d+\.\d+)", found)[1])
        for name in ("⟨w, x⟩", "α H(w)", "gap α KL")
    )
    best = regsoft.softmax(split.x, split.alpha)
    assert mean == pytest.approx(np.dot(split.w, split.x), abs=6e-4)
    assert spread == pytest.approx(split.alpha * regsoft.shannon_entropy(split.w), abs=6e-4)
    assert gap == pytest.approx(split.alpha * regsoft.kl_divergence(split.w, best), abs=6e-4)
    assert mean + spread + gap == pytest.approx(regsoft.logsumexp(split.x, split.alpha), abs=2e-3)
    assert f"worth {regsoft.softmax_objective(split.w, split.x, split.alpha):.3f}" in split.still().alt
    assert f"worth {regsoft.logsumexp(split.x, split.alpha):.3f}" in split.still().alt


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_curves_lie_where_the_objective_is_the_maximum_less_a_drop_and_the_dashed_one_where_it_is_yours(
    case,
):
    split = Split(**case, answer=True)
    ax, top = drawn(split), regsoft.logsumexp(split.x, split.alpha)
    levels = curves(ax, INK, least=100)
    (ball,) = curves(ax, PURPLE, least=100)
    own = top - regsoft.softmax_objective(split.w, split.x, split.alpha)
    for curve, drop in [*zip(levels, [drop for drop, _ in DROPS], strict=True), (ball, own)]:
        w = np.maximum(shares(curve), 0)
        value = regsoft.softmax_objective(w / w.sum(axis=1, keepdims=True), split.x, split.alpha)
        inside = w.min(axis=1) > 1e-9
        np.testing.assert_allclose(value[inside], top - drop, atol=1e-6)
        assert (value >= top - drop - 1e-6).all()


def test_a_ball_that_holds_a_corner_is_drawn_to_the_corner():
    (ball,) = curves(drawn(Split(x=[1, 2, 3], w=[0.7, 0.2, 0.1], answer=True)), PURPLE, least=100)
    assert np.abs(ball - FIELD.corners[2]).sum(axis=1).min() < 1e-9


@pytest.mark.parametrize("kind", THREE)
def test_nothing_of_the_answer_is_drawn_before_it_is_asked_for(kind):
    asked, answered = (kind(answer=answer) for answer in (False, True))
    ax = drawn(asked)
    assert curves(ax, GREEN, least=2) == diamonds(ax) == []
    assert not [patch for patch in ax.patches if patch.get_edgecolor()[:3] == to_rgb(GREEN)]
    assert curves(ax, INK, least=10) == curves(ax, PURPLE, least=100) == []
    hidden = [text for text in words(drawn(answered)) if text not in words(ax)]
    assert hidden
    assert not any(text.removeprefix("best w ") in asked.still().alt for text in hidden)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bars_point_and_path_of_shares_show_the_same_softmax(case):
    picture = Shares(**case, answer=True)
    best, ax = regsoft.softmax(picture.x, picture.alpha), drawn(picture)
    heights = [np.ptp(patch.get_xy()[:, 1]) / 256 for patch in ax.patches]
    bars = [
        height
        for height, patch in zip(heights, ax.patches, strict=True)
        if patch.get_edgecolor()[:3] == to_rgb(GREEN)
    ]
    np.testing.assert_allclose(bars, best, atol=1e-9)
    np.testing.assert_allclose(shares(diamonds(ax)[:1])[0], best, atol=1e-9)
    (path,) = curves(ax, INK, least=30)
    steps = np.geomspace(0.05, 100, len(path))
    np.testing.assert_allclose(shares(path), [regsoft.softmax(picture.x, step) for step in steps], atol=1e-9)


# --------------------------------------------------------------------------------------------------------- the hill


@pytest.mark.parametrize("x", [-1, -0.4, 0, 1, 1.5])
@pytest.mark.parametrize("alpha", [0.05, 1, 1.5])
def test_the_hill_is_the_sum_of_line_and_arch_and_its_top_is_the_sigmoid(x, alpha):
    ax = drawn(Hill(x=x, alpha=alpha))
    (line,), (arch,) = (curves(ax, colour, least=10) for colour in (BLUE, ORANGE))
    (hill,) = curves(ax, PURPLE, least=10)
    height = [
        panel.base + (panel.top - panel.base) / 3.1 - each[:, 1]
        for panel, each in zip(PANELS, (line, arch, hill), strict=True)
    ]
    unit = 174 / 3.1
    np.testing.assert_allclose(height[0] + height[1], height[2], atol=1e-9)
    w = (hill[:, 0] - PANELS[2].left) / 168
    np.testing.assert_allclose(height[0], unit * w * x, atol=1e-9)
    (top,) = diamonds(ax)
    assert (top[0] - PANELS[2].left) / 168 == pytest.approx(regsoft.sigmoid(x, alpha))
    assert top[1] <= hill[:, 1].min() + 1e-9
    assert f"largest at σ(x/α) = {regsoft.sigmoid(x, alpha):.3f}" in words(ax)
    assert {"level": x == 0, "largest at 1": x > 0, "largest at 0": x < 0}[
        words(ax)[words(ax).index("w x") + 1]
    ]
