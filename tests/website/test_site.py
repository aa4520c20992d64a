"""The site in a real browser: every page loads, reads and moves; and what must stop a build stops it."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
import yaml
from lxml import html
from playwright.sync_api import Browser, ElementHandle, Page, expect

from tests.website.books import ROOT, Site
from website.finish import characters
from website.page import read_page
from website.site import NODE_MODULES

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
TALL = 12_000  # pixels; a window that shows more is slow to draw
VIEW = "application/vnd.jupyter.widget-view+json"


def listed(entry: dict) -> Iterator[str]:
    """Yield the documents that a table of contents, or a part of it, lists."""
    if "file" in entry or "root" in entry:
        yield entry.get("file") or entry["root"]
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, []):
            yield from listed(child)


DOCUMENTS = list(listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))
BOOK_NAME = "Sigmoid and Softmax from First Principles"
GENERATED = ["search", "genindex", "prf-prf", "404"]
SLIDES = "book/slides"  # tests/website/test_slides.py opens them


STILL = '<div class="rs-still"'  # how that of a picture begins that is drawn anew when it is moved
FRAMED, FIRST = ".sw-live:has(.sw-stack)", ".sw-static:not(:has(.rs-still))"


def stored_pictures(document: str) -> list[str]:
    """The first picture of each widget of frames, as the notebook of a document stores it."""
    path = ROOT / f"{document}.ipynb"
    if not path.exists():
        return []
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    bundles = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    framed = [data for data in bundles if VIEW in data and not "".join(data["text/html"]).startswith(STILL)]
    return ["".join(data["text/html"]) for data in framed]


# ------------------------------------------------------------------------------------------- every page, on a phone


@dataclass
class Visit:
    """A tab of the browser, what it loaded for the page that it shows, and all that went wrong meanwhile."""

    page: Page
    site: Site
    document: str = ""
    trouble: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def go(self, document: str, query: str = "") -> None:
        self.document = document
        self.trouble.clear()
        self.loaded.clear()
        self.page.goto(f"{self.site.url}/{document}.html{query}")


def open_tab(browser: Browser, site: Site, **options) -> Visit:
    """Open an empty tab for a new visitor."""
    page = browser.new_context(**{"viewport": PHONE, **options}).new_page()
    visit = Visit(page, site)
    trouble = visit.trouble
    page.on(
        "request",
        lambda request: (
            request.url.startswith((site.url, "data:", "blob:"))
            or trouble.append(f"asked another host: {request.url}")
        ),
    )
    page.on("console", lambda message: message.type == "error" and trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    page.on(
        "requestfailed",
        lambda request: (  # a request that was cut off is one of the page before
            request.failure == "net::ERR_ABORTED" or trouble.append(f"failed: {request.url}")
        ),
    )
    page.on(
        "response", lambda answer: answer.status >= 400 and trouble.append(f"{answer.status}: {answer.url}")
    )
    page.on("requestfinished", lambda request: visit.loaded.append(request.url))
    return visit


def open_page(browser: Browser, site: Site, document: str, query: str = "", **options) -> Visit:
    """Open a page for a new visitor."""
    visit = open_tab(browser, site, **options)
    visit.go(document, query)
    return visit


def begin_reading(page: Page) -> None:
    """Give the first sign of a reader, at which the frames are fetched, and wait until they are drawn."""
    page.keyboard.press("Shift")
    expect(page.locator(".sw-static")).to_have_count(0, timeout=60_000)  # a busy machine is slow, not broken


def lay_out_all(page: Page) -> None:
    """Let the browser lay out what is far from the screen as well."""
    style = "<style>* { content-visibility: visible !important; }</style>"
    page.evaluate("style => document.head.insertAdjacentHTML('beforeend', style)", style)


def read_to_the_end(page: Page) -> None:
    """Begin, and let the page's scripts see what is far from the screen as well."""
    begin_reading(page)
    lay_out_all(page)
    page.set_viewport_size({**PHONE, "height": TALL})
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), TALL):
        page.evaluate(
            """(top) => new Promise((done) => {
                scrollTo({ top, behavior: "instant" });
                requestAnimationFrame(() => requestAnimationFrame(done));
            })""",
            top,
        )
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.set_viewport_size(PHONE)


def expect_near_pictures(page: Page) -> None:
    """Wait until the pictures near the screen are alive: on a slow machine they come later."""
    page.wait_for_function("""() => ![...document.querySelectorAll(".sw-static")].some((still) =>
        still.checkVisibility() && still.getBoundingClientRect().top < 1.5 * innerHeight)""")


@dataclass
class Arrival:
    """A page as it stood before its reader did anything: what was loaded, and how far things moved."""

    loaded: list[str]
    shift: float


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site) -> Iterator[Visit]:
    """A reader who opens one page after the other: a new tab for each would take three times as long."""
    reader = open_tab(browser, site, has_touch=True)
    network = reader.page.context.new_cdp_session(reader.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})  # each page is somebody's first
    yield reader
    reader.page.context.close()


