"""What `saved` reads: sliders in order, the frames they choose, and nothing from what is damaged."""

import json
import random
import subprocess
import sys
from copy import deepcopy

import ipywidgets
import nbformat
import pytest
from ipywidgets.embed import embed_data
from sphinx_static_widgets.saved import WIDGET_STATE, Slider, first_frame, frames, sliders, widget_state
from widget_states import ENDLESS, ODD, damaged, saved


@pytest.fixture
def two() -> tuple[dict, str]:
    """The state of two sliders over two times three frames, of which the last but one is shown, and the view."""
    ipywidgets.Widget.close_all()
    outer = ipywidgets.SelectionSlider(options=["low", "high"], index=1, description="α")
    inner = ipywidgets.SelectionSlider(options=["0", "1", "2"], index=1, description="", tooltip="depth")
    stacks = [
        ipywidgets.Stack([ipywidgets.HTML(f"{row}{column}") for column in "012"], selected_index=1)
        for row in "ab"
    ]
    whole = ipywidgets.Stack(stacks, selected_index=1)
    links = [ipywidgets.jsdlink((inner, "index"), (stack, "selected_index")) for stack in stacks]
    links.append(ipywidgets.jslink((whole, "selected_index"), (outer, "index")))
    view = ipywidgets.VBox([ipywidgets.HBox([outer]), inner, whole])
    state = embed_data(views=[view, *links])["manager_state"]["state"]
    return json.loads(json.dumps(state)), view.model_id


def test_sliders_are_in_reading_order_with_the_words_and_the_place_that_the_page_shows(two):
    state, view = two
    outer, inner = sliders(state, view)
    assert outer == Slider(outer.model_id, "α", ("low", "high"), 1)
    assert inner == Slider(inner.model_id, "depth", ("0", "1", "2"), 1)
    assert (
        state[outer.model_id]["model_name"] == state[inner.model_id]["model_name"] == "SelectionSliderModel"
    )
    assert sliders(state, f"IPY_MODEL_{view}") == [outer, inner]


@pytest.mark.parametrize("index", [None, -1, 2, "1", 0.5])
def test_a_slider_whose_place_is_not_among_its_labels_stands_at_the_first(two, index):
    state, view = two
    outer, _ = sliders(state, view)
    state[outer.model_id]["state"]["index"] = index
    assert sliders(state, view)[0] == outer._replace(index=0)


def test_frames_follow_the_links_and_the_last_slider_changes_fastest(two):
    state, view = two
    assert frames(state, view) == [((m, n), f"{'ab'[m]}{n}") for m in range(2) for n in range(3)]
    assert frames(state, view, [[1], [2, 0]]) == [((1, 2), "b2"), ((1, 0), "b0")]
    for record in state.values():
        if record["model_name"] == "LinkModel":
            record["state"]["source"] = None
    assert {html for _, html in frames(state, view)} == {"b0", "b1", "b2"}  # the outer slider moves nothing


def test_the_first_frame_is_the_one_that_was_shown_when_the_notebook_was_saved(two):
    state, view = two
    assert first_frame(state, view) == "b1"
    whole = next(r for r in state.values() if r["state"].get("children", [None])[0] in stacks_of(state))
    whole["state"]["selected_index"] = None
    assert first_frame(state, view) is None
    assert len(frames(state, view)) == 6  # the sliders choose again


def stacks_of(state: dict) -> list[str]:
    return [f"IPY_MODEL_{key}" for key, record in state.items() if record["model_name"] == "StackModel"]


@pytest.mark.parametrize("positions", [[], [[0]], [[0], [0], [0]]])
def test_positions_for_another_number_of_sliders_are_an_error(two, positions):
    with pytest.raises(ValueError, match=f"each of 2 sliders; got {len(positions)}$"):
        frames(*two, positions)


def test_a_position_that_a_stack_does_not_have_shows_nothing(two):
    state, view = two
    assert frames(state, view, [[0, 2], [-1, 1, 9]]) == [((0, 1), "a1")]


def test_a_notebook_without_widgets_has_an_empty_state_and_a_view_without_a_model_shows_nothing():
    notebook = nbformat.v4.new_notebook()
    assert widget_state(notebook) == {}
    notebook.metadata["widgets"] = {WIDGET_STATE: {"state": {"a": {}}}}
    assert widget_state(notebook) == {"a": {}}
    assert (sliders({}, "a"), frames({}, "a"), first_frame({}, "a")) == ([], [], None)


@pytest.mark.parametrize("state", ENDLESS.values(), ids=ENDLESS)
def test_a_view_that_holds_itself_or_doubles_without_end_is_an_error(state):
    for read in (sliders, frames, first_frame):
        with pytest.raises(ValueError, match=r"^the widget b0 holds itself, or more than 50000 others$"):
            read(state, "b0")


def test_every_damaged_state_is_read_as_far_as_it_is_whole_or_refused_in_one_line():
    records, view = saved()
    before, rng = deepcopy(records), random.Random(0)
    odd = (*ODD, "IPY_MODEL_", *(f"IPY_MODEL_{name}" for name in records))
    read, refused = {"whole": 0, "in part": 0}, []
    for _ in range(2000):
        state = damaged(records, rng, odd)
        try:
            found = [html for _, html in frames(state, view["model_id"])]
            shown, rows = first_frame(state, view["model_id"]), sliders(state, view["model_id"])
        except ValueError as error:
            refused.append(str(error))
            continue
        assert all(isinstance(html, str) for html in [*found, shown or ""])
        assert all(0 <= row.index < max(1, len(row.labels)) for row in rows)
        read["whole" if found == ["<b>one</b>", "<b>two</b>"] else "in part"] += 1
    assert records == before
    assert all(words.startswith("the widget ") and "\n" not in words for words in refused)
    assert read["whole"] > 1000
    assert read["in part"] > 50


def test_reading_needs_the_standard_library_alone():
    program = "import sys; before = set(sys.modules); import {}; print(*set(sys.modules) - before)"
    loaded = subprocess.run(
        [sys.executable, "-c", program.format("sphinx_static_widgets.saved")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names == {"sphinx_static_widgets"}
