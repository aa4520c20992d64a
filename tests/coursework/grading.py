"""The sample course, its honest answers and ways to hand work in: what the tests of the grading share."""

import json
import shutil
from pathlib import Path

import nbformat

SAMPLE = Path(__file__).resolve().parent / "sample_course"
HONEST = {
    "q1": "def my_softmax(z, t=1.0):\n    e = np.exp((z - np.max(z)) / t)\n    return e / e.sum()",
    "q2": "def my_jacobian(p):\n    return np.diag(p) - np.outer(p, p)",
    "q4": "Every entry is divided by the sum of all entries.",
}


def own_id(student: str) -> str:
    return f'STUDENT = "{student}"\nlargest = max(own_numbers("demo", STUDENT))'


def copy_sample(folder: Path) -> Path:
    """Return a fresh copy of the sample course."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def notebook(course: Path, answers: dict[str, str]) -> nbformat.NotebookNode:
    """Return the released notebook with some answers filled in."""
    released = nbformat.read(course / "release" / "demo" / "demo.ipynb", as_version=4)
    for cell in released.cells:
        cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
    return released


def honest(course: Path, student: str) -> nbformat.NotebookNode:
    return notebook(course, HONEST | {"q3": own_id(student)})


def hand_in(course: Path, student: str, work, name: str = "demo.ipynb") -> Path:
    """Write what a student hands in: a notebook, or any text."""
    folder = course / "submitted" / student / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    text = work if isinstance(work, str) else json.dumps(work)
    (folder / name).write_text(text, encoding="utf-8")
    return folder
