"""What is shipped: a wheel and a source archive that build, the tests in it, and one version everywhere."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import regsoft
from tools.notebooks import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source archive, built from a copy."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff"):
        shutil.copy(ROOT / name, copy)
    for name in ("regsoft", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", copy]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    return wheel, sdist


def modules() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "regsoft").rglob("*.py")}


def test_the_wheel_holds_the_package_and_nothing_else(archives):
    with zipfile.ZipFile(archives[0]) as files:
        wheel = files.namelist()
    package = {name for name in wheel if ".dist-info/" not in name}
    assert package == modules()
    assert f"regsoft-{PROJECT['version']}.dist-info/licenses/LICENSE" in wheel


@pytest.fixture(scope="module")
def unpacked(archives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the unpacked source archive."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archives[1]) as archive:
        archive.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    return inside


def test_the_source_archive_holds_the_package_and_the_tests_of_its_mathematics(unpacked):
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    tests = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "regsoft").glob("*.py")}
    texts = {
        "pyproject.toml",
        "PKG-INFO",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "pytest.ini",
    }
    assert files - {".gitignore"} == modules() | tests | texts | {"tests/__init__.py"}


# Run by Python itself, so that the folder it stands in comes first and this checkout is nowhere to be found.
ALONE = """
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path = [entry for entry in sys.path if Path(entry).resolve() != Path(sys.argv[1])]
assert Path(find_spec("regsoft").origin).is_relative_to(Path.cwd())
assert not any(map(find_spec, ("book", "coursework", "lab", "tools", "web")))
sys.exit(pytest.main(sys.argv[2:]))
"""
QUICK = ("argmax", "simplex", "validate")


def run_alone(folder: Path, *arguments: str) -> str:
    """Run pytest in a folder, where nothing of this checkout can be imported; return what it says."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYTEST"))
    }
    command = [sys.executable, "-c", ALONE, ROOT, "-q", "-p", "no:cacheprovider", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_every_test_of_the_source_archive_is_found_without_the_rest_of_the_project(unpacked):
    found = run_alone(unpacked, "--collect-only", "tests/regsoft")
    files = {line.partition("::")[0] for line in found.splitlines() if "::" in line}
    assert files == {f"tests/regsoft/{path.name}" for path in (ROOT / "tests" / "regsoft").glob("test_*.py")}


def test_tests_of_the_source_archive_pass_without_the_rest_of_the_project(unpacked):
    said = run_alone(unpacked, *(f"tests/regsoft/test_{name}.py" for name in QUICK), "regsoft/argmax.py")
    assert re.search(r"^\d{3} passed", said, re.MULTILINE)


def test_the_wheel_installs_on_every_python_from_3_11_on():
    assert PROJECT["requires-python"] == ">=3.11"  # a student's new laptop has the newest Python


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert {regsoft.__version__, str(citation["version"]), newest[1]} == {PROJECT["version"]}
    assert citation["title"] in (ROOT / "LICENSE").read_text("utf-8")


def direct_requirements() -> list[Requirement]:
    groups = [PROJECT["optional-dependencies"], PYPROJECT["dependency-groups"]]
    texts = itertools.chain(PROJECT["dependencies"], *(texts for group in groups for texts in group.values()))
    return [Requirement(text) for text in texts]


def test_every_direct_requirement_is_pinned_within_its_range():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert lines[-1] == "-e ."
    pins = dict(line.split(" ;")[0].split("==") for line in lines if "==" in line)
    for requirement in direct_requirements():
        assert pins[requirement.name] in requirement.specifier, f"{requirement}: run make lock"


NODE_FOLDERS = ("web", "lab/site")


def test_contributing_says_why_each_direct_requirement_is_there():
    explained = re.findall(r"^\| `([\w@./-]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    packages = [json.loads((ROOT / folder / "package.json").read_text("utf-8")) for folder in NODE_FOLDERS]
    npm = {
        name
        for package in packages
        for key in package
        if key.endswith("ependencies")
        for name in package[key]
    }
    assert sorted(explained) == sorted([*npm, *(requirement.name for requirement in direct_requirements())])


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(command):
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", ROOT]
    result = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
