"""Honest submissions with what students' notebooks really hold: what `test_grading.py` grades as one class.

Each entry of `WORK` changes a notebook in which all is right, and says which marks it then loses, with words of the
reason; `None` stands for a mark that waits for a person. All other marks must stay.
"""

import json
from collections.abc import Callable

from nbformat import NotebookNode, v4

Change = Callable[[NotebookNode], object]
ONE = "def my_softmax(z, t=1.0):\n    e = np.exp((z - np.max(z)) / t)\n    w = e / e.sum()\n"
TWO = "def my_jacobian(p):\n    j = np.diag(p) - np.outer(p, p)\n"
PROOF = (
    "Every entry is divided by the sum of all entries, so that they add up to one whatever the scores are."
)


def place(work: NotebookNode, name: str) -> int:
    """Where the cell with an id stands."""
    return next(i for i, c in enumerate(work.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def write(**answers: str) -> Change:
    """Put other text into answer cells."""

    def change(work: NotebookNode) -> None:
        for name, source in answers.items():
            work.cells[place(work, name)].source = source

    return change


def own(name: str, *cells: NotebookNode, above: bool = False) -> Change:
    """Add cells of one's own below a cell, or above it."""

    def change(work: NotebookNode) -> None:
        at = place(work, name) + (not above)
        work.cells[at:at] = [v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]

    return change


def both(*changes: Change) -> Change:
    """Do one after the other."""

    def change(work: NotebookNode) -> None:
        for one in changes:
            one(work)

    return change


def locked(more: str, first: bool = False) -> Change:
    """Write into the assignment's own cell of imports, which some programs permit."""

    def change(work: NotebookNode) -> None:
        cell = next(c for c in work.cells if c.cell_type == "code" and "import numpy" in c.source)
        cell.source = f"{more}\n{cell.source}" if first else f"{cell.source}\n{more}"

    return change


def every_cell(what: Callable[[NotebookNode], object]) -> Change:
    """Change each cell."""

    def change(work: NotebookNode) -> None:
        for cell in work.cells:
            what(cell)

    return change


def text(source: str, **more) -> NotebookNode:
    return v4.new_markdown_cell(source, **more)


def attach(kind: str, data: str) -> Change:
    def change(work: NotebookNode) -> None:
        cell = work.cells[place(work, "q4")]
        cell.source, cell.attachments = "![sheet](attachment:sheet)", {"sheet": {kind: data}}

    return change


def ends_with(line: str) -> str:
    return ONE + f"    {line}"


EMPTY = "*Write your answer here.*"
CLASS = """class Softmax:
    def __call__(self, z, t=1.0):
        e = np.exp((z - np.max(z)) / t)
        return e / e.sum()
"""
LIKE = """class Like:
    def __init__(self, w): self.w = w
    def __array__(self, dtype=None, copy=None): return self.w
"""
TRACED = "def traced(f):\n    def inner(*a, **k): return f(*a, **k)\n    return inner\n@traced\n"
LOOP = {"q2-marks": "interrupted"}
NOTHING: dict[str, str | None] = {}

WORK: dict[str, tuple[Change, dict[str, str | None]]] = {
    # what an answer is made of
    "longdouble": (write(q1=ends_with("return w.astype(np.longdouble)")), NOTHING),
    "float32": (write(q1=ends_with("return w.astype(np.float32)")), NOTHING),
    "list": (write(q1=ends_with("return list(w)")), NOTHING),
    "tuple of longdoubles": (write(q1=ends_with("return tuple(np.longdouble(x) for x in w)")), NOTHING),
    "list of arrays": (write(q1=ends_with("return [np.array(x) for x in w]")), NOTHING),
    "deque": (write(q1=ends_with("import collections; return collections.deque(w)")), NOTHING),
    "array of the standard library": (
        write(q1=ends_with("import array; return array.array('d', w)")),
        NOTHING,
    ),
    "memoryview": (write(q1=ends_with("return memoryview(w)")), NOTHING),
    "masked array": (write(q1=ends_with("return np.ma.masked_invalid(w)")), NOTHING),
    "object with an array": (write(q1=LIKE + ends_with("return Like(w)")), NOTHING),
    "subclass of an array": (
        write(q1="class Mine(np.ndarray): pass\n" + ends_with("return w.view(Mine)")),
        NOTHING,
    ),
    "read-only array": (write(q1=ends_with("w.flags.writeable = False; return w")), NOTHING),
    "every second entry": (write(q1=ends_with("return np.repeat(w, 2)[::2]")), NOTHING),
    "matrix": (write(q2=TWO + "    return np.matrix(j)"), NOTHING),
    "column order": (write(q2=TWO + "    return np.asfortranarray(j)"), NOTHING),
    "list of lists": (write(q2=TWO + "    return j.tolist()"), NOTHING),
    "list of rows": (write(q2=TWO + "    return list(j)"), NOTHING),
    "deque of deques": (
        write(q2="from collections import deque\n" + TWO + "    return deque(deque(row) for row in j)"),
        NOTHING,
    ),
    "a scalar as longdouble": (own("q3", "largest = np.longdouble(largest)"), NOTHING),
    "a scalar as an array": (own("q3", "largest = np.array(largest)"), NOTHING),
    "a scalar in a list": (own("q3", "largest = [largest]"), NOTHING),
    # what a function is
    "lambda": (
        write(
            q1="my_softmax = lambda z, t=1.0: np.exp((z - np.max(z)) / t) / np.exp((z - np.max(z)) / t).sum()"
        ),
        NOTHING,
    ),
    "partial": (
        write(
            q1=ONE.replace("my_softmax(z, t=1.0)", "shares(k, z, t=1.0)")
            + "    return w\nfrom functools import "
            "partial\nmy_softmax = partial(shares, 1)"
        ),
        NOTHING,
    ),
    "decorated": (write(q1=TRACED + ends_with("return w")), NOTHING),
    "object that can be called": (write(q1=CLASS + "my_softmax = Softmax()"), NOTHING),
    "method": (write(q1=CLASS + "my_softmax = Softmax().__call__"), NOTHING),
    "more arguments": (write(q1=ONE.replace("t=1.0", "t=1.0, axis=-1, *rest") + "    return w"), NOTHING),
    "annotations": (
        write(q1=ONE.replace("(z, t=1.0)", "(z: np.ndarray, t: float = 1.0) -> np.ndarray") + "    return w"),
        NOTHING,
    ),
    "defined twice": (write(q1="def my_softmax(z, t=1.0): return z\n" + ends_with("return w")), NOTHING),
    "letters of another alphabet": (write(q1="π = np.pi\n" + ends_with("α = w; return α")), NOTHING),
    # time
    "endless loop": (write(q2="def my_jacobian(p):\n    while True: pass"), LOOP),
    "endless loop around a bare except": (
        write(q2="def my_jacobian(p):\n    while True:\n        try: p = p / 0\n        except: pass"),
        LOOP,
    ),
    "long sleep": (write(q2="import time\ndef my_jacobian(p):\n    time.sleep(1000)"), LOOP),
    "endless loop in a cell of one's own": (own("q1", "n = 0\nwhile n < 1: n -= 1"), NOTHING),
    "long sleep in a cell of one's own": (own("q1", "import time\ntime.sleep(1000)"), NOTHING),
    "program that waits": (own("q1", "import subprocess\nsubprocess.run(['sleep', '1000'])"), NOTHING),
    "short sleep": (write(q2="import time\n" + TWO + "    time.sleep(0.05); return j"), NOTHING),
    "threads": (
        own(
            "q2",
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
            "    print(list(pool.map(np.sqrt, range(4))))",
        ),
        NOTHING,
    ),
    "processes": (
        own(
            "q2",
            "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
            "    print(pool.map(np.sqrt, range(4)))",
        ),
        NOTHING,
    ),
    "await": (own("q2", "import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')"), NOTHING),
    # output
    "stdout led elsewhere": (own("q1", "import io, sys\nsys.stdout = io.StringIO()"), NOTHING),
    "stdout led elsewhere in a function": (
        write(q1=ends_with("import io, sys; sys.stdout = io.StringIO(); return w")),
        NOTHING,
    ),
    "stderr led elsewhere": (own("q1", "import io, sys\nsys.stderr = io.StringIO()"), NOTHING),
    "output swallowed": (
        write(
            q1="import contextlib, io\n" + ONE + "    with contextlib.redirect_stdout(io.StringIO()):\n"
            "        print(w)\n    return w"
        ),
        NOTHING,
    ),
    "much output": (own("q1", "for _ in range(2000): print('x' * 70)"), NOTHING),
    "many outputs": (own("q1", "for _ in range(200): display(_)"), NOTHING),
    "logging": (own("q1", "import logging\nlogging.basicConfig(level=0)\nlogging.error('x')"), NOTHING),
    "print options": (own("q1", "np.set_printoptions(precision=1)"), NOTHING),
    "a figure": (
        own("q1", "import matplotlib.pyplot as plt\nplt.plot(my_softmax(np.arange(9)))\nplt.show()"),
        NOTHING,
    ),
    "words of hidden tests": (
        own("q1", "# ### BEGIN HIDDEN TESTS\nprint('### BEGIN HIDDEN TESTS')"),
        NOTHING,
    ),
    # magics
    "figures in the page": (write(q1="%matplotlib inline\n" + ends_with("return w")), NOTHING),
    "figures that move": (write(q1="%matplotlib widget\n" + ends_with("return w")), NOTHING),
    "figures of the classic notebook": (write(q1="%matplotlib notebook\n" + ends_with("return w")), NOTHING),
    "timed": (write(q1="%%time\n" + ends_with("return w")), NOTHING),
    "installs": (own("q1", "%pip install regsoft-1.0-py3-none-any.whl", above=True), NOTHING),
    "reloads": (own("q1", "%load_ext autoreload\n%autoreload 2", above=True), NOTHING),
    "a shell": (own("q1", "!echo hello", above=True), NOTHING),
    # the first error
    "pandas first": (
        write(q1="import pandas as pd\n" + ends_with("return w")),
        {"q1-marks": "q1, line 1: ModuleNotF"},
    ),
    "scipy in the second line": (
        write(q2="# by hand\nfrom scipy.special import softmax\n" + TWO + "    return j"),
        {"q2-marks": "q2, line 2: ModuleNotFoundError: No module named 'scipy'"},
    ),
    "input first": (write(q1="n = input()\n" + ends_with("return w")), {"q1-marks": "q1, line 1: EOFError"}),
    "a bracket is missing": (write(q1=ends_with("return (w")), {"q1-marks": "q1, line 4: "}),
    "indented wrongly": (write(q2=TWO + "  return j"), {"q2-marks": "q2, line 3: IndentationError"}),
    "compares with the package above": (
        write(q1="import regsoft\nregsoft.softmax(1)\n" + ends_with("return w")),
        {"q1-marks": "q1, line 2: RuntimeError: regsoft.softmax is switched off"},
    ),
    "an error two cells above": (
        both(
            own("q1", "k = 1 / 0\nbase = np.e", above=True),
            write(q1="one = base / base\n" + ends_with("return w")),
        ),
        {"q1-marks": "below given-3, line 1: ZeroDivisionError"},
    ),
    "not written": (
        write(q2="def my_jacobian(p):\n    raise NotImplementedError"),
        {"q2-marks": "not written yet"},
    ),
    "another name": (
        write(q2=TWO.replace("my_", "") + "    return j"),
        {"q2-marks": "'my_jacobian' is not defined"},
    ),
    "compares with the package below": (
        write(q1=ends_with("return w") + "\nimport regsoft\nregsoft.softmax(1)"),
        NOTHING,
    ),
    "asks at the end": (write(q1=ends_with("return w") + "\ninput('done? ')"), NOTHING),
    # locked cells
    "imports added to the assignment's": (
        both(locked("from numpy import exp"), write(q1=ends_with("return w").replace("np.exp", "exp"))),
        NOTHING,
    ),
    "imports added above the assignment's": (
        both(locked("import math as m", first=True), write(q1=ends_with("return w * m.exp(0)"))),
        NOTHING,
    ),
    "a helper in the assignment's cell": (
        both(locked("def total(e):\n    return e.sum()"), write(q1=ends_with("return e / total(e)"))),
        NOTHING,
    ),
    "nonsense in the assignment's cell": (locked("np = None\n1 / 0"), NOTHING),
    # the proof
    "proof below its place": (both(write(q4=EMPTY), own("q4", text(PROOF))), NOTHING),
    "proof above its place": (both(write(q4=EMPTY), own("q4", text(PROOF), above=True)), NOTHING),
    "proof in three cells": (both(write(q4=EMPTY), own("q4", *map(text, ("One", "two", "three.")))), NOTHING),
    "proof in a cell of code": (both(write(q4=EMPTY), own("q4", PROOF)), NOTHING),
    "proof in a comment": (both(write(q4=EMPTY), own("q4", f"# {PROOF}")), NOTHING),
    "proof in a raw cell": (both(write(q4=EMPTY), own("q4", v4.new_raw_cell(PROOF))), NOTHING),
    "proof below the words of its place": (write(q4=f"{EMPTY}\n\n{PROOF}"), NOTHING),
    "proof in place of its place": (
        lambda work: work.cells.__setitem__(place(work, "q4"), text(PROOF)),
        NOTHING,
    ),
    "proof in the statement": (
        both(
            write(q4=EMPTY), lambda work: work.cells[-2].update(source=f"{work.cells[-2].source}\n\n{PROOF}")
        ),
        NOTHING,
    ),
    "proof as a picture below": (
        both(
            write(q4=EMPTY),
            own("q4", text("![x](attachment:x)", attachments={"x": {"image/png": "iVBORw0KGgo="}})),
        ),
        NOTHING,
    ),
    "proof as WebP": (attach("image/webp", "UklGRgAAAABXRUJQ"), NOTHING),
    "proof as HEIC": (attach("image/heic", "AAAAGGZ0eXBoZWlj"), NOTHING),
    "proof about hidden tests": (write(q4="### BEGIN HIDDEN TESTS\nmean nothing to me."), NOTHING),
    "long proof": (write(q4=PROOF * 400), NOTHING),
    "no proof": (write(q4=EMPTY), {"q4": "no answer"}),
    "no proof but thoughts in code": (
        both(write(q4=EMPTY), own("q4", "print(my_softmax(np.arange(3)).sum())")),
        {"q4": "no answer"},
    ),
    # the id
    "id in capitals": (
        lambda work: work.cells[place(work, "q3")].update(
            source=work.cells[place(work, "q3")]
            .source.upper()
            .replace(
                'LARGEST = MAX(OWN_NUMBERS("DEMO", STUDENT))', 'largest = max(own_numbers("demo", STUDENT))'
            )
        ),
        NOTHING,
    ),
    "mistyped id": (
        write(q3="STUDENT = 'somebody@uni.example'\nlargest = max(own_numbers('demo', STUDENT))"),
        {"q3-marks": None},
    ),
    "id and a comment": (own("q3", "OTHER = 'x'  # not mine"), NOTHING),
    # the file
    "no ids of cells": (every_cell(lambda cell: cell.pop("id", None)), NOTHING),
    "source as lines": (every_cell(lambda cell: cell.update(source=cell.source.splitlines(True))), NOTHING),
    "outputs and counts": (
        every_cell(lambda cell: cell.update(execution_count=7) if cell.cell_type == "code" else None),
        NOTHING,
    ),
    "Windows line ends": (
        every_cell(lambda cell: cell.update(source=cell.source.replace("\n", "\r\n"))),
        NOTHING,
    ),
    "tags": (every_cell(lambda cell: cell.metadata.update(tags=["mine"], collapsed=True)), NOTHING),
    "no metadata of the notebook": (lambda work: work.metadata.clear(), NOTHING),
    "empty cells": (own("q4", "", text(""), "", text("  ")), NOTHING),
    "ids and metadata lost": (
        every_cell(lambda cell: (cell.metadata.clear(), cell.pop("id", None))),
        NOTHING,
    ),
    "questions in another order": (
        lambda work: work.cells.insert(place(work, "q1"), work.cells.pop(place(work, "q3"))),
        NOTHING,
    ),
}


def changed(work: NotebookNode, name: str) -> str:
    """Return the file that is handed in."""
    WORK[name][0](work)
    return json.dumps(work)
