"""What a notebook saved of its widgets: the sliders of a view, and the frames that they choose.

A saved state is a dict of models by their ids; a model names another by `REFERENCE` and its id:

    {"a1": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_b2", "IPY_MODEL_c3"]}}, ...}

Values that equal their default may be left out. A model that is missing or damaged counts as one that shows
nothing. This module reads only SelectionSliders in boxes, linked to Stacks of HTML; static-widgets.js draws more
kinds.
"""

import itertools
from typing import NamedTuple

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = "IPY_MODEL_"

BOXES = ("VBoxModel", "HBoxModel", "BoxModel")
LISTS = (list, tuple)  # JSON has lists; a state that ipywidgets has just made has tuples as well
MOST = 50_000  # largest number of models in a view, as in static-widgets.js: stops at a view that contains itself


class Slider(NamedTuple):
    """A SelectionSlider as it was saved.

    Attributes
    ----------
    model_id : str
        Its id in the saved state.
    name : str
        Its label; may be empty.
    labels : tuple of str
        Its readout at each position; empty if none were saved.
    index : int
        Its position: from 0 to ``len(labels) - 1``, and 0 if there are no labels.
    """

    model_id: str
    name: str
    labels: tuple
    index: int


def widget_state(notebook):
    """Return the saved state of a notebook's widgets.

    Parameters
    ----------
    notebook : dict
        A notebook of nbformat 4, as JSON or as a `nbformat.NotebookNode`.

    Returns
    -------
    dict
        The models by their ids; empty if none were saved.

    Examples
    --------
    >>> slider = {"model_name": "IntSliderModel", "state": {"value": 3}}
    >>> saved = {"application/vnd.jupyter.widget-state+json": {"state": {"abc": slider}}}
    >>> widget_state({"metadata": {"widgets": saved}})["abc"]["state"]["value"]
    3
    """
    return models_in(notebook["metadata"].get("widgets", {}).get(WIDGET_STATE, {}))


def models_in(saved):
    """Return the models, by their ids, from the saved widget state; Colab does not nest them under the key `state`.

    Parameters
    ----------
    saved : dict
        The value in a notebook's `metadata["widgets"]` under the MIME type of a widget state.

    Returns
    -------
    dict
        The models by their ids; empty if there are none.
    """
    if not isinstance(saved, dict):
        return {}
    if "state" in saved:
        return saved["state"] if isinstance(saved["state"], dict) else {}
    return {
        key: record for key, record in saved.items() if isinstance(record, dict) and "model_name" in record
    }


def groups(state):
    """Return the models in unconnected groups: no model refers to a model of another group.

    Parameters
    ----------
    state : dict
        The models by their ids.

    Returns
    -------
    list of dict
        The models of each group by their ids; every model is in one group.
    """
    roots = {identifier: identifier for identifier in state}

    def root(identifier):
        while roots[identifier] != identifier:
            roots[identifier] = roots[roots[identifier]]  # path compression, as in any union-find
            identifier = roots[identifier]
        return identifier

    for identifier, record in state.items():
        for text in _texts(record):
            named = identifier_of(text)
            if named in roots:
                roots[root(named)] = root(identifier)
    found = {}
    for identifier, record in state.items():
        found.setdefault(root(identifier), {})[identifier] = record
    return list(found.values())


