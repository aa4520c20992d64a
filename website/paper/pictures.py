"""The pictures of the book on paper: a widget becomes a few of its frames.

SVG text, SVG files and widgets become files that LaTeX can include, once pdf.py has made a PDF of each.
"""

import itertools
import math
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from lxml import etree
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.texescape import escape
from static_widgets import view_id, widget_state

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
            state.update(widget_state(self.env, docname))
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
        frames = []
        if WIDGET_VIEW_MIMETYPE in members:
            frames = small_multiples(state, view_id(members[WIDGET_VIEW_MIMETYPE]))
        if not frames and "text/html" in members:
            frames = [(members["text/html"].astext(), "")]
        drawn = [(svg_in(html), words) for html, words in frames]
        if not drawn or not all(svg for svg, _ in drawn):
            return
        figure = bundle.parent if isinstance(bundle.parent, nodes.figure) else None
        bundle.replace_self(pictures(frames=[(self.write(svg), words) for svg, words in drawn]))
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
    """A few frames of a widget as pairs of HTML and the values of its sliders; none if it is another widget."""
    sliders = {key: state[key]["state"] for key in below(state, model_id, "SelectionSliderModel")}
    labels = {key: slider.get("_options_labels", []) for key, slider in sliders.items()}
    each = max(2, math.floor(MOST_FRAMES ** (1 / max(1, len(sliders)))))
    choices = [spread(len(labels[key]), slider.get("index") or 0, each) for key, slider in sliders.items()]
    steering = dict(steered(state, sliders))
    frames = []
    for choice in itertools.product(*choices):
        chosen = dict(zip(sliders, choice, strict=True))
        html = frame(state, model_id, {stack: chosen[slider] for stack, slider in steering.items()})
        words = [(slider.get("description"), labels[key][chosen[key]]) for key, slider in sliders.items()]
        frames.append((html, ", ".join(" = ".join(filter(None, pair)) for pair in words)))
    return [pair for pair in frames if pair[0]]


def spread(count, start, wanted):
    """At most `wanted` of the positions below `count`, evenly spread, `start` among them."""
    if count <= wanted:
        return list(range(count))
    places = [round(step * (count - 1) / (wanted - 1)) for step in range(wanted)]
    nearest = min(range(wanted), key=lambda step: abs(places[step] - start))
    places[nearest] = start
    return places


def plain(reference):
    """The id of a model in a reference to it."""
    return reference.removeprefix("IPY_MODEL_")


def below(state, reference, name):
    """Yield the ids of the models of a kind below a box, in reading order."""
    record = state.get(plain(reference), {"model_name": "", "state": {}})
    if record["model_name"] == name:
        yield plain(reference)
    elif record["model_name"] in ("VBoxModel", "HBoxModel", "BoxModel"):
        for child in record["state"].get("children", []):
            yield from below(state, child, name)


def steered(state, sliders):
    """Yield each stack whose frame a slider chooses, with that slider."""
    for record in state.values():
        if record["model_name"] == "LinkModel":
            (source, _), (target, _) = record["state"]["source"], record["state"]["target"]
            for one, other in ((source, target), (target, source)):
                if plain(one) in sliders:
                    yield plain(other), plain(one)


def frame(state, reference, chosen):
    """The HTML that is below a model when its stacks show what is chosen, or None."""
    record = state.get(plain(reference), {"model_name": "", "state": {}})
    model = record["state"]
    if record["model_name"] == "HTMLModel":
        return model.get("value")
    children = model.get("children", [])
    if record["model_name"] == "StackModel":
        index = chosen.get(plain(reference), model.get("selected_index"))
        children = [] if index is None else [children[index]]
    return next(filter(None, (frame(state, child, chosen) for child in children)), None)


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
