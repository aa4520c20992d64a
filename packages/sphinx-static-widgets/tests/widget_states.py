"""Widgets as a notebook saves them, whole and damaged."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy

import ipywidgets
from ipywidgets.embed import embed_data

VIEW = "application/vnd.jupyter.widget-view+json"
ODD = (None, True, 0, -1, 1e308, 10**30, "", "\ud800", "\x00", [], [None], {}, {"toString": 1}, "é" * 999)


def saved() -> tuple[dict, dict]:
    """The records of a slider over two frames and of more, as a notebook stores them, and the view."""
    ipywidgets.Widget.close_all()  # what other tests left would be saved as well
    slider = ipywidgets.SelectionSlider(options=["low", "high"], index=0, description="α")
    stack = ipywidgets.Stack([ipywidgets.HTML("<b>one</b>"), ipywidgets.HTML("<b>two</b>")], selected_index=0)
    number, echo = ipywidgets.FloatSlider(0.5, min=0, max=1), ipywidgets.FloatSlider(0.5, min=0, max=1)
    links = [
        ipywidgets.jslink((slider, "index"), (stack, "selected_index")),
        ipywidgets.jsdlink((number, "value"), (echo, "value")),
    ]
    image = ipywidgets.Image(value=b"\x89PNG", format="png")
    data = embed_data(
        views=[ipywidgets.VBox([slider, stack, number, echo, ipywidgets.Label("words"), image])]
    )
    assert len(links) == 2
    records, view = data["manager_state"]["state"], data["view_specs"][0]
    names = {name: f"model{number}" for number, name in enumerate(records)}  # the same in every run
    text = json.dumps([records, view])
    for name, new in names.items():
        text = text.replace(name, new)
    return json.loads(text)


def box(*children: str, kind: str = "VBox", **state: object) -> dict:
    """The record of a box with the children of these ids."""
    return {
        "model_name": f"{kind}Model",
        "state": {"children": [f"IPY_MODEL_{c}" for c in children], **state},
    }


ENDLESS = {
    "a box in itself": {"b0": box("b0")},
    "a stack in itself": {"b0": box("b0", kind="Stack", selected_index=0)},
    "a stack and a box": {"b0": box("b1"), "b1": box("b0", kind="Stack", selected_index=0)},
    "sixty doublings": {f"b{n}": box(f"b{n + 1}", f"b{n + 1}") for n in range(60)},
}


def damaged(value: object, rng: random.Random, odd: tuple = ODD) -> object:
    """A copy of a JSON value in which one to three parts were replaced, taken away or put elsewhere."""
    value = deepcopy(value)
    for _ in range(rng.randint(1, 3)):
        parts = list(_parts(value))
        if not parts:
            return value
        (parent, key), (donor, other) = rng.choice(parts), rng.choice(parts)
        kind = rng.randrange(4)
        if kind == 0:
            del parent[key]
        else:
            parent[key] = deepcopy(donor[other] if kind == 1 else rng.choice(odd))
    return value


def _parts(value: object) -> Iterator[tuple]:
    """Each part of a JSON value, as the list or dict that holds it and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield value, key
        yield from _parts(item)
