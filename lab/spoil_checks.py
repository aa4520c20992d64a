"""Spoil what the check cells of the chapters assert, one number or sign at a time, and see whether the cell fails.

    python -m lab.spoil_checks                        every chapter; write lab/results/spoil_checks.json
    python -m lab.spoil_checks softmax sigmoid        one chapter or more
    python -m lab.spoil_checks --sample 60 --seed 1   some of the spoilings, always the same; write nothing

A check cell has a tag that begins with ``check-``. Spoilt are the numbers, signs and relations of its ``assert``
statements and of the arguments of ``np.testing.assert_*``, but no index, size or option: see `spots`. Widening a
tolerance cannot make a check fail, so tolerances are counted but not changed. For the same reason a spoiling that
only moves the sides of an inequality apart, such as x < 2 to x < 3, does not count.

A chapter runs once, from top to bottom. Before a statement that asserts, a process is forked for each spoiling of
it; there the spoilt statement and the rest of its cell run, in the very state that the chapter has at that place.
The spoiling is noticed if that raises, crashes or takes many times as long as usual. One that is not noticed must
be listed in lab/spoil_checks.yml with the reason; the exit code is 1 when one is not, or when one is listed that is
noticed or gone.
"""

import argparse
import ast
import copy
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
import yaml

from tools.notebooks import BOOK, NOTEBOOKS, cells, read
from tools.refresh import ENVIRONMENT, write

ROOT = BOOK.parent
NAMES = [path.stem for path in NOTEBOOKS]
RESULTS = ROOT / "lab" / "results" / "spoil_checks.json"
LISTED = ROOT / "lab" / "spoil_checks.yml"
SMALL = 1e-3  # in an inequality, a summand no larger than this is a tolerance
MEMORY = 8 * 2**30  # bytes of address space: a spoilt cell that wants more fails
MOST_SECONDS = 600  # by the clock, for a spoilt cell that waits for ever
# How the process of a spoiling that was noticed ends. SIGKILL, which comes from outside, is not among them.
ENDS_NOTICED = {
    1,
    *(-getattr(signal, f"SIG{name}") for name in ("ALRM", "PROF", "SEGV", "ABRT", "BUS", "FPE", "ILL")),
}

ORDERINGS = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
RELATIONS = ORDERINGS | {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.USub: ast.UAdd}
TOLERANCES = {"rtol", "atol", "abs", "rel"}  # options; other options are left alone
# Functions whose numbers are sizes, shapes, seeds or digits.
SIZES = {
    "arange",
    "default_rng",
    "eye",
    "linspace",
    "one_hot",
    "ones",
    "range",
    "reshape",
    "round",
    "tile",
    "zeros",
}


class CheckError(Exception):
    """A chapter that cannot be run, or a spoiling that cannot be tried; the message says which."""


@dataclass(frozen=True)
class Spot:
    """A field of a node in an asserted expression, and what is put there in its place.

    The side says of which comparison this is part, and of which side of it; None outside of comparisons. An empty
    `field` marks a tolerance, which is not spoilt.
    """

    node: Any
    field: str
    value: Any
    side: tuple[ast.Compare, int] | None


@dataclass(frozen=True)
class Spoiling:
    """A spot with the expression around it, the number of its statement in the cell, and the label of the cell."""

    label: str
    cell: int
    statement: int
    expression: ast.expr
    spot: Spot


# --- what is spoilt ---


def number_values(value: float) -> tuple:
    """Return the values that replace a number: 3 and 1 for 2, 2.5 and 1.6 for 2.0."""
    if isinstance(value, float) and value:
        return 1.25 * value, value / 1.25
    return value + 1, value - 1