@pytest.fixture(scope="module", params=DOCUMENTS + GENERATED)
def arrival(request: pytest.FixtureRequest, reader: Visit) -> Arrival:
    """The page as it stands at first."""
    reader.page.set_viewport_size(PHONE)
    reader.page.emulate_media(color_scheme="light")
    reader.go(request.param)
    reader.page.evaluate("() => document.fonts.ready.then(() => {})")
    expect_near_pictures(reader.page)
    shift = reader.page.evaluate("""() => new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)))
            .observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(0)));
    })""")
    return Arrival(list(reader.loaded), shift)


@pytest.fixture(scope="module")
def visit(arrival: Arrival, reader: Visit) -> Visit:
    """The same page, all of it, with its frames."""
    read_to_the_end(reader.page)
    return reader


READ_AT_A_DESK = """() => {
    const high = (part) => part.getBoundingClientRect().height;
    const open = [...document.querySelectorAll("article :is(.cell_input, .cell_output > .output:not(.text_html))")]
        .filter((box) => box.checkVisibility() && !box.querySelector("svg, table, .sw-live"));
    const lines = []; // the characters in each line of prose that is full
    for (const prose of document.querySelectorAll("article section > :is(p, :is(ul, ol) > li > p)")) {
        if (!prose.checkVisibility() || prose.querySelector(".katex")) continue;
        const texts = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT), range = document.createRange();
        let bottom = -Infinity, count = 0;
        while (texts.nextNode()) {
            for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+\\s*/g)) {
                range.setStart(texts.currentNode, index);
                range.setEnd(texts.currentNode, index + 1);
                const box = range.getBoundingClientRect();
                if (box.top > bottom) {
                    if (count) lines.push(count);
                    [bottom, count] = [box.bottom, 0];
                }
                count += word.length;
            }
        }
    }
    return [open.map(high).reduce((a, b) => a + b, 0) / high(document.querySelector("article")), lines];
}"""


def test_open_code_is_a_fifth_of_a_chapter_at_most_and_a_line_has_80_characters(visit: Visit):
    if not (ROOT / f"{visit.document}.ipynb").exists():
        return
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    code, lines = visit.page.evaluate(READ_AT_A_DESK)
    visit.page.set_viewport_size(PHONE)
    # The page of misconceptions answers each by a few lines of code.
    assert code <= (0.25 if visit.document == "book/misconceptions" else 0.2), visit.document
    assert sum(lines) <= 80 * len(lines), visit.document
    assert max(lines, default=0) <= 90, visit.document


@pytest.fixture(scope="module")
def reader_without_scripts(browser: Browser, site: Site) -> Iterator[Visit]:
    reader = open_tab(browser, site, java_script_enabled=False)
    yield reader
    reader.page.context.close()


@pytest.fixture(scope="module")
def dead(visit: Visit, reader_without_scripts: Visit) -> Visit:
    """The same page without JavaScript."""
    reader_without_scripts.go(visit.document)
    lay_out_all(reader_without_scripts.page)
    return reader_without_scripts


def test_a_page_loads_what_it_needs_from_its_own_host_and_complains_of_nothing(visit: Visit):
    assert visit.trouble == []


def transferred(urls: Iterable[str], site: Site) -> dict[str, int]:
    """The sizes of files by their names, as a host sends them."""
    sizes = {}
    for url in set(urls):
        path = site.folder / unquote(url.removeprefix(site.url).partition("?")[0].lstrip("/"))
        data = path.read_bytes()
        sizes[path.name] = len(data if path.suffix == ".woff2" else gzip.compress(data))
    return sizes


def test_a_page_is_light_and_stands_still(arrival: Arrival, visit: Visit, site: Site):
    sizes = transferred(arrival.loaded, site)
    assert sum(sizes.values()) <= 200 * 1024, (visit.document, sizes)
    read = transferred(visit.loaded, site)
    pictures = {name: size for name, size in read.items() if re.match(r"module-.*\.js$", name)}
    if visit.document != "book/lecture":  # which shows the pictures of six chapters
        assert sum(pictures.values()) <= 30 * 1024, (visit.document, pictures)
    assert sum(read.values()) <= 300 * 1024, (visit.document, read)
    assert arrival.shift < 0.02
    if visit.document != "search":
        assert not {"searchindex.js", "searchtools.js"} & set(sizes)


def test_a_page_that_is_left_alone_loads_no_more(browser: Browser, site: Site):
    visit = open_tab(browser, site)
    visit.page.clock.install()
    visit.go("book/classification")  # its pictures are far below
    expect_near_pictures(visit.page)
    visit.page.wait_for_load_state("networkidle")  # the icon may come last
    arrived = set(visit.loaded)
    visit.page.clock.run_for(60_000)  # idle callbacks included
    visit.page.wait_for_load_state("networkidle")
    assert set(visit.loaded) == arrived
    begin_reading(visit.page)
    assert set(visit.loaded) > arrived
    visit.page.context.close()


