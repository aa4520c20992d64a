"""What tests of more than one folder share: built courses, and programs of Debian."""

import gc
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.coursework.grading import copy_sample

collect_ignore = ["coursework/sample_course"]  # problem sets, which nobody imports
LONG = {"test_site", "test_jupyterlab", "test_lite", "test_pdf", "test_build"}  # files that take minutes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first, so that the last worker is not left alone with one."""
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported and collected; a fifth of the tests' time went there."""
    gc.freeze()


@pytest.fixture(scope="session")
def problem_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with all problem sets, built as an instructor builds it, for all workers: read it or copy it."""
    from coursework.grading.masters import build_copy  # a second to import, which most tests need not wait

    return _course_once(tmp_path_factory.getbasetemp(), "problem-sets", build_copy)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample course, built, for all workers: read it or copy it."""
    from coursework.grading.masters import build as make

    return _course_once(tmp_path_factory.getbasetemp(), "sample", lambda folder: make(copy_sample(folder)))


def _course_once(temporary: Path, name: str, write: Callable[[Path], object]) -> Path:
    """The folder of a course; one of several workers of pytest writes it, the others wait for it."""
    folder = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / name
    with FileLock(f"{folder}.lock"):
        if not Path(f"{folder}.built").exists():
            write(folder)
            Path(f"{folder}.built").touch()
    return folder


@pytest.fixture(scope="session")
def sandboxed() -> None:
    """Make sure that notebooks can be run in a sandbox, as grading does."""
    if not (shutil.which("bwrap") or debian("bubblewrap", "bwrap")):
        reason = "NO SANDBOX: bubblewrap is not installed, so no submission was graded"
        (pytest.fail if os.environ.get("REQUIRE_SANDBOX") == "1" else pytest.skip)(reason)


@pytest.fixture(scope="session")
def initdb() -> Path:
    """The program that prepares a PostgreSQL server; Debian's package is installed when there is none."""

    def found() -> Path | None:
        return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)

    program = shutil.which("initdb") or found() or (debian("postgresql", "psql") and found())
    if not program:
        reason = "NO POSTGRESQL: initdb is not installed, so no gradebook was kept in PostgreSQL"
        (pytest.fail if os.environ.get("REQUIRE_SANDBOX") == "1" else pytest.skip)(reason)
    return Path(program).resolve()


def debian(package: str, program: str = "") -> str | None:
    """Install a package of Debian's where that is possible; return the path of its program."""
    if not shutil.which("apt-get") or os.name != "posix" or os.geteuid() != 0:
        return None
    patient = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=300"]
    subprocess.run([*patient, "update"], check=False)
    subprocess.run([*patient, "install", "--no-install-recommends", package], check=False)
    return shutil.which(program or package)
