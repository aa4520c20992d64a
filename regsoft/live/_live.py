"""What the pictures share: their joined JavaScript, parameters with limits, their repr, and the still picture."""

import hashlib
import numbers
import re
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from regsoft.live._still import BUTTONS, GAP, ROW, SUBSCRIPTS, canvas, slider
from regsoft.picture import BLUE, GREEN, ORANGE, PURPLE, Picture, styled

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)
COLOURS = {"ink": "currentColor", "blue": BLUE, "orange": ORANGE, "green": GREEN, "purple": PURPLE}


def module(name):
    """Return the text of ``name.js`` after those of the files that it imports, as one module without imports."""
    texts = {}

    def add(part):
        source = (FOLDER / f"{part}.js").read_text("utf-8")
        for needed in IMPORT.findall(source):
            if needed not in texts:
                add(needed)
        texts[part] = EXPORT.sub("", IMPORT.sub("", source))

    add(name)
    return "\n".join(texts.values())


def styles():
    """Return the style sheet of the pictures, with the colours of `regsoft.picture`."""
    colours = "".join(f" --rs-{name}: {value};" for name, value in COLOURS.items())
    return f".rs {{{colours} }}\n" + (FOLDER / "kit.css").read_text("utf-8")


class Number(traitlets.TraitType):
    """A parameter that is a number within limits; with a label it has a slider.

    The slider shows `digits` decimals and moves by `step`, or, if there is a `ratio`, multiplies by it, beginning
    at the lowest value.
    """

    def __init__(self, default, low, high, *, label=None, digits=2, step=0.01, ratio=None):
        super().__init__(float(default))
        self.low, self.high = low, high
        self.shown = {"label": label, "digits": digits, "step": step, "ratio": ratio}
        self.tag(sync=True)

    def validate(self, obj, value):
        """Return the value as a float."""
        allowed = f"a number from {self.low:g} to {self.high:g}"
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            raise TypeError(f"{self.name} must be {allowed}; got {value!r}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} must be {allowed}; got {value}")
        return float(value)

    def control(self):
        """Return what the module needs to know of the parameter."""
        return {"low": self.low, "high": self.high, **self.shown}


class Numbers(Number):
    """A parameter that is a list of numbers within limits, which sum to `total` if there is one."""

    def __init__(self, default, low, high, *, total=None, **shown):
        super().__init__(low, low, high, **shown)
        self.default_value = [float(each) for each in default]
        self.shown["total"] = total

    def validate(self, obj, value):
        """Return the values as a list of floats."""
        count, total = len(self.default_value), self.shown["total"]
        sums = "" if total is None else f" that sum to {total:g}"
        wrong = f"{self.name} must be {count} numbers from {self.low:g} to {self.high:g}{sums}; got {value!r}"
        if not isinstance(value, (list, tuple, np.ndarray)):
            raise TypeError(wrong)
        if any(isinstance(v, (bool, np.bool_)) or not isinstance(v, numbers.Real) for v in value):
            raise TypeError(wrong)
        if len(value) != count or not all(self.low <= each <= self.high for each in value):
            raise ValueError(wrong)
        if total is not None and abs(sum(value) - total) > 1e-6:
            raise ValueError(wrong)
        return [float(each) for each in value]


class Whole(Number):
    """A parameter that is a whole number within limits."""

    def validate(self, obj, value):
        """Return the value as an int."""
        if not super().validate(obj, value).is_integer():
            raise ValueError(
                f"{self.name} must be a whole number from {self.low:g} to {self.high:g}; got {value}"
            )
        return int(value)


class Switch(traitlets.TraitType):
    """A parameter that is on or off."""

    def __init__(self, default=False):
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj, value):
        """Return the value as a bool."""
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{self.name} must be True or False; got {value!r}")
        return bool(value)

    def control(self):
        """Return what the module needs to know of the parameter."""
        return {}