def test_on_a_slow_machine_the_fonts_of_formulas_move_nothing(browser: Browser, site: Site):
    visit = open_tab(browser, site)
    visit.page.context.new_cdp_session(visit.page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    visit.page.add_init_script("""globalThis.shift = 0;
        new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shift += value; })
            .observe({ type: "layout-shift", buffered: true });""")
    visit.go("book/classification")
    visit.page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert visit.page.evaluate("shift") < 0.02
    assert visit.page.evaluate("document.fonts.check('16px KaTeX_Math', 'w')")
    visit.page.context.close()


def test_a_page_forbids_what_it_does_not_use(visit: Visit):
    policy = dict(
        rule.split(" ", 1)
        for rule in visit.page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content").split(
            "; "
        )
    )
    assert policy["default-src"] == "'none'"
    assert all(source == "'self'" or source.startswith("'sha256-") for source in policy["script-src"].split())
    assert not {"http:", "https:", "*"} & set(" ".join(policy.values()).split())


def test_every_formula_is_typeset(visit: Visit):
    unset = visit.page.evaluate("""() => {
        const bad = [...document.querySelectorAll(".math:not(:has(.katex)), .katex-error, mjx-container")];
        const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            const meant = text.parentElement.closest("code, pre, script, style, noscript, .katex");
            if (!meant && /\\$|\\\\begin|\\\\\\(|\\\\\\[/.test(text.data)) bad.push(text);
        }
        return bad.map((node) => node.textContent.trim().slice(0, 80));
    }""")
    assert unset == []


def test_no_page_is_wider_than_a_phone(visit: Visit):
    width, height = visit.page.evaluate(
        "(({ scrollWidth, scrollHeight }) => [scrollWidth, scrollHeight])(document.documentElement)"
    )
    assert width <= PHONE["width"]
    if visit.document == "book/ledger":  # it is folded
        assert height < 16_000


def test_a_formula_wider_than_the_phone_scrolls_in_its_box_by_keyboard_too(visit: Visit):
    lost = visit.page.evaluate("""() => [...document.querySelectorAll("article div.math .katex-display")]
        .filter((box) => !box.closest("details:not([open])")) // measured when it is opened
        .filter((box) => box.scrollWidth > box.clientWidth)
        .filter((box) => box.tabIndex !== 0 || box.getBoundingClientRect().right > innerWidth
            || !box.contains(box.querySelector(".katex-mathml").offsetParent))
        .map((box) => box.textContent.slice(0, 80))""")
    assert lost == []


def test_a_formula_of_the_text_is_no_wider_than_the_phone(visit: Visit):
    wide = visit.page.evaluate("""() => [...document.querySelectorAll("article div.math .katex-display")]
        .filter((box) => !box.closest(".cell_output") && box.scrollWidth > box.clientWidth)
        .map((box) => box.querySelector("annotation").textContent.slice(0, 80))""")
    assert wide == []


def test_a_number_of_an_equation_lies_on_no_formula(visit: Visit):
    covered = visit.page.evaluate("""() => [...document.querySelectorAll(".eqno")].filter((number) => {
        const formula = number.parentElement.querySelector(".katex-display").getBoundingClientRect();
        const { left, top } = number.getBoundingClientRect();
        return left < formula.right - 1 && top < formula.bottom - 1;
    }).map((number) => number.innerText)""")
    assert covered == []


def test_a_line_does_not_end_between_a_formula_and_what_touches_it(visit: Visit):
    parted = visit.page.evaluate("""() => {
        const left = (text, place) => {
            const range = document.createRange();
            range.setStart(text, place);
            range.setEnd(text, place + 1);
            return range.getBoundingClientRect().left;
        };
        return [...document.querySelectorAll("article span.math")].filter((formula) => {
            const [first, last] = [":first-of-type", ":last-of-type"]
                .map((which) => formula.querySelector(`.base${which}`)?.getBoundingClientRect().left);
            const { previousSibling: before, nextSibling: after } = formula;
            return (/\\S$/.test(before?.data ?? "") && left(before, before.length - 1) > first)
                || (/^\\S/.test(after?.data ?? "") && left(after, 0) < last);
        }).map((formula) => formula.parentElement.textContent.slice(0, 80));
    }""")
    assert parted == []


def test_every_picture_has_words_for_those_who_do_not_see_it(visit: Visit):
    # A picture without them gets its file's name from Sphinx.
    silent = visit.page.evaluate("""() => {
        const hidden = "[aria-hidden=true], [aria-hidden=true] *, button *";
        const words = (picture) => picture.getAttribute(picture.localName === "img" ? "alt" : "aria-label");
        return [...document.querySelectorAll(`img, svg:not(${hidden})`)]
            .filter((picture) => !words(picture)?.trim() || /\\.(svg|png|jpe?g)$/.test(words(picture)))
            .map((picture) => picture.outerHTML.slice(0, 120));
    }""")
    assert silent == []


