"""Build JupyterLite below the finished pages: chapters and problem sets that run in the reader's browser.

    python -m website.lite                    Pyodide and its packages come from their CDN
    python -m website.lite --pyodide ADDRESS  from a copy of that distribution at another address
    python -m website.lite --pyodide FOLDER   from a copy in a folder; the site gets what the chapters need

Pyodide runs with a lock file that names a wheel for each package. The wheels of regsoft and of the widgets are
added to it, so that a notebook has nothing to install. When all is in place, the page of each chapter gets a button
that leads there, and not before, so that no page has a dead link. The problem sets have no page: instructors hand
out the address, lite/notebooks/index.html?path=ps1.ipynb.
"""

import argparse
import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import distributions, version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import nbformat
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_KERNEL_PLUGIN_ID, PYODIDE_VERSION
from lxml import html
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx_static_widgets.saved import WIDGET_VIEW

from coursework.grading.assign import OURS, ProblemSetError, copy_and_build
from coursework.grading.wheel import WheelError, write_wheel

from .page import LITE, read_page, secure, write_page

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
PYODIDE = ROOT / "website" / "node_modules" / "pyodide"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
# Pure Python that Pyodide lacks, in the versions of this environment.
FETCHED = ("anywidget", "comm", "ipywidgets", "jupyterlab-widgets", "psygnal")
PURE = ("--only-binary=:all:", "--platform=any")  # psygnal has compiled wheels, too
EXTRAS = ("", "pictures")  # the extras of regsoft that the chapters use
# What the kernel loads before the first cell.
KERNEL = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "ipython", "jedi")
APPS = ("lab", "notebooks", "tree")
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32"}
BUTTON = """<a class="btn btn-sm book-notebook book-run" title="Run this chapter in the browser">
<svg aria-hidden="true" fill="currentColor" height="12" viewBox="0 0 10 12" width="10">
<path d="M0 0v12l10-6z"></path></svg> Run in browser</a>"""


class LiteError(Exception):
    """JupyterLite cannot be built; the message says why."""


# ------------------------------------------------------------------------------------------------- the lock file


def read_lock(path: Path = PYODIDE / LOCK) -> dict:
    """Return the lock file of the Pyodide that the kernel was made for."""
    try:
        found = json.loads((path.parent / "package.json").read_text("utf-8"))["version"]
        lock = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise LiteError(f"{error.filename} is missing; run: npm ci --prefix website") from None
    if found != PYODIDE_VERSION:
        raise LiteError(
            f"website/package.json has pyodide {found}; the kernel was made for {PYODIDE_VERSION}"
        )
    return lock


def make_wheels(folder: Path) -> None:
    """Put the wheel of the course, which holds regsoft, and those that Pyodide lacks, into a folder."""
    write_wheel(OURS, folder)
    pins = [f"{name}=={version(name)}" for name in FETCHED]
    run(folder, "pip", "download", "--quiet", "--no-deps", *PURE, *pins)


def describe(wheel: Path, python: str) -> dict:
    """Return the lock file's entry for a wheel."""
    (found,) = distributions(path=[str(wheel)])
    requirements = map(Requirement, found.requires or [])
    return {
        "name": canonicalize_name(found.name),
        "version": found.version,
        "file_name": wheel.name,
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": sorted(
            {file.parts[0].removesuffix(".py") for file in found.files or () if file.suffix == ".py"}
        ),
        "depends": [canonicalize_name(each.name) for each in requirements if applies(each, python)],
    }


def applies(requirement: Requirement, python: str) -> bool:
    """Whether a requirement applies in the browser, for regsoft and its pictures."""
    here = {**BROWSER, "python_version": python.rpartition(".")[0], "python_full_version": python}
    return not requirement.marker or any(
        requirement.marker.evaluate({**here, "extra": extra}) for extra in EXTRAS
    )


def add_wheels(lock: dict, wheels: Iterable[Path]) -> None:
    """Add wheels to a lock file, and make sure that it has a file for everything they need."""
    ours = [describe(wheel, lock["info"]["python"]) for wheel in sorted(wheels)]
    lock["packages"].update({package["name"]: package for package in ours})
    closure(lock, [package["name"] for package in ours])


