"""Every figure shows what the formulas say; nothing in it is cut off, hidden or too pale."""

import functools
import inspect
import itertools
import math
import re
import sys
import warnings
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
from mpl_toolkits.mplot3d.proj3d import proj_transform

from regsoft import figures, picture
from regsoft.figures import classification, figure_1, online_learning
from regsoft.figures._draw import CORNERS, number
from regsoft.figures.online_learning import ADVERSARIES
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, SVG, Picture

X = 97.62700785
COSTS = np.array([97.62700785, 430.37873274, 205.52675214])
COLOUR = re.compile(r"#[0-9a-f]{6}\b(?!-)")
WIDE = {  # the ends and the middle of what the chapters' sliders run through, and the awkward points between
    "arrangements": {},
    "entropy_of_mean": {},
    "class_regions": {"alpha": [0.25, 1, 4]},
    "entmax_curve": {"order": [1, 1.5, 4], "alpha": [0.5, 2]},
    "jacobian_eigenvalues": {"x1": [0, 4, 6], "alpha": [0.25, 1, 8]},
    "loss_curves": {"order": [1, 1.5, 4]},
    "regret_growth": {},
    "reliability": {"alpha": [0.5, 1, 8]},
    "own_path": {"x1": [0, 3.5, 4], "alpha": [0.25, 1, 8]},
    "own_tail": {"alpha": [0.25, 1, 8]},
    "patched_loss": {"eps": [1e-12, 1e-8, 1e-3]},
    "share_errors": {"scale": [1, 10, 1000], "bits": [16, 32, 64]},
    "path_to_centre": {"x2": [1, 3.5, 4], "alpha": [0.1, 1, 64]},
    "three_maxima": {"alpha": [0.1, 1, 3]},
    "three_paths": {"x1": [0, 3.5, 4], "alpha": [0.5, 3, 8]},
    "tsallis_family": {"order": [1, 1.5, 4]},
    "ball_and_ellipse": {"alpha": [0.25, 1, 8], "drop": [0.01, 0.1, 0.5]},
    "cross_entropy_split": {"p": [0.5, 0.6, 0.9, 1]},
    "figure_1_sigmoid": {"x": [-1000, 0, X]},
    "figure_1_softmax": {},
    "ridge": {},
    "sigmoid_curve": {"alpha": [0.1, 1, 8]},
    "sigmoid_objective": {"x": [-2, 0, 0.5, 2], "alpha": [-1, 0, 0.25, 2]},
    "relaxed_samples": {"tau": [0.05, 1, 20]},
    "two_peaks": {"height": [0, 0.75, 1], "alpha": [0.02, 0.1, 1]},
    "heatmap_position": {"height": [0, 0.6, 0.9], "alpha": [0.02, 0.1, 1]},
    "position_error": {},
    "dot_product_entropy": {},
}
UNMOVED = sorted(
    set(WIDE)
    - {
        "arrangements",
        "entropy_of_mean",
        "figure_1_sigmoid",
        "figure_1_softmax",
        "regret_growth",
        "ridge",
        "position_error",
        "dot_product_entropy",
        "share_errors",
    }
)


def log(w):
    return np.log(w, where=w > 0, out=np.zeros_like(w))


def coin(w):
    return -w * log(w) - (1 - w) * log(1 - w)


def soft(x, alpha):
    e = np.exp((np.asarray(x, float) - np.max(x)) / alpha)
    return e / e.sum()


def simplex(points):
    """Return the shares of points of the drawn triangle, shape (n, 2)."""
    lifted = np.vstack([CORNERS.T, np.ones(3)])
    return np.linalg.solve(lifted, np.vstack([np.transpose(points), np.ones(len(points))])).T


def points_of(name):
    """Return the parameters to draw a figure with; the defaults when it is not listed."""
    values = WIDE[name]
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def module_of(name):
    """Return the module that draws a figure."""
    return sys.modules[getattr(figures, name).__module__]


class Kept(Picture):
    """A picture that keeps the figure that it shows."""

    def __init__(self, figure, alt):
        super().__init__(figure, alt)
        self.figure, self.axes = figure, figure.axes

    def lines(self, i=0):
        return [line.get_xydata() for line in self.axes[i].lines]


class Patches(Poly3DCollection):
    """A Poly3DCollection that remembers its corners and colours in the order in which they were given."""

    def __init__(self, corners, facecolors, **style):
        super().__init__(corners, facecolors=facecolors, **style)
        self.corners, self.colours = corners, facecolors


