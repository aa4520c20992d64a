"""A real JupyterLab: two chapters run to their ends, sliders move pictures, and pictures are dragged."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.website.pictures import frame
from tools.notebooks import ROOT, cells, read
from tools.refresh import KERNEL

PATIENCE = 300_000  # milliseconds: a busy machine is slow, not broken
CHAPTERS = [ROOT / "book" / f"{name}.ipynb" for name in ("sigmoid", "temperature")]
# of frames, each with a slider of ipywidgets at least
WIDGETS = {path.stem: len(re.findall(r"explore\(\w+: ", path.read_text("utf-8"))) for path in CHAPTERS}
NOTEBOOK = "jupyterapp.shell.currentWidget"
# Pictures with numbers, with lists of them, and with a solid that is turned.
LIVE = [
    "from regsoft.live import Decision, Shares, Sheet",
    "decision = Decision()\ndecision",
    "shares = Shares()\nshares",
    "sheet = Sheet()\nsheet",
    "# the end",
]


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
    nbformat.write(
        new_notebook(cells=list(map(new_code_cell, LIVE)), metadata=KERNEL), home / "book" / "live.ipynb"
    )
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
        "--JupyterNotebookApp.expose_app_in_browser=True",
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


def test_one_of_the_chapters_has_frames_with_sliders():
    assert any(WIDGETS.values())


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


# -------------------------------------------------------------------------------- pictures that a reader drags


@pytest.fixture(
    scope="module", params=["lab/workspaces/live/tree", "notebooks"]
)  # the other page has its own
def opened(request: pytest.FixtureRequest, browser: Browser, lab: str) -> Iterator[Page]:
    """A notebook with live pictures, in JupyterLab and in Notebook 7, after its cells were run."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab}{request.param}/live.ipynb")
    page.wait_for_function("() => globalThis.jupyterapp?.restored")
    page.wait_for_function(f"() => {NOTEBOOK}?.sessionContext?.isReady && {NOTEBOOK}.content.widgets.length")
    perform(page, "notebook:run-all-cells")
    for number in range(len(LIVE) - 2):
        page.locator(".rs-stage").nth(number).wait_for()
    yield page
    page.evaluate(f"() => {NOTEBOOK}.sessionContext.shutdown()")
    page.context.close()


@pytest.fixture
def live(opened: Page) -> Page:
    """The notebook with its first picture as it was made."""
    kernel_says(opened, "decision.x, decision.w, decision.answer = 1, 0.5, False")
    decision = picture(opened, "Decision")
    decision.locator(".rs-handle[data-key=x][aria-valuenow='1']").wait_for()
    decision.get_by_role("button", name="Show the best w").wait_for()
    return opened


def picture(page: Page, name: str) -> Locator:
    """Return the picture of a class."""
    (number,) = (number for number, source in enumerate(LIVE[1:]) if f"= {name}()" in source)
    return page.locator(".rs").nth(number)


def drag(picture: Locator, handle: Locator | None, across: float, up: float) -> None:
    """Drag a handle by some pixels, or, from a place without a handle, the solid of a picture."""
    held = handle or picture.locator(".rs-turn")
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    x, y = (
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if handle
        else (box["x"] + 20, box["y"] + 20)
    )
    mouse = picture.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + across, y - up, steps=5)
    mouse.up()
    frame(picture.page)


def kernel_says(page: Page, code: str) -> str:
    """Execute code in the kernel of the notebook; return what it prints."""
    return page.evaluate(
        f"""async (code) => {{
            let said = "";
            const future = {NOTEBOOK}.sessionContext.session.kernel.requestExecute({{ code }});
            future.onIOPub = ({{ header, content }}) => {{
                if (header.msg_type === "stream") said += content.text;
            }};
            await future.done;
            return said.trim();
        }}""",
        code,
    )


def wait_for(page: Page, code: str, said: str) -> None:
    """Wait until the kernel prints this: changes reach it one after another."""
    end = time.monotonic() + PATIENCE / 1000
    while (found := kernel_says(page, code)) != said:
        assert time.monotonic() < end, found
        page.wait_for_timeout(100)


def test_dragging_changes_the_traits_of_python_and_back(live: Page):
    decision = picture(live, "Decision")
    drag(decision, decision.locator(".rs-handle[data-key=w]"), 104, 0)  # a quarter of the axis
    wait_for(live, "print(abs(decision.w - 0.75) < 0.01)", "True")
    kernel_says(live, "decision.x = -2")
    decision.locator(".rs-handle[data-key=x][aria-valuenow='-2']").wait_for()
    assert decision.locator("input[data-key=x]").input_value() == "-2"


def test_dragging_a_bar_changes_one_number_of_a_list_of_python_and_back(opened: Page):
    shares = picture(opened, "Shares")
    kernel_says(opened, "shares.x = [1, 2, 4]")
    bar = shares.locator(".rs-handle[data-key=x]").nth(1)
    expect(bar).to_have_attribute("aria-valuenow", "2")
    drag(shares, bar, 0, 60)
    score = float(bar.get_attribute("aria-valuenow"))
    assert 2.5 < score < 4.5
    wait_for(opened, "print(shares.x)", str([1.0, score, 4.0]))
    kernel_says(opened, "shares.x = [0, 0.5, 3]")
    for number, score in enumerate(("0", "0.5", "3")):
        expect(shares.locator(".rs-handle[data-key=x]").nth(number)).to_have_attribute("aria-valuenow", score)


def test_turning_a_solid_by_the_mouse_changes_the_traits_of_python_and_back(opened: Page):
    sheet = picture(opened, "Sheet")
    kernel_says(opened, "sheet.turn, sheet.tilt = -45, 30")
    view = sheet.get_by_label("view:")
    expect(view).to_have_attribute("aria-valuetext", "turned to −45°, tilted by 30°")
    drag(sheet, None, 60, -30)
    words = view.get_attribute("aria-valuetext")
    turn, tilt = (int(number) for number in re.findall(r"-?\d+", words.replace("−", "-")))
    assert (turn < -60, tilt > 35) == (True, True)
    wait_for(
        opened,
        "print(round(sheet.turn), round(sheet.tilt), sheet.w, sheet.alpha)",
        f"{turn} {tilt} 0.4 500.0",
    )
    kernel_says(opened, "sheet.turn, sheet.tilt = 10, 50")
    expect(view).to_have_attribute("aria-valuetext", "turned to 10°, tilted by 50°")


def test_arrow_keys_move_a_handle_and_not_the_notebook(live: Page):
    decision = picture(live, "Decision")
    decision.locator(".rs-handle[data-key=w]").focus()
    cell = live.evaluate(f"{NOTEBOOK}.content.activeCellIndex")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown"):
        live.keyboard.press(key)
    button = decision.get_by_role("button", name="Show the best w")
    button.press("Enter")
    decision.get_by_role("button", name="Hide the best w").wait_for()
    wait_for(live, "print(decision.w, decision.answer)", "0.48 True")
    assert live.evaluate(f"{NOTEBOOK}.content.activeCellIndex") == cell
    assert live.evaluate(f"{NOTEBOOK}.content.mode") == "command"


def test_a_picture_takes_the_theme_of_the_notebook(live: Page):
    inks = []
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        perform(live, "apputils:change-theme", theme=theme)
        light = str(theme.endswith("Light")).lower()
        live.wait_for_function("(light) => document.body.dataset.jpThemeLight === light", arg=light)
        inks.append(live.locator(".rs-stage text").first.evaluate("(text) => getComputedStyle(text).fill"))
    assert len(set(inks)) == 2
