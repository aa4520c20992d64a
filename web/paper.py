"""The Sphinx extension that turns the chapters of this book into a book on paper.

It does for `make pdf` what the LaTeX builder of Jupyter Book leaves open: pictures become files that LaTeX can include, a widget
becomes a few of its frames, theorems, proofs, exercises and boxes become LaTeX environments, and numbers are those of
the site. Nothing here needs LaTeX; tools/pdf.py makes the PDF of what this writes.
"""

import itertools
import math
import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import matplotlib
from book_site import view_id, widget_state
from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from publish import site_url
from sphinx import addnodes
from sphinx.builders.latex.nodes import thebibliography
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.texescape import escape
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES, proof_node, unenumerable_node

PAPER = Path(__file__).parent / "paper"
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")  # those that the pictures were laid out with
DOWNLOADS = (  # `make site` puts these files there
    ("Download as PDF", "downloads/sigmoid-and-softmax.pdf"),
    ("Download for reading offline", "downloads/sigmoid-and-softmax.zip"),
)
SCREEN_ONLY = {"only-dark", "only-screen"}
MOST_FRAMES = 4
LONG_TABLE = 12  # rows from which a table may break over pages
FRONT = r"""
\chapter*{About this book}
\begin{papernote}{This edition}
This is the printed form, version %s, of a book that is alive elsewhere%s. Both are made from the same files and share
their numbers. A picture that has sliders there stands here as a few of its frames, each below the values of its
sliders; where the text says \emph{move}, compare. Solutions, folded there, follow their exercises here: cover them first.

Prose and figures are under CC~BY~4.0, code is under the MIT licence.
\end{papernote}
"""


# ------------------------------------------------------------------------------------------------------ pictures


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
        drawn = [(BeautifulSoup(html, "xml").svg, words) for html, words in frames]
        if not drawn or not all(svg for svg, _ in drawn):
            return
        figure = bundle.parent if isinstance(bundle.parent, nodes.figure) else None
        bundle.replace_self(pictures(frames=[(self.write(str(svg)), words) for svg, words in drawn]))
        if figure is not None:  # a figure floats, which it cannot within the frame of an output
            output = figure.parent
            cell = output.parent
            output.remove(figure)
            cell.parent.insert(cell.parent.index(cell) + 1, figure)
            if not output.children:
                cell.remove(output)

    def write(self, svg):
        """Write a picture beside the LaTeX source, named by its content; return the name without its suffix."""
        name = f"picture-{sha256(svg.encode()).hexdigest()[:16]}"
        Path(self.app.outdir, f"{name}.svg").write_text(svg, encoding="utf-8")
        return name


def small_multiples(state, model_id):
    """A few frames of a widget as pairs of HTML and the values of its sliders; none if it is of another make."""
    sliders = {
        key: state[key]["state"] for key in below(state, model_id, "SelectionSliderModel")
    }
    each = math.floor(MOST_FRAMES ** (1 / max(1, len(sliders))))
    choices = [spread(len(slider["_options_labels"]), slider.get("index", 0), each) for slider in sliders.values()]
    steering = dict(steered(state, sliders))
    frames = []
    for choice in itertools.product(*choices):
        chosen = dict(zip(sliders, choice, strict=True))
        html = frame(state, model_id, {stack: chosen[slider] for stack, slider in steering.items()})
        words = ", ".join(
            f"{slider['description']} = {slider['_options_labels'][chosen[key]]}" for key, slider in sliders.items()
        )
        frames.append((html, words))
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
        for child in record["state"]["children"]:
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
        return model["value"]
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


# -------------------------------------------------------------------------------------------------- environments


class environment(nodes.Admonition, nodes.Element):  # noqa: N801
    """What becomes a LaTeX environment of paper.sty: its `kind`, a title, then its content."""


class PaperEnvironments(SphinxPostTransform):
    """Put environments in place of theorems, proofs, exercises, solutions, questions and boxes."""

    default_priority = 30  # after sphinx-exercise has numbered its titles
    formats = ("latex",)

    def run(self, **kwargs):
        """Replace every such node, inner ones after outer ones."""
        for node in list(self.document.findall(nodes.Element)):
            kind = kind_of(node)
            if kind is None or isinstance(node.parent, proof_node):
                continue
            if kind == "theorem":
                number_theorem(self.env, node)
            if kind == "proof":
                emphasise_first_word(node)
                node["title"], node.children = "", list(node.children[0].children)
            wrapped = environment(kind=kind, labels=labels(self.env, node))
            named = bool(node.children) and isinstance(node.children[0], (nodes.title, nodes.rubric))
            words = node.children[0].children if named else [nodes.Text(admonitionlabels.get(node.tagname, ""))]
            wrapped += nodes.title("", "", *words)
            wrapped.extend(node.children[1 if named else 0 :])
            node.replace_self(wrapped)
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") == "cell_code":
                lines = sum(1 + block.astext().count("\n") for block in cell.children[0].findall(nodes.literal_block))
                room = nodes.raw("", f"\\paperneed{{{lines + 3}}}", format="latex")
                cell.parent.insert(cell.parent.index(cell), room)
        for table in self.document.findall(nodes.table):
            if sum(1 for _ in table.findall(nodes.row)) > LONG_TABLE:
                table["classes"] += ["longtable", "colwidths-given"]
        for verdict in self.document.findall(nodes.inline):
            if "verdict" in verdict["classes"]:
                verdict.children = [nodes.strong("", "", *verdict.children)]


