"""Imports inside regsoft point one way, and the mathematics needs NumPy alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import regsoft

PACKAGE = Path(regsoft.__file__).parent
# Read from top to bottom: a module imports from the lines above its own, never from its own line or below.
LAYERS = (
    ("_types",),
    ("_rows",),
    ("_stable",),
    ("_validate",),
    ("_shares", "entropy", "simplex", "testing"),
    ("objective", "argmax", "entmax", "smoothmax", "loss", "geometry"),
    ("jacobian", "online"),
    ("picture",),
    ("figures",),
    ("widgets", "live"),
    ("check",),
)
# What may be imported from elsewhere, the standard library apart.
FOREIGN = {
    "picture": {"numpy", "matplotlib"},
    "figures": {"numpy", "matplotlib", "mpl_toolkits"},
    "widgets": {"numpy", "ipywidgets"},
    "live": {"numpy", "matplotlib", "anywidget", "traitlets"},
    "check": {"numpy"},
}
ABOVE = {
    module: {name for layer in LAYERS[:depth] for name in layer}
    for depth, layer in enumerate(LAYERS)
    for module in layer
}
MATHEMATICS = set(ABOVE) - set(FOREIGN)


def sources():
    """Yield each module's name (a folder is one module) and its files; `regsoft` itself is its `__init__`."""
    for path in sorted(PACKAGE.iterdir()):
        if path.suffix == ".py" or (path / "__init__.py").exists():
            yield path.stem, sorted(path.rglob("*.py")) if path.is_dir() else [path]


def imported(source):
    """Return the full names that a source imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def offences(module, source):
    """Return the imports that `module` may not have."""
    homes = {name: getattr(regsoft, name).__module__.split(".")[1] for name in regsoft.__all__}
    bad = set()
    for name in imported(source):
        top, *rest = name.split(".")
        if top == "regsoft":
            home = homes.get(rest[0], rest[0]) if rest else ""
            allowed = home in ABOVE[module] or (home == module and module in FOREIGN)  # a folder's own files
        else:
            allowed = top in sys.stdlib_module_names or top in FOREIGN.get(module, {"numpy"})
        if not allowed:
            bad.add(name)
    return bad


def test_every_module_has_its_place_in_the_table():
    assert {module for module, _ in sources()} - {"__init__"} == set(ABOVE)


@pytest.mark.parametrize("module", ABOVE)
def test_imports_point_one_way(module):
    for path in dict(sources())[module]:
        assert offences(module, path.read_text(encoding="utf-8")) == set(), path.name


def test_the_package_itself_imports_the_mathematics_alone():
    parts = {name.split(".")[1] for name in imported((PACKAGE / "__init__.py").read_text(encoding="utf-8"))}
    assert parts <= MATHEMATICS


@pytest.mark.parametrize(
    ("module", "source", "offence"),
    [
        ("entropy", "from regsoft.argmax import softmax", "regsoft.argmax.softmax"),
        ("entropy", "from regsoft import softmax", "regsoft.softmax"),
        ("entropy", "from regsoft.simplex import one_hot", "regsoft.simplex.one_hot"),
        ("entropy", "import regsoft", "regsoft"),
        ("entropy", "def late():\n    import regsoft.loss", "regsoft.loss"),
        ("entropy", "from . import loss", "..loss"),
        ("argmax", "from scipy.special import expit", "scipy.special.expit"),
        ("loss", "import matplotlib.pyplot as plt", "matplotlib.pyplot"),
        ("picture", "import ipywidgets", "ipywidgets"),
        ("picture", "from regsoft.figures import cells", "regsoft.figures.cells"),
        ("figures", "from regsoft.widgets import explore", "regsoft.widgets.explore"),
        ("figures", "import pandas", "pandas"),
        ("widgets", "import matplotlib", "matplotlib"),
        ("widgets", "from regsoft.live import Decision", "regsoft.live.Decision"),
        ("live", "import ipywidgets", "ipywidgets"),
        ("live", "from regsoft.widgets import explore", "regsoft.widgets.explore"),
    ],
)
def test_an_import_that_points_the_other_way_is_seen(module, source, offence):
    assert offences(module, source) == {offence}


def test_importing_regsoft_loads_numpy_and_nothing_else_that_is_installed():
    code = "import sys, numpy; before = set(sys.modules); import regsoft; print(*set(sys.modules) - before)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True, cwd=PACKAGE.parent).split())
    assert {name.split(".")[0] for name in loaded} - sys.stdlib_module_names <= {"regsoft", "numpy"}
    assert {name.split(".")[1] for name in loaded if name.startswith("regsoft.")} <= MATHEMATICS
