"""A matplotlib figure as a small, stable, accessible piece of SVG; and the one style that figures share."""

import hashlib
import io
import re
import xml.etree.ElementTree as ET

import matplotlib
import matplotlib.style
from matplotlib import rcsetup
from matplotlib.figure import Figure

INK = "#767676"  # stands for the page's text colour; readable on white and on black where there is no page
BLUE, ORANGE, GREEN, PURPLE = "#1a80bb", "#d9541e", "#2f8f5b", "#a559aa"  # 3:1 against white and dark pages

STYLE = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": rcsetup.cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "figure.figsize": (4.8, 3.0),
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": INK + "59",  # includes the opacity: 3-D axes read it from nowhere else
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "regsoft",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 9,
    "ytick.color": INK,
    "ytick.labelsize": 9,
}

SVG = "http://www.w3.org/2000/svg"
UNWANTED = {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}  # a style sheet would apply to the whole page
HREF = "{http://www.w3.org/1999/xlink}href"
GEOMETRY = {"d", "transform", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "points", "viewBox"}
FONT = re.compile(r"font: (?:(italic|oblique) )?(?:(\d+) )?([\d.]+px) [^;]*")  # matplotlib before 3.11
FAMILY = re.compile(r"; font-family: [^;]*")  # matplotlib from 3.11
DECIMAL = re.compile(r"-?\d+\.\d+|-0\b")
REFERENCE = re.compile(r"url\(#([^)]+)\)")

ET.register_namespace("", SVG)

styled = matplotlib.style.context(STYLE, after_reset=True)  # decorates every function that draws


class Picture:
    """An inline SVG with alternative text; its ink is the colour of the text around it.

    Coordinates are rounded to a tenth of a point, so that the same drawing gives the same text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to show; drawn once, not kept.
    alt : str
        What the figure shows, in a sentence, for readers who cannot see it.

    Attributes
    ----------
    svg : str
        The ``<svg>`` element.
    alt : str
        The alternative text.

    Raises
    ------
    ValueError
        If `alt` is blank.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> Picture(Figure(), "An empty page.")
    <Picture: An empty page.>
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        if not alt.strip():
            raise ValueError(f"alt must say what the figure shows; got {alt!r}")
        self.alt = alt
        self.svg = _inline(figure, alt)

    def __repr__(self) -> str:
        return f"<Picture: {self.alt}>"

    def _repr_html_(self) -> str:
        return self.svg


def _inline(figure: Figure, alt: str) -> str:
    root = _drawn(figure)
    for element in list(root.iter()):
        for child in list(element):
            if child.tag in UNWANTED:
                element.remove(child)
        _tidy(element)
    _, _, width, height = root.attrib["viewBox"].split()
    mark = hashlib.sha256(ET.tostring(root)).hexdigest()[:8]
    _name_only_what_is_used(root, mark)
    root.attrib.update(
        {
            "role": "img",
            "aria-label": alt,
            "width": f"{float(width) * 4 / 3:.0f}",  # a point is 4/3 of a CSS pixel
            "height": f"{float(height) * 4 / 3:.0f}",
            "style": "max-width: 100%; height: auto; stroke-linejoin: round; font-family: system-ui, sans-serif",
        }
    )
    root.attrib.pop("version", None)
    return ET.tostring(root, encoding="unicode").strip()


@styled
def _drawn(figure: Figure) -> ET.Element:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    return ET.fromstring(buffer.getvalue())


def _tidy(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name == HREF:
            element.set("href", element.attrib.pop(name))
        elif value.startswith("rotate(-0 "):
            del element.attrib[name]
        elif name in GEOMETRY:
            element.set(name, " ".join(DECIMAL.sub(_tenth, value).split()))
        elif name == "style":
            value = FAMILY.sub("", FONT.sub(_longhand, value))
            element.set(name, value.replace(INK, "currentColor"))
    for text in ("text", "tail"):
        if (getattr(element, text) or "").isspace():
            setattr(element, text, None)


def _longhand(font: re.Match[str]) -> str:
    """Return a `font` declaration as longhand properties, without the family, which comes from the page."""
    parts = zip(("style", "weight", "size"), font.groups(), strict=True)
    return "; ".join(f"font-{name}: {value}" for name, value in parts if value)


def _tenth(match: re.Match[str]) -> str:
    number = f"{float(match[0]):.1f}".removesuffix(".0")
    return "0" if number == "-0" else number


def _name_only_what_is_used(root: ET.Element, mark: str) -> None:
    used = set()
    for element in root.iter():
        if (target := element.get("href", "")).startswith("#"):
            used.add(target.removeprefix("#"))
        used.update(name for value in element.attrib.values() for name in REFERENCE.findall(value))
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", f"{mark}-{name}")
        if (target := element.get("href", "")).startswith("#"):
            element.set("href", f"#{mark}-{target.removeprefix('#')}")
        for key, value in element.attrib.items():
            element.set(key, REFERENCE.sub(lambda match: f"url(#{mark}-{match[1]})", value))
