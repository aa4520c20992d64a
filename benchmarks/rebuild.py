"""Seconds to build the book: from nothing, with nothing changed, and after a sentence of one chapter changed.

    python -m benchmarks.rebuild

The checkout is copied first, so that no chapter is touched.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import machine, record

ROOT = Path(__file__).parent.parent
CHAPTER = "book/temperature.ipynb"


def copy_of_the_book(folder):
    """Copy what a build reads into `folder`."""
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("book", "web", "tools", "regsoft", "benchmarks"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
        )
    (folder / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")


def build(folder):
    """Return how long `jupyter-book build` takes; a warning is an error, as in `make book`."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", folder, "-W", "-n", "--keep-going"]
    start = time.perf_counter()
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stdout + result.stderr)
    return time.perf_counter() - start


def change_a_sentence(path):
    """Add a sentence to the first text cell of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = ["".join(cell["source"]) + "\n\nOne more sentence."]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def main():
    """Print the three times and keep them."""
    print(machine("jupyter-book", "sphinx"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_of_the_book(folder)
        rows = [{"build": "from nothing", "seconds": build(folder)}]
        rows.append({"build": "nothing changed", "seconds": build(folder)})
        change_a_sentence(folder / CHAPTER)
        rows.append({"build": "a sentence of one chapter changed", "seconds": build(folder)})
    for row in rows:
        print(f"{row['build']:36} {row['seconds']:6.1f} s")
    record("rebuild", rows, "jupyter-book", "sphinx")


if __name__ == "__main__":
    main()