def draw(name, **point):
    """Draw a figure, and keep it."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(module_of(name), "Picture", Kept)
        patch.setattr(figure_1, "Poly3DCollection", Patches)
        warnings.simplefilter("error")
        return getattr(figures, name)(**point)


once = functools.cache(draw)


def kept(name, **point):
    """Return a figure as it is drawn at a point, once for all tests."""
    parameters = inspect.signature(getattr(figures, name)).parameters
    start = {key: parameters[key].default for key in WIDE[name]}
    return once(name, **dict(sorted({**start, **point}.items())))


@pytest.mark.parametrize("name", figures.__all__)
def test_a_figure_draws_at_its_defaults_without_a_warning_and_says_what_is_seen(name):
    drawn = kept(name)
    assert type(drawn) is Kept  # which stands for Picture
    assert drawn.alt.endswith(".")
    assert len(re.findall(r"\.(?=\s[A-Z]|$)", drawn.alt)) in (1, 2)
    assert 40 < len(drawn.alt) < 260
    assert getattr(figures, name).__doc__.count("\n") == 0


def test_every_parameter_of_a_figure_has_a_default():
    assert set(WIDE) == set(figures.__all__), "a figure must have a row in WIDE, a class of sliders each"
    for name in figures.__all__:
        parameters = inspect.signature(getattr(figures, name)).parameters
        assert set(WIDE[name]) <= set(parameters)
        assert all(parameter.default is not parameter.empty for parameter in parameters.values())


# What is drawn


@pytest.mark.parametrize("alpha", [0.1, 1, 4])
def test_the_sigmoid_curve_is_the_formula_s(alpha):
    step, curve = kept("sigmoid_curve", alpha=alpha).lines()
    np.testing.assert_allclose(curve[:, 1], 1 / (1 + np.exp(-curve[:, 0] / alpha)), rtol=1e-12)
    assert curve[0, 0] == -6
    assert curve[-1, 0] == 6
    np.testing.assert_array_equal(step, [(-6, 0), (0, 0), (0, 1), (6, 1)])


@pytest.mark.parametrize("point", points_of("sigmoid_objective"), ids=str)
def test_the_objective_s_marker_sits_on_its_curve_where_no_other_point_is_better(point):
    x, alpha = point["x"], point["alpha"]
    drawn = kept("sigmoid_objective", **point)
    linear, curve, *marks = drawn.lines()
    np.testing.assert_array_equal(linear, [(0, 0), (1, x)])
    np.testing.assert_allclose(curve[:, 1], curve[:, 0] * x + alpha * coin(curve[:, 0]), atol=1e-12)
    if x == alpha == 0:
        assert marks == []
        assert "every w is best" in drawn.alt
        return
    dotted, ((w, height),) = marks
    best = curve[:, 1].min() if alpha < 0 else curve[:, 1].max()
    assert 0 <= (best - height if alpha < 0 else height - best) < 2e-3
    assert height == pytest.approx(w * x + alpha * coin(np.array(w)), abs=1e-12)
    np.testing.assert_array_equal(dotted[:, 0], [w, w])
    assert ("smallest" if alpha < 0 else "largest") in drawn.alt
    assert drawn.alt.endswith(f"w = {w:.3f}." if alpha else f"w = {w:g}.")


@pytest.mark.parametrize("name", ["ball_and_ellipse", "own_path"])
def test_the_triangle_is_equilateral_as_drawn(name):
    ax = kept(name).axes[-1]
    corners = ax.transData.transform(ax.patches[0].get_xy()[:3])
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, sides[0], rtol=1e-9)


@pytest.mark.parametrize("point", points_of("ball_and_ellipse"), ids=str)
def test_the_ball_and_the_ellipse_have_the_radius_that_is_written_beside_them(point):
    alpha, drop = point["alpha"], point["drop"]
    drawn = kept("ball_and_ellipse", **point)
    best, radius = soft([1, 2, 4], alpha), drop / alpha
    ball, ellipse, ((*centre,),) = drawn.lines()
    np.testing.assert_allclose(simplex([centre])[0], best, atol=1e-12)
    w = np.maximum(simplex(ball), 0)
    inside = w.min(axis=1) > 1e-9
    divergence = (w * (log(w) - np.log(best))).sum(axis=1)
    np.testing.assert_allclose(divergence[inside], radius, rtol=1e-6)
    form = ((simplex(ellipse) - best) ** 2 / (2 * best)).sum(axis=1)
    np.testing.assert_allclose(form, radius, rtol=1e-6)
    _, filled = drawn.axes[0].patches  # the triangle, the inside of the ball
    distances = np.linalg.norm(filled.get_xy()[:, None] - ball, axis=-1).min(axis=1)
    assert distances.max() < 1e-12
    words = drawn.figure.texts[0].get_text()
    assert f"radius {radius:g}\n" in words
    covered = re.search(r"one: (\S+) %", words)[1]
    assert f"{covered} % of their union" in drawn.alt
    assert float(covered) == pytest.approx(
        100 * only_one(best, radius, np.vstack([w, np.clip(simplex(ellipse), 0, 1)]).max(axis=0)[:2]), abs=0.3
    )


def only_one(best, radius, reach):
    """Return the part of the union of ball and ellipse that one covers, counted on a grid of shares."""
    first, second = (np.linspace(0, end, 1502)[1::2] for end in reach)
    w = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)
    w = np.column_stack([w, 1 - w.sum(axis=1)])
    w = w[w[:, 2] >= 0]
    ball = (w * (log(w) - np.log(best))).sum(axis=1) <= radius
    ellipse = ((w - best) ** 2 / (2 * best)).sum(axis=1) <= radius
    return (ball ^ ellipse).sum() / (ball | ellipse).sum()


@pytest.mark.parametrize("p", [0.5, 0.6, 0.9, 1])
def test_cross_entropy_touches_its_floor_at_the_target_only(p):
    drawn = kept("cross_entropy_split", p=p)
    loss, floor, _, ((*lowest,),) = drawn.lines()
    entropy = coin(np.array(float(p)))
    np.testing.assert_allclose(
        loss[:, 1], -p * np.log(loss[:, 0]) - (1 - p) * np.log(1 - loss[:, 0]), rtol=1e-12, atol=1e-15
    )
    assert (loss[:, 1] >= entropy - 1e-12).all()
    assert abs(loss[loss[:, 1].argmin(), 0] - p) < 0.011  # the grid's step is 0.01
    np.testing.assert_allclose(floor[:, 1], entropy)
    assert lowest == pytest.approx([p, entropy])
    assert f"at p̂ = {p:g}, is the entropy {number(entropy)};" in drawn.alt


def test_the_ridge_is_a_softplus_above_its_asymptote_and_the_maximiser_a_sigmoid():
    drawn = kept("ridge")
    ridge, asymptote = drawn.lines()
    w = np.linspace(0, 1, 20001)
    for alpha, value in ridge[::20]:
        assert value == pytest.approx((w * X + alpha * coin(w)).max(), rel=1e-6)
    np.testing.assert_allclose(asymptote[:, 1], X / 2 + np.log(2) * asymptote[:, 0])
    gap = ridge[:, 1] - np.interp(ridge[:, 0], *asymptote.T)
    assert (gap > 0).all()
    assert (np.diff(gap) < 0).all()
    (curve,) = drawn.lines(1)
    np.testing.assert_allclose(curve[:, 1], 1 / (1 + np.exp(-curve[:, 0])))


# Figure 1


def test_figure_1_is_drawn_for_the_first_numbers_of_numpy_s_legacy_generator():
    draws = np.random.RandomState(0).uniform(-1000, 1000, 3)
    np.testing.assert_allclose(figure_1.SCORE, draws[0], rtol=1e-10)
    np.testing.assert_allclose(figure_1.COSTS, draws, rtol=1e-10)
    for function, default in [(figures.figure_1_sigmoid, X), (figures.figure_1_softmax, tuple(COSTS))]:
        assert inspect.signature(function).parameters["x"].default == default


@pytest.mark.parametrize("name", ["figure_1_sigmoid", "figure_1_softmax"])
def test_figure_1_is_seen_from_where_the_document_saw_it(name):
    (ax,) = kept(name).axes
    assert (ax.azim, ax.elev, ax.roll) == (-45, 30, 0)
    assert ax.get_xlabel() == {"figure_1_sigmoid": "w", "figure_1_softmax": "w₁"}[name]
    assert ax.get_ylabel() == "α"
    assert ax.get_zlabel() == {"figure_1_sigmoid": "", "figure_1_softmax": "w₂"}[name]
    corners = ax.collections[0].corners.reshape(-1, 3)
    for limits, values in zip((ax.get_xlim(), ax.get_ylim(), ax.get_zlim()), corners.T, strict=True):
        reach = np.ptp(values)
        assert limits[0] == pytest.approx(values.min() - 0.07 * reach, abs=0.005 * reach)
        assert limits[1] == pytest.approx(values.max() + 0.07 * reach, abs=0.005 * reach)


def viridis(values, low, high):
    return matplotlib.colormaps["viridis"]((values - low) / (high - low))


def areas(patches, i, j):
    """Return the areas of patches of shape (n, 4, 3) seen along the axis that is neither i nor j."""
    a, b = patches[..., i], patches[..., j]
    return ((a * np.roll(b, -1, axis=1)).sum(axis=1) - (b * np.roll(a, -1, axis=1)).sum(axis=1)) / 2


def test_figure_1_top_has_the_formula_s_heights_and_colours_everywhere():
    drawn = kept("figure_1_sigmoid")
    collection = drawn.axes[0].collections[0]
    w, alpha, height = np.moveaxis(collection.corners, -1, 0)
    np.testing.assert_allclose(height, w * X + alpha * coin(w), atol=1e-9)
    assert np.abs(areas(collection.corners, 0, 1)).sum() == pytest.approx(1 * 2000)  # the whole sheet, once
    w, alpha = np.meshgrid(np.linspace(0, 1, 2001), np.linspace(-1000, 1000, 201))
    dense = w * X + alpha * coin(w)
    w, alpha = collection.corners[..., 0].mean(axis=1), collection.corners[..., 1].mean(axis=1)
    expected = viridis(w * X + alpha * coin(w), dense.min(), dense.max())
    np.testing.assert_allclose(collection.colours, expected, atol=0.02)
    assert set(map(to_hex, collection.colours)) == set(COLOUR.findall(Picture(drawn.figure, "Sheet.").svg))
    assert "highest 743" in kept("figure_1_sigmoid").alt
    assert (round(dense.max()), round(dense.min())) == (743, -646)
    assert "lowest −646" in kept("figure_1_sigmoid").alt


def solid(w1, alpha, w2):
    w = np.stack([w1, w2, np.maximum(1 - w1 - w2, 0)], axis=-1)
    return w @ COSTS + alpha * (w * log(w)).sum(axis=-1)


def test_figure_1_bottom_has_the_formula_s_colours_everywhere():
    drawn = kept("figure_1_softmax")
    collection = drawn.axes[0].collections[0]
    w1, alpha, w2 = np.meshgrid(np.linspace(0, 1, 201), np.linspace(-1000, 1000, 41), np.linspace(0, 1, 201))
    dense = solid(w1, alpha, w2)[w1 + w2 <= 1 + 1e-12]
    value = solid(*np.moveaxis(collection.corners.mean(axis=1), -1, 0))
    np.testing.assert_allclose(collection.colours, viridis(value, dense.min(), dense.max()), atol=0.02)
    assert set(map(to_hex, collection.colours)) == set(COLOUR.findall(Picture(drawn.figure, "Prism.").svg))
    assert f"({dense.max():.0f})" in kept("figure_1_softmax").alt


@pytest.mark.parametrize("name", ["figure_1_sigmoid", "figure_1_softmax"])
def test_figure_1_s_colours_run_from_the_least_to_the_greatest_value_of_the_whole_solid(monkeypatch, name):
    ends = []
    monkeypatch.setattr(
        figure_1, "_solid", lambda patches, values, low, high, *rest: ends.extend([low, high])
    )
    draw(name)
    if name == "figure_1_sigmoid":
        w, alpha = np.meshgrid(np.linspace(0, 1, 2001), np.linspace(-1000, 1000, 201))
        dense = w * X + alpha * coin(w)
    else:
        w1, alpha, w2 = np.meshgrid(np.linspace(0, 1, 201), [-1000, 0, 1000], np.linspace(0, 1, 201))
        dense = solid(w1, alpha, w2)[w1 + w2 <= 1 + 1e-12]
    np.testing.assert_allclose(ends, [dense.min(), dense.max()], atol=0.01 * np.ptp(dense))


def test_figure_1_bottom_shows_the_faces_that_are_seen_each_once():
    (ax,) = kept("figure_1_softmax").axes
    o, a, b = (0, 0), (1, 0), (0, 1)
    ends = {alpha: [(w1, alpha, w2) for w1, w2 in (o, a, b)] for alpha in (-1000, 1000)}
    (p, q, r), (s, t, u) = ends[-1000], ends[1000]
    faces = {  # corners counter-clockwise for who stands outside
        "alpha = -1000": [p, q, r],
        "alpha = 1000": [s, u, t],
        "w1 = 0": [p, r, u, s],
        "w2 = 0": [p, s, t, q],
        "w3 = 0": [q, t, u, r],
    }
    seen = set()
    for face, corners in faces.items():
        x, y, _ = proj_transform(*np.transpose(corners), ax.get_proj())
        if (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0:
            seen.add(face)
    assert seen == {"alpha = -1000", "w3 = 0"}
    patches = ax.collections[0].corners
    front = (patches[..., 1] == -1000).all(axis=1)
    slope = (np.abs(patches[..., 0] + patches[..., 2] - 1) < 1e-12).all(axis=1)
    assert (front ^ slope).all()
    assert np.abs(areas(patches[front], 0, 2)).sum() == pytest.approx(1 / 2)
    assert np.abs(areas(patches[slope], 0, 1)).sum() == pytest.approx(1 * 2000)
    assert patches[..., [0, 2]].min() == 0
    assert (patches[..., 0] + patches[..., 2]).max() <= 1 + 1e-12


def test_a_wrong_figure_1_has_other_data(monkeypatch):
    right = kept("figure_1_softmax").axes[0].collections[0]
    monkeypatch.setattr(figure_1, "softmax_objective", lambda w, x, alpha: w @ np.array(x))
    wrong = draw("figure_1_softmax").axes[0].collections[0]
    assert np.abs(right.colours - wrong.colours).max() > 0.1


@pytest.mark.parametrize("alpha", [0.5, 2, 8])
def test_reliability_counts_each_example_once_and_its_curve_is_the_mean_loss(alpha):
    x, y = classification.SCORES, classification.LABELS
    drawn = kept("reliability", alpha=alpha)
    shares = np.array([soft(row, alpha) for row in x])
    tops, right = shares.max(axis=1), shares.argmax(axis=1) == y
    edges = np.linspace(0, 1, 11)
    inside = [(tops >= low) & (tops < high + (high == 1)) for low, high in itertools.pairwise(edges)]
    expected = [(tops[i].mean(), right[i].mean()) for i in inside if i.any()]
    _, dots = drawn.axes[0].collections  # the gaps, the dots
    np.testing.assert_allclose(dots.get_offsets(), expected, rtol=1e-12)
    counts = np.array([i.sum() for i in inside if i.any()])
    assert counts.sum() == len(y)
    np.testing.assert_allclose(dots.get_sizes(), 12 + 180 * counts / len(y))
    curve, dot = drawn.lines(1)
    loss = [-np.log([soft(row, a)[k] for row, k in zip(x, y, strict=True)]).mean() for a in curve[::10, 0]]
    np.testing.assert_allclose(curve[::10, 1], loss, rtol=1e-10)
    assert dot[0][1] == pytest.approx(-np.log(shares[range(len(y)), y]).mean())
    low, high = drawn.axes[1].get_ylim()
    assert low < curve[:, 1].min() <= curve[:, 1].max() < high
    assert (
        f"{abs(tops.mean() - right.mean()):.3f} {'above' if tops.mean() > right.mean() else 'below'}"
        in drawn.alt
    )


def test_the_example_is_reliable_at_the_temperature_its_labels_were_drawn_with():
    _, dots = kept("reliability", alpha=2).axes[0].collections
    weights = dots.get_sizes() - 12
    off = np.abs(np.diff(dots.get_offsets(), axis=1)[:, 0])
    assert (weights * off).sum() / weights.sum() < 0.03


@pytest.mark.parametrize("alpha", [0.25, 1, 4])
def test_ties_stay_and_shares_of_nine_tenths_move_with_the_temperature(alpha):
    drawn = kept("class_regions", alpha=alpha)
    features, labels, weights = classification.POINTS, classification.CLASSES, classification.WEIGHTS
    lines = [line for line in drawn.lines() if len(line)]
    np.testing.assert_array_equal(
        np.concatenate(lines[:3]), np.concatenate([features[labels == k] for k in range(3)])
    )
    borders = lines[3:]
    assert len(borders) == 3
    for end in np.concatenate(borders):
        scores = np.sort(np.array([1, *end]) @ weights)
        assert scores[2] - scores[1] < 1e-9
        assert scores[0] <= scores[1] + 1e-9
    ends = [tuple(point) for point in np.concatenate(borders).round(1)]
    assert max(map(ends.count, ends)) == 3  # the three borders meet where all classes tie
    seen = 0
    for curves in drawn.axes[0].collections:
        for path in curves.get_paths():
            for point in path.vertices:
                seen += 1
                assert max(soft(np.array([1, *point]) @ weights, alpha)) == pytest.approx(0.9, abs=0.02)
    assert seen > 20 or alpha == 4
    sure = sum(max(soft(np.array([1, *point]) @ weights, alpha)) > 0.9 for point in features)
    assert f"above 0.9 at {sure} of the points" in drawn.alt


@pytest.mark.parametrize("alpha", [0.1, 1, 3])
def test_of_the_smooth_maxima_one_lies_above_the_maximum_and_two_below(alpha):
    drawn = kept("three_maxima", alpha=alpha)
    panels = [drawn.lines(i) for i in range(3)]
    for (*corner,), _ in panels:
        assert [tuple(c) for c in corner] == [(-4, 0), (0, 0), (4, 4)]
    x, above = panels[0][1].T
    (_, mellow), (_, below) = panels[1][1].T, panels[2][1].T
    np.testing.assert_allclose(above, alpha * np.logaddexp(x / alpha, 0), rtol=1e-12)
    np.testing.assert_allclose(mellow, above - alpha * np.log(2), atol=1e-12)
    np.testing.assert_allclose(below, x / (1 + np.exp(-x / alpha)), rtol=1e-12)
    assert f"Boltzmann at x = −4 is {number(below[0])}, lowest {number(below.min())}" in drawn.alt


def test_axes_and_classes_are_called_what_the_caller_calls_them():
    drawn = draw("class_regions", axis_names=("length", "width"), names=("setosa", "versicolor", "virginica"))
    (ax,) = drawn.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "width")
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["setosa", "versicolor", "virginica", "tie", "share 0.9"]


@pytest.mark.parametrize("name", ADVERSARIES)
def test_an_adversary_deals_losses_of_at_most_one(name):
    for rounds in (1, 2, 50):
        losses = ADVERSARIES[name](rounds, 2.0)
        assert losses.shape == (rounds, online_learning.EXPERTS)
        assert ((losses >= 0) & (losses <= 1)).all()


def test_regret_grows_like_the_bounds_say():
    leader, weak, sharp, alternating, coins = kept("regret_growth").lines()
    rounds = leader[:, 0]
    np.testing.assert_allclose(weak[:, 1], 2 * np.sqrt(rounds * np.log(4)))
    np.testing.assert_allclose(sharp[:, 1], np.sqrt(rounds * np.log(4) / 2))
    assert (np.maximum(alternating, coins)[:, 1] <= sharp[:, 1]).all()
    assert np.abs(leader[:, 1] / rounds - 1 / 2).max() < 0.1
    assert alternating[-1, 1] / alternating[0, 1] == pytest.approx(np.sqrt(rounds[-1] / rounds[0]), rel=0.2)


# Part IV


@pytest.mark.parametrize("tau", [0.05, 1, 20])
def test_the_cloud_is_relaxed_samples_and_the_mean_shares_are_those_of_other_draws(tau):
    drawn = kept("relaxed_samples", tau=tau)
    cloud, square, dot = drawn.lines()
    np.testing.assert_allclose(simplex(square)[0], soft([1, 2, 4], 1), atol=1e-12)
    shares = simplex(cloud)
    assert shares.min() > -1e-12
    if tau == 1:  # at this temperature the logarithms of the shares are the noisy scores, up to a constant
        lead = np.log(shares[:, 2] / shares[:, 0])
        assert lead.mean() == pytest.approx(3, abs=4 * np.pi / np.sqrt(3 * len(lead)))
    *curves, dots = (line for line in drawn.lines(1) if len(line) > 2)
    noise = np.random.default_rng(9).gumbel(size=(20_000, 3))
    for i, curve in enumerate(curves):
        for place in (0, 13, 26):
            e = np.exp(([1, 2, 4] + curve[place, 0] * noise) - 4)  # the temperatures in each other's place
            assert curve[place, 1] == pytest.approx(
                (e / e.sum(axis=1, keepdims=True))[:, i].mean(), abs=0.015
            )
        assert dots[i, 1] == pytest.approx(np.interp(np.log(tau), np.log(curve[:, 0]), curve[:, 1]), abs=2e-3)
    np.testing.assert_allclose(simplex(dot)[0], dots[:, 1], atol=1e-12)


@pytest.mark.parametrize("point", points_of("two_peaks"), ids=str)
def test_the_lines_stand_at_the_mean_of_the_bars_and_at_that_of_the_window(point):
    drawn = kept("two_peaks", **point)
    curve, reach, whole, window = drawn.lines()
    assert reach[:, 0].tolist() == [2, 6]  # two places to each side of 4
    assert curve[:, 0].tolist() == list(range(1, 14))
    assert curve[3, 1] == pytest.approx(1)
    assert curve[9, 1] == pytest.approx(point["height"], abs=1e-6)
    bars = np.array([bar.get_height() for bar in drawn.axes[0].patches])
    np.testing.assert_allclose(bars, soft(curve[:, 1], point["alpha"]), rtol=1e-12)
    assert whole[0, 0] == pytest.approx(bars @ curve[:, 0])
    near = bars[1:6] / bars[1:6].sum()
    assert window[0, 0] == pytest.approx(near @ np.arange(2, 7))
    assert f"soft argmax is at {number(whole[0, 0], 2)}," in drawn.alt


@pytest.mark.parametrize("point", points_of("heatmap_position"), ids=str)
def test_the_dot_is_the_mean_of_all_pixels_and_the_cross_the_best(point):
    drawn = kept("heatmap_position", **point)
    _, ((*best,),), ((*mean,),) = drawn.lines()
    pixels = np.array(list(itertools.product(range(1, 15), range(1, 10))), dtype=float)
    squares = [((pixels - peak) ** 2).sum(axis=1) / 3 for peak in ((4.3, 3.6), (11, 7))]
    x = np.maximum(np.exp(-squares[0]), point["height"] * np.exp(-squares[1]))
    w = soft(x, point["alpha"])
    np.testing.assert_allclose(mean, w @ pixels, rtol=1e-9)
    assert best == [4, 4]
    (inked,) = drawn.axes[0].collections
    places = [path.vertices[:4].mean(axis=0) for path in inked.get_paths()]
    opacities = {
        tuple(np.round(place).astype(int)): colour[3]
        for place, colour in zip(places, inked.get_facecolor(), strict=True)
    }
    assert len(opacities) == (w > 0.004).sum()
    for pixel, share in zip(pixels.astype(int), w, strict=True):
        if share > 0.004:
            assert opacities[tuple(pixel)] == pytest.approx(np.sqrt(share / w.max()), abs=1e-9)


def test_arrangements_are_counted_and_their_logarithms_approach_the_entropy_from_below():
    drawn = kept("arrangements")
    heights = [bar.get_height() for bar in drawn.axes[0].patches]
    rows = list(itertools.product((0, 1), repeat=12))
    assert heights == [sum(sum(row) == k for row in rows) for k in range(13)]
    arch, many, few = drawn.lines(1)
    np.testing.assert_allclose(arch[:, 1], coin(arch[:, 0]), atol=1e-12)
    np.testing.assert_allclose(few[:, 1], np.log(heights) / 12, atol=1e-12)
    for dots, most in ((few, 0.13), (many, 0.025)):
        gap = coin(dots[:, 0]) - dots[:, 1]
        assert (gap >= -1e-12).all()
        assert gap.max() < most


def test_no_shares_with_that_mean_have_more_entropy_and_the_tangent_touches():
    arch, tangent, equal, best = kept("entropy_of_mean").lines()
    beta, x = np.linspace(-7, 7, 1401)[:, None], np.array([1.0, 2.0, 4.0])
    bounds = (
        np.log(np.exp(beta * x).sum(axis=1, keepdims=True)) - beta * arch[:, 0]
    )  # each is one, by duality
    np.testing.assert_allclose(bounds.min(axis=0), arch[:, 1], atol=1e-4)
    w = np.random.default_rng(0).dirichlet(np.ones(3), size=2000)
    entropy = -(w * log(w)).sum(axis=1)
    assert -3e-3 < (np.interp(w @ x, *arch.T) - entropy).min() < 1e-2  # between points the line is straight
    ((c, H),) = best
    share = soft([1, 2, 4], 1.0)
    assert (c, H) == pytest.approx((share @ [1, 2, 4], -(share * np.log(share)).sum()))
    assert np.interp(c, *tangent.T) == pytest.approx(H)
    assert (np.interp(arch[:, 0], *tangent.T, left=9) >= arch[:, 1] - 1e-9).all()
    assert equal[0] == pytest.approx((7 / 3, np.log(3)))


def test_the_position_error_is_that_of_rounding_when_cold_and_least_in_between():
    drawn = kept("position_error")
    whole, window, rounding = drawn.lines()
    assert rounding[0, 1] == pytest.approx(np.sqrt(np.mean(np.linspace(-0.5, 0.5, 21) ** 2)))
    places, truths = np.arange(1, 22), np.linspace(5.5, 6.5, 21)
    for step in (0, 20, 40):
        errors = [soft(np.exp(-((places - t) ** 2) / 4.5), whole[step, 0]) @ places - t for t in truths]
        assert whole[step, 1] == pytest.approx(np.sqrt(np.mean(np.square(errors))), rel=1e-9)
    assert (window[:, 1] <= whole[:, 1] * (1 + 1e-3)).all()
    for curve in (whole, window):
        assert 0 < curve[:, 1].argmin() < 40
        assert f"{number(curve[:, 1].min())}, at α = {number(curve[curve[:, 1].argmin(), 0], 2)}" in drawn.alt


def test_the_entropy_of_attention_falls_with_the_length_unless_the_temperature_is_its_root():
    bound, scaled, plain = kept("dot_product_entropy").lines()
    assert bound[0, 1] == pytest.approx(math.log(64))
    assert (np.diff(plain[:, 1]) < 0).all()
    assert np.ptp(scaled[:, 1]) < 0.15
    assert plain[0, 1] == scaled[0, 1]  # a key of length 1
    rng = np.random.default_rng(3)
    for place in (4, 8):
        r = 2**place
        x = np.einsum("nj,nkj->nk", rng.normal(size=(200, r)), rng.normal(size=(200, 64, r)))
        for curve, alpha in ((plain, 1), (scaled, math.sqrt(r))):
            w = np.array([soft(row, alpha) for row in x])
            assert curve[place, 1] == pytest.approx(-(w * log(w)).sum(axis=1).mean(), abs=0.12)


# How it looks


def text_boxes(svg):
    """Return the text of an SVG with its box, and the size of the whole."""
    root, found = ET.fromstring(svg), []
    for element in root.iter(f"{{{SVG}}}text"):
        if element.text is None:
            continue  # an empty line
        style = dict(declaration.split(": ") for declaration in element.get("style").split("; "))
        font = FontProperties(family="DejaVu Sans", size=float(style["font-size"].removesuffix("px")))
        width, height, drop = text_to_path.get_text_width_height_descent(element.text, font, False)
        left = {"start": 0, "middle": -width / 2, "end": -width}[style.get("text-anchor", "start")]
        corners = np.array([(x, y) for x in (left, left + width) for y in (drop, drop - height)])
        transform = dict(re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")))
        turn = math.radians(float(transform.get("rotate", "0").split()[0]))
        corners = corners @ [(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))]
        place = (
            (element.get("x"), element.get("y")) if "x" in element.attrib else transform["translate"].split()
        )
        corners += np.array(place, dtype=float)
        found.append((element.text, corners.min(axis=0), corners.max(axis=0)))
    return found, np.array(root.get("viewBox").split()[2:], dtype=float)


def crosses_its_legend(ax):
    """Say whether a curve of the axes runs through their legend."""
    box = ax.get_legend().get_window_extent()
    for line in (line for line in ax.lines if isinstance(line, Line2D)):
        data = line.get_xydata()
        path = np.concatenate([np.linspace(*pair, 20) for pair in itertools.pairwise(data)] or [data])
        if box.count_contains(line.get_transform().transform(path)):
            return True
    return False


def looks(name):
    """Return each point of a figure's sliders with the figure as it is drawn there."""
    return [(point, kept(name, **point)) for point in points_of(name)]