class Choices(traitlets.TraitType):
    """A parameter that is a sequence of at most `limit` choices, each a whole number from 1 to `options`."""

    def __init__(self, default=(), *, options, limit):
        super().__init__(tuple(default))
        self.options, self.limit = options, limit
        self.tag(sync=True)

    def validate(self, obj, value):
        """Return the choices as a tuple of ints."""
        allowed = f"a list of at most {self.limit} whole numbers from 1 to {self.options}"
        if not isinstance(value, (list, tuple, np.ndarray)):
            raise TypeError(f"{self.name} must be {allowed}; got {value!r}")
        for item in value:
            if isinstance(item, (bool, np.bool_)) or not isinstance(item, numbers.Integral):
                raise TypeError(f"{self.name} must be {allowed}; got {item!r} in it")
            if not 1 <= item <= self.options:
                raise ValueError(f"{self.name} must be {allowed}; got {item} in it")
        if len(value) > self.limit:
            raise ValueError(f"{self.name} must be {allowed}; got {len(value)}")
        return tuple(int(item) for item in value)

    def control(self):
        """Return what the module needs to know of the parameter."""
        return {"options": self.options, "limit": self.limit}


class Live(anywidget.AnyWidget):
    """A picture that a reader moves by hand.

    A subclass has `_esm`, parameters (`Number`, `Whole`, `Switch`, `Choices`), and `_draw`, which draws the same
    picture as the module, at the same pixel positions, and returns a sentence that describes it.
    """

    _css = styles()
    _width, _height = 480, 360  # of the drawing, in pixels
    _narrow: int | None = None  # height of the drawing on a phone, if it differs
    _buttons = 1  # lines of buttons under the sliders
    _column: int | None = None  # how many sliders stand on the left, where there is room for two columns
    # For each parameter: its start value, its limits and the settings of its slider
    _controls = traitlets.Dict().tag(sync=True)

    def __init__(self, **parameters):
        names = self._parameters()
        for name in parameters:
            if name not in names:
                raise TypeError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(names)}")
        super().__init__(**parameters)
        self._controls = {
            # Saving a notebook sorts the names, so `place` keeps their order
            name: {"place": place, "start": getattr(self, name), **trait.control()}
            for place, (name, trait) in enumerate(names.items())
        }

    @classmethod
    def _parameters(cls):
        """Return the parameters by name, in the order of their definition."""
        found = (
            item for base in reversed(cls.__mro__) for item in vars(base).items()
        )  # anywidget gives each widget a subclass of its class
        return {name: trait for name, trait in found if isinstance(trait, (Number, Switch, Choices))}

    def _sliders(self):
        """Return the value of each slider with its settings."""
        found = []
        for name, control in self._controls.items():
            value, label = getattr(self, name), control.get("label")
            if label and isinstance(value, list):
                found += [(each, {**control, "label": label + SUBSCRIPTS[i]}) for i, each in enumerate(value)]
            elif label:
                found.append((value, control))
        return found

    def _below(self, column=None):
        """Return the height of the controls under the drawing, in pixels, with `column` sliders on the left."""
        count = len(self._sliders())
        rows = max(column, count - column) if column else count
        return rows * ROW + self._buttons * BUTTONS

    def _room(self, narrow=False):
        """Return the height that the live picture takes, in CSS."""
        height = (self._narrow if narrow else None) or self._height
        return f"calc({height}px + {self._below(None if narrow else self._column) / 16:g}rem)"

    @styled
    def still(self, controls: bool = True) -> Picture:
        """Return the same picture, drawn by matplotlib.

        Parameters
        ----------
        controls : bool, default True
            Whether the sliders are drawn as well.

        Returns
        -------
        regsoft.picture.Picture
            The picture for the present parameters.
        """
        ax = canvas(self._width, self._height + (self._below(self._column) if controls else 0))
        sentence = self._draw(ax)
        for line, (value, control) in enumerate(self._sliders() if controls else ()):
            column, row = divmod(line, self._column) if self._column else (0, line)
            width = (self._width - GAP) / 2 if self._column else self._width
            slider(ax, column * (width + GAP), self._height + row * ROW, width, value, **control)
        return Picture(ax.figure, sentence)

    def _draw(self, ax):
        raise NotImplementedError

    def __repr__(self):
        digest = hashlib.sha256((self._esm + self._css).encode()).hexdigest()[:12]
        shown = "".join(f"{name}={getattr(self, name)}, " for name in self._controls)
        return f"{type(self).__name__}({shown}module {digest})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        # The still and the live widget have the same height. The style sheet of the page may set --rs-room to
        # --rs-phone for phones.
        phone = f"--rs-phone: {self._room(narrow=True)}"
        room = f"max-width: {self._width}px; min-height: var(--rs-room, {self._room()}); margin: 0 auto"
        still = f'<div class="rs-still" style="{phone}; {room}; line-height: 0">{self.still().svg}</div>'
        return {**data, "text/html": still}, metadata
