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

from tools.notebooks import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
# Distributions of their own.
PACKAGES = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))


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
    kinds = {".py", ".js", ".css", ".typed"}
    files = (ROOT / "regsoft").rglob("*")
    return {path.relative_to(ROOT).as_posix() for path in files if path.suffix in kinds}


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
assert not any(map(find_spec, ("book", "coursework", "lab", "tools", "website")))
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


def test_regsoft_sets_no_upper_bound_on_python():
    assert PROJECT["requires-python"] == ">=3.11"  # a student's new laptop has the newest Python


# Where else the version is written, and how to find it there.
VERSIONS = {
    "regsoft/__init__.py": r'^__version__ = "(.+)"',
    "packages/sphinx-static-widgets/pyproject.toml": r'^version = "(.+)"',
    "CITATION.cff": r"^version: (.+)",
    "CHANGELOG.md": r"^## \[(.+?)\]",
    "book/cite.md": r"^  edition   = \{(.+)\}",
    "book/errata.md": r"^## Edition (.+)",
}


@pytest.mark.parametrize("place", VERSIONS)
def test_the_version_is_that_of_pyproject_everywhere(place):
    found = re.search(VERSIONS[place], (ROOT / place).read_text("utf-8"), re.MULTILINE)
    assert found[1] == PROJECT["version"], f"{place}: write the version of pyproject.toml"


def test_the_citation_has_the_title_and_the_day_of_the_release():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["title"] in (ROOT / "LICENSE").read_text("utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{citation['version']}] – {citation['date-released']}\n" in changes


def direct_requirements() -> list[Requirement]:
    groups = [PROJECT["optional-dependencies"], PYPROJECT["dependency-groups"]]
    texts = itertools.chain(PROJECT["dependencies"], *(texts for group in groups for texts in group.values()))
    return [Requirement(text) for text in texts]


def test_every_direct_requirement_is_pinned_within_its_range():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = dict(line.split(" ;")[0].split("==") for line in lines if "==" in line)
    projects = [tomllib.loads((folder / "pyproject.toml").read_text("utf-8")) for folder in PACKAGES]
    texts = itertools.chain.from_iterable(project["project"]["dependencies"] for project in projects)
    for requirement in (*direct_requirements(), *map(Requirement, texts)):
        assert pins[requirement.name] in requirement.specifier, f"{requirement}: run make lock"


def test_make_and_pip_install_the_project_and_each_package_from_its_folder():
    folders = [folder.relative_to(ROOT).as_posix() for folder in PACKAGES]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("-")] == ["-e .", *(f"-e {name}" for name in folders)]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^PACKAGES := (.+)", makefile, re.MULTILINE)[1].split() == folders


def test_every_requirement_says_why_it_is_there():
    text = (
        (ROOT / "pyproject.toml")
        .read_text("utf-8")
        .partition("[dependency-groups]")[2]
        .partition("[tool.")[0]
    )
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    assert len(lines) == sum(map(len, PYPROJECT["dependency-groups"].values()))
    assert [line for line in lines if not re.search(r'",  # \w+', line)] == [], (
        "add a comment: what is it for?"
    )


@pytest.mark.parametrize("folder", ["website", "lab/site"])
def test_every_package_of_npm_is_explained_beside_its_list(folder):
    package = json.loads((ROOT / folder / "package.json").read_text("utf-8"))
    wanted = {name for key in package if key.endswith("ependencies") for name in package[key]}
    readme = ROOT / folder.partition("/")[0] / "README.md"
    explained = re.findall(r"^\| `([\w@./-]+)` \(npm\)", readme.read_text("utf-8"), re.MULTILINE)
    assert set(explained) == wanted, f"add or remove a row of {readme.relative_to(ROOT)}: what is it for?"


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_form_and_types_are_in_order(command):
    result = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_each_hook_starts_what_is_installed_for_files_that_are_there():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (local,) = config["repos"]  # nothing is fetched, so a program has one version
    assert local["repo"] == "local"
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for hook in local["hooks"]:
        folder, _, program = hook["entry"].split()[0].rpartition("/")
        assert shutil.which(program, path=Path(sys.executable).parent if folder == ".venv/bin" else None), (
            hook
        )
        assert re.search(hook.get("files", ""), listed.stdout, re.MULTILINE), hook
