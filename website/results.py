"""Read what was measured: lab/results/, written by commands and shown on the trust page and in its picture."""

import json
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "lab" / "results"
NAMES = {  # each file of results, and the command that writes it
    "speed": "make bench ONLY=speed",
    "accuracy": "make bench ONLY=accuracy",
    "peers": "make bench ONLY=peers",
    "torch_cpu": "make bench ONLY=torch_cpu",
    "figure_1": "make bench ONLY=figure_1",
    "grading": "make bench ONLY=grading",
    "site": "make bench-site",
    "notebooks": "make bench ONLY=notebooks",
    "rebuild": "make bench ONLY=rebuild",
    "mutation": "make mutation",
    "spoil_checks": "make spoil-checks",
    "faults": "make faults",
}


class ResultsError(ValueError):
    """A file of results is malformed; the message says which."""


def read_results(folder=RESULTS):
    """Return {name: content} of the files of results; a `ResultsError` says what is wrong with one.

    Results that have not been measured yet are left out.
    """
    paths = {name: Path(folder, f"{name}.json") for name in NAMES}
    return {name: _read(path, NAMES[name]) for name, path in paths.items() if path.exists()}


def _read(path, command):
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ResultsError(f"{path.name} cannot be read ({error}); this writes it: {command}") from error
    content = {"rows": content} if isinstance(content, list) else content
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ResultsError(f"{path.name} holds no rows; allowed: a file as written by: {command}")
    return content


def time_ratios(results):
    """Return {what: [time of the other over regsoft's, …]}, for the picture and the tables."""
    ratios = {}
    for file, other in (("speed", "SciPy"), ("torch_cpu", "torch")):
        for row in results.get(file, {"rows": []})["rows"]:
            ratios.setdefault(f"{row['function']}, {other}", []).append(ratio(row))
    return ratios


def ratio(row):
    """Return the other's time or memory divided by regsoft's."""
    return row["theirs"] / row["ours"]
