"""A real JupyterLab: every chapter of Part I runs to its end, and every slider moves its picture."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page
from sphinx_static_widgets.saved import WIDGET_VIEW

from tools.notebooks import ROOT, cells, read

PATIENCE = 300_000  # milliseconds: a busy machine is slow, not broken
PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
CHAPTERS = [
    path for entry in PARTS[0]["chapters"] if (path := (ROOT / entry["file"]).with_suffix(".ipynb")).exists()
]
WIDGETS = {path.stem: path.read_text("utf-8").count(f'"{WIDGET_VIEW}"') for path in CHAPTERS}
NOTEBOOK = "jupyterapp.shell.currentWidget"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab of this environment, with its own settings and chapters without outputs."""
    home = tmp_path_factory.mktemp("lab")
    (home / "book").mkdir()
    for path in CHAPTERS:
        chapter = read(path)
        chapter.metadata.pop("widgets", None)
        for cell in cells(chapter, "code"):
            cell.outputs = []
        nbformat.write(chapter, home / "book" / path.name)
    places = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    settings = home / places[2] / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}', "utf-8")
    options = [
        "--no-browser",
        "--allow-root",
        "--port=0",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, home / "book"],
        env={**os.environ, **{name: str(home / name) for name in places}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield address(server, home / "JUPYTER_RUNTIME_DIR")
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:  # it has shut down, but for a thread that nobody wakes; seen once
            server.kill()
            server.wait()


def address(server: subprocess.Popen, folder: Path) -> str:
    """Return the address that a server has written down once it listens."""
    while server.poll() is None:
        for file in folder.glob("jpserver-*.json"):
            if text := file.read_text("utf-8"):
                return json.loads(text)["url"]
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab ended with {server.returncode}")


@pytest.fixture(scope="module")
def page(browser: Browser, lab: str) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab}lab")
    page.wait_for_function("() => globalThis.jupyterapp?.restored")
    page.evaluate("() => jupyterapp.restored.then(() => {})")
    yield page
    page.context.close()


def perform(page: Page, command: str, **arguments: str) -> None:
    """Execute a command of JupyterLab, and wait until it is done."""
    page.evaluate(
        "async ([command, arguments]) => void (await jupyterapp.commands.execute(command, arguments))",
        [command, arguments],
    )


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest, page: Page) -> Iterator[Page]:
    """A chapter after all of its cells were run."""
    perform(page, "docmanager:open", path=request.param.name)
    page.wait_for_function(f"() => {NOTEBOOK}?.sessionContext?.isReady && {NOTEBOOK}.content.widgets.length")
    perform(page, "notebook:run-all-cells")
    yield page
    page.evaluate(f"() => {NOTEBOOK}.sessionContext.shutdown()")
    perform(page, "docmanager:save")
    perform(page, "application:close")


def test_every_cell_of_a_chapter_runs_without_an_error(chapter: Page):
    cells = chapter.evaluate(
        f"() => {NOTEBOOK}.content.model.toJSON().cells.filter((cell) => cell.cell_type === 'code')"
    )
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert {"execute_result"} <= kinds <= {"execute_result", "display_data", "stream"}


def shown(widget: Locator) -> str:
    """Return the picture that a widget shows."""
    pictures = widget.locator("svg[role=img]:visible")
    assert pictures.count() == 1
    return pictures.evaluate("(svg) => svg.outerHTML")


def changes(widget: Locator, before: str) -> str:
    """Wait until the picture is another one, and return it."""
    widget.page.wait_for_function(
        """([widget, before]) => {
            const shown = [...widget.querySelectorAll("svg[role=img]")].filter((svg) => svg.checkVisibility());
            return shown.length === 1 && shown[0].outerHTML !== before;
        }""",
        arg=[widget.element_handle(), before],
    )
    return shown(widget)


def drag_to_the_other_end(handle: Locator) -> None:
    """Drag the handle of a slider with the mouse, from its half of the track to the end of the other half."""
    handle.scroll_into_view_if_needed()
    box, track = (
        handle.bounding_box(),
        handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box(),
    )
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left, right = track["x"], track["x"] + track["width"]
    mouse = handle.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(left if x > (left + right) / 2 else right, y, steps=5)
    mouse.up()


def test_every_slider_moves_its_picture_by_key_and_by_mouse(chapter: Page):
    handles = chapter.locator(".widget-hslider .noUi-handle").all()
    assert len(handles) >= WIDGETS[Path(chapter.evaluate(f"{NOTEBOOK}.context.path")).stem]
    for handle in handles:
        widget = handle.locator("xpath=ancestor::*[contains(@class, 'widget-vbox')][1]")
        handle.focus()
        at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        before = shown(widget)
        handle.press("ArrowLeft" if at_end else "ArrowRight")
        after = changes(widget, before)
        drag_to_the_other_end(handle)
        changes(widget, after)
