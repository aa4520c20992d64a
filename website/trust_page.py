"""The page "How this book is checked" gets its figures.

Each is a MyST substitution, computed from lab/results/, from the ledger and from the chapters themselves;
where a file of results is missing, the page names the command that writes it; one that is broken stops the build.
"""

import json
import re
from collections import Counter
from pathlib import Path
from statistics import median

from sphinx.errors import ExtensionError

from .ledger import read_ledger
from .results import NAMES, ResultsError, ratio, read_results

FEW = 4  # in units of eps; a result with an error up to this counts as exact


def note_figures(app, config):
    """Make the figures known to the page, if this book has it."""
    book = Path(app.srcdir, "book")
    if not (book / "trust.md").exists():
        return
    try:
        measured = read_results()
    except ResultsError as error:
        raise ExtensionError(str(error)) from None
    config.myst_substitutions = {**config.myst_substitutions, **figures(book, measured)}


def figures(book, measured):
    """Return every figure of the page by name: a number, or a MyST table or list."""
    return {**counts(book), **{name: shown_or_command(name, *how, measured) for name, how in TABLES.items()}}


def shown_or_command(name, file, write, measured):
    """A table of what was measured, or the command that measures it."""
    if file in measured:
        return write(measured[file])
    return f"*Not measured yet. This does it: `{NAMES[file]}`.*"


