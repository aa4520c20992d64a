"""Seconds to build the book, and seconds until a browser shows a change.

    python -m lab.rebuild

The second is from a saved sentence to the browser that shows it, while `make live` runs: the median of five
changes. The chapters are copied first, so that none is touched.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from lab.measure import browser, machine, record

ROOT = Path(__file__).parent.parent
CHAPTER = "book/temperature.ipynb"
CHANGES = 5


def copy_of_the_book(folder):
    """Copy what a build reads into `folder`."""
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "book", folder / "book")


def build(folder):
    """Return how long a build takes, as `make book` does it."""
    command = [sys.executable, "-m", "website.build", "--source", folder]
    start = time.perf_counter()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stdout + result.stderr)
    return time.perf_counter() - start


def change_a_sentence(path, sentence):
    """Add a sentence to the first text cell of a notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = ["".join(cell["source"]) + f"\n\n{sentence}"]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def follow(folder):
    """Return how long it takes until a browser shows a change, while `make live` serves the book in `folder`."""
    command = [sys.executable, "-m", "website.live", "--source", folder]
    seconds = []
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        try:
            address = next(line.split()[2] for line in server.stdout if line.startswith("The book: "))
            chromium = playwright.chromium.launch(executable_path=browser())
            page = chromium.new_page()
            page.goto(f"{address}{CHAPTER.replace('.ipynb', '.html')}")
            for count in range(CHANGES):
                sentence = f"This is sentence number {count} that was added."
                change_a_sentence(folder / CHAPTER, sentence)
                start = time.perf_counter()
                page.get_by_text(sentence).wait_for(timeout=60_000)
                seconds.append(time.perf_counter() - start)
            chromium.close()
        finally:
            server.terminate()
    return median(seconds)


def main():
    """Print the times and keep them."""
    print(machine("jupyter-book", "sphinx"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_of_the_book(folder)
        rows = [
            {"build": "`make book`, always from nothing", "seconds": build(folder)},
            {"build": "`make live`, from a saved sentence to the browser", "seconds": follow(folder)},
        ]
    for row in rows:
        print(f"{row['build']:54} {row['seconds']:6.1f} s")
    record("rebuild", rows, "jupyter-book", "sphinx")


if __name__ == "__main__":
    main()
