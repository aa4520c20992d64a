"""The slides of the lecture, in a browser: keys turn them, sliders move on them, and they can be printed."""

import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tools.notebooks import BOOK, cells, headings, read

NUMBER = "Reveal.getSlidePastCount() + 1"
SHOWN = "document.querySelector('section.present .sw-live .sw-stack').innerHTML"


@pytest.fixture(scope="module")
def sections():
    """The headings of the sections of the lecture."""
    found = [
        pair for cell in cells(read(BOOK / "lecture.ipynb"), "markdown") for pair in headings(cell.source)
    ]
    return [words for tag, words in found if tag == "h2"]


@pytest.fixture
def slides(browser, site):
    """The slides, open; what they ask of other hosts and complain of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on(
        "request", lambda request: complaints.append(request.url) if site.url not in request.url else None
    )
    page.goto(f"{site.url}/book/slides.html")
    page.wait_for_selector(".reveal.ready")
    yield page
    context.close()
    assert complaints == []


def test_every_section_of_the_lecture_is_a_slide(slides, sections):
    titles = slides.eval_on_selector_all(".slides h2", "all => all.map(title => title.textContent.trim())")
    assert titles == sections
    assert slides.evaluate("Reveal.getTotalSlides()") == len(sections) + 1


def test_the_slides_are_turned_by_keys(slides):
    for _ in range(3):
        slides.keyboard.press("ArrowRight")
    assert slides.evaluate(NUMBER) == 4
    slides.keyboard.press("ArrowLeft")
    assert slides.evaluate(NUMBER) == 3
    slides.keyboard.press("End")
    assert slides.evaluate("Reveal.isLastSlide()")


def turn_to(slides, selector):
    """Turn to the first slide that has such an element; return its place."""
    place = slides.eval_on_selector_all(
        ".slides > section", f"all => all.findIndex(slide => slide.querySelector({selector!r}))"
    )
    assert place > 0
    slides.evaluate(f"Reveal.slide({place})")
    slides.mouse.move(300, 300)
    return place


def test_a_slider_of_frames_moves_on_a_slide_without_turning_it(slides):
    place = turn_to(slides, ".sw-static .sw-row, .sw-live .sw-row")
    slider = slides.locator("section.present .sw-live .sw-range").first
    slider.focus()
    before = slides.evaluate(SHOWN)
    slides.keyboard.press("ArrowRight")
    assert slides.evaluate(SHOWN) != before
    assert slides.evaluate(NUMBER) == place + 1


def test_a_live_picture_moves_on_a_slide_without_turning_it(slides):
    place = turn_to(slides, ".rs-still, .rs")
    handle, slider = (slides.locator(f"section.present {kind}").first for kind in (".rs-handle", ".rs-range"))
    for part in (handle, slider):
        part.focus()
        before = part.get_attribute("aria-valuetext")
        slides.keyboard.press("ArrowRight")
        expect(part).not_to_have_attribute("aria-valuetext", before)
    assert slides.evaluate(NUMBER) == place + 1
    box = handle.bounding_box()
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    slides.mouse.move(*start)
    slides.mouse.down()
    slides.mouse.move(start[0] + 10, start[1] + 30, steps=3)
    slides.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    now = handle.bounding_box()
    slides.mouse.up()
    assert now["y"] == pytest.approx(
        box["y"] + 30, abs=2
    )  # it follows, though slide and picture are enlarged


def test_a_note_is_for_the_lecturer_alone(slides):
    assert slides.locator("aside.notes").count() > 10
    assert not slides.locator("aside.notes").first.is_visible()
    slides.goto(slides.url.partition("#")[0] + "?showNotes=true#/1")
    slides.reload()
    slides.wait_for_selector(".speaker-notes")
    note = slides.locator(".speaker-notes")
    assert note.is_visible()
    box = note.bounding_box()
    assert box["x"] + box["width"] <= 1281
    assert "Take answers" in note.inner_text()


LABELS = """slide => [...slide.querySelectorAll("svg text, .rs-label, .rs-value, .sw-label, .sw-value")]
    .filter((label) => label.checkVisibility() && label.textContent.trim())
    .map((label) => {
        let zoom = 1; // of what lies around it; an svg has a scale of its own as well
        for (let part = label; part; part = part.parentElement) zoom *= getComputedStyle(part).zoom || 1;
        const { a, b } = label.ownerSVGElement ? label.getScreenCTM() : { a: zoom * Reveal.getScale(), b: 0 };
        const height = parseFloat(getComputedStyle(label).fontSize) * Math.hypot(a, b);
        return [height / Reveal.getScale(), label.textContent];
    })"""


def test_no_slide_is_larger_than_the_screen_and_its_labels_are_read_from_the_last_row(slides):
    size = slides.evaluate("[Reveal.getConfig().width, Reveal.getConfig().height]")
    slides.keyboard.press("Shift")  # the frames are fetched
    expect(slides.locator(".sw-static")).to_have_count(0, timeout=60_000)
    for section in slides.query_selector_all(".slides > section"):
        slides.evaluate("slide => Reveal.slide(Reveal.getIndices(slide).h)", section)
        assert section.evaluate("slide => slide.scrollWidth") <= size[0], section.inner_text()[:40]
        assert section.evaluate("slide => slide.scrollHeight") <= size[1], section.inner_text()[:40]
        small = [label for height, label in section.evaluate(LABELS) if height < size[1] / 30]
        assert small == [], section.inner_text()[:40]


def test_on_a_phone_held_upright_the_slides_are_scrolled_and_their_words_are_not_small(browser, site):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site.url}/book/slides.html")
    page.wait_for_selector(".reveal.ready")
    assert page.evaluate("Reveal.isScrollView()")
    size = page.locator(".slides p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
    assert size * page.evaluate("Reveal.getScale()") >= 16
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_the_role_that_reveal_gives_is_one_that_its_element_may_have(slides):
    assert slides.locator(".reveal").evaluate("reveal => [reveal.localName, reveal.role]") == [
        "div",
        "application",
    ]
    assert slides.locator("main .reveal").count() == 1


def test_each_note_says_how_many_minutes_its_slide_takes_and_they_make_a_lecture():
    notes = "\n".join(cell.source for cell in cells(read(BOOK / "lecture.ipynb"), "markdown"))
    said = re.findall(r":class: notes\n\*(\w+) minutes?\.\*", notes)
    assert len(said) == notes.count(":class: notes")
    assert sum(("One", "Two", "Three", "Four").index(number) + 1 for number in said) == 45


def test_printed_every_slide_has_a_page_of_its_own(slides, sections):
    slides.goto(slides.url.partition("#")[0] + "?view=print")
    slides.wait_for_selector(".pdf-page")
    printed = slides.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == len(sections) + 1


def test_the_page_of_the_lecture_leads_to_its_slides(site):
    page = BeautifulSoup((site.folder / "book" / "lecture.html").read_bytes(), "html.parser")
    assert page.select_one("a.sd-btn[href='slides.html']")
