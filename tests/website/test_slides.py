"""The slides of the lecture, in a browser: keys turn them, sliders move on them, and they can be printed."""

import pytest
from bs4 import BeautifulSoup

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


def test_a_slider_moves_on_a_slide_without_turning_it(slides):
    place = slides.eval_on_selector_all(
        ".slides > section", "all => all.findIndex(slide => slide.querySelector('.sw-static, .sw-live'))"
    )
    slides.evaluate(f"Reveal.slide({place})")
    slides.mouse.move(300, 300)
    slider = slides.locator("section.present .sw-live .sw-range").first
    slider.focus()
    before = slides.evaluate(SHOWN)
    slides.keyboard.press("ArrowRight")
    assert slides.evaluate(SHOWN) != before
    assert slides.evaluate(NUMBER) == place + 1


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


def test_no_slide_is_larger_than_the_screen(slides):
    size = slides.evaluate("[Reveal.getConfig().width, Reveal.getConfig().height]")
    for section in slides.query_selector_all(".slides > section"):
        slides.evaluate("slide => Reveal.slide(Reveal.getIndices(slide).h)", section)
        assert section.evaluate("slide => slide.scrollWidth") <= size[0], section.inner_text()[:40]
        assert section.evaluate("slide => slide.scrollHeight") <= size[1], section.inner_text()[:40]


def test_printed_every_slide_has_a_page_of_its_own(slides, sections):
    slides.goto(slides.url.partition("#")[0] + "?view=print")
    slides.wait_for_selector(".pdf-page")
    printed = slides.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == len(sections) + 1


def test_the_page_of_the_lecture_leads_to_its_slides(site):
    page = BeautifulSoup((site.folder / "book" / "lecture.html").read_bytes(), "html.parser")
    assert page.select_one("a.sd-btn[href='slides.html']")
