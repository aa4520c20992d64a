"""Pictures that a reader drags, as Python sees them; tests/website/test_dragging.py drags them in a browser."""

import hashlib
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from fractions import Fraction

import anywidget
import numpy as np
import pytest

import regsoft
from regsoft import live, picture
from regsoft.live import Decision
from regsoft.live._live import FOLDER, module, styles
from tests.regsoft.test_live_maths import node

VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = [getattr(live, name) for name in live.__all__]
SVG = "{http://www.w3.org/2000/svg}"
every_picture = pytest.mark.parametrize("kind", PICTURES, ids=lambda kind: kind.__name__)


def words(still):
    return [text.text for text in ET.fromstring(still.svg).iter(f"{SVG}text")]


def test_parameters_are_traits_that_can_be_set_and_observed():
    decision, seen = Decision(x=1.5, w=0.25), []
    decision.observe(lambda change: seen.append((change.name, change.new)), ["x", "w"])
    decision.x, decision.w = -1, np.float32(0.75)
    assert seen == [("x", -1.0), ("w", 0.75)]
    assert [type(value) for _, value in seen] == [float, float]
    assert (decision.alpha, decision.answer) == (1.0, False)


@pytest.mark.parametrize("value", [0, 0.5, Fraction(1, 2), np.float32(1), np.int64(1)])
def test_any_real_number_within_the_limits_is_taken(value):
    assert Decision(w=value).w == float(value)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"x": 2.5}, ValueError, "x must be a number from -2 to 2; got 2.5"),
        ({"x": float("nan")}, ValueError, "x must be a number from -2 to 2; got nan"),
        ({"alpha": -float("inf")}, ValueError, "alpha must be a number from -1 to 2; got -inf"),
        ({"w": -0.001}, ValueError, "w must be a number from 0 to 1; got -0.001"),
        ({"w": "0.5"}, TypeError, "w must be a number from 0 to 1; got '0.5'"),
        ({"w": True}, TypeError, "w must be a number from 0 to 1; got True"),
        ({"x": [1.0]}, TypeError, "x must be a number from -2 to 2; got [1.0]"),
        ({"answer": 1}, TypeError, "answer must be True or False; got 1"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed_and_changes_nothing(wrong, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        Decision(**wrong)
    decision, ((name, value),) = Decision(), wrong.items()
    before = getattr(decision, name)
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        setattr(decision, name, value)
    assert getattr(decision, name) == before


def test_an_unknown_parameter_is_refused():
    with pytest.raises(TypeError, match="beta"):
        Decision(beta=1.0)


@every_picture
def test_the_text_names_the_parameters_and_a_digest_of_module_and_styles(kind):
    shown = kind()
    digest = hashlib.sha256((shown._esm + shown._css).encode()).hexdigest()[:12]
    parameters = ", ".join(f"{name}={getattr(shown, name)}" for name in shown._controls)
    assert repr(shown) == f"{kind.__name__}({parameters}, module {digest})"
    assert len(repr(shown)) <= 110  # no display cuts it


def test_the_text_follows_a_parameter_and_a_change_of_the_module(monkeypatch):
    first = Decision()
    assert repr(first).startswith("Decision(x=1.0, alpha=1.0, w=0.5, answer=False, module ")
    assert repr(Decision(w=0.6)) == repr(first).replace("w=0.5", "w=0.6")
    for name in ("_esm", "_css"):
        with monkeypatch.context() as patch:
            patch.setattr(Decision, name, getattr(Decision, name) + "\n")
            assert repr(Decision()) != repr(first)


@every_picture
def test_what_is_shown_is_the_widget_with_its_still_beneath(kind):
    shown = kind()
    data, _ = shown._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", VIEW}
    assert data["text/plain"] == repr(shown)
    assert data[VIEW]["model_id"] == shown.model_id
    html = r'<div class="rs-still" style="--rs-phone: (.*?); (.*?)">(<svg.*</svg>)</div>'
    phone, room, still = re.fullmatch(html, data["text/html"]).groups()
    assert phone == shown._room(narrow=True)
    assert room.startswith(f"max-width: {shown._width}px; min-height: var(--rs-room, {shown._room()});")
    assert still == shown.still().svg


@every_picture
def test_the_state_that_a_notebook_saves_has_all_that_a_page_needs(kind):
    shown = kind()
    state = json.loads(json.dumps(shown.get_state()))
    assert state["_anywidget_id"] == f"{kind.__module__}.{kind.__name__}"
    assert (state["_esm"], state["_css"]) == (kind._esm, kind._css)
    for name, control in state["_controls"].items():
        assert state[name] == control["start"] == json.loads(json.dumps(getattr(shown, name)))


def test_reset_leads_to_the_values_that_the_widget_was_made_with():
    decision = Decision(x=-0.5, alpha=0.5, w=0.9)
    decision.x = 1
    starts = {name: control["start"] for name, control in decision._controls.items()}
    assert starts == {"x": -0.5, "alpha": 0.5, "w": 0.9, "answer": False}


@every_picture
def test_a_module_is_one_text_without_imports_and_with_one_export(kind):
    text = kind._esm
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1
    assert text.endswith("\nexport default { render };\n")
    assert not re.search(r"\bimport\b", text)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.js")))
def test_each_file_and_each_joined_module_can_be_loaded_by_itself(name, tmp_path):
    program = node()
    if program is None:
        pytest.skip("NO NODE: node is not installed, so no module was loaded")
    (tmp_path / "joined.mjs").write_text(module(name), "utf-8")
    for path in (FOLDER / f"{name}.js", tmp_path / "joined.mjs"):
        load = f"console.log(Object.keys(await import({json.dumps(path.as_uri())})).length)"
        run = [program, "--input-type=module", "-e", load]
        result = subprocess.run(run, capture_output=True, encoding="utf-8", check=False)
        assert result.returncode == 0, result.stderr
    assert not re.search(r"^(import|export \{)", module(name), re.MULTILINE)


def test_a_file_that_several_others_import_is_there_once():
    assert module("decision").count("function begin(") == module("decision").count("function softmax(") == 1
    assert module("decision").index("function softmax(") < module("decision").index("function begin(")


def test_the_colours_are_those_of_all_pictures():
    for name in ("BLUE", "ORANGE", "GREEN"):
        assert f" --rs-{name.lower()}: {getattr(picture, name)};" in styles()
    assert not set(re.findall(r"#[0-9a-f]{6}", Decision._esm))


def test_the_still_names_the_decision_and_hides_the_best_until_it_is_asked_for():
    asked, shown = Decision(w=0.3).still(), Decision(w=0.3, answer=True).still()
    yours = f"your w = 0.300, worth {regsoft.sigmoid_objective(0.3, 1.0):.3f}"
    best = f"best w = {regsoft.sigmoid(1.0):.3f}, worth {regsoft.softplus(1.0):.3f}"
    assert yours in words(asked)
    assert best not in words(asked)
    assert {yours, best} <= set(words(shown))
    assert asked.alt == f"Objective over w for score 1.00 and α = 1.00: an arch; {yours}."
    assert shown.alt == f"Objective over w for score 1.00 and α = 1.00: an arch; {yours}; {best}."


@pytest.mark.parametrize(
    ("x", "alpha", "best", "bottom"),
    [
        (1, 1, "best w = 0.731, worth 1.313", None),
        (1, 0, "best w = 1, an end, worth 1.000", None),
        (-1, 0, "best w = 0, an end, worth 0.000", None),
        (0, 0, "every w is best, worth 0.000", None),
        (0.5, -1, "best w = 1, an end, worth 0.500", "slope 0 at w = 0.378: the bottom"),
        (-1, -0.5, "best w = 0, an end, worth 0.000", "slope 0 at w = 0.881: the bottom"),
        (0, -1, "best w = 0 or 1, the ends, worth 0.000", "slope 0 at w = 0.500: the bottom"),
    ],
)
def test_the_best_decision_is_the_sigmoid_and_an_end_where_alpha_is_not_positive(x, alpha, best, bottom):
    found = words(Decision(x=x, alpha=alpha, answer=True).still())
    assert best in found
    assert [text for text in found if text.startswith("slope")] == ([bottom] if bottom else [])
    values = regsoft.sigmoid_objective(np.linspace(0, 1, 1001), float(x), float(alpha))
    assert abs(values.max() - float(best.rpartition(" ")[2])) < 1e-3
    if bottom:
        assert values.argmin() == round(1000 * float(bottom.split(" = ")[1].split(":")[0]))


def test_the_still_is_as_large_as_the_live_picture_and_shows_the_sliders():
    still = Decision(x=-1.25, alpha=-0.5).still()
    root = ET.fromstring(still.svg)
    assert (root.get("width"), root.get("height")) == ("480", "544")
    assert Decision()._room() == "calc(360px + 11.5rem)"
    assert {"score x", "−1.25", "weight α", "−0.50", "your w", "0.500"} <= set(words(still))


def test_two_stills_of_the_same_parameters_are_the_same_text():
    assert Decision(w=0.2).still().svg == Decision(w=0.2).still().svg
    assert Decision(w=0.2).still().svg != Decision(w=0.21).still().svg


def test_every_picture_is_an_anywidget():
    assert PICTURES
    assert all(issubclass(kind, anywidget.AnyWidget) for kind in PICTURES)
