"""What is shipped: a wheel and a source archive that build, one version everywhere, a light import."""

import itertools
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest
import yaml
from packaging.requirements import Requirement

import regsoft
from tools.notebooks import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
# Distributions of their own.
PACKAGES = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The names of the files in the wheel and in the source archive, built from a copy."""
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
    with zipfile.ZipFile(wheel) as files, tarfile.open(sdist) as members:
        inside = {name.partition("/")[2] for name in members.getnames()}
        return set(files.namelist()), inside


def modules() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "regsoft").rglob("*.py")}


def test_the_wheel_holds_the_package_and_nothing_else(archives):
    wheel, _ = archives
    package = {name for name in wheel if ".dist-info/" not in name}
    assert package == modules()
    assert f"regsoft-{PROJECT['version']}.dist-info/licenses/LICENSE" in wheel


def test_the_source_archive_holds_what_its_tests_need(archives):
    _, sdist = archives
    assert modules() | {"pyproject.toml", "LICENSE", "tests/project/test_packaging.py"} <= sdist


def test_the_wheel_installs_on_every_python_from_3_11_on():
    assert PROJECT["requires-python"] == ">=3.11"  # a student's new laptop has the newest Python


def test_the_import_needs_numpy_alone():
    program = "import sys; before = set(sys.modules); import regsoft; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in loaded.stdout.split()}
    assert packages - sys.stdlib_module_names == {"numpy", "regsoft"}


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
    assert wanted - set(explained) == set(), f"add a row to {readme.relative_to(ROOT)}: what is it for?"


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_form_and_types_are_in_order(command):
    result = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