@pytest.mark.parametrize("name", figures.__all__)
def test_no_text_is_cut_off_and_no_two_overlap(name):
    for point, look in looks(name):
        boxes, size = text_boxes(look.svg)
        assert len(boxes) > 2
        for text, low, high in boxes:
            assert (low >= 0).all(), (point, text, low)
            assert (high <= size).all(), (point, text, high, size)
        for (text, low, high), (other, other_low, other_high) in itertools.combinations(boxes, 2):
            common = np.minimum(high, other_high) - np.maximum(low, other_low)
            assert not (common > 0).all(), (point, text, other, common)


@pytest.mark.parametrize("name", figures.__all__)
def test_every_coordinate_is_a_finite_number_and_the_text_a_sentence(name):
    for point, look in looks(name):
        assert look.alt.endswith("."), point
        values = {value for element in ET.fromstring(look.svg).iter() for value in element.attrib.values()}
        assert not {"nan", "inf"} & {word for value in values for word in value.split()}, point


@pytest.mark.parametrize("name", figures.__all__)
def test_no_curve_runs_through_a_legend(name):
    for point, look in looks(name):
        assert not any(crosses_its_legend(ax) for ax in look.axes if ax.get_legend()), point


@pytest.mark.parametrize("name", UNMOVED)
def test_axes_do_not_jump_from_frame_to_frame(name):
    (_, first), *others = [
        (point, [(ax.get_xlim(), ax.get_ylim(), ax.get_position().bounds) for ax in look.axes])
        for point, look in looks(name)
    ]
    assert others
    assert [point for point, frames in others if frames != first] == []