def closure(lock: dict, names: Iterable[str]) -> dict[str, dict]:
    """Return the packages of these names and all that they need."""
    found, asked = {}, [(name, "the notebooks") for name in names]
    while asked:
        name, by = asked.pop()
        if name not in lock["packages"]:
            raise LiteError(f"{by} needs {name}, for which the lock file of Pyodide has no wheel")
        if name not in found:
            found[name] = lock["packages"][name]
            asked += [(canonicalize_name(each), name) for each in found[name]["depends"]]
    return found


def imported(chapter: Path) -> set[str]:
    """Return the names of the modules that the code of a chapter imports, without those of Python itself."""
    modules: set[str] = set()
    for cell in nbformat.read(chapter, as_version=4).cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def packages_for(lock: dict, chapters: Iterable[Path]) -> dict[str, dict]:
    """Return all packages that the kernel and the chapters load."""
    home = {module: name for name, package in lock["packages"].items() for module in package["imports"]}
    names = set(KERNEL)
    for chapter in chapters:
        if unknown := imported(chapter) - set(home):
            raise LiteError(
                f"{chapter.name} imports {', '.join(sorted(unknown))}, which Pyodide does not have"
            )
        names.update(home[module] for module in imported(chapter))
    return closure(lock, names)


# ------------------------------------------------------------------------------------------------ where Pyodide is


def point_to(lock: dict, address: str) -> None:
    """Let the packages of Pyodide come from an address; ours lie beside the lock file."""
    for package in lock["packages"].values():
        package["file_name"] = f"{address}/{package['file_name']}"


def copy_distribution(packages: dict[str, dict], folder: Path, target: Path) -> None:
    """Copy Pyodide and the files of these packages, unless they are there already, and compare their hashes."""
    for name in CORE:
        shutil.copy(PYODIDE / name, target)
    for name, package in packages.items():
        file = folder / package["file_name"]
        if (target / file.name).exists():
            continue
        if not file.is_file():
            raise LiteError(
                f"{folder} lacks {file.name}, the wheel of {name}; is it Pyodide {PYODIDE_VERSION}?"
            )
        if sha256(file.read_bytes()).hexdigest() != package["sha256"]:
            raise LiteError(f"{file} is not the file that Pyodide {PYODIDE_VERSION} has: its hash differs")
        shutil.copy(file, target)


# --------------------------------------------------------------------------------------------------------- the site


def run(folder: Path, *module: object) -> None:
    """Run a module of this Python in a folder; if it fails, raise a `LiteError` with its output."""
    command = [sys.executable, "-m", *map(str, module)]
    result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        raise LiteError(f"{module[0]} {module[1]} failed:\n{result.stdout}{result.stderr}")


