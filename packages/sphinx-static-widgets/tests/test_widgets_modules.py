"""AnyWidgets: which modules a page may run, the scripts that they become, and what they do on a page."""

import json
import os
import random
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import anywidget
import ipywidgets
import nbformat
import outsider
import pytest
import sphinx_static_widgets
import traitlets
from ipywidgets.embed import dependency_state, embed_data
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sphinx_static_widgets.extension import MODULE, move_modules
from sphinx_static_widgets.modules import allowed_texts, classic_script
from sphinx_static_widgets.saved import WIDGET_STATE, WIDGET_VIEW, model_of
from widget_states import ODD, damaged

TESTS = Path(__file__).parent
SOURCES = Path(sphinx_static_widgets.__file__).parent
POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; script-src 'self'"


# --------------------------------------------------------------------------------------------- scripts from modules

MODULES = {  # each draws "drawn"
    "an object": 'export default { render() { return "drawn"; } };',
    "no semicolon": 'export default {\n  render: () => "drawn",\n}\nconst late = 1',
    "named before": 'const render = () => "drawn";\nexport default { render }',
    "a list of names": 'const render = () => "drawn";\nexport { render as default, render };',
    "a name in quotes": 'const w = { render: () => "drawn" };\nexport { w as "default" };',
    "minified": 'var a=/[/"`]/,b=()=>"drawn";class C{}export{b as render,C as D};',
    "render alone": 'export function render() { return "drawn"; }',
    "render as a constant": 'export const x = 1, /* of two */ render = () => "drawn"',
    "render that waits": 'export async function render() { return await "drawn"; }',
    "render before default": 'export const render = () => "drawn"; export default { render: () => "other" };',
    "a function": 'export default () => ({ render: () => "drawn" });',
    "a function that waits": 'export default async function () { return { render: () => "drawn" }; }',
    "a named function": "export default function made() { return made.widget }\n"
    'made.widget = { render: () => "drawn" };',
    "used before it stands": 'early.widget = { render: () => "drawn" };\n'
    "export default function early() { return early.widget }",
    "an unnamed function": 'export default function () { return { render() { return "drawn"; } } }\nlet after = 1;',
    "a class": 'class W { render() { return "drawn"; } }\nexport default new W();',
    "a class that is exported": 'export class W { render() { return "drawn"; } }\nexport default new W()',
    "waits at the top": 'const word = await Promise.resolve("drawn");\nexport default { render: () => word };',
    "strict, without this": 'let word = "drawn";\ntry { undeclared = 1; word = "loose"; } catch {}\n'
    "if (this !== undefined) word = String(this);\nexport default { render: () => word };",
    "words that look like exports": 'const text = `\nexport default ${"{ render }"}\n`; // export default x\n'
    "const o = { export: 1, default: /export default/.source, import: 2 };\n"
    'export default { render: () => (text.length && o.export && o.import && "drawn") } // export {',
    "a division that is not a regular expression": "const a = 4, b = 2, g = 1; const n = (a + b) / 2 / g;\n"
    'export default { render: () => (n === 3 ? "drawn" : n) }',
    "its own names": 'const sw_default = "dra", exports = "wn";\n'
    "export default { render: () => sw_default + exports };",
    "lines of Windows": 'export default {\r\n  render() {\r\n    return "drawn";\r\n  },\r\n};\r\n',
    "letters": 'const größe = "drawn";\nexport default { render: () => größe, note: "α → \u2028 ✓" };',
}
# What a host does with a module that it imports, and with what the script hands over.
DRAW_BOTH = """async ([module, script]) => {
  const draw = async ({ default: made, render }) =>
    (render ?? (typeof made === "function" ? await made() : made).render.bind(made))({});
  const element = document.createElement("script");
  let run;
  element.addEventListener("widget-module", (event) => { run = event.detail; });
  element.textContent = script;
  document.head.append(element);
  const imported = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
  return [await draw(imported), await draw(await run())];
}"""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """A page with nothing on it and no policy."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_script_hands_over_what_an_import_of_the_module_gives(blank: Page, module: str):
    assert blank.evaluate(DRAW_BOTH, [module, classic_script(module)]) == ["drawn", "drawn"]


REFUSED = {
    "import React from 'https://esm.sh/react'\nexport default {}": "has an import.* (line 1)",
    "export default {}\nimport './a.js'": "has an import.* (line 2)",
    "export default { async render() { await import('https://esm.sh/three') } }": "has an import.* (line 1)",
    "export default { at: import.meta.url }": "has an import.* (line 1)",
    "let a\nexport { default } from './a.js'": "has an import.* (line 2)",
    "export * from './a.js'": "has an import.* (line 1)",
    "\n\nexport default { render( }": "its module does not parse (line 3)",
    "export default a, b": "its module does not parse (line 1)",
    "export default {}\n/* and no end": "its module does not parse (line 2)",
    "export const widget = {}": "its module exports neither default nor render",
    "const render = () => {}": "its module exports neither default nor render",
    "": "its module exports neither default nor render",
    "export const { render } = make()": "its module exports a destructuring pattern.* (line 1)",
    "@decorated export class A {}": "its module has a decorator (line 1)",
    "export default function () {}\n(1)": "needs a semicolon after .* (line 1)",
    "export default class {}\n[1]": "needs a semicolon after .* (line 1)",
    "let a = 1, b = 2;\nexport default a<!--b": "its module has <!--.* (line 2)",
    "export default {}\n--> x": "its module has <!--.* (line 2)",
    "#!/usr/bin/env node\nexport default {}": "its module has <!--.* (line 1)",
    "export default '\ud800'": ".*surrogates not allowed",
}


@pytest.mark.parametrize(("module", "reason"), REFUSED.items())
def test_a_module_that_a_script_cannot_hold_is_refused_with_its_reason_and_line(module: str, reason: str):
    pattern = (
        reason.replace("(line", r"\(line").replace("1)", r"1\)").replace("2)", r"2\)").replace("3)", r"3\)")
    )
    with pytest.raises(ValueError, match=f"{pattern}$"):
        classic_script(module)


# ------------------------------------------------------------------------------------------- what a page may run


def values(**changed: object) -> dict:
    """What a notebook saves of a counter, or something else."""
    return {"_anywidget_id": "outsider.Counter", "_esm": outsider.Counter._esm, "count": 0, **changed}


def test_the_texts_of_a_class_are_allowed_whatever_the_ends_of_their_lines(monkeypatch: pytest.MonkeyPatch):
    windows = values(_esm=outsider.Counter._esm.replace("\n", "\r\n"))
    for saved in (values(), windows, values(_css=None), values(_css="")):
        assert allowed_texts(saved, ["outsider"]) == (outsider.Counter._esm, "")
    picture = remote(css="p { background: url(data:image/png;base64,AAAA), url('#a') } /* @media */")
    monkeypatch.setitem(sys.modules, "remote", SimpleNamespace(A=type("A", (), dict(picture))))
    assert allowed_texts(picture, ["remote"]) == (picture["_esm"], picture["_css"])
    saved = {"_anywidget_id": "outsider.Bars", "_esm": outsider.Bars._esm, "_css": outsider.Bars._css}
    assert allowed_texts(saved, ["numpy", "outsider.Bars", "outsider"]) == (saved["_esm"], saved["_css"])


def test_a_module_in_a_file_or_in_a_trait_is_that_of_its_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "module.js").write_text("export default {}", "utf-8")

    class InAFile(anywidget.AnyWidget):
        _esm = tmp_path / "module.js"

    class InATrait(anywidget.AnyWidget):
        _esm = traitlets.Unicode("export default {}").tag(sync=True)

    for widget in (InAFile, InATrait):
        monkeypatch.setattr(outsider, "Made", widget, raising=False)
        saved = {"_anywidget_id": "outsider.Made", "_esm": widget()._esm}
        assert allowed_texts(saved, ["outsider"]) == ("export default {}", "")


def remote(esm: str = "export default {};", css: str = "") -> dict:
    """What a notebook saves of a widget whose class has these texts."""
    return {"_anywidget_id": "remote.A", "_esm": esm, "_css": css}


NOT_ALLOWED = {
    "no package is allowed": (values(), [], "static_widgets_packages .* does not name its package"),
    "another package": (values(), ["outside", "outsider.web"], "static_widgets_packages .* does not name"),
    "a cell of the notebook": (
        values(_anywidget_id="__main__.Counter"),
        ["outsider"],
        "static_widgets_packages",
    ),
    "no name": ({"_esm": "export default {}"}, ["outsider"], "does not name the class"),
    "a class that is not there": (values(_anywidget_id="outsider.Gone"), ["outsider"], "has no class Gone"),
    "something else": (values(_anywidget_id="outsider.struct"), ["outsider"], "has no class struct"),
    "a class without a module": (
        values(_anywidget_id="pathlib.Path"),
        ["pathlib"],
        "no class Path with a module",
    ),
    "an edited module": (
        values(_esm=outsider.Counter._esm + " "),
        ["outsider"],
        "saved _esm differs .* execute",
    ),
    "no module": (values(_esm=None), ["outsider"], "saved _esm differs"),
    "styles of another": (values(_css="body { display: none }"), ["outsider"], "saved _css differs"),
    "a failing import": (
        values(_anywidget_id="broken.A"),
        ["broken"],
        "broken cannot be imported: ZeroDivisionE",
    ),
    "a missing import": (
        values(_anywidget_id="absent.A"),
        ["absent"],
        "absent cannot be imported: ModuleNotFound",
    ),
    "a module elsewhere": (remote("https://esm.sh/widget"), ["remote"], "its module is a URL"),
    "styles elsewhere": (remote(css="https://esm.sh/a.css"), ["remote"], "its styles load other files"),
    "styles that import": (remote(css="@import 'a.css';"), ["remote"], "its styles load other files"),
    "styles with a picture": (
        remote(css="p { background: URL( 'https://esm.sh/a.png') }"),
        ["remote"],
        "its styles load other files",
    ),
}


@pytest.mark.parametrize(("saved", "packages", "reason"), NOT_ALLOWED.values(), ids=NOT_ALLOWED)
def test_a_module_that_is_not_that_of_a_class_of_an_allowed_package_is_refused(
    saved: dict, packages: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "broken.py").write_text("1 / 0\n", "utf-8")
    texts = {key: saved.get(key) for key in ("_esm", "_css")}
    (tmp_path / "remote.py").write_text(f"A = type('A', (), {texts})\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "remote", raising=False)
    with pytest.raises(ValueError, match=reason):
        allowed_texts(saved, packages)


def test_every_damaged_state_is_built_and_names_no_module_that_the_page_may_not_run(tmp_path: Path):
    app = SimpleNamespace(outdir=tmp_path, config=SimpleNamespace(static_widgets_packages=["outsider"]))
    whole = {"a": {"model_name": "AnyModel", "state": values()}, "b": {"model_name": "VBoxModel"}}
    odd, rng, named = (*ODD, "AnyModel", "export default {};"), random.Random(0), 0
    for _ in range(500):
        state = damaged(whole, rng, odd)
        files = move_modules(app, "chapter", state)
        named += len(files)
        drawn = [values for kind, values in (model_of(state, name) for name in state) if kind == "AnyModel"]
        assert {values.get("_esm") for values in drawn} - {None} == {Path(file).name for file in files}
    assert 50 < named < 450
    (module,) = tmp_path.glob("_static/widgets/*")
    assert module.read_text("utf-8") == classic_script(outsider.Counter._esm)


# -------------------------------------------------------------------------------------------------- a small book


def save(path: Path, stills: dict[str, str], *widgets: ipywidgets.Widget) -> None:
    """Write a notebook that shows the first widgets, each with its still picture, and keeps the others."""
    path.parent.mkdir(exist_ok=True)
    state = dependency_state(widgets, drop_defaults=False)  # as JupyterLab and nbclient save them
    data = embed_data(widgets, state=state)
    outputs = [
        new_output("display_data", {WIDGET_VIEW: view, **still})
        for view, still in zip(data["view_specs"], stills, strict=False)
    ]
    cells = [new_code_cell("widget", execution_count=1, outputs=[output]) for output in outputs]
    notebook = new_notebook(cells=[new_markdown_cell("# A chapter"), *cells])
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["widgets"] = {WIDGET_STATE: data["manager_state"]}
    nbformat.write(notebook, path)


def build(folder: Path, packages: list[str]) -> str:
    """Build the book of a folder; return what Sphinx says."""
    (folder / "source" / "conf.py").write_text(
        'extensions = ["myst_nb", "sphinx_static_widgets"]\nnb_execution_mode = "off"\nroot_doc = "chapter"\n'
        f"static_widgets_packages = {packages}\n",
        "utf-8",
    )
    paths = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "-n",
            "--keep-going",
            "-q",
            folder / "source",
            folder / "html",
        ],
        env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == bool(result.stderr), result.stderr
    return result.stderr


BARS_STILL = (
    '<div style="padding: 8px"><svg width="200" height="80" style="display: block"></svg><p style="margin: 0">'
    "bar 1: 0.50 m</p></div>"
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one chapter with AnyWidgets, alone and in boxes, built without a warning."""
    folder = tmp_path_factory.mktemp("outside")
    ipywidgets.Widget.close_all()
    first, second = outsider.Counter(count=3), outsider.Counter()
    slider = ipywidgets.IntSlider(0, 0, 9, description="n")
    gauge = ipywidgets.IntSlider(0, 0, 9, description="gauge")
    bars = outsider.Bars(0.25, 0.5, 1.0, chosen=1)
    place = ipywidgets.IntSlider(1, 0, 2, description="place")
    drawing = ipywidgets.VBox([place, bars])
    tabs = ipywidgets.Tab([drawing, outsider.Counter(count=7)], titles=["drawing", "counting"])
    links = [
        ipywidgets.jslink((slider, "value"), (second, "count")),
        ipywidgets.jsdlink((second, "count"), (gauge, "value")),
        ipywidgets.jsdlink((place, "value"), (bars, "chosen")),
    ]
    both = ipywidgets.VBox([slider, ipywidgets.HBox([second, ipywidgets.Label("beside")]), gauge])
    stills = [{"text/html": text} for text in (BARS_STILL, "<b>three</b>", "<b>none</b>", "<b>again</b>")]
    save(folder / "source" / "chapter.ipynb", stills, bars, first, both, tabs, *links)
    assert build(folder, ["outsider"]) == ""
    return folder / "html"