def test_every_picture_stands_in_a_figure_with_a_caption(visit: Visit):
    bare = visit.page.evaluate("""() => [...document.querySelectorAll("article :is(figure, svg[role=img])")]
        .filter((picture) => !picture.closest("figure")?.querySelector("figcaption")?.innerText.trim())
        .map((picture) => picture.outerHTML.slice(0, 120))""")
    assert bare == []


def test_no_id_stands_twice_on_a_page(visit: Visit):
    ids = visit.page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert sorted(ids) == sorted(set(ids))


def test_a_page_has_a_language_and_a_description(visit: Visit):
    assert visit.page.get_attribute("html", "lang") == "en"
    described = visit.page.get_attribute("meta[name=description]", "content")
    assert 20 < len(described) <= 162


MISTAKEN_STOPS = """() => [...document.querySelectorAll("article :is(pre, .cell_output > .output)")]
    .filter((box) => !box.closest("details:not([open])")) // measured when it is opened
    .filter((box) => (box.tabIndex === 0) !== (box.scrollWidth > box.clientWidth))
    .map((box) => box.textContent.trim().slice(0, 80))"""


def test_what_is_wider_than_its_box_is_a_stop_of_the_tab_key_and_nothing_else_is(visit: Visit):
    assert visit.page.evaluate(MISTAKEN_STOPS) == []


def test_every_widget_is_alive_and_starts_with_the_stored_picture(visit: Visit):
    stored = stored_pictures(visit.document)
    assert visit.page.locator(FRAMED).count() == len(stored)
    assert visit.page.locator(".sw-notice, .sw-static").count() == 0
    same = visit.page.evaluate(
        """([framed, stored]) => [...document.querySelectorAll(framed)].map((widget, index) => {
            const picture = new DOMParser().parseFromString(stored[index], "text/html").querySelector("svg");
            return widget.querySelector(".sw-stack svg").isEqualNode(picture);
        })""",
        [FRAMED, stored],
    )
    assert all(same)


def test_without_javascript_a_page_is_readable(dead: Visit):
    assert dead.page.locator("h1").last.is_visible()
    lost = dead.page.evaluate("""() => [...document.querySelectorAll("article .math")].filter((formula) => {
        const shown = formula.querySelector(".katex")?.checkVisibility({ visibilityProperty: true }) ?? false;
        return shown === Boolean(formula.closest("details:not([open]) > :not(summary)"));
    }).map((formula) => formula.textContent.slice(0, 80))""")
    assert lost == []
    small = dead.page.evaluate("""() => [...document.querySelectorAll(".rs-still svg text")]
        .filter((label) => parseFloat(getComputedStyle(label).fontSize) * label.getScreenCTM().a < 11)
        .map((label) => label.textContent)""")
    assert small == []
    assert dead.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert dead.trouble == []


LOOK_OF_WIDGETS = """(kind) => [...document.querySelectorAll(kind)].map((widget) => {
    const words = [...widget.querySelectorAll(".sw-label, .sw-value")].map((part) => part.innerText);
    const { width, height } = widget.getBoundingClientRect();
    return [widget.querySelector("svg").getAttribute("aria-label"), words, Math.round(width), Math.round(height)];
})"""


def test_without_javascript_a_widget_shows_its_first_picture_in_the_same_place(visit: Visit, dead: Visit):
    stills = dead.page.evaluate(LOOK_OF_WIDGETS, FIRST)
    assert stills == visit.page.evaluate(LOOK_OF_WIDGETS, FRAMED)
    pictures = [
        html.fragment_fromstring(text, create_parent=True).cssselect("svg")[0].get("aria-label")
        for text in stored_pictures(visit.document)
    ]
    assert [name for name, *_ in stills] == pictures


# ------------------------------------------------------------------------------------------------------ the sliders

SHOWN = "slider => slider.closest('.sw-live').querySelector('.sw-stack').innerHTML"


def sliders(visit: Visit) -> list[ElementHandle]:
    found = visit.page.query_selector_all(f"{FRAMED} input[type=range]")
    assert len(found) >= len(stored_pictures(visit.document)), "a widget shows no slider"
    return found


def test_a_step_with_the_keyboard_changes_the_picture_and_says_the_value(visit: Visit):
    for slider in sliders(visit):
        before, said = slider.evaluate(SHOWN), slider.get_attribute("aria-valuetext")
        at_end = slider.get_attribute("max") == slider.input_value()
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        label = slider.evaluate("slider => slider.labels[0].innerText")
        value = slider.evaluate("slider => slider.parentElement.querySelector('output').innerText")
        assert slider.evaluate(SHOWN) != before, label
        assert slider.get_attribute("aria-valuetext") == f"{label} = {value}" != said
    assert visit.trouble == []


