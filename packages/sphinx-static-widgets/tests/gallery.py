"""Notebooks' widgets of every kind, in the proportions in which public notebooks have them."""

import datetime
import struct
import zlib
from base64 import b64encode
from typing import NamedTuple

import ipywidgets
from ipywidgets import Layout


class Exhibit(NamedTuple):
    """A view of a notebook.

    Attributes
    ----------
    kind : str
        What it shows.
    share : int
        In how many of 239 views of public notebooks the kind was seen.
    view : Widget
        The widget.
    """

    kind: str
    share: int
    view: ipywidgets.Widget


def png(width: int = 40, height: int = 20) -> bytes:
    """The bytes of a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def output(*outputs: dict) -> ipywidgets.Output:
    """An Output with these contents."""
    widget = ipywidgets.Output()
    widget.outputs = outputs
    return widget


def display(**data: str) -> dict:
    """An output of a cell that shows data of these kinds, of which _ stands for / and then for +."""
    kinds = {name.replace("_", "/", 1).replace("_", "+"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {}}


def stream(text: str) -> dict:
    """An output of a cell that prints."""
    return {"output_type": "stream", "name": "stdout", "text": text}


PICTURE = b64encode(png()).decode()
TABLE = "<table><thead><tr><th>name</th></tr></thead><tbody><tr><td>Ada</td></tr></tbody></table>"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect width="60" height="30"/></svg>'
)
FAILURE = {
    "output_type": "error",
    "ename": "ValueError",
    "evalue": "no such thing",
    "traceback": ["\x1b[0;31mValueError\x1b[0m: no such thing"],
}


def named(*names: str) -> list[ipywidgets.Button]:
    """Buttons of these names."""
    return [ipywidgets.Button(description=name) for name in names]


def gallery() -> list[Exhibit]:
    """A view of each kind; all other widgets are closed first, so that a state of them holds no other."""
    ipywidgets.Widget.close_all()
    w = ipywidgets
    words = {"options": ["low", "middle", "high"]}
    grid = w.GridspecLayout(2, 2)
    grid[0, :], grid[1, 0], grid[1, 1] = (
        w.HTML("grid one"),
        w.Label("grid two"),
        w.Button(description="grid three"),
    )
    tab = w.Tab([w.HTML("<b>first panel</b>"), w.Label("second panel")], titles=["one", "two"])
    accordion = w.Accordion(
        [w.HTML("open part"), w.Label("shut part")], titles=["upper", "lower"], selected_index=0
    )
    app = w.AppLayout(
        header=w.HTML("the header"), left_sidebar=w.Label("left"), center=w.HTML("centre"), footer=None
    )
    four = w.TwoByTwoLayout(top_left=w.HTML("north west"), bottom_right=w.Label("south east"))
    boxes = w.GridBox(
        [w.HTML("cell a"), w.HTML("cell b")], layout=Layout(grid_template_columns="100px 100px")
    )
    interact = w.VBox([w.IntSlider(10, description="x"), output(stream("10\n"))])
    plot = w.VBox(
        [
            w.FloatSlider(0.5, max=1, description="width"),
            output(display(image_png=PICTURE, text_plain="<Figure>")),
        ]
    )
    return [
        Exhibit("interact that prints", 52, interact),
        Exhibit("interact that plots", 49, plot),
        Exhibit("Button", 82, w.HBox(named("Run", "Stop"))),
        Exhibit("Output of text", 14, output(stream("one\n"), stream("two\n"))),
        Exhibit("Output of a picture", 10, output(display(image_png=PICTURE, text_plain="<Figure>"))),
        Exhibit("Output of a drawing", 2, output(display(image_svg_xml=DRAWING, text_plain="<Figure>"))),
        Exhibit("Output of a table", 8, output(display(text_html=TABLE, text_plain="  name\n0 Ada"))),
        Exhibit("Output of an error", 8, output(FAILURE)),
        Exhibit("GridBox", 12, boxes),
        Exhibit("AppLayout", 8, app),
        Exhibit("TwoByTwoLayout", 4, four),
        Exhibit("GridspecLayout", 4, grid),
        Exhibit("Text", 12, w.Text("some words", description="text")),
        Exhibit("IntText", 7, w.IntText(7, description="whole")),
        Exhibit("FloatText", 6, w.FloatText(7.5, description="real")),
        Exhibit("FloatProgress", 6, w.FloatProgress(3, max=10, description="loading")),
        Exhibit("Tab", 5, tab),
        Exhibit("ColorPicker", 5, w.ColorPicker(value="#336699", description="colour")),
        Exhibit("Controller", 5, w.Controller()),
        Exhibit("Textarea", 5, w.Textarea("many\nwords", description="area")),
        Exhibit("RadioButtons", 4, w.RadioButtons(**words, index=1, description="radio")),
        Exhibit("ToggleButton", 4, w.ToggleButton(True, description="toggle")),
        Exhibit("Valid", 3, w.Valid(True, description="valid")),
        Exhibit("HTMLMath", 3, w.HTMLMath("so <b>bold</b> words", description="typeset")),
        Exhibit(
            "FloatRangeSlider",
            3,
            w.FloatRangeSlider(value=(0.25, 0.75), max=1, step=0.01, description="reals"),
        ),
        Exhibit("Video", 3, w.Video(value=b"\x00", format="mp4", width="120", height="80", autoplay=False)),
        Exhibit("Combobox", 3, w.Combobox(value="mid", options=["low", "mid"], description="combo")),
        Exhibit("ToggleButtons", 2, w.ToggleButtons(**words, description="toggles")),
        Exhibit("Select", 2, w.Select(**words, index=2, description="select")),
        Exhibit("SelectMultiple", 2, w.SelectMultiple(**words, index=(0, 2), description="several")),
        Exhibit("Dropdown", 2, w.Dropdown(**words, index=1, description="menu")),
        Exhibit("Checkbox", 2, w.Checkbox(True, description="check")),
        Exhibit("Accordion", 2, accordion),
        Exhibit("Play", 2, w.Play(3)),
        Exhibit("BoundedIntText", 2, w.BoundedIntText(4, max=9, description="bounded")),
        Exhibit("BoundedFloatText", 2, w.BoundedFloatText(4.5, max=9, description="bounds")),
        Exhibit("IntProgress", 2, w.IntProgress(3, max=10, description="steps")),
        Exhibit("IntRangeSlider", 1, w.IntRangeSlider(value=(2, 5), max=9, description="wholes")),
        Exhibit(
            "SelectionRangeSlider", 1, w.SelectionRangeSlider(**words, index=(0, 1), description="range")
        ),
        Exhibit("SelectionSlider", 1, w.SelectionSlider(**words, index=1, description="named")),
        Exhibit("FloatLogSlider", 1, w.FloatLogSlider(100, min=0, max=4, description="log")),
        Exhibit("DatePicker", 1, w.DatePicker(value=datetime.date(2024, 2, 29), description="date")),
        Exhibit("Password", 1, w.Password("secret", description="password")),
        Exhibit("Image", 1, w.Image(value=png(), format="png", width=100, height=50)),
        Exhibit("Audio", 1, w.Audio(value=b"\x00", format="wav", autoplay=False)),
        Exhibit("FileUpload", 1, w.FileUpload()),
    ]
