"""What the benchmarks share: a clock, a browser, a description of the machine, and a file for what was measured.

The page "How this book is checked" is written from lab/results/. Commands write there, people do not.
"""

import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from timeit import repeat, timeit

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RESULTS = Path(__file__).parent / "results"
SECONDS = 0.7  # how long calls are timed
ROUND = 0.002  # seconds in a round, in which a call is repeated as often as fits


def shortest(*calls):
    """Return the shortest time of each call, in seconds.

    The calls take turns, so that what else the machine does at the time slows all of them.
    """
    repeats = [max(1, int(ROUND / min(repeat(call, number=1, repeat=3)))) for call in calls]
    rounds = []
    end = perf_counter() + SECONDS
    while perf_counter() < end or len(rounds) < 5:
        rounds.append(
            [timeit(call, number=number) / number for call, number in zip(calls, repeats, strict=True)]
        )
    return [min(times) for times in zip(*rounds, strict=True)]


def browser():
    """Return the path of a browser that is installed."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is installed")
    return found


def machine(*packages):
    """Return processor, cores, system, and the versions of Python and of `packages`, as one line."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    parts = [processor, f"{os.cpu_count()} cores", platform.system(), f"Python {platform.python_version()}"]
    return ", ".join([*parts, *(f"{package} {version(package)}" for package in packages)])


def three_digits(value):
    """Return a number with three significant digits, and anything else as it is."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def record(name, rows, *packages, **more):
    """Write what was measured to results/<name>.json, replacing the file in one step.

    Parameters
    ----------
    name : str
        The benchmark's name.
    rows : list of dict
        One mapping per measurement, all with the same keys; numbers are kept to three significant digits.
    *packages : str
        Installed packages whose versions matter.
    **more
        What else the page should know.
    """
    rows = [{key: three_digits(value) for key, value in row.items()} for row in rows]
    content = {"machine": machine(*packages), **more, "rows": rows}
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    new.replace(path)
    print(f"lab/results/{path.name}: written")