def is_tolerance(summand: ast.expr) -> bool:
    """Say whether something that is added to a side of an inequality only allows for rounding."""
    match summand:
        case ast.Constant(value=float(value)):
            return 0 < value <= SMALL
        case ast.UnaryOp(operand=operand):
            return is_tolerance(operand)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return is_tolerance(left) or is_tolerance(right)
        case ast.BinOp(left=left, op=ast.Div()):
            return is_tolerance(left)
        case ast.BinOp(left=ast.Constant(), op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
            return True  # 2**-10
    return False


def side_spots(expression: ast.expr, side: Any) -> Iterator[Spot]:
    """Yield the spots of a side of an inequality, which is a sum; a tolerance and its sign are one spot."""
    if is_tolerance(expression):
        yield Spot(expression, "", None, side)
    elif isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add | ast.Sub):
        if not is_tolerance(expression.left) and not is_tolerance(expression.right):
            yield Spot(expression, "op", SIGNS[type(expression.op)](), side)
        yield from side_spots(expression.left, side)
        yield from side_spots(expression.right, side)
    else:
        yield from spots(expression, side)


def comparison_spots(node: ast.Compare, outer: Any) -> Iterator[Spot]:
    """Yield the spots of a comparison: each relation, and what stands at its sides."""
    for place, relation in enumerate(node.ops):
        if type(relation) in RELATIONS:
            spoilt = [*node.ops[:place], RELATIONS[type(relation)](), *node.ops[place + 1 :]]
            yield Spot(node, "ops", spoilt, outer)
    for place, expression in enumerate([node.left, *node.comparators]):
        ordered = any(type(relation) in ORDERINGS for relation in node.ops[max(place - 1, 0) : place + 1])
        yield from (side_spots if ordered else spots)(expression, outer or (node, place))


def called(node: ast.Call) -> str:
    """Return the last name of the function that is called."""
    return ast.unparse(node.func).rpartition(".")[2]


def spots(node: ast.AST, side: Any = None) -> Iterator[Spot]:
    """Yield what can be spoilt in an asserted expression: its numbers, signs and relations, and its tolerances.

    Parameters
    ----------
    node : ast.AST
        The expression.
    side : (ast.Compare, int), optional
        The outermost comparison around it, and of which side it is part.
    """
    match node:
        case ast.Constant(value=value):
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield from (Spot(node, "value", other, side) for other in number_values(value))
        case ast.Compare():
            yield from comparison_spots(node, side)
        case ast.Subscript():
            yield from spots(node.value, side)  # not the index
        case ast.BinOp(left=ast.List() | ast.Tuple(), op=ast.Mult()):
            yield from spots(node.left, side)  # a repeated list: its entries, not the number of repetitions
        case ast.Call():
            yield from spots(node.func, side)
            if called(node) not in SIZES:
                for argument in node.args:
                    yield from spots(argument, side)
            for keyword in node.keywords:
                if keyword.arg in TOLERANCES:
                    yield Spot(keyword.value, "", None, side)
        case _:
            if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in SIGNS:
                yield Spot(node, "op", SIGNS[type(node.op)](), side)
            for child in ast.iter_child_nodes(node):
                yield from spots(child, side)


