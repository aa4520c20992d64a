"""Pictures are stable, self-contained, accessible pieces of SVG."""

import functools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from regsoft import figures
from regsoft.picture import HREF, INK, SVG, Picture, styled

PROGRAM = """
from regsoft import figures
print(figures.figure_1_sigmoid().svg, figures.sigmoid_curve().svg, figures.ball_and_ellipse().svg, sep="\\n")
"""
OTHER_STYLE = {
    "axes.grid": True,
    "axes.labelsize": 20,
    "axes.linewidth": 5,
    "axes.spines.left": False,
    "axes3d.grid": False,
    "figure.dpi": 300,
    "figure.facecolor": "yellow",
    "font.family": "monospace",
    "font.style": "italic",
    "legend.frameon": True,
    "lines.marker": "x",
    "path.simplify": False,
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "another",
    "xtick.direction": "in",
    "ytick.minor.visible": True,
}
COORDINATES = {"d", "transform", "x", "y", "width", "height", "viewBox", "x1", "x2", "y1", "y2", "points"}


@styled
def drawing(middle=0.3, alt="A line."):
    figure = Figure(figsize=(3.21, 2.1))
    ax = figure.add_subplot(xlabel="x & y", ylabel="<w>")
    ax.plot([0, 1 / 3, 1], [0, middle, 1], marker="o", label="line")
    ax.grid()
    ax.legend()
    return Picture(figure, alt)


def parsed(picture):
    return ET.fromstring(picture.svg)


def names_and_references(root):
    names, references = [], set()
    for element in root.iter():
        names += [element.get("id")] if "id" in element.attrib else []
        references |= {element.get("href").removeprefix("#")} if "href" in element.attrib else set()
        references |= {
            name for value in element.attrib.values() for name in re.findall(r"url\(#(.+?)\)", value)
        }
    return names, references


@functools.cache
def still(name):
    """Draw a figure of the book at its defaults, once for all tests."""
    return getattr(figures, name)()


@pytest.fixture(scope="module")
def pictures():
    """Return a drawing of each kind: one made here and every figure of the book."""
    return [drawing(), *map(still, figures.__all__)]


@pytest.mark.parametrize("draw", [drawing, figures.figure_1_softmax, figures.own_path])
def test_the_same_drawing_gives_the_same_text(draw):
    assert draw().svg == draw().svg


def test_a_fresh_process_with_other_hashes_gives_the_same_text():
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": "1"}
    command = [sys.executable, "-c", PROGRAM]
    there = subprocess.run(command, env=environment, capture_output=True, check=True, encoding="utf-8").stdout
    here = [still(name).svg for name in ("figure_1_sigmoid", "sigmoid_curve", "ball_and_ellipse")]
    assert there.splitlines() == here


@pytest.mark.parametrize("middle", [0.31, 0.3 + 0.002])
def test_a_moved_point_changes_the_text(middle):
    assert drawing(middle).svg != drawing().svg


@pytest.mark.parametrize(
    "alt",
    [
        "A “line”.",
        "He said \"up\" & 'down' <b>.",
        "α → 0⁺, p̂ ≈ σ(x); ½ 𝒢",
        "two\nlines\tand a tab",
        "]]> <!-- -->",
    ],
)
def test_the_alt_text_is_the_label_whatever_its_characters(alt):
    picture = drawing(alt=alt)
    root = parsed(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == alt == picture.alt
    assert repr(picture) == f"<Picture: {alt}>"
    assert picture._repr_html_() == picture.svg


@pytest.mark.parametrize("alt", ["", " ", "\n\t"])
def test_a_blank_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match=re.escape(f"alt must say what the figure shows; got {alt!r}")):
        Picture(Figure(), alt)


def test_a_picture_holds_drawing_and_nothing_else(pictures):
    allowed = {"svg", "g", "path", "use", "text", "defs", "clipPath", "rect"}
    for picture in pictures:
        assert picture.svg.startswith("<svg ")
        assert picture.svg.endswith("</svg>")
        assert "<!" not in picture.svg  # neither comment nor DOCTYPE
        assert "<?" not in picture.svg
        assert "http" not in picture.svg.replace(f'xmlns="{SVG}"', "", 1)
        root = parsed(picture)
        assert {element.tag.removeprefix(f"{{{SVG}}}") for element in root.iter()} <= allowed
        attributes = {name for element in root.iter() for name in element.attrib}
        assert HREF not in attributes
        assert not {name for name in attributes if name.startswith("on") or name in {"class", "version"}}


