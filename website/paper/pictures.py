"""The pictures of the book on paper: a widget becomes a few of its frames.

SVG text, SVG files and widgets become files that LaTeX can include, once pdf.py has made a PDF of each.
"""

import math
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from lxml import etree
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.texescape import escape
from sphinx_static_widgets.extension import document_state, view_id
from sphinx_static_widgets.saved import frames, sliders

SCREEN_ONLY = {"only-dark", "only-screen"}  # classes of what paper leaves out
MOST_FRAMES = 4


class pictures(nodes.General, nodes.Element):  # noqa: N801, the custom of docutils
    """One picture, or several frames of one, each a pair of a file and the words above it."""


class PaperPictures(SphinxPostTransform):
    """Put pictures that LaTeX can include in place of SVG text, of widgets, and of SVG files."""

    default_priority = 3  # before myst-nb keeps one member of each output and drops the others
    formats = ("latex",)

    def run(self, **kwargs):
        """Replace every picture of the book; leave out what only a screen shows."""
        for node in list(self.document.findall(nodes.Element)):
            if SCREEN_ONLY.intersection(node["classes"]):
                node.parent.remove(node)
        state = {}
        for docname in self.env.found_docs:
            state.update(document_state(self.env, docname))
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") == "mime_bundle":
                self.replace_output(bundle, state)
        for image in list(self.document.findall(nodes.image)):
            if image["uri"].endswith(".svg"):
                svg = Path(self.env.srcdir, image["uri"]).read_text(encoding="utf-8")
                image.replace_self(pictures(frames=[(self.write(svg), "")]))

    def replace_output(self, bundle, state):
        """Put pictures in place of an output that is a widget or an SVG; leave any other to myst-nb."""
        members = {member["mime_type"]: member for member in bundle.children}
        shown = []
        if WIDGET_VIEW_MIMETYPE in members:
            shown = small_multiples(state, view_id(members[WIDGET_VIEW_MIMETYPE]))
        if not shown and "text/html" in members:
            shown = [(members["text/html"].astext(), "")]
        drawn = [(svg_in(html), values) for html, values in shown]
        if not drawn or not all(svg for svg, _ in drawn):
            return
        figure = bundle.parent if isinstance(bundle.parent, nodes.figure) else None
        bundle.replace_self(pictures(frames=[(self.write(svg), values) for svg, values in drawn]))
        if figure is not None:
            move_behind_cell(figure)

    def write(self, svg):
        """Write a picture beside the LaTeX source, named by its content; return the name without its suffix."""
        name = f"picture-{sha256(svg.encode()).hexdigest()[:16]}"
        Path(self.app.outdir, f"{name}.svg").write_text(svg, encoding="utf-8")
        return name


def svg_in(html):
    """Return the text of the first SVG in the HTML of an output, or None."""
    root = etree.fromstring(f"<div>{html}</div>", etree.XMLParser(recover=True, huge_tree=True))
    found = next(root.iter("{http://www.w3.org/2000/svg}svg"), None)
    return None if found is None else etree.tostring(found, encoding="unicode", with_tail=False)


def move_behind_cell(figure):
    """Take a figure out of the output of its cell: it floats, which it cannot within a frame."""
    output = figure.parent
    cell = output.parent
    output.remove(figure)
    cell.parent.insert(cell.parent.index(cell) + 1, figure)
    if not output.children:
        cell.remove(output)


def small_multiples(state, model_id):
    """A few frames of a widget as pairs of HTML and the values of its sliders; none if it is of another make."""
    controls = sliders(state, model_id)
    each = max(2, math.floor(MOST_FRAMES ** (1 / max(1, len(controls)))))
    positions = [spread(len(slider.labels), slider.index, each) for slider in controls]
    return [(html, words(controls, where)) for where, html in frames(state, model_id, positions)]


def words(controls, where):
    """The values of sliders at their positions: "α = 0.5, β = 2"."""
    values = (
        (slider.name, slider.labels[position]) for slider, position in zip(controls, where, strict=True)
    )
    return ", ".join(" = ".join(filter(None, pair)) for pair in values)


def spread(count, start, wanted):
    """At most `wanted` of the positions below `count`, evenly spread, `start` among them."""
    if count <= wanted:
        return list(range(count))
    places = [round(step * (count - 1) / (wanted - 1)) for step in range(wanted)]
    nearest = min(range(wanted), key=lambda step: abs(places[step] - start))
    places[nearest] = start
    return places


def visit_pictures(translator, node):
    """Write one picture in its own size, or frames two by two."""
    frames = node["frames"]
    if len(frames) == 1:
        translator.body.append(f"\n\\paperpicture{{{frames[0][0]}.pdf}}\n")
    for number, (name, words) in enumerate(frames if len(frames) > 1 else ()):
        text = escape(words, translator.config.latex_engine)
        translator.body.append(f"\\paperframe{{{text}}}{{{name}.pdf}}")
        translator.body.append("\\par\\medskip\n" if number % 2 else "\\hfill\n")
    raise nodes.SkipNode