class PaperBibliography(SphinxPostTransform):
    """Put the bibliography back into the chapter that asks for it; Jupyter Book moves it to the end."""

    default_priority = 750
    formats = ("latex",)

    def run(self, **kwargs):
        """Move every list of sources below the heading of its document."""
        chapters = {chapter["docname"]: chapter for chapter in self.document.findall(addnodes.start_of_file)}
        for sources in list(self.document.findall(thebibliography)):
            sources.parent.remove(sources)
            next(chapters[sources.children[0]["docname"]].findall(nodes.section)).append(sources)


def kind_of(node):
    """The environment of a node, or None."""
    if isinstance(node, (*NODE_TYPES.values(), unenumerable_node)):
        return "theorem"
    if isinstance(node, proof_node):
        return "proof"
    if isinstance(node, (exercise_node, exercise_enumerable_node)):
        return "exercise"
    if isinstance(node, solution_node):
        return "solution"
    if node.get("design_component") == "dropdown":
        return "check"
    return "note" if isinstance(node, nodes.Admonition) and not isinstance(node, environment) else None


def number_theorem(env, node):
    """Write what a theorem is, and its number on the site, in front of its title."""
    known = env.proof_list[node["label"]]
    name = node["realtype"].title()
    if not known["nonumber"]:
        number = env.toc_fignumbers[known["docname"]][known["countertype"]][node["label"]]
        name += " " + ".".join(map(str, number))
    node.children[0].insert(0, nodes.Text(name))


def emphasise_first_word(proof):
    """Set the word that sphinx-proof puts in front of a proof in italics."""
    text = next(iter(proof.findall(nodes.Text)))
    word, rest = text[: len("Proof.")], text[len("Proof.") :]
    text.parent.replace(text, [nodes.emphasis(word, word), nodes.Text(rest)])


def labels(env, node):
    """The labels by which references of the book know a node."""
    label = node.get("label")
    if not label:
        return []
    if label in env.proof_list:
        return [f"{env.proof_list[label]['docname']}:{label}"]
    place = f"{env.sphinx_exercise_registry[label]['docname']}:{label}"
    return [place] if isinstance(node, solution_node) else [place, f"exercise:{label}"]


def visit_environment(translator, node):
    """Open the environment; its title, an argument, follows by itself."""
    targets = "".join(f"\\label{{{label}}}" for label in node["labels"])
    translator.body.append(f"\n\\phantomsection{targets}\n\\begin{{paper{node['kind']}}}")


def depart_environment(translator, node):
    """Close the environment."""
    translator.body.append(f"\\end{{paper{node['kind']}}}\n")


# ---------------------------------------------------------------------------------------------------- the settings


def set_page(app, config):
    """Say what the LaTeX builder shall use; after Jupyter Book has said what it wants."""
    elsewhere = f", at \\url{{{site_url()}}}" if site_url() else ""
    config.today = f"Version {version('regsoft')}"  # where the title page has a date
    config.jblatex_load_imgconverter = False
    config.jblatex_show_tocs = False
    config.site_files["DOWNLOADS"] = os.environ.get("DOWNLOADS")  # a change makes the next build a full one
    config.latex_domain_indices = False
    config.latex_use_xindy = False
    config.latex_additional_files += [
        *map(str, sorted(PAPER.glob("*.sty"))),
        *map(str, sorted(FONTS.glob("DejaVuSans*.ttf"))),
    ]
    config.latex_elements.update(
        {
            "papersize": "a4paper",
            "pointsize": "11pt",
            "extraclassoptions": "oneside,openany",
            "fncychap": "",
            "fontpkg": "",  # paper.sty
            "figure_align": "htb",
            "preamble": config.latex_elements["preamble"] + "\n\\usepackage{paper}\n",
            "tableofcontents": r"\sphinxtableofcontents" + FRONT % (version("regsoft"), elsewhere),
            "printindex": "",
        }
    )


def offer_downloads(app, pagename, templatename, context, doctree):
    """Name the PDF and the archive in the sidebar of each page, when they are published beside the pages."""
    context["downloads"] = DOWNLOADS if os.environ.get("DOWNLOADS") == "1" else ()


def number_as_the_site(app):
    """Count figures and equations through the book, as the site does; after Jupyter Book has set its way."""
    if app.builder.format == "latex":
        app.config.numfig_secnum_depth = 0


def setup(app):
    """Connect the above to Sphinx."""
    app.add_node(pictures, latex=(visit_pictures, None))
    app.add_node(environment, latex=(visit_environment, depart_environment))
    app.add_post_transform(PaperPictures)
    app.add_post_transform(PaperEnvironments)
    app.add_post_transform(PaperBibliography)
    app.connect("config-inited", set_page, priority=900)
    app.connect("html-page-context", offer_downloads)
    app.connect("builder-inited", number_as_the_site, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