def _texts(value):
    """Yield each string inside a JSON value."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, LISTS):
            waiting += each


def sliders(state, view):
    """Return the sliders that a view shows as it was saved.

    Parameters
    ----------
    state : dict
        The models by their ids.
    view : str
        The id of the view's model, or a reference to it.

    Returns
    -------
    list of Slider
        In reading order.

    Raises
    ------
    ValueError
        If a box of the view contains itself, or the view has more than 50,000 models.
    """
    found = _shown(state, view, {})
    return [
        _slider(identifier, values) for identifier, kind, values in found if kind == "SelectionSliderModel"
    ]


def frames(state, view, positions=None):
    """Return the frames that a view shows at the positions of its sliders.

    Parameters
    ----------
    state : dict
        The models by their ids.
    view : str
        The id of the view's model, or a reference to it.
    positions : sequence of sequences of int, optional
        For each of `sliders(state, view)` the positions to visit, from 0 to ``len(labels) - 1``. All by default.

    Returns
    -------
    list of (tuple of int, str)
        For each combination of positions, the last slider changing fastest: the position of each slider, and the
        first HTML that the view shows then. A combination that shows none is left out.

    Raises
    ------
    ValueError
        If the number of sequences differs from the number of sliders, or for the reasons given in `sliders`.
    """
    moved = sliders(state, view)
    if positions is None:
        positions = [range(len(slider.labels)) for slider in moved]
    if len(positions) != len(moved):
        raise ValueError(
            f"positions must have one sequence for each of {len(moved)} sliders; got {len(positions)}"
        )
    places = {slider.model_id: place for place, slider in enumerate(moved)}
    slider_of = {stack: places[slider] for slider, stack in _links(state) if slider in places}
    found = []
    for where in itertools.product(*positions):
        html = _html(state, view, {stack: where[place] for stack, place in slider_of.items()})
        if html:
            found.append((where, html))
    return found


def first_frame(state, view):
    """Return what a view shows as it was saved.

    Parameters
    ----------
    state : dict
        The models by their ids.
    view : str
        The id of the view's model, or a reference to it.

    Returns
    -------
    str or None
        The first HTML that the view shows; None if it shows none.

    Raises
    ------
    ValueError
        For the reasons given in `sliders`.
    """
    return _html(state, view, {})


def _html(state, view, chosen):
    """Return the first HTML that a view shows when each stack shows the child whose index is in `chosen`."""
    texts = (values.get("value") for _, kind, values in _shown(state, view, chosen) if kind == "HTMLModel")
    return next((text for text in texts if text and isinstance(text, str)), None)


def _shown(state, view, chosen):
    """Yield id, kind and values of each model that a view shows, in reading order; a stack shows one child only."""
    waiting = [view]
    for _ in range(MOST):
        if not waiting:
            return
        identifier = identifier_of(waiting.pop())
        kind, values = model_of(state, identifier)
        yield identifier, kind, values
        children = values.get("children")
        if not isinstance(children, LISTS):
            continue
        if kind in BOXES:
            waiting += reversed(children)
        elif kind == "StackModel":
            index = chosen.get(identifier, values.get("selected_index"))
            waiting += [children[index]] if isinstance(index, int) and 0 <= index < len(children) else []
    if waiting:
        raise ValueError(f"the widget {view} contains itself, or more than {MOST} others")


def model_of(state, identifier):
    """Return kind and values of a model; if it is missing or damaged, its values are empty."""
    record = state.get(identifier)
    kind, values = (record.get("model_name"), record.get("state")) if isinstance(record, dict) else ("", {})
    return str(kind), values if isinstance(values, dict) else {}


def identifier_of(reference):
    """Return the id in a reference to a model."""
    return str(reference).removeprefix(REFERENCE)


def _slider(identifier, values):
    labels = values.get("_options_labels")
    labels = tuple(map(str, labels)) if isinstance(labels, LISTS) else ()
    index = values.get("index")
    if not isinstance(index, int) or not 0 <= index < len(labels):
        index = 0
    return Slider(identifier, str(values.get("description") or values.get("tooltip") or ""), labels, index)


def _links(state):
    """Yield the ids of each pair of models of which the first moves the second."""
    for identifier in state:
        kind, values = model_of(state, identifier)
        if kind not in ("LinkModel", "DirectionalLinkModel"):
            continue
        ends = [values.get("source"), values.get("target")]
        if not all(isinstance(end, LISTS) and end for end in ends):
            continue
        source, target = (identifier_of(end[0]) for end in ends)
        yield source, target
        if kind == "LinkModel":
            yield target, source