def counts(book):
    """How much there is to check: notebooks, cells, equations with a check, items of the ledger."""
    notebooks = [json.loads(path.read_text("utf-8")) for path in sorted(book.glob("*.ipynb"))]
    cells = [cell for notebook in notebooks for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", [])]
    return {
        "notebooks": len(notebooks),
        "code_cells": len(cells),
        "checks": sum(tag.startswith("check-") for tag in tags),
        "ledger_items": len(read_ledger(book / "ledger.yml")),
    }


def ratio_table(measured):
    """A row for each input, a column for each function: how many times as long the other program takes."""
    rows = measured["rows"]
    names, shapes = (list(dict.fromkeys(row[key] for row in rows)) for key in ("function", "shape"))
    ratios = {(row["function"], row["shape"]): ratio(row) for row in rows}
    return markdown(
        ["Shape", *(f"`{name}`" for name in names)],
        [[f"`{shape}`", *(ratios[name, shape] for name in names)] for shape in shapes],
    )


def cost_table(measured):
    """A row for each input: the time of sparsemax and entmax over that of softmax, for regsoft and for torch."""
    times = {(row["function"], row["shape"]): (row["ours"], row["theirs"]) for row in measured["rows"]}
    names, shapes = (
        list(dict.fromkeys(row[key] for row in measured["rows"])) for key in ("function", "shape")
    )
    heads = [f"`{name}`{library}" for name in names[1:] for library in ("", ", torch")]
    body = []
    for shape in shapes:
        costs = [
            time / base
            for name in names[1:]
            for time, base in zip(times[name, shape], times[names[0], shape], strict=True)
        ]
        body.append([f"`{shape}`", *costs])
    return markdown(["Shape", *heads], body)


def speed_table(measured):
    """A row for each function and type: the ratios of the times, and the memory, over all inputs.

    Short vectors, which have no target, are in a column of their own.
    """
    groups = {}
    for row in measured["rows"]:
        groups.setdefault((row["function"], row["dtype"]), ([], []))[row["target"] is None].append(row)
    body = []
    for (function, dtype), (rows, short) in groups.items():
        ratios = [ratio(row) for row in rows]
        largest = [max(row[key] for row in rows) for key in ("memory", "memory of SciPy")]
        body.append([f"`{function}`", dtype, median(ratios), min(ratios), min(map(ratio, short)), *largest])
    return markdown(["Function", "Type", "Median", "Least", "Short", "Memory", "SciPy's"], body)


def as_fast(measured):
    """Return on how many inputs, without the short ones, regsoft is at least as fast as the other."""
    ratios = [ratio(row) for row in measured["rows"] if row["target"] is not None]
    return f"{sum(value >= 1 for value in ratios)} of {len(ratios)}"


def mutation_table(measured):
    """A row for each module: how many changes were tried, were noticed, and have a listed reason."""
    counts = ("mutants", "killed", "equivalent")
    rows = [(f"`{row['module']}`", *(row[key] for key in counts)) for row in measured["rows"]]
    total = ("**all**", *(sum(row[key] for row in measured["rows"]) for key in counts))
    body = [[*row, f"{100 * row[2] / row[1]:.1f} %"] for row in (*rows, total)]
    return markdown(["Module", "Changes", "Caught", "With a reason", "Share caught"], body)


def spoilt_checks(measured):
    """How many numbers, signs and relations of the checks were spoilt, and what came of it, as sentences."""
    keys = ("spoilt", "noticed", "with a reason", "tolerances", "wider")
    spoilt, noticed, explained, tolerances, wider = (
        sum(row[key] for row in measured["rows"]) for key in keys
    )
    return (
        f"Of {spoilt} spoilings, {noticed} made their cell fail. {explained} others have a reason, and "
        f"{spoilt - noticed - explained} wait for a sharper check or a reason. Not counted are {tolerances} "
        f"tolerances, and {wider} spoilings that only made a bound wider, with which no check can fail."
    )


def accuracy_table(measured):
    """A row for each function and type: for how many kinds of input both are exact to a few roundings."""
    groups = {}
    for row in measured["rows"]:
        groups.setdefault((row["function"], row["dtype"]), []).append((row["ours"], row["theirs"]))
    body = []
    for (function, dtype), errors in groups.items():
        exact = [sum(error <= FEW for error in side) for side in zip(*errors, strict=True)]
        worse = sum(ours > max(FEW, 1.05 * theirs) for ours, theirs in errors)
        body.append([f"`{function}`", dtype, len(errors), *exact, worse])
    return markdown(["Function", "Type", "Kinds", "regsoft exact", "SciPy exact", "regsoft worse"], body)


def peer_table(measured):
    """A row for each package: its cases: how many pass on regsoft, how many differ, and how many are left out."""
    counts = {}
    for row in measured["rows"]:
        counts.setdefault(row["package"], Counter())[row["outcome"]] += row["cases"]
    body = [
        [package, total.total(), *(total[outcome] for outcome in ("passes", "differs", "left out"))]
        for package, total in counts.items()
    ]
    return markdown(["Package", "Cases", "Pass", "Differ", "Left out"], body)


def peer_reasons(measured):
    """A row for each reason why a case differs or is left out."""
    rows = [row for row in measured["rows"] if row["reason"]]
    return markdown(
        ["Package", "Outcome", "Reason", "Cases"],
        [[row[key] for key in ("package", "outcome", "reason", "cases")] for row in rows],
    )


def fault_table(measured):
    """A row for each fault: what it is, and what the test that caught it says."""
    rows = [[row["fault"], sentence(row["caught by"])] for row in measured["rows"]]
    return markdown(["Fault", "Caught by"], rows)


def sentence(test):
    """The name of a test as the sentence that it is, or the cell or example that failed."""
    file, _, name = test.partition("::")
    if name.startswith("test_"):
        return name.removeprefix("test_").partition("[")[0].replace("_s_", "’s_").replace("_", " ")
    return f"`{file}`, {name}"


def beside_table(measured):
    """A row for each quantity: regsoft, the other way, and their ratio."""
    return markdown(
        ["Measured in", "regsoft", "the other way", "ratio"],
        [[row["quantity"], row["ours"], row["theirs"], ratio(row)] for row in measured["rows"]],
    )


def table(**columns):
    """Return a function that makes a table of some keys of each row, under the headings given."""
    return lambda measured: markdown(
        list(columns.values()), [[row[key] for key in columns] for row in measured["rows"]]
    )


def markdown(head, rows):
    """A MyST table; numbers have two significant digits or no decimals, and their columns are right-aligned."""
    rows = [list(map(shown, row)) for row in rows]
    numeric = [all(re.fullmatch(r"[\d.]+( %)?", row[place]) for row in rows) for place in range(len(head))]
    lines = [head, ["---:" if right else "---" for right in numeric], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(value):
    """A value of a table as text."""
    if isinstance(value, float):
        return f"{value:.2g}" if value < 10 else f"{value:.0f}"
    return str(value)


TABLES = {  # each figure that was measured: the file of results, and what writes it
    "mutation": ("mutation", mutation_table),
    "spoilt_checks": ("spoil_checks", spoilt_checks),
    "faults": ("faults", fault_table),
    "accuracy": ("accuracy", accuracy_table),
    "peers": ("peers", peer_table),
    "peer_reasons": ("peers", peer_reasons),
    "peer_versions": ("peers", lambda measured: measured["machine"]),
    "speed": ("speed", speed_table),
    "as_fast": ("speed", as_fast),
    "torch_cpu": ("torch_cpu", ratio_table),
    "costs": ("torch_cpu", cost_table),
    "figure_1": ("figure_1", beside_table),
    "grading": ("grading", beside_table),
    "graded_class": (
        "grading",
        lambda measured: markdown(
            ["Of the class that was graded", "number"], list(measured["details"].items())
        ),
    ),
    "notebook_times": ("notebooks", table(notebook="Notebook", cells="Cells", seconds="Seconds")),
    "rebuild": ("rebuild", table(build="Build", seconds="Seconds")),
    "site": (
        "site",
        table(page="Page", site="Site", preset="Preset", performance="Performance", KB="KB", shift="Shift"),
    ),
    "moved_pictures": (
        "site",
        lambda measured: table(
            picture="Picture",
            kind="Drawn as",
            keys="By key, ms",
            drags="By mouse, ms",
            ratio="Mouse / frames",
        )({"rows": measured["pictures"]}),
    ),
    "machine": ("speed", lambda measured: measured["machine"]),
}
