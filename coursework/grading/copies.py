"""Submissions that are alike: a measure for each pair, and no verdict.

Code is reduced to what stays the same when it is disguised: names that a student chose, numbers, strings, comments
and spacing do not count. Each run of tokens that is left is a fingerprint; winnowing (Schleimer, Wilkerson and
Aiken, 2003) keeps some of them, wherever they stand, so cells may be moved. What was handed out, and what much of
the class wrote, is ignored. The texts are compared by runs of words.
"""

import builtins
import io
import keyword
import re
import tokenize
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import nbformat

from coursework.grading.rebuild import Unreadable, find_notebook, read_cells
from coursework.grading.records import submissions

RUN = {"code": 8, "text": 5}  # tokens or words of one fingerprint
WINDOW = 4  # of this many fingerprints in a row, one is kept
FEWEST = 20  # fingerprints; a shorter work is not compared
COMMON = 0.25  # a fraction of the class; what a larger fraction wrote is ignored
# Five solutions of problem set 4 that were written independently share at most 0.06 of their fingerprints, copies
# with other names and moved cells 0.80 or more. tests/coursework/test_copies.py measures it again.
LEAST = 0.5
BUILTINS = frozenset(dir(builtins))


def report(course: Path, assignment: str, least: float | None = None) -> list[str]:
    """Return how many submissions were compared, and a line for each pair that is alike, the most alike first.

    Parameters
    ----------
    course : Path
        The folder of the course.
    assignment : str
        Whose submissions.
    least : float, optional
        The smallest measure at which a pair is listed, above 0 and up to 1; 0.5 by default.

    Raises
    ------
    ValueError
        If `least` is not such a number, or there is no submission.
    FileNotFoundError
        If the course is not built.
    """
    least = LEAST if least is None else least
    if not 0 < least <= 1:
        raise ValueError(f"the measure must be above 0 and at most 1; got {least}")
    works = read_works(course, assignment)
    if not works:
        raise ValueError(f"{Path(course) / 'submitted'} holds no submission of {assignment} that can be read")
    found = {pair: measure for pair, measure in alike(works).items() if max(measure.values()) >= least}
    lines = [f"{len(works)} submissions compared: {len(found)} pairs share {least:g} or more."]
    for pair, measure in sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])):
        said = ", ".join(f"{kind} {measure[kind]:.2f}" for kind in sorted(measure))
        lines.append(f"  {', '.join(pair)}: {said}")
    return lines


def read_works(course: Path, assignment: str) -> dict[str, dict[str, set[int]]]:
    """Return {student: {"code": fingerprints, "text": fingerprints}} of all submissions that can be read."""
    path = Path(course) / "release" / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: build the course first")
    released = [(cell.cell_type, cell.source) for cell in nbformat.read(path, as_version=4).cells]
    names = BUILTINS | {name for kind, source in released if kind == "code" for name in _names(source)}
    handed_out = fingerprints(released, names)
    works = {}
    for student in submissions(course, assignment):
        try:
            notebook, _ = find_notebook(Path(course) / "submitted" / student / assignment, assignment)
            cells = read_cells(notebook.read_bytes(), assignment)
        except (Unreadable, OSError):
            continue
        found = fingerprints([(cell.kind, cell.source) for cell in cells], names)
        works[student] = {kind: found[kind] - handed_out[kind] for kind in found}
    return works


def fingerprints(cells: list[tuple[str, str]], names: Set[str]) -> dict[str, set[int]]:
    """Return the fingerprints of some cells, each given as its type and its source.

    Parameters
    ----------
    cells : list of (str, str)
        The type is "code" or "markdown".
    names : set of str
        Names that count as they are, since the student did not choose them.
    """
    found: dict[str, set[int]] = {"code": set(), "text": set()}
    for kind, source in cells:
        if kind == "code":
            found["code"] |= _winnow(_tokens(source, names), RUN["code"])
        else:
            found["text"] |= _winnow(re.findall(r"\w+", source.casefold()), RUN["text"])
    return found


def _read(code: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of code, up to the first syntax error, if there is one."""
    with suppress(tokenize.TokenError, SyntaxError):
        yield from tokenize.generate_tokens(io.StringIO(code).readline)


def _names(code: str) -> set[str]:
    return {token.string for token in _read(code) if token.type == tokenize.NAME}


def _tokens(code: str, names: Set[str]) -> list[str]:
    """Return the tokens of code without what is easily changed. Names of attributes stay: they are NumPy's."""
    found: list[str] = []
    for token in _read(code):
        if token.type == tokenize.NAME:
            kept = keyword.iskeyword(token.string) or token.string in names or found[-1:] == ["."]
            found.append(token.string if kept else "name")
        elif token.type in {tokenize.NUMBER, tokenize.STRING}:
            found.append(tokenize.tok_name[token.type])
        elif token.type == tokenize.OP:
            found.append(token.string)
    return found


def _winnow(words: list[str], run: int) -> set[int]:
    """Return the smallest fingerprint of each window: two texts that share a long run share one of them."""
    marks = [zlib.crc32("\0".join(words[i : i + run]).encode()) for i in range(len(words) - run + 1)]
    return {min(marks[i : i + WINDOW]) for i in range(max(1, len(marks) - WINDOW + 1))} if marks else set()


def alike(works: dict[str, dict[str, set[int]]]) -> dict[tuple[str, str], dict[str, float]]:
    """Return {pair: {"code": measure, "text": measure}} of all pairs that share something.

    The measure is the part of the shorter work's fingerprints that the other work has too, from 0 to 1.
    """
    measures: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for kind in RUN:
        holders = defaultdict(list)
        for student in sorted(works):
            for mark in works[student][kind]:
                holders[mark].append(student)
        rare = {mark: those for mark, those in holders.items() if len(those) <= max(5, COMMON * len(works))}
        size = Counter(student for those in rare.values() for student in those)
        shared = Counter(pair for those in rare.values() for pair in combinations(those, 2))
        for pair, count in shared.items():
            if (smaller := min(size[student] for student in pair)) >= FEWEST:
                measures[pair][kind] = count / smaller
    return dict(measures)
