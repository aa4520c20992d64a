"""`explore` puts a figure's frames under sliders; that these move the picture in a browser, the site tests see."""

import doctest
import hashlib
import itertools
import re
from functools import cache, partial

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure

from regsoft import figures, widgets
from regsoft.picture import Picture
from regsoft.widgets import MOST_FRAMES, explore

X1 = [0, 1, 2.5, 4]
ALPHA = [0.5, 1, 2]
curve, path = map(cache, (figures.sigmoid_curve, figures.own_path))  # drawn once for all tests
VIEW = "application/vnd.jupyter.widget-view+json"


def dot(left=0.5, up=0.5, size=10, text="•"):
    figure = Figure(figsize=(1, 1))
    figure.text(left, up, text, fontsize=size)
    return Picture(figure, f"Dot at {left}, {up}.")


def no_default(left, up=0.5):
    return dot(left, up)


def a_word(left=0.5):
    return "dot"


@pytest.fixture(scope="module")
def one():
    return explore(figures.sigmoid_curve, alpha=ALPHA)


@pytest.fixture(scope="module")
def two():
    return explore(figures.own_path, x1=X1, alpha=ALPHA)


@pytest.fixture
def links(monkeypatch):
    """Return the list of pairs that jslink was asked to connect."""
    pairs = []
    monkeypatch.setattr(ipywidgets, "jslink", lambda *pair: pairs.append(pair))
    return pairs


def test_one_slider_chooses_among_the_frames_in_the_order_of_its_values(one):
    slider, stack = one.children
    assert [frame.value for frame in stack.children] == [curve(alpha=a).svg for a in ALPHA]
    assert [value for _, value in slider.options] == ALPHA
    assert len({frame.value for frame in stack.children}) == len(ALPHA)


def test_with_two_sliders_the_first_chooses_the_row_and_the_second_the_frame(two):
    _, _, rows = two.children
    assert len(rows.children) == len(X1)
    for x1, row in zip(X1, rows.children, strict=True):
        expected = [path(x1=x1, alpha=a).svg for a in ALPHA]
        assert [frame.value for frame in row.children] == expected


def test_sliders_and_stacks_start_at_the_figure_s_defaults(one, two):
    assert one.children[0].value == 1
    *sliders, rows = two.children
    assert [slider.value for slider in sliders] == [1, 1]
    shown = rows.children[rows.selected_index]
    assert shown.children[shown.selected_index].value == path().svg
    assert {row.selected_index for row in rows.children} == {1}


def test_every_stack_is_linked_to_its_slider_in_the_browser(links):
    first, second, rows = explore(dot, left=[0.25, 0.5, 0.75], up=[0.5, 0.6]).children
    expected = [(first, rows), *((second, row) for row in rows.children)]
    found = [(slider, stack) for (slider, index), (stack, selected) in links]
    assert {(index, selected) for (_, index), (_, selected) in links} == {("index", "selected_index")}
    assert len(found) == len(expected) == 4
    assert set(found) == set(expected)


def test_the_link_lives_in_the_browser_so_that_it_needs_no_kernel():
    before = set(_instances)
    slider, stack = explore(dot, left=[0.25, 0.5, 0.75]).children
    (link,) = (
        widget for name, widget in _instances.items() if name not in before and hasattr(widget, "source")
    )
    assert link._model_name == "LinkModel"
    assert (link.source, link.target) == ((slider, "index"), (stack, "selected_index"))
    slider.index = 2  # as the kernel sees it: the stack follows in the browser alone
    assert stack.selected_index == 1


def test_sliders_carry_the_book_s_symbols_and_true_minus_signs():
    x, alpha, _ = explore(figures.sigmoid_objective, x=[-0.5, 1], alpha=[-2, 0.25, 1]).children
    assert (x.description, alpha.description) == ("x", "α")
    assert [label for label, _ in x.options] == ["−0.5", "1"]
    assert [label for label, _ in alpha.options] == ["−2", "0.25", "1"]
    assert explore(figures.own_path, x1=[0, 1]).children[0].description == "x₁"


def test_a_slider_may_run_through_names():
    name, _, stacks = explore(dot, text=["•", "○"], left=[0.25, 0.5]).children[:3]
    assert [label for label, _ in name.options] == ["•", "○"]
    assert name.description == "text"
    assert stacks.selected_index == 0
    with pytest.raises(ValueError, match="text must include the figure's default, •"):
        explore(dot, text=["○", "□"])


def test_the_text_names_figure_controls_and_a_digest_of_all_frames(one, two):
    frames = [path(x1=x, alpha=a).svg for x, a in itertools.product(X1, ALPHA)]
    digest = hashlib.sha256("\n".join(frames).encode()).hexdigest()[:12]
    assert repr(two) == f"explore(own_path: x1 4 values, alpha 3 values, frames {digest})"
    assert re.fullmatch(r"explore\(sigmoid_curve: alpha 3 values, frames [0-9a-f]{12}\)", repr(one))