def asserted(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions that a statement asserts."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Assert):
            yield node.test
        elif isinstance(node, ast.Call) and called(node).startswith("assert_"):
            yield node


def label(cell: Any) -> str | None:
    """Return the tag that makes a cell a check, or None if it is another cell."""
    return next((tag for tag in cell.metadata.get("tags", []) if tag.startswith("check-")), None)


def spoilings(code: list[tuple[str | None, ast.Module]]) -> list[Spoiling]:
    """Return the spoilings of a chapter, in order, tolerances among them.

    Parameters
    ----------
    code : list of (str or None, ast.Module)
        Label and syntax tree of each code cell; only cells with a label are spoilt.
    """
    return [
        Spoiling(name, place, number, expression, spot)
        for place, (name, tree) in enumerate(code)
        if name
        for number, statement in enumerate(tree.body)
        for expression in asserted(statement)
        for spot in spots(expression)
    ]


def parsed(chapter: str) -> list[tuple[str | None, ast.Module]]:
    """Return label and syntax tree of each code cell of a chapter."""
    return [(label(cell), ast.parse(cell.source)) for cell in cells(read(BOOK / f"{chapter}.ipynb"), "code")]


@contextmanager
def replaced(node: ast.AST, field: str, value: Any) -> Iterator[None]:
    """Put a value into a field of a syntax tree, for as long as the context lasts."""
    original = getattr(node, field)
    setattr(node, field, value)
    try:
        yield
    finally:
        setattr(node, field, original)


def as_python_writes(expression: str) -> str:
    """Return an expression with the blanks, brackets and quotation marks that this version of Python writes."""
    return ast.unparse(ast.parse(expression, mode="eval"))


def change(spoiling: Spoiling) -> tuple[str, str]:
    """Return the asserted expression before and after."""
    before = ast.unparse(spoiling.expression)
    with replaced(spoiling.spot.node, spoiling.spot.field, spoiling.spot.value):
        return as_python_writes(before), as_python_writes(ast.unparse(spoiling.expression))


# --- whether it is noticed ---


def fails(statements: list[ast.stmt], namespace: dict, seconds: float) -> tuple[bool, float]:
    """Run statements in a process forked from here; return whether they fail, and their seconds of processor time.

    Parameters
    ----------
    statements : list of ast.stmt
        What runs.
    namespace : dict
        The names that they see; here it stays as it is.
    seconds : float
        How much processor time they may take; more is a failure.
    """
    code = compile(ast.Module(statements, []), "<check>", "exec")
    pid = os.fork()
    if not pid:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
            signal.alarm(MOST_SECONDS)
            signal.setitimer(signal.ITIMER_PROF, seconds)
        except BaseException:
            os._exit(2)
        try:
            exec(code, namespace)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    end = os.waitstatus_to_exitcode(status)
    if end and end not in ENDS_NOTICED:
        raise CheckError(
            f"the process of a spoilt check ended with {end}, so it is not known whether it fails"
        )
    return bool(end), usage.ru_utime + usage.ru_stime


def wider(side: tuple[ast.Compare, int]) -> int:
    """Return 1 or -1 if more is allowed when this side of an inequality rises or falls, and 0 otherwise."""
    comparison, place = side
    directions = set()
    for number, sign in (
        (place - 1, 1),
        (place, -1),
    ):  # the relation on the left of the side, and that on its right
        if 0 <= number < len(comparison.ops):
            relation = comparison.ops[number]
            rises = isinstance(relation, ast.Lt | ast.LtE)
            directions.add(0 if type(relation) not in ORDERINGS else sign if rises else -sign)
    return directions.pop() if len(directions) == 1 else 0


def only_widens(spot: Spot, statements: list[ast.stmt], namespace: dict, seconds: float) -> bool:
    """Say whether a spoiling moves a side of an inequality, and only ever away from the other side."""
    if not spot.side or not (direction := wider(spot.side)):
        return False
    (comparison, place), moved = spot.side, []

    def note(before: Any, after: Any) -> Any:
        if not np.all(after >= before if direction > 0 else after <= before):
            raise AssertionError("narrower")
        moved.append(bool(np.any(after != before)))
        return before

    sides = [comparison.left, *comparison.comparators]
    before = copy.deepcopy(sides[place])
    with replaced(spot.node, spot.field, spot.value):
        after = copy.deepcopy(sides[place])
    sides[place] = ast.Call(ast.Name("__note__", ast.Load()), [before, after], [])
    moves = ast.parse("assert __moves__()").body
    namespace |= {"__note__": note, "__moves__": lambda: any(moved)}
    with replaced(comparison, "left", sides[0]), replaced(comparison, "comparators", sides[1:]):
        failed, _ = fails([*map(ast.fix_missing_locations, statements), *moves], namespace, seconds)
    return not failed


def tried(
    code: list[tuple[str | None, ast.Module]], chosen: Iterable[Spoiling]
) -> Iterator[tuple[Spoiling, str]]:
    """Run a chapter and try some spoilings of it.

    Parameters
    ----------
    code : list of (str or None, ast.Module)
        Label and syntax tree of each code cell.
    chosen : iterable of Spoiling
        Those of `spoilings(code)` that are tried. What comes after the last of them does not run.

    Yields
    ------
    (Spoiling, str)
        Each of them, and whether it is "noticed", "alive", "wider" or a "tolerance", which is not tried.

    Raises
    ------
    CheckError
        If a cell fails that is not spoilt.
    """
    waiting, namespace = list(chosen), {"__name__": "__main__"}
    for place, (name, tree) in enumerate(code):
        for number, statement in enumerate(tree.body):
            if not waiting:
                return
            here = [one for one in waiting if (one.cell, one.statement) == (place, number)]
            waiting = waiting[len(here) :]
            where = f"code cell {place + 1}" + (f", {name}" if name else "")
            if here:
                rest = tree.body[number:]
                failed, usual = fails(rest, namespace, MOST_SECONDS)
                if failed:
                    run(rest, namespace, where)
                    raise CheckError(f"{where}: fails in a process of its own, though it is not spoilt")
                for one in here:
                    yield one, fate(one.spot, rest, namespace, 2 + 5 * usual)
            run([statement], namespace, where)


def run(statements: list[ast.stmt], namespace: dict, where: str) -> None:
    """Run statements that are not spoilt; a `CheckError` says where they fail."""
    try:
        with redirect_stdout(StringIO()):
            exec(compile(ast.Module(statements, []), "<cell>", "exec"), namespace)
    except Exception:
        raise CheckError(f"{where}: fails before it is spoilt\n{traceback.format_exc()}") from None


def fate(spot: Spot, statements: list[ast.stmt], namespace: dict, seconds: float) -> str:
    """Return what becomes of a spoiling, as `tried` does."""
    if not spot.field:
        return "tolerance"
    with replaced(spot.node, spot.field, spot.value):
        failed, _ = fails(statements, namespace, seconds)
    if failed:
        return "noticed"
    return "wider" if only_widens(spot, statements, namespace, seconds) else "alive"


@dataclass(frozen=True)
class Outcome:
    """What became of a chapter: its check cells, its spoilings with each fate, all of them, and those alive.

    A spoiling is a triple here: "softmax check-eq-gap", and the asserted expression before and after.
    """

    chapter: str
    checks: int
    fates: Counter
    all: Counter
    alive: Counter


def outcome(chapter: str, chosen: set[int] | None = None) -> Outcome:
    """Spoil a chapter.

    Parameters
    ----------
    chapter : str
        Its name, as softmax.
    chosen : set of int, optional
        The places of the spoilings to try among those that `spoilings` returns; by default all.
    """
    code = parsed(chapter)
    wanted = [one for place, one in enumerate(spoilings(code)) if chosen is None or place in chosen]
    fates: Counter[str] = Counter()
    everything: Counter[tuple[str, str, str]] = Counter()
    alive: Counter[tuple[str, str, str]] = Counter()
    try:
        for one, met in tried(code, wanted):
            fates[met] += 1
            if met != "tolerance":
                key = (f"{chapter} {one.label}", *change(one))
                everything[key] += 1
                alive[key] += met == "alive"
    except CheckError as error:
        raise CheckError(f"book/{chapter}.ipynb: {error}") from None
    return Outcome(chapter, sum(name is not None for name, _ in code), fates, everything, +alive)


# --- the list, the results and the command ---


def listed(chapters: Iterable[str]) -> Counter:
    """Return the spoilings of some chapters that are listed with a reason, as in `Outcome`."""
    known: Counter[tuple[str, str, str]] = Counter()
    for group in yaml.safe_load(LISTED.read_text("utf-8")) or []:
        for check, texts in group["spoilings"].items():
            for text in texts:
                try:
                    before, after = map(as_python_writes, text.split(" → "))
                except (SyntaxError, ValueError):
                    raise CheckError(
                        f"{LISTED.name}: must be 'expression → expression'; got {text!r}"
                    ) from None
                known[check, before, after] += 1
    if strange := sorted({check.split()[0] for check, *_ in known} - set(NAMES)):
        raise CheckError(f"{LISTED.name} names {', '.join(strange)}; allowed: {', '.join(NAMES)}")
    return Counter({key: times for key, times in known.items() if key[0].split()[0] in set(chapters)})


def sample(chapters: list[str], size: int, seed: int) -> dict[str, set[int]]:
    """Return the places of `size` spoilings of some chapters, by chapter; the same ones for the same seed."""
    places = [
        (chapter, place)
        for chapter in chapters
        for place, one in enumerate(spoilings(parsed(chapter)))
        if one.spot.field
    ]
    if not 1 <= size <= len(places):
        raise CheckError(f"--sample must be from 1 to {len(places)}, the number of spoilings; got {size}")
    drawn = random.Random(seed).sample(places, size)
    return {
        name: {place for chapter, place in drawn if chapter == name}
        for name in sorted({name for name, _ in drawn})
    }


def settle(outcomes: list[Outcome], known: Counter) -> bool:
    """Print unlisted survivors, and listed spoilings that did not survive; return whether there are none."""
    alive = sum((one.alive for one in outcomes), Counter())
    for title, entries in (
        (f"not noticed, and not in {LISTED.relative_to(ROOT)}:", alive - known),
        (f"in {LISTED.relative_to(ROOT)}, but noticed or gone:", known - alive),
    ):
        for check, before, after in sorted(entries.elements()):
            text = json.dumps(f"{before} → {after}", ensure_ascii=False)
            print(f"{title}\n  {check}:\n    - {text}", flush=True)
    return alive == known


def keep(outcomes: list[Outcome], known: Counter) -> None:
    """Write the counts of the chapters that were tried; those of the others stay."""
    rows = {
        row["chapter"]: row for row in (json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else [])
    }
    for one in outcomes:
        rows[one.chapter] = {
            "chapter": one.chapter,
            "checks": one.checks,
            "spoilt": one.fates["noticed"] + one.fates["alive"],
            "noticed": one.fates["noticed"],
            "with a reason": (one.alive & known).total(),
            "wider": one.fates["wider"],
            "tolerances": one.fates["tolerance"],
        }
    kept = [rows[chapter] for chapter in sorted(rows) if chapter in NAMES]
    write(RESULTS, json.dumps(kept, indent=1) + "\n")


def counted(fates: Counter) -> str:
    """Return in words how many spoilings were noticed."""
    return f"{fates['noticed']} of {fates['noticed'] + fates['alive']} spoilings noticed"


def main(arguments: list[str] | None = None) -> int:
    """Spoil the checks; return 0 if each survivor is listed with a reason."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", nargs="*", help="such as softmax; default: every chapter")
    parser.add_argument("--sample", type=int, metavar="N", help="try N spoilings only, and write nothing")
    parser.add_argument("--seed", type=int, default=0, help="seed that chooses the N; default: %(default)s")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="chapters at a time")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.chapters) - set(NAMES)):
        parser.error(f"chapters must be among {', '.join(NAMES)}; got {', '.join(unknown)}")
    chapters = sorted(set(options.chapters)) or NAMES
    os.environ.update(ENVIRONMENT)  # before the processes of the chapters start
    try:
        known = listed(chapters)
        chosen = (
            sample(chapters, options.sample, options.seed)
            if options.sample is not None
            else dict.fromkeys(chapters)
        )
        outcomes = []
        with ProcessPoolExecutor(options.workers, multiprocessing.get_context("spawn")) as pool:
            for one in pool.map(outcome, chosen, chosen.values()):
                outcomes.append(one)
                print(f"{one.chapter}: {counted(one.fates)}", flush=True)
    except CheckError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"all: {counted(sum((one.fates for one in outcomes), Counter()))}")
    if options.sample is None:
        keep(outcomes, known)
    else:
        known &= sum((one.all for one in outcomes), Counter())
    return 0 if settle(outcomes, known) else 1


if __name__ == "__main__":
    sys.exit(main())
