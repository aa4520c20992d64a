"""What the LaTeX builder of Jupyter Book leaves open.

Theorems, proofs, exercises and boxes become LaTeX environments, numbers are those of the site, and paper.sty says
how the pages look. Nothing here needs LaTeX; pdf.py makes the PDF of what this writes.
"""

from importlib.metadata import version
from pathlib import Path

import matplotlib
from docutils import nodes
from sphinx import addnodes
from sphinx.builders.latex.nodes import thebibliography
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES, proof_node, unenumerable_node

PAPER = Path(__file__).parent
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")  # those that the pictures were laid out with
LONG_TABLE = 12  # rows from which a table may break over pages
FRONT = r"""
\chapter*{About this book}
\begin{papernote}{This edition}
This is the printed form, version %s, of a book that is alive elsewhere%s. Both are made from the same files
and share their numbers. A picture that has sliders there stands here as a few of its frames, each below the values
of its sliders; where the text says \emph{move}, compare. Solutions, folded there, follow their exercises here:
cover them first.

Prose and figures are under CC~BY~4.0, code is under the MIT licence.
\end{papernote}
"""


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
                node.children = node.children[0].children
            named = bool(node.children) and isinstance(node.children[0], (nodes.title, nodes.rubric))
            usual = nodes.Text(str(admonitionlabels.get(node.tagname, "")))
            title = nodes.title("", "", *(node.children[0].children if named else [usual]))
            content = node.children[1:] if named else node.children
            node.replace_self(environment("", title, *content, kind=kind, labels=labels(self.env, node)))


class PaperLayout(SphinxPostTransform):
    """Keep code in one piece, let long tables break, print verdicts in bold, and the formula sheet on one page."""

    default_priority = 40
    formats = ("latex",)

    def run(self, **kwargs):
        """Prepare cells, tables, verdicts and the sheet."""
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") == "cell_code" and cell.children:
                blocks = cell.children[0].findall(nodes.literal_block)
                lines = sum(1 + block.astext().count("\n") for block in blocks)
                room = nodes.raw("", f"\\paperneed{{{lines + 3}}}", format="latex")
                cell.parent.insert(cell.parent.index(cell), room)
        for table in self.document.findall(nodes.table):
            if sum(1 for _ in table.findall(nodes.row)) > LONG_TABLE:
                table["classes"] += ["longtable", "colwidths-given"]
        for verdict in self.document.findall(nodes.inline):
            if "verdict" in verdict["classes"]:
                verdict.children = [nodes.strong("", "", *verdict.children)]
        sheets = [part for part in self.document.findall(nodes.section) if "sec-formulas" in part["ids"]]
        for sheet in sheets:
            for heading in list(sheet.findall(nodes.thead)):
                heading.parent.remove(heading)  # the same above each table
            begin, end = (
                nodes.raw("", rf"\{edge}{{papersheet}}", format="latex") for edge in ("begin", "end")
            )
            sheet.insert(sheet.first_child_matching_class(nodes.section), begin)
            sheet.append(end)


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
    boxed = isinstance(node, nodes.Admonition) and not isinstance(node, (environment, addnodes.desc))
    return "note" if boxed else None


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
    if label in getattr(env, "proof_list", {}):
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


def set_page(site, app, config):
    """Set what the LaTeX builder uses, over what Jupyter Book has set."""
    elsewhere = f", at \\url{{{site.url}}}" if site.url else ""
    config.today = f"Version {version('regsoft')}"  # where the title page has a date
    config.jblatex_load_imgconverter = False
    config.jblatex_show_tocs = False
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


def number_as_the_site(app):
    """Count figures and equations through the book, as the site does."""
    if app.builder.format == "latex":
        app.config.numfig_secnum_depth = 0