def test_ink_is_the_colour_of_the_text_around_it(pictures):
    for picture in pictures:
        assert INK not in picture.svg
        assert picture.svg.count("currentColor") > 3
        labels = list(parsed(picture).iter(f"{{{SVG}}}text"))
        assert all("fill: currentColor" in label.get("style") for label in labels)


def test_text_is_text_in_the_page_s_font():
    labels = list(parsed(drawing()).iter(f"{{{SVG}}}text"))
    assert {"x & y", "<w>", "line", "0.0", "1.0"} <= {label.text for label in labels}
    for label in labels:
        assert re.search(r"font-size: (9|10)px", label.get("style"))
        assert "DejaVu" not in label.get("style")
        assert not re.search(r"font(-family)?:", label.get("style"))


def test_slanted_and_heavy_text_stays_so():
    figure = Figure()
    figure.text(0.5, 0.5, "word", style="italic", weight="bold", size=12)
    (label,) = parsed(Picture(figure, "A word.")).iter(f"{{{SVG}}}text")
    style = set(label.get("style").split("; "))
    assert {"font-style: italic", "font-weight: 700", "font-size: 12px"} <= style


def test_an_address_stays_what_it_is():
    figure = Figure()
    figure.text(0.5, 0.5, "word", url="https://example.org")
    figure.add_axes([0, 0, 1, 1]).imshow([[0, 1], [1, 0]])
    addresses = [element.get("href") for element in parsed(Picture(figure, "A word.")).iter()]
    assert "https://example.org" in addresses
    assert [one[:22] for one in addresses if one and one[0] not in "#h"] == ["data:image/png;base64,"]


def test_names_are_unique_on_a_page_and_every_reference_resolves(pictures):
    seen = []
    for picture in [drawing(0.6), *pictures]:
        names, references = names_and_references(parsed(picture))
        assert references == set(names)  # what nothing refers to has no name
        seen += names
    assert len(seen) > 20
    assert len(seen) == len(set(seen))


def test_coordinates_have_at_most_one_decimal(pictures):
    for picture in pictures:
        for element in parsed(picture).iter():
            for name in COORDINATES & set(element.attrib):
                assert not re.search(r"\.\d\d|-0\b(?!\.)|e[-+]", element.get(name)), (name, element.get(name))


@pytest.mark.parametrize("function", [drawing, figures.sigmoid_objective, figures.figure_1_sigmoid])
def test_rounding_moves_nothing_by_more_than_a_twentieth_of_a_point(function, monkeypatch):
    rounded = function()
    monkeypatch.setattr("regsoft.picture._tenth", lambda match: match[0])
    exact = function()
    number = re.compile(r"-?\d+(?:\.\d+)?")
    pairs = [
        (before.get(name), after.get(name))
        for before, after in zip(parsed(exact).iter(), parsed(rounded).iter(), strict=True)
        for name in COORDINATES & set(before.attrib)
        if before.tag != f"{{{SVG}}}svg" or name == "viewBox"
    ]
    before, after = (
        np.array([float(n) for text in texts for n in number.findall(text)])
        for texts in zip(*pairs, strict=True)
    )
    assert before.size == after.size > 100
    assert 0 < np.abs(before - after).max() <= 0.05 + 1e-9


@pytest.mark.parametrize("name", figures.__all__)
def test_the_reader_s_own_style_neither_matters_nor_changes(name):
    with matplotlib.rc_context(OTHER_STYLE):
        before = dict(matplotlib.rcParams)
        styled_by_the_reader = getattr(figures, name)()
        assert dict(matplotlib.rcParams) == before
    assert styled_by_the_reader.svg == still(name).svg


def test_a_picture_is_as_wide_as_its_figure_and_shrinks_with_the_page():
    root = parsed(drawing())
    assert root.get("viewBox") == "0 0 231.1 151.2"  # 3.21 × 2.1 inches, in points
    assert (root.get("width"), root.get("height")) == ("308", "202")  # in CSS pixels, 96 to the inch
    assert {"max-width: 100%", "height: auto"} <= set(root.get("style").split("; "))


@given(alt=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
@settings(max_examples=5)
def test_a_picture_says_its_text_and_nothing_else_whatever_the_text(alt):
    blank = not alt.strip()
    if blank:
        with pytest.raises(ValueError, match=r"^alt must say"):
            Picture(Figure((1, 1)), alt)
    else:
        assert ET.fromstring(Picture(Figure((1, 1)), alt).svg).get("aria-label") == alt