@pytest.mark.parametrize("page", ["#ffffff", "#121212", "#14181e"])
@pytest.mark.parametrize("colour", [BLUE, ORANGE, GREEN, PURPLE, INK])
def test_colours_stand_out_three_to_one_from_light_and_dark_pages(page, colour):
    def luminance(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    dark, light = sorted(map(luminance, (page, colour)))
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("name", figures.__all__)
def test_lines_that_carry_the_message_are_not_faded(name):
    for point, look in looks(name):
        for line in (line for ax in look.axes for line in ax.lines):
            opacity = (line.get_alpha() or 1) * to_rgba(line.get_color())[3]
            assert opacity == 1 or (to_rgb(line.get_color()) == to_rgb(INK) and opacity >= 0.6), point


@pytest.mark.parametrize("name", sorted(set(figures.__all__) - {"figure_1_sigmoid", "figure_1_softmax"}))
def test_colours_come_from_the_style_file_alone(name):
    for point, look in looks(name):
        assert set(COLOUR.findall(look.svg)) <= {BLUE, ORANGE, GREEN, PURPLE}, point


def test_text_has_the_colour_of_the_page():
    assert picture.STYLE["text.color"] == INK


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (-0.0001, 3, "0.000"),
        (-1.5, 1, "−1.5"),
        (0.12345, 3, "0.123"),
        (-646.2, 0, "−646"),
        (1353.0, 0, "1353"),
    ],
)
def test_numbers_have_a_true_minus_sign_and_zero_has_none(value, digits, text):
    assert number(value, digits) == text


