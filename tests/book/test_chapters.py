"""The contract that every chapter keeps, rule by rule, and a spoiling for each rule that shows it bites.

A rule is a function of a notebook that yields what is wrong, each complaint naming its cell.
"""

import ast
import base64
import builtins
import functools
import gzip
import io
import json
import re
import tokenize
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode, v4
from sphinx_external_toc.parsing import parse_toc_yaml
from sphinx_static_widgets.saved import WIDGET_VIEW, first_frame, widget_state

from tools.notebooks import (
    BOOK,
    CHAPTERS,
    NOTEBOOKS,
    ROOT,
    bundles,
    cells,
    digest,
    directive,
    directives,
    frames,
    headings,
    read,
    texts,
    tokens,
)
from tools.refresh import where

CLOSING = ["What was shown", "Misconceptions removed", "Sources", "Next"]
LINES_A_CELL = 10
COLUMNS, COLUMNS_OF_A_SOLUTION = 88, 84  # what a page shows of a line of code without scrolling
LINES_OF_IMPORTS = 5
FRAMES_A_WIDGET = 121
BYTES_OF_FRAMES = 150_000
DECIMALS = 6
BANNED_NAMES = {
    "datetime": "no timing",
    "get_ipython": "no magics",
    "open": "no files",
    "perf_counter": "no timing",
    "pip": "no installs",
    "rc": "styles live in regsoft",
    "rcParams": "styles live in regsoft",
    "rc_context": "styles live in regsoft",
    "show": "end the cell in the picture",
    "subprocess": "no installs",
    "time": "no timing",
    "timeit": "no timing",
}
# Tags and comments that would keep nbval or the refresh from running or comparing a cell.
EVASIONS = re.compile(r"nbval|validate_ignore|raises-exception|skip-execution", re.IGNORECASE)
CONSTANT_NAMES = {"np", "sp", *vars(builtins)}
BLANK_TOKENS = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.DEDENT, tokenize.ENDMARKER}
ABSOLUTE_PATH = re.compile(r"(~|/\w[\w.-]*(/|$)|[A-Za-z]:[\\/])")
LEGACY_RANDOM = re.compile(r"(np|numpy)\.random\.(?!default_rng\b)")
NUMBER = re.compile(r"(?<![\w.])(\d+)\.(\d+)")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def prose(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    for cell in cells(notebook, "markdown"):
        yield where(cell, notebook), cell


def code(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    for cell in cells(notebook, "code"):
        yield where(cell, notebook), cell


def tree(cell: NotebookNode) -> ast.Module:
    """Return the syntax tree of a code cell; empty when it is not plain Python, on which another rule is."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.Module([], [])


def outputs(notebook: NotebookNode, mime: str) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    """Yield place, cell and bundle of each output that has `mime`."""
    for place, cell in code(notebook):
        for bundle in bundles(cell):
            if mime in bundle:
                yield place, cell, bundle


def pictures(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    for place, cell, bundle in outputs(notebook, "text/html"):
        if "<svg" in bundle["text/html"]:
            yield place, cell, bundle


def widgets(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    yield from outputs(notebook, WIDGET_VIEW)


def stored_widgets(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    return (
        found for found in widgets(notebook) if found[2][WIDGET_VIEW]["model_id"] in widget_state(notebook)
    )


def module(notebook, bundle):
    """Return the code and styles that a picture runs, as a list of one text; empty for a widget of frames."""
    state = widget_state(notebook)[bundle[WIDGET_VIEW]["model_id"]]["state"]
    return [state["_esm"] + state["_css"]] if "_esm" in state else []


def framed_widgets(notebook):
    """Yield the widgets of frames whose state is stored, as `widgets` does."""
    for place, cell, bundle in stored_widgets(notebook):
        if not module(notebook, bundle):
            yield place, cell, bundle


def figure(cell: NotebookNode) -> dict:
    return cell.metadata.get("mystnb", {}).get("figure", {})


def has_alt_text(html: str) -> bool:
    images = BeautifulSoup(html, "lxml").find_all(["svg", "img"])
    return bool(images) and all(
        (image.get("aria-label") or image.get("alt") or "").strip() for image in images
    )


# --- the prose ---


def opening(notebook):
    """The first cell: label, title, claim, then You will, You need, minutes."""
    first = notebook.cells[0]
    if first.cell_type != "markdown":
        yield "the first cell is not prose"
        return
    blocks = [token for token in tokens(first.source) if token.nesting == 1 or token.type == "myst_target"]
    if [token.tag or token.type for token in blocks[:3]] != ["myst_target", "h1", "p"]:
        yield "the first cell does not start with (label)=, # title and a claim"
    places = [first.source.lower().find(words) for words in ("you will", "you need", "minutes")]
    if -1 in places or places != sorted(places):
        yield "the first cell does not say You will, You need and the minutes, in this order"


def closing(notebook):
    """The last sections are the four that close a chapter."""
    all_headings = [pair for _, cell in prose(notebook) for pair in headings(cell.source)]
    if [tag for tag, _ in all_headings].count("h1") != 1:
        yield "there is not exactly one # title"
    if all_headings[-4:] != [("h2", words) for words in CLOSING]:
        yield f"the last sections are not {', '.join(CLOSING)}"


def markup(notebook):
    """No markup that only one of Jupyter Book 1 and 2 understands."""
    for place, cell in prose(notebook):
        for token in tokens(cell.source):
            if token.type in {"html_block", "html_inline"}:
                yield f"{place}: raw HTML: {token.content.strip()}"
            if token.type == "myst_role" and token.meta["name"].startswith("glue"):
                yield f"{place}: the role glue"
        for found in directives(cell.source):
            if found.name.startswith(("glue", "only", "raw", "ifconfig")):
                yield f"{place}: the directive {found.name}"


def exercises(notebook):
    """At least three exercises, each with a solution that is folded."""
    found = [item for _, cell in prose(notebook) for item in directives(cell.source)]
    asked = [item.options.get("label") for item in found if item.name in {"exercise", "exercise-start"}]
    solved = [item for item in found if item.name in {"solution", "solution-start"}]
    if len(asked) < 3:
        yield f"{len(asked)} exercises, at least 3 are needed"
    if Counter(asked) != Counter(item.argument for item in solved):
        yield f"exercises {asked} and solutions {[item.argument for item in solved]} do not match one to one"
    for item in solved:
        if "dropdown" not in item.options.get("class", "").split():
            yield f"the solution of {item.argument} lacks :class: dropdown"


# --- the code ---


def execution(notebook):
    """Every code cell has run, in order, from a fresh start."""
    for number, (place, cell) in enumerate(code(notebook), start=1):
        if cell.execution_count != number:
            yield f"{place}: execution count {cell.execution_count}, expected {number}; run make refresh"


def setup_cell(notebook):
    """The first code cell is a few lines of imports."""
    place, cell = next(code(notebook))
    if not all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree(cell).body):
        yield f"{place}: the setup cell has more than imports"
    if len(cell.source.splitlines()) > LINES_OF_IMPORTS:
        yield f"{place}: more than {LINES_OF_IMPORTS} lines in the setup cell"


def short_plain_cells(notebook):
    """Code cells are short and plain Python, and end in a value."""
    for place, cell in code(notebook):
        lines = [
            line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")
        ]
        if not lines or len(lines) > LINES_A_CELL:
            yield f"{place}: {len(lines)} lines, 1 to {LINES_A_CELL} are allowed"
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"{place}: not plain Python: {error}"
            continue
        words = tokenize.generate_tokens(io.StringIO(cell.source).readline)
        if [word.string for word in words if word.type not in BLANK_TOKENS][-1:] == [";"]:
            yield f"{place}: ends in a semicolon"
        if EVASIONS.search(" ".join([cell.source, *cell.metadata.get("tags", [])])):
            yield f"{place}: asks not to be run or compared"


def narrow_lines(notebook):
    """A line of code fits the page, or the box of a solution."""
    columns = COLUMNS
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for item in directives(cell.source):
                if item.name in {"solution-start", "solution-end"}:
                    columns = COLUMNS if item.name == "solution-end" else COLUMNS_OF_A_SOLUTION
            continue
        for line in cell.source.splitlines():
            if len(line) > columns:
                yield f"{where(cell, notebook)}: {len(line)} characters, {columns} are allowed: {line}"


def names(notebook):
    """No names that belong to scripts: timing, styles, installs, files, absolute paths."""
    for place, cell in code(notebook):
        for node in ast.walk(tree(cell)):
            words = {getattr(node, "id", None), getattr(node, "attr", None)}
            if isinstance(node, ast.Import | ast.ImportFrom):
                words |= {word for alias in node.names for word in alias.name.split(".")}
                words |= set((getattr(node, "module", None) or "").split("."))
            for word in sorted(words & BANNED_NAMES.keys()):
                yield f"{place}: {word}: {BANNED_NAMES[word]}"
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and ABSOLUTE_PATH.match(node.value)
            ):
                yield f"{place}: an absolute path: {node.value}"


def randomness(notebook):
    """Random numbers come from np.random.default_rng(seed) alone."""
    for place, cell in code(notebook):
        for node in ast.walk(tree(cell)):
            written = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
            if isinstance(node, ast.Import | ast.ImportFrom) and re.search(r"\brandom\b", written):
                yield f"{place}: {written}: use np.random.default_rng(seed)"
            if isinstance(node, ast.Attribute) and re.match(
                r"(np|numpy)\.random\.(?!default_rng\b)", written
            ):
                yield f"{place}: {written}: use np.random.default_rng(seed)"
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
                seeds = [*node.args, *(keyword.value for keyword in node.keywords)]
                if not seeds or not isinstance(seeds[0], ast.Constant) or not isinstance(seeds[0].value, int):
                    yield f"{place}: {written}: the seed is not a number"


def checks(notebook):
    """Each labelled equation has one check cell, and each check cell its equation, in the same order."""
    labels = [
        label
        for _, cell in prose(notebook)
        for token in tokens(cell.source)
        for label in ([token.info] if "_label" in token.type else [_label_of_math(token)])
        if label
    ]
    tags = [tag for _, cell in code(notebook) for tag in cell.metadata.get("tags", [])]
    checked = [tag.removeprefix("check-") for tag in tags if tag.startswith("check-")]
    for label in sorted({*labels, *checked}):
        counts = labels.count(label), checked.count(label)
        if counts != (1, 1):
            yield f"{label}: {counts[0]} equations and {counts[1]} check cells, expected one each"
    for label, check in zip(labels, checked, strict=False):
        if label != check:
            yield f"check-{check} stands where equation {label} is due: is a label swapped?"
            break


def _label_of_math(token):
    found = directive(token)
    return found.options.get("label") if found and found.name == "math" else None


def assertions(notebook):
    """A check cell asserts something about a value that it computed."""
    for place, cell in code(notebook):
        if not any(tag.startswith("check-") for tag in cell.metadata.get("tags", [])):
            continue
        nodes = list(ast.walk(tree(cell)))
        tests = [node.test for node in nodes if isinstance(node, ast.Assert)]
        tests = [test for test in tests if not isinstance(test, ast.Tuple)]
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        tests += [arg for call in calls if "testing.assert_" in ast.unparse(call.func) for arg in call.args]
        names = {node.id for test in tests for node in ast.walk(test) if isinstance(node, ast.Name)}
        if names <= CONSTANT_NAMES:
            yield f"{place}: asserts nothing about a computed value"


# --- the outputs ---


def check_lines(notebook):
    """The line under which a check is folded says what was checked and how; a tagged check has one."""
    for place, cell in code(notebook):
        line = cell.metadata.get("mystnb", {}).get("code_prompt_show")
        if line is None and any(tag.startswith("check-") for tag in cell.metadata.get("tags", [])):
            yield f"{place}: is a check without a line; set code_prompt_show: Checked …"
        elif line is not None and not re.fullmatch(r"Checked\b.{5,83}[^.\s]", line):
            yield f"{place}: its line is {line!r}; allowed: Checked …, at most 90 characters, no full stop"


def output_kinds(notebook):
    """No errors, no warnings, and no pictures that nbval does not compare."""
    for place, cell in code(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{place}: raises {output.ename}"
            if output.output_type == "stream" and output.name == "stderr":
                yield f"{place}: writes to stderr"
        for mime in {mime for bundle in bundles(cell) for mime in bundle if mime.startswith("image/")}:
            yield f"{place}: outputs {mime}, which nbval does not compare; show a Picture"


def rounding(notebook):
    """Numbers are rounded before they are shown, and no addresses are shown."""
    for place, cell in code(notebook):
        for text in texts(cell):
            for whole, decimals in NUMBER.findall(text):
                if len(decimals if whole.strip("0") else decimals.lstrip("0")) > DECIMALS:
                    yield f"{place}: shows {whole}.{decimals}, more than {DECIMALS} decimals"
            if ADDRESS.search(text):
                yield f"{place}: shows an address: {ADDRESS.search(text)[0]}"


def named_pictures(notebook):
    """A picture has a name, a caption and alternative text."""
    for place, cell, bundle in pictures(notebook):
        if not re.fullmatch(r"fig-[\w-]+", figure(cell).get("name", "")):
            yield f"{place}: the picture's mystnb.figure.name is {figure(cell).get('name')!r}, expected fig-…"
        if not figure(cell).get("caption", "").strip():
            yield f"{place}: the picture has no caption"
        if not has_alt_text(bundle["text/html"]):
            yield f"{place}: the picture has no alternative text"


def predicted_widgets(notebook):
    """At least one interactive picture; the prose before each asks for a prediction."""
    if not any(widgets(notebook)):
        yield "there is no interactive picture"
    for place, cell, _ in widgets(notebook):
        before = notebook.cells[: [other.id for other in notebook.cells].index(cell.id)]
        text = next((other.source for other in reversed(before) if other.cell_type == "markdown"), "")
        prompts = [item for item in directives(text) if item.name == "admonition"]
        if not any("predict" in item.options.get("class", "").split() for item in prompts):
            yield f"{place}: no admonition of class predict in the prose before it"


def stored_frames(notebook):
    """The stored frames, or the module, of a widget are the ones that its text names."""
    for place, _, bundle in widgets(notebook):
        if bundle[WIDGET_VIEW]["model_id"] not in widget_state(notebook):
            yield f"{place}: its widget state is not stored"
            continue
        stated = bundle.get("text/plain", "").rstrip(")").split(" ")[-1]
        computed = digest(module(notebook, bundle) or frames(notebook, bundle[WIDGET_VIEW]["model_id"]))
        if stated != computed:
            yield f"{place}: what is stored has digest {computed}, its text says {stated}"


def readable_frames(notebook):
    """Each frame has alternative text; the one shown first is on the page without script."""
    for place, _, bundle in framed_widgets(notebook):
        model = bundle[WIDGET_VIEW]["model_id"]
        if not all(map(has_alt_text, frames(notebook, model))):
            yield f"{place}: a frame has no alternative text"
        if bundle.get("text/html") != first_frame(widget_state(notebook), model):
            yield f"{place}: its text/html is not the frame shown first"


def light_frames(notebook):
    """There are not too many frames, and all frames of a chapter together are light."""
    for place, _, bundle in framed_widgets(notebook):
        count = len(frames(notebook, bundle[WIDGET_VIEW]["model_id"]))
        if not 2 <= count <= FRAMES_A_WIDGET:
            yield f"{place}: {count} frames, 2 to {FRAMES_A_WIDGET} are allowed"
    size = len(gzip.compress(json.dumps(widget_state(notebook)).encode()))
    if size > BYTES_OF_FRAMES:
        yield f"the stored widgets gzip to {size} bytes, at most {BYTES_OF_FRAMES} are allowed"


# Rules of a chapter; the other rules hold for every notebook of the book.
OF_A_CHAPTER = (opening, closing, exercises, predicted_widgets)
OF_FRAMES = (stored_frames, readable_frames, light_frames)
RULES = (
    opening,
    closing,
    markup,
    exercises,
    execution,
    setup_cell,
    short_plain_cells,
    narrow_lines,
    names,
    randomness,
    checks,
    check_lines,
    assertions,
    output_kinds,
    rounding,
    named_pictures,
    predicted_widgets,
    stored_frames,
    readable_frames,
    light_frames,
)


read_once = functools.cache(read)  # rules look and change nothing


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        pytest.param(path, rule, id=f"{path.stem}-{rule.__name__}")
        for rule in RULES
        for path in (CHAPTERS if rule in OF_A_CHAPTER else NOTEBOOKS)
        if (path.stem, rule) != ("index", named_pictures)  # its one picture has no number and no caption
    ],
)
def test_a_notebook_keeps_the_rule(path, rule):
    complaints = list(rule(read_once(path)))
    assert not complaints, "\n".join([rule.__doc__, *complaints])


def test_no_two_figures_of_the_book_share_a_name():
    used = Counter(figure(cell)["name"] for path in NOTEBOOKS for _, cell in code(read(path)) if figure(cell))
    twice = [name for name, times in used.items() if times > 1]
    assert twice == [], "two figures have this name; rename one"


def test_the_table_of_contents_lists_every_page_once():
    listed = [name.removesuffix(".md").removesuffix(".ipynb") for name in parse_toc_yaml(ROOT / "_toc.yml")]
    pages = [path for path in BOOK.iterdir() if path.suffix in {".md", ".ipynb"}]
    assert sorted(listed) == sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in pages)


# --- every rule bites: a good chapter, spoilt in one place ---


def prose_text(old: str, new: str):
    """Return a spoiling that replaces `old` in the first cell of prose that has it."""

    def spoil(notebook):
        cell = next(cell for cell in cells(notebook, "markdown") if old in cell.source)
        cell.source = cell.source.replace(old, new, 1)

    return spoil


def swapped_labels(one: str, other: str):
    """Return a spoiling that gives two equations each other's label."""

    def spoil(notebook):
        for cell in cells(notebook, "markdown"):
            cell.source = re.sub(
                rf"(?<=:label: )({one}|{other})$",
                lambda match: other if match[0] == one else one,
                cell.source,
                flags=re.MULTILINE,
            )

    return spoil


def prose_end(text: str):
    """Return a spoiling that adds a last cell of prose."""
    return lambda notebook: notebook.cells.append(v4.new_markdown_cell(text))


def source(text: str, position: int = -1, tags: tuple[str, ...] = ()):
    """Return a spoiling that rewrites the code cell at `position`."""

    def spoil(notebook):
        cell = cells(notebook, "code")[position]
        cell.source = text
        cell.metadata.tags = list(tags)

    return spoil


def output(kind: str, **content):
    """Return a spoiling that adds an output to the last code cell."""
    return lambda notebook: cells(notebook, "code")[-1].outputs.append(v4.new_output(kind, **content))


def picture(change):
    """Return a spoiling that applies `change` to the metadata and the bundle of the first picture."""

    def spoil(notebook):
        _, cell, bundle = next(pictures(notebook))
        change(figure(cell), bundle)

    return spoil


def widget(change):
    """Return a spoiling that applies `change` to the widget state and the bundle of the first widget."""

    def spoil(notebook):
        _, _, bundle = next(widgets(notebook))
        change(widget_state(notebook), bundle)

    return spoil


def line(text):
    """Return a spoiling that gives the first check another line."""

    def spoil(notebook):
        check = next(
            cell for _, cell in code(notebook) if "code_prompt_show" in cell.metadata.get("mystnb", {})
        )
        check.metadata.mystnb.update(code_prompt_show=text)

    return spoil


def frame_text(old: str, new: str):
    """Return a spoiling that replaces `old` in the last stored frame that has it."""

    def spoil(notebook):
        models = [model.state for model in widget_state(notebook).values() if model.model_name == "HTMLModel"]
        model = [state for state in models if old in state["value"]][-1]
        model["value"] = model["value"].replace(old, new, 1)

    return spoil


def stored_text(key: str, old: str, new: str):
    """Return a spoiling that changes the code or the styles of the stored pictures that a reader moves."""

    def spoil(notebook):
        for model in widget_state(notebook).values():
            if key in model.state:
                model.state[key] = model.state[key].replace(old, new, 1)

    return spoil


def stack(change):
    """Return a spoiling that applies `change` to the frames of each stored stack and the labels of each slider."""
    lists = {"StackModel": "children", "SelectionSliderModel": "_options_labels"}

    def spoil(notebook):
        for model in widget_state(notebook).values():
            if key := lists.get(model.model_name):
                model.state[key] = change(model.state[key])

    return spoil


def noise(bytes_wanted: int) -> str:
    return base64.b64encode(np.random.default_rng(0).bytes(bytes_wanted)).decode()


SPOILINGS = [
    (opening, lambda notebook: notebook.cells.pop(0)),
    (opening, prose_text(")=\n", ")\n")),
    (opening, prose_text("You need", "You want")),
    (opening, prose_text("inutes", "oments")),
    (closing, prose_text("## Sources", "## Origins")),
    (closing, prose_end("## One more thing")),
    (closing, prose_end("# Another title")),
    (markup, prose_end("Some <b>bold</b> words.")),
    (markup, prose_end(":::{admonition} Note\n<img src='x'>\n:::")),
    (markup, prose_end("A {glue}`number`.")),
    (markup, prose_end("```{only} html\nHere.\n```")),
    (exercises, prose_text("{exercise", "{tip")),
    (exercises, prose_text("{solution", "{tip")),
    (exercises, prose_end("```{exercise}\n:label: ex-open\nShow it.\n```")),
    (exercises, prose_end("```{solution} ex-open\nSo.\n```")),
    (execution, lambda notebook: cells(notebook, "code")[1].update(execution_count=None)),
    (execution, lambda notebook: notebook.cells.remove(cells(notebook, "code")[1])),
    (setup_cell, source("import numpy as np\nx = 1", 0)),
    (setup_cell, source("import numpy\n" * 6, 0)),
    (short_plain_cells, source("x = 1\n" * 11)),
    (short_plain_cells, source("# nothing")),
    (short_plain_cells, source("%matplotlib inline")),
    (short_plain_cells, source("!pip install regsoft")),
    (short_plain_cells, source("softmax?")),
    (short_plain_cells, source("x;")),
    (short_plain_cells, source("x;  # hidden")),
    (short_plain_cells, source("# NBVAL_IGNORE_OUTPUT\nx")),
    (short_plain_cells, source("x", tags=("nbval-skip",))),
    (short_plain_cells, source("x", tags=("raises-exception",))),
    (narrow_lines, source("x" * 89, 1)),
    (narrow_lines, source("x" * 85)),
    (names, source("plt.show()")),
    (names, source("plt.rcParams['figure.dpi'] = 300")),
    (names, source("from time import perf_counter as clock")),
    (names, source("open('table.csv')")),
    (names, source("np.loadtxt('/home/me/table.csv')")),
    (names, source(r"np.loadtxt('C:\\table.csv')")),
    (randomness, source("np.random.seed(0)")),
    (randomness, source("np.random.default_rng()")),
    (randomness, source("np.random.default_rng(seed)")),
    (randomness, source("from random import gauss")),
    (randomness, source("from numpy.random import normal")),
    (checks, prose_end("```{math}\n:label: eq-unchecked\nx = x\n```")),
    (checks, prose_end("$$ x = x $$ (eq-unchecked)")),
    (checks, source("assert x == 1", tags=("check-eq-unwritten",))),
    (checks, swapped_labels("eq-second-order", "eq-sigmoid-argmax")),
    (check_lines, line(None)),
    (check_lines, line("Checked")),
    (check_lines, line("By SymPy for every w")),
    (check_lines, line("Checked by SymPy for every w.")),
    (check_lines, line("Checked " + "at every point " * 8)),
    (assertions, source("x == 1", tags=("check-eq",))),
    (assertions, source("assert True", tags=("check-eq",))),
    (assertions, source("assert len('a') == 1", tags=("check-eq",))),
    (assertions, source("np.testing.assert_allclose(np.pi, 3.14)", tags=("check-eq",))),
    (assertions, source("assert (x == 1, 'a pair is always true')", tags=("check-eq",))),
    (output_kinds, output("stream", name="stderr", text="beware")),
    (output_kinds, output("error", ename="ValueError", evalue="", traceback=[])),
    (output_kinds, output("display_data", data={"image/png": "iVBORw0KGgo="})),
    (rounding, output("stream", text="0.3333333333333333")),
    (rounding, output("display_data", data={"text/plain": "array([12.34567891])"})),
    (rounding, output("display_data", data={"text/plain": "<function f at 0x7f31c40e5a80>"})),
    (named_pictures, picture(lambda figure, bundle: figure.pop("caption"))),
    (named_pictures, picture(lambda figure, bundle: figure.update(name="picture"))),
    (
        named_pictures,
        picture(lambda figure, bundle: bundle.update({"text/html": "<svg aria-label=' '></svg>"})),
    ),
    (predicted_widgets, widget(lambda state, bundle: bundle.pop(WIDGET_VIEW))),
    (predicted_widgets, prose_text(":class: predict", ":class: tip")),
    (stored_frames, frame_text("</svg>", "<path/></svg>")),
    (stored_frames, widget(lambda state, bundle: bundle.update({"text/plain": "frames 0123abcd4567)"}))),
    (stored_frames, widget(lambda state, bundle: state.clear())),
    (stored_frames, stored_text("_esm", "Math.exp", "Math.expm1")),
    (stored_frames, stored_text("_css", "color", "colour")),
    (readable_frames, frame_text("aria-label", "data-label")),
    (readable_frames, widget(lambda state, bundle: bundle.update({"text/html": "<svg></svg>"}))),
    (light_frames, stack(lambda items: (items * (FRAMES_A_WIDGET + 1))[: FRAMES_A_WIDGET + 1])),
    (light_frames, stack(lambda items: items[:1])),
    (light_frames, frame_text("</svg>", noise(BYTES_OF_FRAMES))),
]


def test_every_rule_is_spoilt_at_least_once():
    assert {rule for rule, _ in SPOILINGS} == set(RULES)


@pytest.mark.parametrize(("rule", "spoil"), SPOILINGS, ids=[rule.__name__ for rule, _ in SPOILINGS])
def test_a_rule_bites_on_a_spoilt_chapter(rule, spoil):
    chapter = "temperature" if rule in OF_FRAMES and "stored_text" not in spoil.__qualname__ else "sigmoid"
    notebook = read(BOOK / f"{chapter}.ipynb")
    assert list(rule(notebook)) == []
    spoil(notebook)
    assert list(rule(notebook)) != []
