"""What the pictures share: one module of JavaScript, the parameters with their limits, the text and the still."""

import hashlib
import numbers
import re
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from regsoft.live._still import WIDTH
from regsoft.picture import BLUE, GREEN, ORANGE

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)
COLOURS = {"ink": "currentColor", "blue": BLUE, "orange": ORANGE, "green": GREEN}


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
    """A parameter that is a number within limits."""

    def __init__(self, default, low, high):
        super().__init__(float(default))
        self.low, self.high = low, high
        self.tag(sync=True)

    def validate(self, obj, value):
        """Return the value as a float."""
        allowed = f"a number from {self.low:g} to {self.high:g}"
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
            raise TypeError(f"{self.name} must be {allowed}; got {value!r}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} must be {allowed}; got {value}")
        return float(value)


class Switch(traitlets.TraitType):
    """A parameter that is on or off."""

    def __init__(self, default):
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj, value):
        """Return the value as a bool."""
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{self.name} must be True or False; got {value!r}")
        return bool(value)


class Live(anywidget.AnyWidget):
    """A picture that a reader moves by hand.

    A subclass has `_esm`, `_height` and parameters (`Number`, `Switch`), and draws them in `still`.
    """

    _css = styles()
    _height: str  # of the picture, in CSS: its still takes the same room
    _controls = traitlets.Dict().tag(sync=True)  # start of each parameter, and limits

    def __init__(self, **parameters):
        super().__init__(**parameters)
        self._controls = {name: self._control(name) for name in parameters}

    def _control(self, name):
        trait, start = self.traits()[name], getattr(self, name)
        return {"start": start} | ({"min": trait.low, "max": trait.high} if isinstance(trait, Number) else {})

    def still(self):
        """Return the picture of the parameters as they are, drawn by matplotlib."""
        raise NotImplementedError

    def __repr__(self):
        digest = hashlib.sha256((self._esm + self._css).encode()).hexdigest()[:12]
        shown = "".join(f"{name}={getattr(self, name)}, " for name in self._controls)
        return f"{type(self).__name__}({shown}module {digest})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        room = f"max-width: {WIDTH}px; min-height: {self._height}; margin: 0 auto; line-height: 0"
        still = f'<div style="{room}">{self.still().svg}</div>'
        return {**data, "text/html": still}, metadata