@pytest.mark.parametrize(("bits", "dtype", "most"), [(16, np.float16, 11.1), (32, np.float32, 88.8)])
def test_errors_of_shares_stay_below_the_drawn_bound_until_shares_leave_the_range(bits, dtype, most):
    for scale in (1, 10, 100):
        bound, naive, shifted = kept("share_errors", scale=scale, bits=bits).lines()[:3]
        full = shifted[:, 0] < min(-np.log(float(np.finfo(dtype).tiny)) - 4, 2 * scale)
        assert full.any()
        assert (shifted[full, 1] < np.interp(shifted[full, 0], *bound.T)).all()
        assert (scale > most) == (naive[:, 1] == 1.2).any()  # where e to the largest score overflows: nan
        unit = np.log10(float(np.finfo(dtype).eps) / 2)
        assert unit - 2.1 < shifted[:, 1].min() < unit + 1


def test_a_patched_loss_ends_at_the_logarithm_of_its_patch():
    for eps in (1e-12, 1e-3):
        drawn = kept("patched_loss", eps=eps)
        (plain, patched), (slope, silenced) = drawn.lines(0)[:2], drawn.lines(1)[:2]
        np.testing.assert_allclose(plain[:, 1], np.log1p(np.exp(-plain[:, 0])), rtol=1e-12)
        assert patched[0, 1] == pytest.approx(-np.log(eps), rel=1e-6)
        rise = np.gradient(patched[:, 1], patched[:, 0])
        assert np.abs(silenced[:, 1] - rise).max() < 0.02
        assert slope[0, 1] == pytest.approx(-1)
        assert abs(silenced[0, 1]) < 1e-6