def test_a_click_and_a_tap_on_a_slider_change_the_picture(visit: Visit):
    for slider in sliders(visit):
        slider.evaluate("slider => slider.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box = slider.bounding_box()
        assert box["height"] >= 44
        left, right = box["x"] + 0.02 * box["width"], box["x"] + 0.98 * box["width"]
        middle = box["y"] + box["height"] / 2
        shown = []
        for press, place in (
            (visit.page.mouse.click, left),
            (visit.page.mouse.click, right),
            (visit.page.touchscreen.tap, left),
        ):
            press(place, middle)
            shown.append(slider.evaluate(SHOWN))
        assert shown[0] != shown[1] != shown[2]
    assert visit.trouble == []


def test_a_step_of_a_slider_styles_its_widget_anew_and_not_the_page(
    browser: Browser, site: Site, tmp_path: Path
):
    visit = open_page(browser, site, "book/figure-1")
    begin_reading(visit.page)
    slider = visit.page.locator(".sw-live input[type=range]").first
    slider.press("ArrowLeft")
    visit.page.wait_for_load_state("networkidle")
    browser.start_tracing(page=visit.page, path=tmp_path / "trace.json", categories=["devtools.timeline"])
    for key in ("ArrowRight", "ArrowLeft"):
        slider.press(key)
        visit.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
    events = json.loads(browser.stop_tracing())["traceEvents"]
    styled = [event["args"]["elementCount"] for event in events if event["name"] == "UpdateLayoutTree"]
    size = visit.page.locator(".sw-live").first.locator("*").count()
    assert 0 < max(styled) < 1.5 * size < visit.page.locator("*").count() / 10
    visit.page.context.close()


AXE = NODE_MODULES / "axe-core" / "axe.min.js"


def violations(page: Page, **options: object) -> list[str]:
    """What axe-core finds wrong on a page as it stands."""
    return page.evaluate(
        """async (options) => {
            for (const animation of document.getAnimations()) animation.finish(); // colours on their way
            const { violations } = await axe.run({ resultTypes: ["violations"], preload: false, ...options });
            return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
        }""",
        options,
    )


# axe looks at every element, and most are pieces of formulas, of pictures and of code. These are alike everywhere,
# so one chapter is looked at with them. A formula has one colour, and a class gives a piece of code its colour
# unless a style says otherwise; one piece of code of each class is kept. The words of a picture have a test above,
# its colours have theirs in tests/regsoft/test_figures.py.
WITH_ALL_PIECES = "book/figure-1"
PLAIN = """() => {
    const coloured = [...document.querySelectorAll(":is(.katex, pre, dt.sig) [style*=color]")].length;
    for (const formula of document.querySelectorAll(".katex")) formula.textContent = "x";
    for (const picture of document.querySelectorAll("svg[role=img]")) picture.remove();
    const seen = new Set();
    for (const piece of document.querySelectorAll(":is(pre, dt.sig) span[class]")) {
        if (seen.has(piece.className)) piece.replaceWith(...piece.childNodes);
        seen.add(piece.className);
    }
    document.body.normalize();
    return coloured;
}"""


def test_a_page_is_accessible_on_a_phone_and_on_a_desk_in_both_themes(visit: Visit):
    """The last look at a page: afterwards its formulas are gone."""
    page, found = visit.page, []
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    if visit.document == WITH_ALL_PIECES:
        found += violations(page, rules={"color-contrast": {"enabled": False}})
    assert page.evaluate(PLAIN) == 0
    found += violations(page, runOnly=["color-contrast"])  # the rest of the rules see more on a desk
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    found += violations(page)
    assert found == []


# --------------------------------------------------------------------------------------------------- the whole site


def test_the_site_consists_of_the_pages_that_are_tested(site: Site):
    pages = {path.relative_to(site.folder).with_suffix("").as_posix() for path in site.folder.rglob("*.html")}
    assert {page for page in pages if not page.startswith("_")} == {*DOCUMENTS, *GENERATED, SLIDES, "index"}


def test_the_root_leads_to_the_first_page(browser: Browser, site: Site):
    page = browser.new_page()
    page.goto(f"{site.url}/")
    page.wait_for_url(f"{site.url}/{DOCUMENTS[0]}.html")
    door = read_page(site.folder / "index.html")
    assert door.get("lang") == "en"
    assert [link.get("href") for link in door.cssselect("a")] == [f"{DOCUMENTS[0]}.html"]
    page.close()


@pytest.fixture(scope="module")
def trees(site: Site) -> dict[str, html.HtmlElement]:
    """The pages by their addresses, as a program reads them."""
    return {
        f"{site.url}/{path.relative_to(site.folder).as_posix()}": read_page(path)
        for path in site.folder.rglob("*.html")
        if not path.relative_to(site.folder).parts[0].startswith("_")
    }


def test_every_link_within_the_site_leads_to_a_page_and_a_place_on_it(
    site: Site, trees: dict[str, html.HtmlElement]
):
    places = {url: set(tree.xpath("//@id")) for url, tree in trees.items()}
    lost = []
    for url, tree in trees.items():
        for link in tree.xpath("//a/@href"):
            address, place = urldefrag(urljoin(url, link))
            target = address.partition("?")[0]
            if not target.startswith(site.url):
                continue
            known = (
                target in places
                or (site.folder / unquote(target.removeprefix(site.url).lstrip("/"))).is_file()
            )
            if not known or (place and unquote(place) not in places.get(target, ())):
                lost.append(f"{url.removeprefix(site.url)}: {link}")
    assert lost == []


def test_the_search_finds_a_chapter(browser: Browser, site: Site):
    visit = open_page(browser, site, "search", "?q=sigmoid")
    results = visit.page.locator("#search-results li")
    results.locator("a").first.wait_for()
    expect(results.locator("a").first).to_have_attribute("href", re.compile(r"^book/sigmoid\.html"))
    chapter = results.filter(has=visit.page.locator("a[href^='book/sigmoid.html']")).first
    expect(chapter.locator(".context .highlighted").first).to_have_text("sigmoid", ignore_case=True)
    extracts = " ".join(results.locator(".context").all_inner_texts())
    assert not re.search(r"Notebook|On this page|\\\\|import ", extracts)
    visit.go("search", "?q=entropy")
    gini = results.locator(".context", has_text="Gini entropy").first
    expect(gini).to_contain_text("Gini entropy: …, the Tsallis entropy of order 2.")  # not 21 for a half
    assert visit.trouble == []
    visit.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_the_colours_of_the_system_before_any_script_arrives(
    scheme: str, browser: Browser, site: Site
):
    page = browser.new_page(color_scheme=scheme)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{site.url}/{DOCUMENTS[0]}.html")
    assert page.get_attribute("html", "data-theme") == scheme
    page.close()


def test_what_the_policy_forbids_is_noticed(browser: Browser, site: Site):
    visit = open_page(browser, site, "book/introduction")
    visit.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "hacked = 1";
        document.head.append(script);
    }""")
    assert visit.page.evaluate("typeof hacked") == "undefined"
    assert any("Content Security Policy" in trouble for trouble in visit.trouble)
    visit.page.context.close()


def test_the_one_style_sheet_keeps_the_colours_of_both_themes(browser: Browser, site: Site):
    colours = {}
    for scheme in ("light", "dark"):
        visit = open_page(browser, site, "book/sigmoid", color_scheme=scheme)
        assert visit.page.locator("link[rel=stylesheet]:not([href*=widgets])").count() == 1
        colours[scheme] = (
            visit.page.evaluate("""() => ["body", "article p a", ".highlight .kn", "article p"].map((part) => {
            const style = getComputedStyle(document.querySelector(part));
            return part === "body" ? style.backgroundColor : style.color;
        })""")
        )
        visit.page.context.close()
    assert colours["light"][0] == "rgb(255, 253, 250)"
    assert not set(colours["light"]) & set(colours["dark"])
    assert len(set(colours["light"])) == 4


PLACES_IN_FORMULAS = """() => [...document.querySelectorAll(".katex-html")].map((formula) =>
    [...formula.querySelectorAll(".base > *")].map((part) =>
        Math.round(part.getBoundingClientRect().left - part.parentElement.getBoundingClientRect().left)))"""


def test_in_a_translation_that_runs_from_right_to_left_formulas_run_from_left_to_right(
    browser: Browser, site: Site
):
    visit = open_page(browser, site, "book/sigmoid")
    lay_out_all(visit.page)
    visit.page.evaluate(PLACES_IN_FORMULAS)  # lays them out, so that their fonts are fetched
    visit.page.evaluate("document.fonts.ready.then(() => true)")
    before = visit.page.evaluate(PLACES_IN_FORMULAS)
    visit.page.evaluate("document.documentElement.dir = 'rtl'")
    assert visit.page.locator("article p").first.evaluate("p => getComputedStyle(p).direction") == "rtl"
    assert visit.page.evaluate(PLACES_IN_FORMULAS) == before
    assert sum(map(len, before)) > 100
    visit.page.context.close()


def fonts_shown(page: Page, selector: str) -> list[dict]:
    """The fonts in which the browser has drawn the first element that matches."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]


