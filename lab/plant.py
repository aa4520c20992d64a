"""Plant each fault of lab/faults.py in a copy of the project, one at a time, and say which test caught it.

    python -m lab.plant                all of them; writes lab/results/faults.json python -m lab.plant ledger alt
    only faults whose description or file contains one of these words; writes nothing

A fault is caught when a test that it names fails with it and passes without it. The exit code is 1 unless all are
caught.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from lab.faults import FAULTS, Fault, StaleFaultError
from tools.refresh import write

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "lab" / "results" / "faults.json"
SECONDS_A_FAULT = 900


class UncaughtError(Exception):
    """A fault that no test noticed, or whose tests could not run; the message says why."""


def copied(target: Path) -> Path:
    """Copy the files that git knows, as they are now; what npm installed is shared."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():  # not removed since the last commit
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    modules = Path("website", "node_modules")
    (target / modules).symlink_to(ROOT / modules, target_is_directory=True)
    return target


def failures(copy: Path, tests: Iterable[str]) -> list[str]:
    """Run pytest in a copy of the project up to the first failure; return the tests that failed."""
    report = copy.parent / "report.xml"
    hidden = {"PYTHONHASHSEED", *(name for name in os.environ if name.startswith("PYTEST_"))}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "junit_family=xunit1",
    ]
    modules = os.pathsep.join(map(str, [copy, *copy.glob("packages/*/src")]))
    result = subprocess.run(
        [*pytest, "--basetemp", copy.parent / "temporary", "--junit-xml", report, *tests],
        cwd=copy,
        env=environment | {"PYTHONPATH": modules, "REQUIRE_BROWSER": "1", "REQUIRE_SANDBOX": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_A_FAULT,
    )
    if result.returncode not in (0, 1):
        raise UncaughtError(
            f"pytest could not run: {' '.join((result.stdout + result.stderr).split()[-60:])}"
        )
    return [
        f"{case.get('file')}::{case.get('name')}"
        for case in ElementTree.parse(report).iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]


def caught_by(fault: Fault) -> str:
    """Return the test that notices a fault in a copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder, "copy"))
        path = copy / fault.file
        path.write_text(fault.change(path.read_text("utf-8")), "utf-8")
        found = failures(copy, shlex.split(fault.tests))
    if not found:
        raise UncaughtError(f"{fault.tests} passed")
    return found[0]


def without_a_fault(tests: Iterable[str]) -> list[str]:
    """Return those of `tests` that fail although nothing was planted."""
    # A cell of a notebook needs the cells before it.
    chosen = sorted({test.partition("::")[0] if ".ipynb::" in test else test for test in tests})
    with tempfile.TemporaryDirectory() as folder:
        return failures(copied(Path(folder, "copy")), chosen)


def attempt(fault: Fault) -> str | None:
    """Plant a fault, say what became of it, and return the test that caught it."""
    try:
        test = caught_by(fault)
    except (UncaughtError, StaleFaultError, OSError, subprocess.TimeoutExpired) as error:
        print(f"NOT CAUGHT: {fault.what} ({fault.file}): {error}", file=sys.stderr, flush=True)
        return None
    print(f"caught: {fault.what} ({fault.file}) by {test}", flush=True)
    return test


def main(arguments: list[str] | None = None) -> int:
    """Plant the faults; return 0 when each was caught."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="only faults whose words or file hold one of these")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time; default: %(default)s")
    options = parser.parse_args(arguments)
    faults = [
        fault
        for fault in FAULTS
        if not options.words or any(word in f"{fault.what} {fault.file}" for word in options.words)
    ]
    with ThreadPoolExecutor(options.jobs) as pool:
        tests = dict(zip((fault.what for fault in faults), pool.map(attempt, faults), strict=True))
    caught = {what: test for what, test in tests.items() if test}
    wrong = without_a_fault(caught.values()) if caught else []
    for test in wrong:
        print(f"fails without a fault, too: {test}", file=sys.stderr)
    print(f"{len(caught)} of {len(faults)} faults caught")
    if len(caught) < len(faults) or wrong or not faults:
        return 1
    if not options.words:
        rows = [{"fault": fault.what, "file": fault.file, "caught by": tests[fault.what]} for fault in faults]
        RESULTS.parent.mkdir(exist_ok=True)
        write(
            RESULTS,
            json.dumps(sorted(rows, key=lambda row: row["fault"]), indent=1, ensure_ascii=False) + "\n",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