def policy(path: Path) -> str:
    """A policy that allows the files of the book, and what the theme wrote into this page."""
    inline = (
        re.findall("<script>(.*?)</script>", path.read_text("utf-8"), re.S) if path.suffix == ".html" else []
    )
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in inline]
    return " ".join([POLICY, *(f"'sha256-{digest}'" for digest in hashes)])


class Reader:
    """A page of the book as it is read: what it asks for, and what the console says."""

    def __init__(self, browser: Browser, book: Path, kind: str, **options: object) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page = browser.new_page(**options)
        self.page.set_default_timeout(5000)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.route("http*://**", lambda route: route.abort())

        def serve(route):
            path = book / route.request.url.removeprefix("http://book.test/").partition("?")[0]
            route.fulfill(path=path, headers={"Content-Security-Policy": policy(path)})

        self.page.route("http://book.test/**", serve)
        self.page.goto(
            "http://book.test/chapter.html" if kind == "http" else (book / "chapter.html").as_uri()
        )

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)


@pytest.fixture(params=["http", "file"])
def reader(request: pytest.FixtureRequest, browser: Browser, book: Path) -> Iterator[Reader]:
    """The chapter, over http under the policy and from its folder; nothing is said, no other host is asked."""
    reader = Reader(browser, book, request.param)
    yield reader
    assert reader.said == []
    begin = "http://book.test/" if request.param == "http" else book.as_uri()
    assert [url for url in reader.asked if not url.startswith((begin, "blob:"))] == []
    reader.page.close()


