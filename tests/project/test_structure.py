"""The structure of ARCHITECTURE.md: one import root, imports that point down, one way to start a program."""

import ast
import graphlib
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from tools.notebooks import ROOT

# From the ground up: a folder imports from itself and from those before it. tests/regsoft stands alone (the source
# archive holds it), and lab/accuracy.py and lab/peers.py keep what it measures.
FLOORS = [
    "regsoft",
    "tests.regsoft",
    "sphinx_static_widgets",
    "coursework",
    "website",
    "tools",
    "lab",
    "tests",
]
# Programs that run where the project is not installed: in the sandbox, and in a folder of nbgrader's.
ELSEWHERE = (
    "coursework/grading/stub",
    "coursework/grading/inside/runner.py",
    "nbgrader_config.py",
    "sample_course",
)
STARTED_BY_PATH = re.compile(r"python3?\S* (?:-\w+ )*(?:tools|lab|website|coursework|tests)/[\w/]+\.py")


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.check_output(["git", "ls-files", "-z", *patterns], cwd=ROOT, text=True).split("\0")
    return [Path(name) for name in names if name and (ROOT / name).exists()]


def dotted(path: Path) -> str:
    """The name under which a file is imported: below the project's top folder, or below a package's own."""
    parts = path.with_suffix("").parts
    parts = parts[3:] if parts[0] == "packages" else parts  # packages/<name>/src
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def named() -> list[tuple[str, Path]]:
    python = [path for path in tracked("*.py") if not any(place in path.as_posix() for place in ELSEWHERE)]
    python = [path for path in python if path.parts[0] != "packages" or path.parts[2] == "src"]
    return [(dotted(path), path) for path in python]


@cache
def modules() -> dict[str, Path]:
    return dict(named())


def imported(name: str, path: Path) -> set[str]:
    """The project's modules that a module imports, wherever in it; its own packages, which Python loads, apart."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(filter(None, [above, node.module]))
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {full if full in modules() else base for full in names}
    return found & modules().keys() - {name}


@cache
def graph() -> dict[str, set[str]]:
    return {name: imported(name, path) for name, path in modules().items()}


def test_every_module_is_seen_under_one_name():
    assert len(modules()) > 150
    assert len(named()) == len(modules())
    assert graph()["regsoft.argmax"] >= {"regsoft._validate"}


def test_no_module_imports_itself_by_way_of_others():
    try:
        graphlib.TopologicalSorter(graph()).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"a circle of imports: {' → '.join(error.args[1])}")


def floor_of(name: str) -> str:
    """The floor on which a module stands: the longest that its name begins with."""
    return max((floor for floor in FLOORS if f"{name}.".startswith(f"{floor}.")), key=len, default=name)


@pytest.mark.parametrize("floor", FLOORS)
def test_a_folder_imports_only_from_those_below(floor):
    below = {*FLOORS[: FLOORS.index(floor)], floor}
    up = {
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if floor_of(name) == floor and floor_of(other) not in below and other != "tests"
    }
    assert up == set()


def test_every_top_folder_with_code_has_its_floor():
    assert {floor_of(name) for name in modules()} == {*FLOORS}


def test_there_is_one_import_root():
    assert "pythonpath" not in (ROOT / "pyproject.toml").read_text("utf-8")
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]
    assert sphinx["local_extensions"] == {"website": "."}
    changing = [
        str(path)
        for name, path in modules().items()
        if re.search(r"sys\.path(\.|\[|\s*\+?=)", (ROOT / path).read_text("utf-8"))
    ]
    # config and the tests write programs that run elsewhere; mutation puts its copy of the project first
    tests = ["coursework/hostile.py", "coursework/test_coursework.py", "project/test_packaging.py"]
    allowed = ["coursework/grading/config.py", "lab/mutation.py", *(f"tests/{name}" for name in tests)]
    assert sorted(changing) == allowed


def test_a_program_is_started_as_a_module():
    texts = tracked("*.md", "*.py", "*.yml", "Makefile", ".ci/run", ".github", "*.ipynb")
    by_path = [
        f"{path}: {found[0]}"
        for path in texts
        for found in STARTED_BY_PATH.finditer((ROOT / path).read_text("utf-8"))
    ]
    assert by_path == []


@pytest.mark.parametrize("path", tracked("*.mjs", "website/*.js"), ids=str)
def test_a_script_names_files_that_are_there(path):
    text = (ROOT / path).read_text("utf-8")
    named_files = re.findall(r"""(?:from |import\(|new URL\()["'](\.\.?/[^"']+)""", text)
    for name in named_files:  # what npm installs may not be there yet, its list is
        folder, installed, _ = (ROOT / path.parent / name).resolve().as_posix().partition("/node_modules/")
        assert Path(folder, "package.json" if installed else "").exists(), name
