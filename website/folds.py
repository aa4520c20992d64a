"""Cells that only check, import or draw are folded on a page, under a line that says what they are.

A check is a cell whose metadata hold the sentence of its line, as MyST-NB's `code_prompt_show`:

    {"tags": ["check-eq-sigmoid"], "mystnb": {"code_prompt_show": "Checked by SymPy for every score"}}

The `details` element of a fold opens by itself when a link leads into it, and when the browser finds a word in it.
On paper the line stands alone; in the PDF the code of the checks stands at the end of its chapter.
"""

import ast

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

SETUP, DRAWING = "Setup", "Code of the picture"
DRAWN = ("explore", "figures.", "live.", "widgets.explore")  # how the code of a picture begins


class fold(nodes.General, nodes.Element):  # noqa: N801, the custom of docutils
    """Content under a line: its `kind` (check, setup or drawing), its `line`, and `anchor`, to which links lead."""


class FoldCells(SphinxPostTransform):
    """Fold the cells of a page whose code teaches nothing."""

    default_priority = 190  # before myst-nb looks for cells to hide
    formats = ("html",)

    def run(self, **kwargs):
        """Put each such cell, or its code alone where it draws, into a fold."""
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") != "cell_code" or not cell.children:
                continue
            if line := sentence(cell):
                cell.children = [fold("", *cell.children, kind="check", line=line, anchor=anchor(cell))]
            elif only_imports(code(cell)):
                cell.children = [fold("", *cell.children, kind="setup", line=SETUP)]
            elif only_draws(code(cell)):
                source, *output = cell.children
                cell.children = [*output, fold("", source, kind="drawing", line=DRAWING)]
            cell.setup_child(cell.children[-1])


class PaperFolds(SphinxPostTransform):
    """Print the line of a check where it stands, and its code, small, at the end of its chapter."""

    default_priority = 20  # before PaperLayout, which keeps code in one piece
    formats = ("latex",)

    def run(self, **kwargs):
        """Move the code of each chapter's checks; leave out that of pictures."""
        for chapter in self.document.findall(addnodes.start_of_file):
            checks = []
            for cell in list(chapter.findall(nodes.container)):
                if cell.get("nb_element") != "cell_code" or not cell.children:
                    continue
                if line := sentence(cell):
                    room = nodes.raw("", r"\paperneed{5}", format="latex")  # the line stays with its code
                    checks += [room, nodes.paragraph("", "", nodes.strong("", line)), *code_blocks(cell)]
                    mark = (
                        nodes.raw("", r"\paperbadge{", format="latex"),
                        nodes.Text(line),
                        nodes.raw("", "}", format="latex"),
                    )
                    cell.replace_self(nodes.paragraph("", "", *mark))
                elif only_draws(code(cell)):
                    cell.children = cell.children[1:]
            if checks:
                small = [
                    nodes.raw("", rf"\{edge}{{papersmall}}", format="latex") for edge in ("begin", "end")
                ]
                title = nodes.rubric("", "The code of the checks")
                next(chapter.findall(nodes.section)).extend([title, small[0], *checks, small[1]])


def code_blocks(cell):
    """Return the code of a cell as it is highlighted."""
    return list(cell.children[0].findall(nodes.literal_block))


def sentence(cell):
    """Return the line of a check, or None if the cell is not one."""
    return cell["cell_metadata"].get("mystnb", {}).get("code_prompt_show")


def anchor(cell):
    """Return the label of a check: the tag that names what it checks."""
    return next((tag for tag in cell["cell_metadata"].get("tags", ()) if tag.startswith("check-")), None)


def code(cell):
    """Return the code of a cell."""
    source = cell.children[0]
    return source.astext() if source.get("nb_element") == "cell_code_source" else ""


def only_imports(source):
    """Whether code does nothing but import."""
    statements = ast.parse(source).body
    return bool(statements) and all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in statements)


def only_draws(source):
    """Whether code does nothing but draw a picture of the book."""
    statements = ast.parse(source).body
    return len(statements) == 1 and source.startswith(DRAWN)


def visit_fold(writer, node):
    """Open the element, with its line; the anchor is inside: a link to itself would not open it."""
    place = f' id="{writer.attval(node["anchor"])}"' if node.get("anchor") else ""
    line = writer.encode(node["line"])
    writer.body.append(f'<details class="fold {node["kind"]}"><summary>{line}</summary><div{place}>\n')


def depart_fold(writer, node):
    """Close the element."""
    writer.body.append("</div></details>\n")