def test_each_module_is_one_script_that_is_named_by_what_it_holds(book: Path):
    names = sorted(path.name for path in book.glob("_static/widgets/*"))
    assert [re.sub(r"-[0-9a-f]{12}\.", "-#.", name) for name in names] == [
        *["chapter-#.js"] * 3,
        "module-#.css",
        "module-#.js",
        "module-#.js",
    ]
    page = (book / "chapter.html").read_text("utf-8")
    assert all(name in page for name in names)
    states = book.glob("_static/widgets/chapter-*.js")
    assert not any("addEventListener" in state.read_text("utf-8") for state in states)


def test_widgets_of_another_author_are_alive_without_a_kernel(reader: Reader):
    page = reader.page
    page.keyboard.press("Shift")
    button = page.get_by_role("button", name="pressed 3 times")
    button.click()
    page.get_by_role("button", name="pressed 4 times").press("Enter")
    expect(page.get_by_role("button", name="pressed 5 times")).to_be_focused()
    expect(page.locator(".sw-static")).to_have_count(0)
    words = page.locator(".bars-words")
    expect(words).to_have_text(["bar 1: 0.50 m"] * 2)  # two views of one widget
    page.locator(".bars canvas").first.click(position={"x": 90, "y": 40})
    expect(words).to_have_text(["bar 2: 1.00 m"] * 2)
    page.locator(".bars canvas").first.press("ArrowLeft")
    expect(words).to_have_text(["bar 1: 0.50 m"] * 2)
    pixel = "canvas => [...canvas.getContext('2d').getImageData(50, 60, 1, 1).data]"
    assert page.locator(".bars canvas").last.evaluate(pixel) == [200, 0, 0, 255]
    assert (
        page.locator(".bars").first.evaluate("e => getComputedStyle(e).backgroundColor")
        == "rgb(250, 240, 230)"
    )


