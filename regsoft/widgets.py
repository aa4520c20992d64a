"""Sliders over pictures that were drawn in advance: they need no kernel, in a notebook or on the published page."""

import hashlib
import inspect
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
from ipywidgets.widgets.widget_string import HTMLStyle

from regsoft.picture import Picture

MOST_FRAMES = 121
SYMBOLS = {"alpha": "α", "drop": "δ", "eps": "ε", "tau": "τ"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def explore(figure: Callable[..., Picture], **controls: Sequence[float] | Sequence[str]) -> ipywidgets.VBox:
    """Return `figure` under one or two sliders.

    Every frame is drawn here, once; the sliders only choose which one is shown. They start at the figure's own
    defaults.

    Parameters
    ----------
    figure : callable
        Function of its keyword parameters that returns a `regsoft.picture.Picture`.
    **controls : sequence of float or str
        One or two of the parameters, each with the values of its slider: at least two numbers or names, the
        parameter's default among them. At most 121 frames in all.

    Returns
    -------
    ipywidgets.VBox
        The sliders above the picture. Its text names the figure, the controls and a digest of all frames,
        so that a comparison of text notices a changed frame.

    Raises
    ------
    TypeError
        If a control is not a parameter of `figure`, or has no default there, or `figure` does not return a
        Picture.
    ValueError
        If there are no or more than two controls, a control lacks its default or a second value, or there
        are too many frames.

    Examples
    --------
    >>> from regsoft import figures
    >>> explore(figures.sigmoid_curve, alpha=[0.5, 1, 2])
    explore(sigmoid_curve: alpha 3 values, frames ...)
    """
    if len(controls) not in (1, 2):
        raise ValueError(f"explore takes one or two controls; got {', '.join(controls) or 'none'}")
    runs: dict[str, list[Any]] = {name: list(values) for name, values in controls.items()}
    starts = [_start(figure, name, values) for name, values in runs.items()]
    count = math.prod(map(len, runs.values()))
    if count > MOST_FRAMES:
        raise ValueError(f"explore draws at most {MOST_FRAMES} frames; got {count}")
    frames = [figure(**dict(zip(runs, point, strict=True))) for point in itertools.product(*runs.values())]
    for frame in frames:
        if not isinstance(frame, Picture):
            raise TypeError(f"figure must return a Picture; got {type(frame).__name__} from {_name(figure)}")
    return _Explorer(_name(figure), runs, starts, [frame.svg for frame in frames])


def _name(figure: Callable[..., Picture]) -> str:
    """Return the name of a function, of the function in a partial, or of the class of another callable."""
    return getattr(getattr(figure, "func", figure), "__name__", type(figure).__name__)


def _start(figure: Callable[..., Picture], name: str, values: list[Any]) -> int:
    parameters = inspect.signature(figure).parameters
    if name not in parameters:
        raise TypeError(f"{_name(figure)} has no parameter {name!r}; it has {', '.join(parameters)}")
    default = parameters[name].default
    if default is inspect.Parameter.empty:
        raise TypeError(f"{name} must have a default in {_name(figure)}, where the slider starts")
    if len(values) < 2:
        raise ValueError(f"{name} must have at least two values; got {values}")
    if default not in values:
        raise ValueError(f"{name} must include the figure's default, {default}; got {values}")
    return values.index(default)


class _Explorer(ipywidgets.VBox):
    """The widget that `explore` returns; a class only to define its text and its static picture."""

    def __init__(
        self, title: str, controls: dict[str, list[Any]], starts: list[int], frames: list[str]
    ) -> None:
        layout, style = ipywidgets.Layout(), HTMLStyle()  # shared: each is one more model on the page
        leaves = [ipywidgets.HTML(value=frame, layout=layout, style=style) for frame in frames]
        sliders = [
            _slider(name, values, start)
            for (name, values), start in zip(controls.items(), starts, strict=True)
        ]
        stacks = leaves
        for slider in reversed(sliders):
            size = len(slider.options)
            stacks = [_stack(stacks[i : i + size], slider, layout) for i in range(0, len(stacks), size)]
        super().__init__([*sliders, *stacks], layout=layout)
        sizes = ", ".join(f"{name} {len(values)} values" for name, values in controls.items())
        digest = hashlib.sha256("\n".join(frames).encode()).hexdigest()[:12]
        self._text = f"explore({title}: {sizes}, frames {digest})"
        first, second = starts if len(starts) == 2 else (0, starts[0])
        self._still = frames[first * len(sliders[-1].options) + second]

    def __repr__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**kwargs), "text/html": self._still}


def _slider(name: str, values: list[Any], start: int) -> ipywidgets.SelectionSlider:
    return ipywidgets.SelectionSlider(
        options=[(_label(value), value) for value in values],
        index=start,
        description=SYMBOLS.get(name, name.translate(SUBSCRIPTS)),
    )


def _label(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace("-", "−")


def _stack(
    children: list[ipywidgets.Widget], slider: ipywidgets.SelectionSlider, layout: ipywidgets.Layout
) -> ipywidgets.Stack:
    stack = ipywidgets.Stack(children, selected_index=slider.index, layout=layout)
    ipywidgets.jslink((slider, "index"), (stack, "selected_index"))
    return stack