def test_a_map_of_ones_own_is_drawn_beside_softmax_and_sparsemax():
    def barrier(x, alpha):  # of two options, with the gap g: t solves t^2 + (g - 2) t - g = 0
        gap = np.ptp(x) / alpha
        t = (2 - gap + np.sqrt((gap - 2) ** 2 + 4 * gap)) / 2
        return np.where(x == x.max(), 1 / t, 1 / (t + gap)) if gap else np.array([0.5, 0.5])

    soft_line, sparse_line, own = kept("own_tail", argmax=barrier, label="barrier", alpha=2.0).lines()
    for gap, height in own:
        assert 10**height == pytest.approx(barrier(np.array([0, -gap]), 2.0)[1], rel=1e-9)
    np.testing.assert_allclose(10 ** soft_line[:, 1], 1 / (1 + np.exp(soft_line[:, 0] / 2)), rtol=1e-9)
    assert sparse_line[-1, 0] < 2
    drawn = kept("own_path", argmax=soft, label="mine", x1=1.0, alpha=0.5)
    marked = [simplex(line)[0] for line in drawn.lines() if len(line) == 1]
    np.testing.assert_allclose(marked[0], soft([1, 2, 4], 0.5), atol=1e-12)
    np.testing.assert_allclose(marked[2], marked[0], atol=1e-12)
    assert marked[1][2] == pytest.approx(1)
