"""What `saved` reads: sliders in order, the frames they choose, and nothing from what is damaged."""

import contextlib
import json
import random
import re
import subprocess
import sys
from copy import deepcopy
from html import escape

import ipywidgets
import nbformat
import pytest
from docutils import nodes
from gallery import display, gallery
from ipywidgets.embed import embed_data
from sphinx_static_widgets.saved import (
    WIDGET_STATE,
    WIDGET_VIEW,
    Slider,
    first_frame,
    frames,
    groups,
    sliders,
    widget_state,
)
from sphinx_static_widgets.stills import (
    Page,
    html_of_output,
    html_with_formulas,
    prepared,
    still,
    with_formulas,
)
from widget_states import ENDLESS, ODD, box, damaged, saved


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


def test_widgets_are_in_one_group_if_one_names_the_other_or_a_link_joins_them(two):
    state, _ = two
    assert groups(state) == [state]
    other = {
        f"{key}-": json.loads(re.sub("IPY_MODEL_(\\w+)", r"IPY_MODEL_\1-", json.dumps(state[key])))
        for key in state
    }
    mixed = dict(sorted({**state, **other}.items()))
    assert sorted(map(sorted, groups(mixed))) == sorted([sorted(state), sorted(other)])
    alone = {
        "text": "a1",
        "shows": {"state": {"outputs": [{"data": {WIDGET_VIEW: {"model_id": "a1"}}}]}},
        "a1": None,
    }
    assert sorted(map(sorted, groups({**alone, "b2": 3}))) == [["a1", "shows", "text"], ["b2"]]


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
        with pytest.raises(ValueError, match=r"^the widget b0 contains itself, or more than 50000 others$"):
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


# ------------------------------------------------------------------------------------------------------- stills


def plain(node: nodes.Node) -> str:
    """The HTML of code and of formulas, as plain as can be."""
    return f"<code>{escape(node.astext())}</code>"


def test_a_still_has_the_words_and_the_values_that_were_saved_of_every_kind():
    exhibits = gallery()
    data = embed_data([exhibit.view for exhibit in exhibits])
    page = Page(json.loads(json.dumps(data["manager_state"]["state"])), plain)
    shown = {e.kind: re.sub("<[^>]*>", " ", still(page, e.view.model_id)).split() for e in exhibits}
    assert shown["interact that prints"] == ["x", "10", "10"]
    assert shown["Output of a table"] == ["name", "Ada"]
    assert shown["GridspecLayout"] == ["grid", "one", "grid", "two", "grid", "three"]
    assert shown["FloatRangeSlider"] == ["reals", "0.25", "–", "0.75"]
    assert shown["SelectMultiple"] == ["several", "low,", "high"]
    assert shown["DatePicker"] == ["date", "2024-02-29"]
    assert shown["Checkbox"] == ["check", "✓"]
    assert shown["Password"] == ["password"]
    silent = {kind for kind, words in shown.items() if not words}
    assert silent == {"Controller", "Image", "Output of a picture", "Output of a drawing"}
    assert "data:image/png" in still(page, next(e.view.model_id for e in exhibits if e.kind == "Image"))


def test_a_still_of_a_box_has_what_it_can_draw_and_says_what_a_script_draws():
    state = {
        "box": box("any", "label"),
        "any": {"model_name": "AnyModel", "state": {"_esm": "export default {}"}},
        "label": {"model_name": "LabelModel", "state": {"value": "a < b"}},
    }
    html = still(Page(state, plain), "box")
    assert "This widget is drawn by a script of its own." in html
    assert "a &lt; b" in html
    assert "export" not in html


@pytest.mark.parametrize("state", ENDLESS.values(), ids=ENDLESS)
def test_a_still_of_a_view_without_end_is_an_error(state: dict):
    with pytest.raises(ValueError, match="holds itself"):
        still(Page(state, plain), "b0")


def test_every_damaged_state_of_any_kind_has_a_still_or_is_refused():
    whole = ipywidgets.VBox([exhibit.view for exhibit in gallery()])
    records = json.loads(json.dumps(embed_data([whole])["manager_state"]["state"]))
    rng, drawn = random.Random(0), 0
    odd = (*ODD, {"data": {"text/html": 3}}, "IPY_MODEL_", *(f"IPY_MODEL_{name}" for name in records))
    for _ in range(400):
        changed = damaged(records, rng, odd)
        for record in [value for value in changed.values() if isinstance(value, dict)][:: rng.randint(1, 9)]:
            record["state"] = damaged(record.get("state"), rng, odd)
        page = Page(changed, plain)
        json.dumps(prepared(page))
        with contextlib.suppress(ValueError):
            drawn += bool(still(page, whole.model_id))
    assert drawn > 200


FORMULAS = {
    "$x$ and $y^2$": "<code>x</code> and <code>y^2</code>",
    r"so \(a < b\) & c": "so <code>a &lt; b</code> &amp; c",
    "$$\\sum_k$$": "<code>\\sum_k</code>",
    r"\[x\]": "<code>x</code>",
    "$5 and $6": "$5 and $6",
    r"\$x$": "$x$",
    "from 5$ to 6$": "from 5$ to 6$",
}


@pytest.mark.parametrize(("text", "expected"), FORMULAS.items())
def test_formulas_of_words_are_typeset_and_money_is_not(text: str, expected: str):
    assert with_formulas(text, Page({}, plain)) == expected


def test_formulas_of_html_are_typeset_but_not_in_code():
    html = "<b>$x$</b> <code>$y$</code> <p title='$z$'>a &lt; $b$</p>"
    expected = '<b><code>x</code></b> <code>$y$</code> <p title="$z$">a &lt; <code>b</code></p>'
    assert html_with_formulas(html, Page({}, plain)) == expected


OUTPUTS = {
    "the last of a line that is written again": ({"text": ["1%\r", "2%\r100%\n"]}, "<code>100%\n</code>"),
    "a picture before its words": (
        display(image_png="AA==", text_plain="<F>"),
        '<img src="data:image/png;base64,AA==" alt="&lt;F&gt;">',
    ),
    "Markdown": (display(text_markdown="*a* $x$"), "<p><em>a</em> <code>x</code></p>\n"),
    "LaTeX": (display(text_latex="$$x$$"), "<code>x</code>"),
    "words in place of a script": (
        display(text_html="<script>1</script><div></div>", text_plain="p"),
        "<code>p</code>",
    ),
    "a kind that is not known": (
        display(application_x="1"),
        '<p class="sw-notice">This page cannot show an output of type application/x.</p>',
    ),
}


@pytest.mark.parametrize(("output", "expected"), OUTPUTS.values(), ids=OUTPUTS)
def test_what_a_cell_wrote_becomes_html(output: dict, expected: str):
    assert html_of_output(output, Page({}, plain)) == expected
