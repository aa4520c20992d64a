"""Seconds that each notebook costs as a regression test: a fresh kernel, every cell run and compared by nbval.

    python -m lab.notebooks

One after the other, each in a process of its own; what it takes to start pytest is part of the figure.
"""

import subprocess
import sys
import time
from pathlib import Path

import nbformat

from lab.measure import machine, record

ROOT = Path(__file__).parent.parent


def seconds(path):
    """Return how long the regression test of one notebook takes; a failing one is an error."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]
    start = time.perf_counter()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"{path.name} fails its test:\n{result.stdout}{result.stderr}")
    return time.perf_counter() - start


def main():
    """Print the table and keep it."""
    print(machine("nbval", "ipykernel"))
    rows = []
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        rows.append({"notebook": path.stem, "cells": len(cells), "seconds": seconds(path)})
        print(f"{path.stem:20} {len(cells):4} cells {rows[-1]['seconds']:6.1f} s", flush=True)
    record("notebooks", rows, "nbval", "ipykernel")


if __name__ == "__main__":
    main()
