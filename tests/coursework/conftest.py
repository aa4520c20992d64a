"""Courses that are built once for all tests, and the programs that grading needs."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from coursework.grading.assign import build, copy_and_build
from tests.coursework.grading import copy_sample
from tests.programs import installed

collect_ignore = ["sample_course"]  # its modules are read as files


@pytest.fixture(scope="session")
def problem_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with all problem sets, built as an instructor builds it, for all workers: read it or copy it."""
    return _course_once(tmp_path_factory.getbasetemp(), "problem-sets", copy_and_build)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample course, built, for all workers: read it or copy it."""
    return _course_once(tmp_path_factory.getbasetemp(), "sample", lambda folder: build(copy_sample(folder)))


def _course_once(temporary: Path, name: str, write: Callable[[Path], object]) -> Path:
    """Return the folder of a course; one of several workers of pytest writes it, the others wait for it."""
    folder = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / name
    with FileLock(f"{folder}.lock"):
        if not Path(f"{folder}.built").exists():
            write(folder)
            Path(f"{folder}.built").touch()
    return folder


@pytest.fixture(scope="session")
def sandboxed() -> None:
    """Make sure that notebooks can be run in a sandbox, as grading does."""
    if not (shutil.which("bwrap") or installed("bubblewrap", "bwrap")):
        reason = "NO SANDBOX: bubblewrap is not installed, so no submission was graded"
        (pytest.fail if os.environ.get("REQUIRE_SANDBOX") == "1" else pytest.skip)(reason)


@pytest.fixture(scope="session")
def initdb() -> Path:
    """The program that prepares a PostgreSQL server; Debian's package is installed when there is none."""

    def found() -> Path | None:
        return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)

    program = shutil.which("initdb") or found() or (installed("postgresql", "psql") and found())
    if not program:
        reason = "NO POSTGRESQL: initdb is not installed, so no gradebook was kept in PostgreSQL"
        (pytest.fail if os.environ.get("REQUIRE_SANDBOX") == "1" else pytest.skip)(reason)
    return Path(program).resolve()
