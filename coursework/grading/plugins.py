"""What nbgrader's own commands and formgrader's buttons call, so that they are as safe as ours."""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import nbformat
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import ignore_patterns

from coursework.grading.files import odd_files
from coursework.grading.grade import grade_notebook

# MathJax makes links of these, to scripts too.
LINK_IN_FORMULA = re.compile(r"\\(href|url|mmlToken|require)\b")


class GradeInSandbox(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute: the cells run in the sandbox, the marks are decided outside."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the graded notebook."""
        names = resources["nbgrader"]
        data = nbformat.writes(nb).encode("utf-8", "replace")
        report = grade_notebook(Path.cwd(), names["assignment"], data, names["student"])
        for note in report.notes:
            self.log.warning("%s, %s: %s", names["student"], names["assignment"], note)
        return report.notebook, resources


class SafeCollect(ExchangeCollect):
    """Collects plain files: a link in a student's folder would be followed with the instructor's rights."""

    def do_copy(self, src, dest, log=None):
        """Copy a submission without what it links to."""
        ignored = ignore_patterns(
            self.coursedir.ignore, self.coursedir.include, self.coursedir.max_file_size, self.log
        )
        if os.path.islink(src):
            self.log.error("%s is a link and was not collected", src)
            return
        shutil.copytree(src, dest, symlinks=True, ignore=lambda *found: set(ignored(*found)) | _odd(*found))
        for path in odd_files(Path(dest)):
            path.unlink()


def _odd(folder: str, names: list[str]) -> set[str]:
    """Return the names that are pipes, sockets or devices: reading one may never end."""
    paths = {name: os.path.join(folder, name) for name in names}
    return {n for n, p in paths.items() if not (os.path.islink(p) or os.path.isfile(p) or os.path.isdir(p))}


class InertRenderer(IPythonRenderer):
    """Shows the pictures that came with a text; runs no diagram, fetches nothing from elsewhere."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that is attached; of any other its words."""
        name = unquote(url.removeprefix("attachment:"))
        if url.startswith("attachment:") and name in self.attachments:
            return super().image(text, f"attachment:{name}", title)
        return self.emphasis(f"[{text or url}: a picture that was not handed in]")

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram as the code that it is: nbconvert would put it into the page unescaped."""
        return self.block_code(code)


@pass_context
def inert_markdown(context, source: str) -> str:
    """Return a text as HTML that runs nothing: tags are shown, not obeyed, and no link leads to a script."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = InertRenderer(escape=True, allow_harmful_protocols=False, attachments=attachments)
    return LINK_IN_FORMULA.sub(r"\\text{\1}", MarkdownWithMath(renderer=renderer).render(source))


def remove_links(assignment: str, student: str, notebooks: list[str]) -> None:
    """Remove what is not a plain file from the submission of `notebooks`, before nbgrader copies its files."""
    for folder in {Path(notebook).parent for notebook in notebooks}:
        for path in odd_files(folder):
            path.unlink()
