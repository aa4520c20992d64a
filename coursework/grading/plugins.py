"""What nbgrader's own commands and formgrader's buttons call, so that they are as safe as ours."""

import math
import os
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode, v4
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from nbgrader.utils import ignore_patterns

from coursework.grading.files import odd_files
from coursework.grading.formulas import typeset
from coursework.grading.grade import grade_notebook
from coursework.grading.gradebook import enter
from coursework.grading.records import Result

SCHEME = re.compile(r"### BEGIN MARK SCHEME\n(.*?)### END MARK SCHEME", re.DOTALL)
PAGE = 5.0  # seconds of computing for the texts of one page; after that they are shown as plain text
# On nbgrader's page: the names of marked cells, and the score of cells not marked yet, which is NaN here.
LISTED = re.compile(r'(<a href="#([\w-]+)">)(?:Test cell|Written response|Coding free-response)</a>')
NO_SCORE = re.compile(r"Score: nan / ([\d.]+)")
TOTAL = re.compile(r"<h4>(.*) \(Score: ([\d.]+) / ([\d.]+)\)</h4>")


class GradeInSandbox(NbGraderPreprocessor):
    """Takes the place of nbgrader's own: the cells run in the sandbox, marks are decided and entered outside."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the graded notebook."""
        names = resources["nbgrader"]
        data = nbformat.writes(nb).encode("utf-8", "replace")
        report = grade_notebook(Path.cwd(), names["assignment"], data, names["student"])
        for note in report.notes:
            self.log.warning("%s, %s: %s", names["student"], names["assignment"], note)
        enter(Path.cwd(), names["assignment"], [Result(names["student"], "", dict(report.marks))])
        return report.notebook, resources


class SafeCollect(ExchangeCollect):
    """Collects plain files: a link in a student's folder would be followed with the instructor's rights."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
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
    """Typesets formulas, shows the pictures that came with a text; runs no diagram, fetches nothing."""

    def block_math(self, body: str) -> str:
        """Return a formula on lines of its own."""
        return typeset(body, display=True)

    def inline_math(self, body: str) -> str:
        """Return a formula in a line."""
        return typeset(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        """Return an environment such as align."""
        return typeset(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture that is attached; for any other, its alternative text."""
        name = unquote(url.removeprefix("attachment:"))
        if url.startswith("attachment:") and name in self.attachments:
            return super().image(text, f"attachment:{name}", title)
        missing = "a picture that was not handed in, or of a type that no page shows"
        return self.emphasis(f"[{text or url}: {missing}]")

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram as plain code: nbconvert would put it into the page unescaped."""
        return self.block_code(code)


class _OutOfTimeError(Exception):
    """The time of a page is used up."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Stop what computes for too long; only in the main thread, since only that one receives signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: Any) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _in_time(context: Context, source: str, render: Callable[[str], str]) -> str:
    """Return a text as HTML; as plain text once the page has used up its time."""
    resources = context.get("resources", {})
    left = resources.get("seconds_left", PAGE)
    start = time.process_time()
    try:
        if left <= 0:
            raise _OutOfTimeError
        with _time_limit(left):
            return render(source)
    except (_OutOfTimeError, RecursionError) as error:
        if isinstance(error, _OutOfTimeError):
            left = 0.0  # the signal may come a moment early
        return (
            f"<p><em>This takes too long to set, so it is shown as typed.</em></p><pre>{escape(source)}</pre>"
        )
    finally:
        resources["seconds_left"] = left - (time.process_time() - start)


@pass_context
def inert_markdown(context: Context, source: str) -> str:
    """Return a text as HTML that runs nothing: tags are shown, not obeyed, and no link leads to a script."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = InertRenderer(escape=True, allow_harmful_protocols=False, attachments=attachments)
    markdown = MarkdownWithMath(renderer=renderer)
    return _in_time(context, source, markdown.render)


@pass_context
def highlighted(
    context: Context, source: str, language: str | None = None, metadata: dict | None = None
) -> str:
    """Return code as HTML, in colours."""
    colours = Highlight2HTML(pygments_lexer="ipython3")
    return _in_time(context, source, lambda text: colours(text, language, metadata))


@pass_context
def printed(context: Context, source: str) -> str:
    """Return what a cell printed as HTML."""
    return _in_time(context, source, ansi2html)


def as_it_is(page: str) -> str:
    """Return HTML unchanged: nbconvert's own filter searches for old addresses, which can take minutes."""
    return page


class ShowMarkScheme(NbGraderPreprocessor):
    """Puts the mark scheme below each proof on formgrader's page, and on no page for students."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the notebook with the schemes, as cells of their own."""
        if "submission_id" not in resources:  # which formgrader alone sets
            return nb, resources
        assignment = resources["assignment_id"]
        course = Path(resources["metadata"]["path"]).parents[2]  # of autograded/<student>/<assignment>
        path = course / "source" / assignment / f"{assignment}.ipynb"
        if not path.is_file():
            return nb, resources
        source = nbformat.read(path, as_version=4)
        found = {
            c.metadata.get("nbgrader", {}).get("grade_id"): SCHEME.search(c.source) for c in source.cells
        }
        cells = []
        for cell in nb.cells:
            cells.append(cell)
            if scheme := found.get(cell.metadata.get("nbgrader", {}).get("grade_id")):
                cells.append(v4.new_markdown_cell(f"**Mark scheme** (students do not see it)\n\n{scheme[1]}"))
        nb.cells = cells
        return nb, resources


class Scores(GetGrades):
    """Takes the marks from the gradebook; a question that a person has still to decide has no mark, not 0."""

    def _get_score(self, cell: NotebookNode, resources: dict) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata.nbgrader["grade_id"]
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        if grade.needs_manual_grade:
            cell.metadata.nbgrader["score"] = math.nan


class FeedbackPage(HTMLExporter):
    """nbgrader's page, which says what is not marked yet and names each question by its id."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> tuple[Any, dict]:
        """Return the page."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        page = LISTED.sub(r"\1\2</a>", page)
        if NO_SCORE.search(page):
            page = NO_SCORE.sub(r"not marked yet; \1 points", page)
            page = TOTAL.sub(r"<h4>\1 (\2 of \3 points so far: not all is marked yet)</h4>", page, count=1)
        return page, resources


def remove_links(assignment: str, student: str, notebooks: list[str]) -> None:
    """Remove what is not a plain file from the submission of `notebooks`, before nbgrader copies its files."""
    for folder in {Path(notebook).parent for notebook in notebooks}:
        for path in odd_files(folder):
            path.unlink()
