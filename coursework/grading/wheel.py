"""The one file that students install: regsoft, and the hints of a course's problem sets."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from coursework.grading.config import PROJECT
from coursework.grading.files import problem_sets, write_in_one_step

VERSION, PACKAGES = '\nversion = "', '\npackages = ["regsoft"]\n'


class WheelError(RuntimeError):
    """The wheel for students could not be built; the message says why."""


def write_wheel(course: Path, folder: Path) -> Path:
    """Write the wheel that students of a course install, in place of an older one, and return its path.

    It holds regsoft and each set's `hints.py`, as `coursework.<set>.hints`, and nothing else of the course. Its
    version ends in a digest of what it holds, so that pip replaces an older one.

    Parameters
    ----------
    course : Path
        A folder in which each problem set is a folder.
    folder : Path
        Where the wheel goes.

    Raises
    ------
    WheelError
        If the wheel cannot be built; an older one stays.
    """
    with tempfile.TemporaryDirectory(prefix="wheel-") as scratch:
        stage, made = Path(scratch, "stage"), Path(scratch, "made")
        _stage(course, stage)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
        result = subprocess.run(command, cwd=stage, capture_output=True, text=True, check=False)
        if result.returncode:
            raise WheelError(f"the wheel for students could not be built:\n{result.stdout}{result.stderr}")
        (wheel,) = made.glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        write_in_one_step(folder / wheel.name, wheel.read_bytes())
        for old in set(folder.glob("regsoft-*.whl")) - {folder / wheel.name}:
            old.unlink()
        return folder / wheel.name


def _stage(course: Path, stage: Path) -> None:
    """Write the project that the wheel is built from."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "regsoft", stage / "regsoft", ignore=ignored)
    for name in ("README.md", "LICENSE"):
        shutil.copy(PROJECT / name, stage)
    for name in problem_sets(course):
        if (hints := course / name / "hints.py").is_file():
            (stage / "coursework" / name).mkdir(parents=True)
            shutil.copy(hints, stage / "coursework" / name)
    project = (PROJECT / "pyproject.toml").read_text("utf-8")
    for part in (VERSION, PACKAGES):
        if project.count(part) != 1:
            raise WheelError(
                f"pyproject.toml must hold {part.strip()!r} exactly once; it holds it {project.count(part)} times"
            )
    project = project.replace(PACKAGES, '\npackages = ["regsoft", "coursework"]\n')
    before, _, after = project.partition(VERSION)
    number, _, rest = after.partition('"')
    path = stage / "pyproject.toml"
    path.write_text(before + rest, encoding="utf-8")  # the digest covers all but itself
    path.write_text(f'{before}{VERSION}{number}+course.{_digest(stage)}"{rest}', encoding="utf-8")


def _digest(stage: Path) -> str:
    """Return a short digest of all files below a folder."""
    total = hashlib.sha256()
    for path in sorted(path for path in stage.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(stage).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:8]