def test_the_site_works_from_a_folder(browser: Browser, site: Site):
    context = browser.new_context()
    page, trouble = context.new_page(), []
    page.on("console", lambda message: message.type in ("error", "warning") and trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(f"{(site.folder / 'book' / 'figure-1.html').as_uri()}")
    begin_reading(page)
    assert page.locator(".sw-live input[type=range]").count() >= 3
    assert page.evaluate("document.fonts.check('16px KaTeX_Math', 'w')")
    assert {font["familyName"] for font in fonts_shown(page, "article section > p")} == {"Literata"}
    page.goto(f"{(site.folder / 'search.html').as_uri()}?q=entropy")
    page.locator("#search-results li a").first.wait_for()
    page.locator("#search-results li a").first.click()
    page.wait_for_url("**/book/*.html*")
    assert trouble == []
    context.close()


def test_paper_shows_everything_in_dark_ink(browser: Browser, site: Site):
    visit = open_page(browser, site, "book/introduction", viewport=DESK, color_scheme="dark")
    visit.page.emulate_media(media="print", color_scheme="dark")
    expect(visit.page.locator("html")).to_have_attribute("data-theme", "light")
    shown = "element => element.checkVisibility() && element.getBoundingClientRect().height > 0"
    assert visit.page.locator(".book-print").inner_text() == BOOK_NAME
    expect(visit.page.locator("h1").filter(visible=True)).to_have_count(1)
    solutions = visit.page.query_selector_all("article .solution")
    assert solutions
    assert all(solution.query_selector("p:not(.admonition-title)").evaluate(shown) for solution in solutions)
    for part in (
        ".bd-sidebar-primary",
        ".bd-header-article",
        ".sw-range",
        ".prev-next-area",
        "button.copybtn",
    ):
        assert not any(element.evaluate(shown) for element in visit.page.query_selector_all(part)), part
    visit.page.emulate_media(media="screen", color_scheme="dark")
    expect(visit.page.locator("html")).to_have_attribute("data-theme", "dark")
    visit.page.context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_formula_sheet_is_printed_on_one_page(browser: Browser, site: Site, paper: str):
    visit = open_page(browser, site, "book/formulas", viewport=DESK)
    assert len(re.findall(rb"/Type\s*/Page\b", visit.page.pdf(format=paper))) == 1
    visit.page.context.close()


def test_the_cells_of_a_table_stand_below_their_headings(browser: Browser, site: Site):
    visit = open_page(browser, site, "book/formulas", viewport=DESK)
    starts = "row => [...row.cells].map(cell => cell.getBoundingClientRect().left)"
    for table in visit.page.query_selector_all("table"):
        heading, *rows = [row.evaluate(starts) for row in table.query_selector_all("tr")]
        assert all(row == heading for row in rows)
    visit.page.context.close()


def test_a_chapter_can_be_taken_home_as_a_notebook(browser: Browser, site: Site):
    visit = open_page(browser, site, "book/introduction")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Notebook").click()
    assert download.value.suggested_filename == "introduction.ipynb"
    taken = Path(download.value.path()).read_bytes()
    assert taken == (ROOT / "book" / "introduction.ipynb").read_bytes()
    visit.page.context.close()


def test_a_link_to_what_is_far_below_leads_there(browser: Browser, site: Site):
    visit = open_page(browser, site, "book/ledger", viewport=DESK)
    page = visit.page
    link = page.locator(".bd-sidebar-secondary a[href='#theorems']")
    place = page.locator(link.get_attribute("href"))
    link.click()
    page.wait_for_function(
        "place => Math.abs(place.getBoundingClientRect().top) < 200", arg=place.element_handle()
    )
    listed = page.locator(".bd-sidebar-secondary li").count()
    items, wrong = page.locator("section.item"), page.locator("#show-wrong")
    assert 3 <= listed < 10 < items.count()  # sections, not items
    wrong.click()
    expect(wrong).to_have_attribute("aria-pressed", "true")
    expect(items.filter(visible=True).locator(".verdict").all()[0]).to_have_text("wrong")
    assert wrong.inner_text() == f"wrong {items.filter(visible=True).count()}"
    page.evaluate("location.hash = 'ledger-e1'")  # is right: all are shown again, and it opens
    expect(page.locator("#ledger-e1")).to_be_visible()
    expect(wrong).to_have_attribute("aria-pressed", "false")
    visit.page.context.close()


UNFINISHED = """() => [...document.querySelectorAll(".bd-article *")]
    .filter((block) => getComputedStyle(block).contentVisibility === "auto").length"""


def test_a_page_is_laid_out_in_steps_and_soon_whole_or_at_once_where_a_link_leads_into_it(
    browser: Browser, site: Site
):
    visit = open_tab(browser, site)
    page = visit.page
    page.add_init_script("setTimeout = () => 0")  # no step comes
    visit.go("book/sigmoid")
    assert page.evaluate(UNFINISHED) > 20
    page.keyboard.press("Shift")  # somebody is there: no more steps
    assert page.evaluate(UNFINISHED) == 0
    page.context.close()
    page = open_page(browser, site, "book/sigmoid").page
    expect(page.locator("html")).to_have_class(re.compile(r"\bin-steps\b"))
    page.wait_for_function(f"() => ({UNFINISHED})() === 0")
    page.context.close()
    page = open_page(browser, site, "book/sigmoid", query="#sec-second-order").page
    expect(page.locator("html")).not_to_have_class(re.compile(r"\bin-steps\b"))
    assert page.evaluate(UNFINISHED) == 0
    page.context.close()


def test_a_box_is_a_stop_of_the_tab_key_as_long_as_its_content_is_wider(browser: Browser, site: Site):
    page = open_page(browser, site, "book/sigmoid", viewport=DESK).page
    box = page.locator("article pre:visible").first
    box.scroll_into_view_if_needed()
    box.evaluate(
        "box => box.insertAdjacentHTML('beforeend', '<div style=\"width: 3000px; height: 3rem\"></div>')"
    )
    expect(box).to_have_attribute("tabindex", "0")
    box.evaluate("box => box.lastElementChild.remove()")
    expect(box).not_to_have_attribute("tabindex", "0")
    page.context.close()


def test_nothing_moves_by_itself_for_readers_who_asked_for_that(browser: Browser, site: Site):
    times = (
        "() => [...document.querySelectorAll('*')].map((part) => getComputedStyle(part).transitionDuration)"
    )
    for wish, calm in (("reduce", True), ("no-preference", False)):
        visit = open_page(browser, site, "book/sigmoid", reduced_motion=wish)
        assert (set(visit.page.evaluate(times)) == {"0s"}) == calm
        visit.page.context.close()


def test_every_stop_of_the_tab_key_is_seen_and_the_search_opens_and_closes_by_key(
    browser: Browser, site: Site
):
    visit = open_page(browser, site, "book/sigmoid", viewport=DESK, reduced_motion="reduce")
    page, stops = visit.page, []
    begin_reading(page)
    for _ in range(50):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
                const part = document.activeElement;
                const style = getComputedStyle(part), box = part.getBoundingClientRect();
                const ring = part.querySelector(".rs-ring"); // of a handle, in a picture
                const around = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                const outlined = ring ? getComputedStyle(ring).strokeWidth === "3px" : around;
                const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
                return [part.outerHTML.slice(0, 80), shown && (outlined || style.boxShadow !== "none")];
            }""")
        )
    assert [part for part, seen in stops if not seen] == []
    assert len({part for part, _ in stops}) > 30
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_label("Search this book")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    assert visit.trouble == []
    visit.page.context.close()


def test_a_font_holds_the_characters_that_are_set_in_it():
    page = html.fromstring(
        """<p>é<span class="katex-html"><span class="mord mathbf">1</span><span class="mord mathnormal">α</span>
        <span class="mopen"><span class="delimsizing size1">⟨</span></span>∈</span></p>"""
    )
    fonts = characters([page])
    assert {"é", "α", "∈"} < set(fonts[""])
    assert fonts["KaTeX_"].strip() == "∈"
    assert (fonts["KaTeX_Main-Bold"], fonts["KaTeX_Math-Italic"], fonts["KaTeX_Size"]) == ("1", "α", "⟨")
    assert fonts["KaTeX_AMS"] == ""


def test_nothing_is_published_that_no_page_asks_for(site: Site):
    pages = "".join(path.read_text(encoding="utf-8") for path in site.folder.rglob("*.html"))
    styles = "".join(path.read_text(encoding="utf-8") for path in site.folder.rglob("*.css"))
    static = [path for path in (site.folder / "_static").rglob("*") if path.is_file()]
    assert [path.name for path in static if path.name not in pages and path.name not in styles] == []


def test_the_first_page_counts_what_the_book_holds(site: Site, trees: dict[str, html.HtmlElement]):
    page = trees[f"{site.url}/{DOCUMENTS[0]}.html"]
    assert page.findtext("head/title") == BOOK_NAME
    items = yaml.safe_load((ROOT / "book" / "ledger.yml").read_text(encoding="utf-8"))
    verdicts = [item["verdict"] for item in items if item["id"][0] in "EC"]
    strip = page.cssselect(".landing-strip")[0]
    assert strip.text_content().split()[0] == str(len(verdicts))
    shown = [link.text.split(" ", 1) for link in strip.cssselect("li a")]
    assert {verdict: int(count) for count, verdict in shown} == Counter(verdicts)
    start = page.cssselect(".landing-button")[0]
    assert f"book/{start.get('href')}" == f"{DOCUMENTS[1]}.html"
    first = (ROOT / f"{DOCUMENTS[1]}.ipynb").read_text(encoding="utf-8")
    reading = re.search(r"reading (\d+)", first)[1]
    assert start.text == f"Start: {reading} minutes"
    assert f"{len(items) - len(verdicts)} theorems" in page.cssselect(".landing-start p")[0].text


def test_the_first_page_and_those_that_find_nothing_list_every_chapter(
    site: Site, trees: dict[str, html.HtmlElement]
):
    for name in (DOCUMENTS[0], "search", "404"):
        links = trees[f"{site.url}/{name}.html"].cssselect(".book-list li > a")
        listed = [Path(link.get("href").removesuffix("#")).stem for link in links]
        assert listed == [Path(document).stem for document in DOCUMENTS[1:]], name


def test_without_an_address_a_page_names_none(site: Site, trees: dict[str, html.HtmlElement]):
    for document in DOCUMENTS:
        page = trees[f"{site.url}/{document}.html"]
        # the bibliography names the repository of the document that the book works through
        ours = "a[href*='github.com']:not([href*='sigmoidandsoftmax'])"
        assert not page.cssselect(f"link[rel=canonical], meta[property='og:url'], {ours}"), document
        assert not page.cssselect("a[href*='downloads/'], meta[property='og:image']"), document
        assert page.cssselect("meta[property='og:title']")[0].get("content") in page.findtext("head/title")
    assert not (site.folder / "sitemap.xml").exists()
    assert "Sitemap" not in (site.folder / "robots.txt").read_text(encoding="utf-8")