def settings(address: str) -> dict:
    """Return the content of jupyter-lite.json."""
    kernel = {
        "pyodideUrl": f"{address}/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./static/pyodide/{LOCK}", "packages": KERNEL},
    }
    data = {"appName": "Sigmoid and Softmax", "litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: kernel}}
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def build(
    site: Path, chapters: Iterable[Path], pyodide: str = PYODIDE_CDN_URL, lock: dict | None = None
) -> None:
    """Build JupyterLite into `site`/lite; what was there is replaced when all is done."""
    lock, remote = lock or read_lock(), is_address(pyodide)
    pyodide = pyodide.rstrip("/") if remote else pyodide
    with TemporaryDirectory(prefix="lite-", dir=site.parent) as scratch:
        contents, output = Path(scratch, "contents"), Path(scratch, "lite")
        contents.mkdir()
        for chapter in chapters:
            (contents / chapter.name).write_text(json.dumps(unrun(chapter)), "utf-8")
        content = json.dumps(settings(pyodide if remote else "./static/pyodide"))
        Path(scratch, "jupyter-lite.json").write_text(content, "utf-8")
        options = ["--lite-dir", scratch, "--contents", contents, "--output-dir", output, "--no-sourcemaps"]
        apps = [option for app in APPS for option in ("--apps", app)]
        run(Path(scratch), "jupyter", "lite", "build", *options, "--no-unused-shared-packages", *apps)
        add_packages(output, lock, list(chapters), pyodide)
        for path in output.rglob("*.html"):
            page = read_page(path)
            secure(page, LITE)
            write_page(page, path)
        shutil.rmtree(site / "lite", ignore_errors=True)
        output.rename(site / "lite")


def unrun(chapter: Path) -> dict:
    """Return a chapter as it is shown before a cell runs: with its pictures, each widget as its first picture."""
    notebook = json.loads(chapter.read_text("utf-8"))
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"]["trusted"] = True  # pictures are shown; nbformat would drop this key
            for output in cell["outputs"]:
                output.get("data", {}).pop(WIDGET_VIEW, None)
    return notebook


def is_address(pyodide: str) -> bool:
    """Whether Pyodide is at an address, rather than in a folder."""
    if urlsplit(pyodide).scheme in ("http", "https"):
        return True
    if not Path(pyodide).is_dir():
        raise LiteError(
            f"--pyodide is {pyodide!r}; allowed: a folder, or an address that begins with https://"
        )
    return False


def add_packages(output: Path, lock: dict, chapters: list[Path], pyodide: str) -> None:
    """Write the lock file and the wheels that it adds; those of Pyodide too when they come from a folder."""
    target = output / "static" / "pyodide"
    target.mkdir(parents=True)
    make_wheels(target)
    for name in ("piplite", "pyodide_kernel", "ipykernel", "widgetsnbextension-4"):
        (wheel,) = output.glob(f"extensions/@jupyterlite/pyodide-kernel-extension/static/pypi/{name}*.whl")
        shutil.copy(wheel, target)
    if is_address(pyodide):
        point_to(lock, pyodide)
    add_wheels(lock, target.glob("*.whl"))
    needed = packages_for(lock, chapters)
    if not is_address(pyodide):
        copy_distribution(needed, Path(pyodide), target)
        lock["packages"] = needed
    (target / LOCK).write_text(json.dumps(lock), "utf-8")


def released_notebooks(course: Path) -> list[Path]:
    """Return what students get of a course that is built: one notebook for each problem set."""
    return sorted((course / "release").glob("*/*.ipynb"))


def add_buttons(site: Path, chapters: Iterable[Path]) -> None:
    """Give the page of each chapter the button that opens it in JupyterLite."""
    for chapter in chapters:
        path = site / "book" / f"{chapter.stem}.html"
        page = read_page(path)
        for old in page.cssselect("a.book-run"):
            old.drop_tree()
        button = html.fragment_fromstring(BUTTON)
        button.set("href", f"../lite/notebooks/index.html?path={chapter.name}")
        page.cssselect(".article-header-buttons a[download]")[0].addnext(button)
        write_page(page, path)


def main(arguments: list[str] | None = None) -> int:
    """Build JupyterLite and the buttons; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", default=PYODIDE_CDN_URL, metavar="PLACE", help="an address or a folder")
    place = parser.parse_args(arguments).pyodide
    try:
        if missing := [
            path.stem for path in NOTEBOOKS if not (SITE / "book" / f"{path.stem}.html").is_file()
        ]:
            raise LiteError(f"the book is not built, or without {', '.join(missing)}; run: make book")
        is_address(place)  # refuse a wrong place now, not after a minute of building
        with TemporaryDirectory(prefix="course-") as course:
            copy_and_build(Path(course))
            build(SITE, [*NOTEBOOKS, *released_notebooks(Path(course))], place)
        add_buttons(SITE, NOTEBOOKS)
    except (LiteError, WheelError, ProblemSetError) as error:
        print(f"lite: {error}", file=sys.stderr)
        return 1
    print(
        f"JupyterLite, chapters and problem sets: {(SITE / 'lite').relative_to(ROOT)}, Pyodide from {place}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