def test_links_join_the_traits_of_an_anywidget_and_sliders_both_ways(reader: Reader):
    page = reader.page
    page.keyboard.press("Shift")
    expect(page.locator(".sw-static")).to_have_count(0)
    slider, gauge = page.get_by_label("n", exact=True), page.get_by_label("gauge")
    slider.press("ArrowRight")
    page.get_by_role("button", name="pressed 1 times").click()
    expect(page.get_by_role("button", name="pressed 2 times")).to_be_visible()
    assert slider.input_value() == gauge.input_value() == "2"
    assert gauge.is_disabled()
    page.get_by_label("place").press("ArrowRight")
    expect(page.locator(".bars-words").first).to_have_text("bar 2: 1.00 m")
    assert page.get_by_text("beside").is_visible()
    page.get_by_role("tab", name="drawing").press("ArrowRight")
    page.get_by_role("button", name="pressed 7 times").click()
    expect(page.get_by_role("button", name="pressed 8 times")).to_be_visible()
    assert page.get_by_role(
        "button", name="pressed 3 times"
    ).is_visible()  # the other counter has a model of its own


def test_nothing_of_a_module_is_fetched_before_it_is_near(browser: Browser, book: Path):
    text = (book / "chapter.html").read_text("utf-8")
    (book / "far.html").write_text(
        text.replace("<body>", '<body><div style="height: 5000px"></div>'), "utf-8"
    )
    reader = Reader(browser, book, "file")
    reader.page.goto((book / "far.html").as_uri())
    reader.page.wait_for_load_state("networkidle")
    reader.asked.clear()
    reader.page.wait_for_timeout(200)
    assert reader.asked == []
    reader.page.mouse.wheel(0, 100)
    expect(reader.page.locator(".bars")).to_have_count(2)
    asked = [Path(url).name.partition("-")[0] for url in reader.asked]
    assert sorted(asked) == ["chapter"] * 3 + ["module"] * 3
    reader.page.close()