def test_a_figure_with_some_arguments_given_keeps_its_name(one):
    assert repr(explore(partial(dot, size=8), left=[0.1, 0.5])).startswith("explore(dot: left 2 values,")


def test_one_changed_frame_changes_the_text(one, monkeypatch):
    right = repr(explore(dot, left=[0.25, 0.5]))
    assert repr(explore(dot, left=[0.25, 0.5])) == right
    assert repr(explore(dot, left=[0.26, 0.5])) != right


@pytest.mark.parametrize("name", figures.__all__)
def test_the_text_is_short_enough_that_no_display_cuts_it(name):
    longest = f"explore({name}: alpha 121 values, drop 121 values, frames {'0' * 12})"
    assert len(longest) <= 110


def test_what_is_shown_is_the_widget_with_the_default_frame_beneath(one, two):
    for widget, still in [(one, curve()), (two, path())]:
        bundle = widget._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html", VIEW}
        assert bundle["text/plain"] == repr(widget)
        assert bundle["text/html"] == still.svg
        assert bundle[VIEW]["model_id"] == widget.model_id


def test_the_default_frame_is_found_wherever_the_defaults_stand():
    last = explore(dot, left=[0.1, 0.2, 0.5], up=[0.5, 0.9])
    assert last._repr_mimebundle_()["text/html"] == dot().svg


def test_all_frames_share_one_layout_and_one_style():
    before = set(_instances)
    explorer = explore(dot, left=[0.1, 0.3, 0.5], up=[0.1, 0.5])
    made = [widget for name, widget in _instances.items() if name not in before]
    frames = [widget for widget in made if isinstance(widget, ipywidgets.HTML)]
    assert len(frames) == 6  # and no other HTML
    assert len({id(frame.layout) for frame in frames}) == len({id(frame.style) for frame in frames}) == 1
    layouts = [widget for widget in made if isinstance(widget, ipywidgets.Layout)]
    assert len(layouts) == 1 + 2  # theirs and each slider's
    # frames, their style, 3 layouts, 2 sliders with their styles, 1 + 3 stacks, 4 links, the box
    assert len(made) == 6 + 1 + 3 + 4 + 4 + 4 + 1
    assert explorer in made


def test_values_may_come_from_numpy_and_frames_may_number_121():
    explorer = explore(dot, left=np.linspace(0, 1, 11), up=np.linspace(0, 1, 11))
    assert len(explorer.children[-1].children) == 11
    assert MOST_FRAMES == 121


@pytest.mark.parametrize(
    ("figure", "controls", "error", "message"),
    [
        (dot, {}, ValueError, "explore takes one or two controls; got none"),
        (
            dot,
            {"left": [0.1, 0.5], "up": [0.1, 0.5], "size": [8, 10]},
            ValueError,
            "explore takes one or two controls; got left, up, size",
        ),
        (dot, {"down": [1, 2]}, TypeError, "dot has no parameter 'down'; it has left, up, size"),
        (
            dot,
            {"left": [0.1, 0.9]},
            ValueError,
            "left must include the figure's default, 0.5; got [0.1, 0.9]",
        ),
        (no_default, {"left": [1, 2]}, TypeError, "left must have a default in no_default"),
        (dot, {"left": [0.5]}, ValueError, "left must have at least two values; got [0.5]"),
        (dot, {"left": []}, ValueError, "left must have at least two values; got []"),
        (dot, {"left": [0.5] * 122}, ValueError, "explore draws at most 121 frames; got 122"),
        (
            dot,
            {"left": [0.5] * 11, "up": [0.5] * 12},
            ValueError,
            "explore draws at most 121 frames; got 132",
        ),
        (a_word, {"left": [0.5, 1]}, TypeError, "figure must return a Picture; got str from a_word"),
    ],
)
def test_a_wrong_call_is_refused_with_what_was_wrong_and_what_is_allowed(figure, controls, error, message):
    with pytest.raises(error, match=re.escape(message)):
        explore(figure, **controls)


def test_the_example_in_explore_s_documentation_runs():
    finder = doctest.DocTestFinder(recurse=False)
    (example,) = finder.find(explore, "explore", module=widgets)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert (result.attempted, result.failed) == (2, 0)


def _product(a=0, b=0):
    return Picture(Figure((1, 1)), f"Nothing, {a} times {b}.")


@given(
    a=st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
    b=st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
)
@settings(max_examples=8)
def test_sliders_start_at_the_default_or_say_that_it_is_missing(a, b):
    missing = [name for name, values in (("a", a), ("b", b)) if 0 not in values]
    if missing:
        with pytest.raises(ValueError, match=f"^{missing[0]} must include the figure's default, 0; got"):
            explore(_product, a=a, b=b)
    else:
        first, second, _ = explore(_product, a=a, b=b).children
        assert (first.value, second.value) == (0, 0)