def test_the_live_widget_has_the_place_and_the_size_of_its_still(browser: Browser, book: Path):
    page = Reader(browser, book, "http").page
    dead = Reader(browser, book, "http", java_script_enabled=False)
    still = dead.page.locator(".sw-static").first.bounding_box()
    expect(page.locator(".sw-static")).to_have_count(0)
    live = page.locator(".sw-live").first.bounding_box()
    assert live == still
    page.close()
    dead.page.close()


def test_without_javascript_a_page_shows_the_stills(browser: Browser, book: Path):
    page = Reader(browser, book, "file", java_script_enabled=False).page
    assert [text.split() for text in page.locator(".sw-static").all_inner_texts()] == [
        ["bar", "1:", "0.50", "m"],
        ["three"],
        ["none"],
        ["again"],
    ]
    page.close()


def test_the_cleanup_of_a_view_is_called_when_it_goes(reader: Reader):
    page = reader.page
    page.keyboard.press("Shift")
    expect(page.locator(".bars")).to_have_count(2)
    assert page.evaluate("document.documentElement.dataset.cleaned") is None
    page.locator(".sw-live").first.evaluate("view => view.parentElement.remove()")
    page.wait_for_function("document.documentElement.dataset.cleaned === 'bars'")


def test_a_refused_widget_is_a_warning_that_names_page_and_class_and_its_still_stays(
    browser: Browser, tmp_path: Path
):
    ipywidgets.Widget.close_all()
    edited = outsider.Bars(1.0)
    edited._esm = "document.title = 'hacked'; export default {};"
    image = {"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'}
    stills = [{"text/html": "<b>first</b>"}, image]
    save(
        tmp_path / "source" / "chapter.ipynb",
        stills,
        ipywidgets.VBox([outsider.Counter(), outsider.Counter()]),
        edited,
    )
    words = r"chapter\.ipynb: WARNING: the widget outsider\.%s stays a still picture: .*%s"
    bars, counter = build(tmp_path, []).splitlines()
    assert re.search(words % ("Bars", "does not name its package"), bars)
    assert re.search(words % ("Counter", "does not name its package"), counter)
    (bars,) = build(tmp_path, ["outsider"]).splitlines()
    assert re.search(words % ("Bars", "saved _esm differs"), bars)
    files = tmp_path.glob("html/_static/widgets/*")
    assert not [path for path in files if "hacked" in path.read_text("utf-8")]
    reader = Reader(browser, tmp_path / "html", "file")
    reader.page.keyboard.press("Shift")
    expect(reader.page.get_by_role("button", name="pressed 0 times")).to_have_count(2)
    expect(reader.page.locator(".sw-static img, .sw-static svg")).to_have_count(1)
    assert reader.page.locator(".sw-live").count() == 1
    assert len(reader.said) == 1
    assert "the widget outsider.Bars cannot be shown" in reader.said[0]
    assert reader.page.title() != "hacked"
    reader.page.close()


# ------------------------------------------------------------------------------------------- what a module may do


def record(module: str, buffers: tuple = (), **state: object) -> dict:
    """The record of an AnyWidget after the build: the names of its files stand for their texts."""
    kinds = {"model_name": "AnyModel", "model_module": "anywidget"}
    state = {"_anywidget_id": f"tests.{module}", "_esm": f"{module}.js", **state}
    return {**kinds, "state": state, "buffers": list(buffers)}


def draw(browser: Browser, modules: dict[str, str], records: dict, *views: str) -> tuple[Page, list[str]]:
    """A page as it is built, each view beside a still picture; return it, and what its console says."""
    mimes = {kind: f"application/vnd.jupyter.widget-{kind}+json" for kind in ("state", "view")}
    still = '<div class="docutils sw-static">still</div>'
    parts = "".join(
        f'<script type="{mimes["view"]}">{{"model_id": "{view}"}}</script>{still}' for view in views
    )
    named = "".join(f'<script type="{MODULE}" data-src="widgets/{name}"></script>' for name in modules)
    state = json.dumps({"state": records}).replace("</", "<\\/")
    styles = (SOURCES / "static-widgets.css").read_text("utf-8")
    html = (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{styles}</style><main>{parts}</main>'
        f'<script type="{mimes["state"]}">{state}</script>{named}<script src="script.js" defer></script>'
    )
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    served = {
        "": ("html", html),
        "script.js": ("javascript", (SOURCES / "static-widgets.js").read_text("utf-8")),
    }
    for name, text in modules.items():
        is_styles = name.endswith(".css")
        served[f"widgets/{name}"] = ("css", text) if is_styles else ("javascript", classic_script(text))

    def serve(route):
        kind, text = served[route.request.url.removeprefix("http://m.test/")]
        route.fulfill(body=text, content_type=f"text/{kind}; charset=utf-8")

    page.route("**/*", serve)
    page.set_default_timeout(5000)
    page.goto("http://m.test/")
    return page, said


LIST = """export function render({ model, el }) {
  el.textContent = JSON.stringify(model.get("words"));
  return () => { document.title += "gone"; };
}"""  # the older form
THROWS = "export default { render({ el }) { el.textContent = 'half'; throw new Error('out of ink'); } };"


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (THROWS, "out of ink"),
        ("export default { async render() { await 0; throw new Error('out of ink'); } };", "out of ink"),
        ("export default { initialize() { throw new Error('out of ink'); }, render() {} };", "out of ink"),
        ("throw new Error('out of ink'); export default {};", "out of ink"),
        ("let a; let a; export default {};", "bad.js contains no module"),
        ("export default null;", "TypeError"),
    ],
)
def test_a_module_that_fails_leaves_the_still_and_one_error_with_its_name_and_the_others_alive(
    browser: Browser, module: str, reason: str
):
    modules = {"bad.js": module, "list.js": LIST}
    both = {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_good", "IPY_MODEL_bad"]}}
    records = {"bad": record("bad"), "good": record("list", words=["alive"]), "both": both}
    page, said = draw(browser, modules, records, "bad", "good", "both")
    expect(page.locator(".sw-any")).to_have_text(['["alive"]'])
    page.wait_for_function("document.querySelectorAll('.sw-live').length === 1")
    assert page.inner_text("main").split() == ["still", '["alive"]', "still"]
    told = [text for text in said if "static-widgets: the widget tests.bad cannot be shown" in text]
    assert len(told) == 2  # one for each of its views
    assert all(reason in text for text in told)
    assert [text for text in said if text not in told and "Identifier 'a' has already" not in text] == []
    assert page.title() == "gone"  # what the good one began beside the bad one is over
    page.close()


def test_a_failing_module_without_a_still_is_a_notice(browser: Browser):
    page, _ = draw(browser, {"bad.js": THROWS}, {"bad": record("bad")})
    page.evaluate(
        """kind => document.querySelector("main").append(
          Object.assign(document.createElement("script"), { type: kind, textContent: '{"model_id": "bad"}' }))""",
        WIDGET_VIEW,
    )
    page.add_script_tag(url="http://m.test/script.js")
    expect(page.locator(".sw-notice")).to_have_text("This widget cannot be shown.")
    assert "half" not in page.inner_text("main")
    page.close()


def test_a_state_cannot_name_a_script_that_the_build_did_not_write(browser: Browser):
    page, said = draw(
        browser,
        {"list.js": LIST},
        {
            "a": record("list", _esm="http://m.test/script.js"),
            "b": record("list", _esm="script.js"),
            "c": record("list", _esm="../script.js"),
            "d": record("list", _esm=LIST),
            "e": record("list", words=[1]),
        },
        *"abcde",
    )
    expect(page.locator(".sw-any")).to_have_text(["[1]"])
    expect(page.locator(".sw-static")).to_have_count(4)
    assert sum("the page does not list the file of its module" in text for text in said) == 4
    page.close()


BUSY = """
  let runs = 0;
  export default () => {
    runs += 1;
    return {
      initialize({ model }) { model.set("made", runs + (model.get("made") ?? 0)); },
      render({ model, el, signal, experimental }) {
        const seen = [];
        const say = (text) => { seen.push(text); el.textContent = seen.join(" "); };
        say(`runs=${model.get("made")}`);
        const change = (self, value) => say(`n=${value}${self.get("n") === value ? "" : "!"}`);
        model.on("change:n", change);
        model.on("change:n", () => say("twice"));
        model.on("change", () => say("any"));
        model.set("n", 1); model.set("n", 1);
        model.off("change:n", change);
        model.set("n", 2);
        model.off("change");
        model.off("change:n");
        model.set("n", 3);
        model.on("change:list", () => { say(`list=${model.get("list")}`); model.set("list", [1, 2]); });
        model.set("list", [1, 2]);
        model.set("list", [1, 3]);
        const nested = model.get("nested");
        say([new Uint8Array(nested.bytes[1].buffer), nested.bytes[0], nested.word].join("|"));
        model.save_changes(); model.send({ hello: 1 }); model.send({}, () => {}, []);
        experimental.invoke("command").catch((error) => say(error.message));
        signal.addEventListener("abort", () => { document.title += " signal"; });
        model.on("change:late", () => { document.title += " late"; });
        window.last = model;
        return () => { document.title += " cleanup"; };
      },
    };
  };
"""


def test_a_module_gets_what_notebooks_give_it_and_what_it_sends_is_told_once(browser: Browser):
    nested = {"bytes": [0, None], "word": "w"}
    buffer = {"path": ["nested", "bytes", 1], "encoding": "base64", "data": "AQID"}
    hostile = {"path": ["__proto__", "hacked"], "encoding": "base64", "data": "AQID"}
    made = {"n": 0, "list": [1, 2], "nested": nested}
    records = {"a": record("busy", (buffer, hostile), **made), "b": record("busy", (buffer,), **made)}
    page, said = draw(browser, {"busy.js": BUSY}, records, "a", "b")
    # Each has run the module, as in a notebook.
    words = "runs=1 n=1 twice any twice any list=1,3 list=1,2 1,2,3|0|w a published page has no kernel"
    expect(page.locator(".sw-any")).to_have_text([words, words])
    assert said == ["static-widgets: without a kernel, what a widget sends goes nowhere"]
    assert page.evaluate("({}).hacked") is None
    assert page.evaluate("document.querySelectorAll('head script[src*=busy]').length") == 1
    page.evaluate("last.set('late', 1)")
    assert page.title() == "late"
    page.locator(".sw-live").last.evaluate("view => view.remove()")
    page.wait_for_function("document.title === 'late signal cleanup'")
    page.evaluate("last.set('late', 2)")
    assert page.title() == "late signal cleanup"  # its listeners went with it
    page.close()


def test_views_of_one_widget_share_its_model_and_a_child_of_a_stack_comes_alive_when_it_is_shown(
    browser: Browser,
):
    begins = "initialize({ model }) { model.set('count', model.get('count') + 10); }, render"
    counter = outsider.Counter._esm.replace("{ render };", f"{{ {begins} }};")
    stack = {"children": ["IPY_MODEL_word", "IPY_MODEL_a", "IPY_MODEL_bad"], "selected_index": 0}
    link = {"source": ["IPY_MODEL_slider", "value"], "target": ["IPY_MODEL_stack", "selected_index"]}
    records = {
        "a": record("counter", count=0),
        "bad": record("bad"),
        "word": {"model_name": "LabelModel", "state": {"value": "word"}},
        "slider": {"model_name": "IntSliderModel", "state": {"max": 2, "description": "n"}},
        "stack": {"model_name": "StackModel", "state": stack},
        "link": {"model_name": "LinkModel", "state": link},
    }
    modules = {"counter.js": counter, "bad.js": THROWS}
    page, said = draw(browser, modules, records, "a", "a", "slider", "stack")
    page.get_by_role("button").first.click()
    expect(page.get_by_role("button")).to_have_text(
        ["pressed 11 times"] * 2
    )  # begun once, though shown twice
    page.get_by_label("n").press("ArrowRight")
    expect(page.get_by_role("button")).to_have_text(["pressed 11 times"] * 3)
    page.get_by_label("n").press("ArrowLeft")
    page.get_by_role("button").first.click()
    page.get_by_label("n").press("ArrowRight")
    expect(page.get_by_role("button")).to_have_text(["pressed 12 times"] * 3)
    assert said == []
    page.get_by_label("n").press("ArrowRight")
    expect(page.locator(".sw-stack")).to_have_text("This widget cannot be shown.")
    page.close()


def test_styles_that_do_not_load_leave_the_still(browser: Browser):
    records = {"a": record("list", _css="gone.css"), "b": record("list", _css="good.css", words=[])}
    page, said = draw(browser, {"list.js": LIST, "good.css": "main { color: red }"}, records, "a", "b")
    expect(page.locator(".sw-any")).to_have_text(["[]"])
    assert page.locator("main").evaluate("e => getComputedStyle(e).color") == "rgb(255, 0, 0)"
    assert page.inner_text("main").split() == ["still", "[]"]
    assert len(said) == 1
    page.close()


def test_a_module_that_takes_its_time_draws_unseen_in_the_width_of_its_still(browser: Browser):
    slow = """export default { async render({ el }) {
      window.width = el.offsetWidth;
      el.textContent = "half";
      await new Promise((go) => { window.go = go; });
      el.textContent = "live";
    } };"""
    page, _ = draw(browser, {"slow.js": slow}, {"a": record("slow")}, "a")
    page.wait_for_function("'go' in window")
    assert page.inner_text("main") == "still"
    heights = (
        "[document.querySelector('main').offsetHeight, document.querySelector('.sw-static').offsetHeight]"
    )
    whole, still = page.evaluate(heights)
    assert whole == still > 0
    page.evaluate("window.go()")
    expect(page.locator("main")).to_have_text("live", use_inner_text=True)
    assert page.evaluate("document.querySelector('.sw-any').offsetWidth === width")
    page.close()
