"""The two panels of Figure 1, turned and cut in a browser."""

import pytest
from playwright.sync_api import Page

from regsoft import softplus
from regsoft.live import Prism, Sheet
from regsoft.live._solid import ENDS, Camera, widened
from regsoft.live.prism import CENTRE, LIMITS, SIZE
from regsoft.live.sheet import BOXES, SCORE, _on
from tests.website.pictures import frame, open_picture, value

SHEET = widened([(0, 1), ENDS, (-softplus(-SCORE, 1000.0), softplus(SCORE, 1000.0))])
PIXELS = 180 / 438  # degrees for a pixel: the solid's part of the stage is 438 pixels wide


def shown(page: Page, picture: object) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    open_picture(page, picture)
    frame(page)


def values(page: Page, *names: str) -> list[float]:
    return [value(page, name) for name in names]


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the stage on the page."""
    box = page.locator(".rs-stage").bounding_box()
    return box["x"] + x, box["y"] + y


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    frame(page)


def drag_handle(page: Page, name: str, end: tuple[float, float]) -> None:
    box = page.get_by_label(name).locator(".rs-dot").bounding_box()
    drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), end)


@pytest.mark.parametrize("kind", [Sheet, Prism])
def test_a_solid_is_turned_by_the_mouse_and_by_keys_within_its_limits(page, kind):
    shown(page, kind())
    before = page.locator(".rs-stage text").first.get_attribute("x")
    (x, y), others = spot(page, 30, 330), [name for name in kind()._controls if name not in ("turn", "tilt")]
    kept = values(page, *others)
    drag(page, (x, y), (x + 73, y + 30))
    assert values(page, "turn", "tilt") == pytest.approx([-45 - 73 * PIXELS, 30 + 30 * PIXELS])
    assert page.locator(".rs-stage text").first.get_attribute("x") != before
    view = page.get_by_label("view:")
    page.get_by_role("button", name="Reset").click()
    view.press("ArrowRight")
    view.press("Shift+ArrowDown")
    assert values(page, "turn", "tilt") == [-48, 60]
    view.press("Shift+ArrowDown")
    assert value(page, "tilt") == 85
    drag(page, (x, y), (x + 380, y))  # over the back
    assert value(page, "turn") == pytest.approx(360 - 48 - 380 * PIXELS)
    frame(page)
    assert view.get_attribute("aria-valuetext") == f"turned to {value(page, 'turn'):.0f}°, tilted by 85°"
    assert values(page, *others) == kept


def test_the_cuts_of_the_sheet_follow_their_handles_their_keys_and_the_score(page):
    shown(page, Sheet())
    (left, right, *_), (start, *_) = BOXES
    drag_handle(page, "weight α, on", spot(page, left + 0.25 * (right - left), 100))
    assert value(page, "alpha") == pytest.approx(-500, abs=8)
    drag_handle(page, "decision w, on", spot(page, start + 0.75 * (right - left), 300))
    assert value(page, "w") == pytest.approx(0.75, abs=0.005)
    page.get_by_label("weight α, on").press("ArrowRight")
    page.get_by_label("decision w, on").press("Shift+ArrowLeft")
    assert values(page, "alpha", "w") == pytest.approx([-480, 0.65], abs=8)
    page.locator("input[data-key=x]").fill("-400")
    frame(page)
    said = page.locator(".rs-stage").get_attribute("aria-label")
    assert f"to {softplus(-400.0, 1000.0):.0f}," in said
    assert "a hanging curve" in said


def test_the_point_of_the_sheet_lies_where_it_is_dragged_or_put(page):
    shown(page, Sheet())
    lens = Camera(-45, 30, SHEET, CENTRE, SIZE)
    place = spot(page, *lens.at(_on(0.6, -200.0, SCORE))[:2])
    drag_handle(page, "point of the sheet", place)
    assert value(page, "w") == pytest.approx(0.6, abs=0.02)
    assert value(page, "alpha") == pytest.approx(-200, abs=30)
    page.mouse.click(*spot(page, *lens.at(_on(0.3, 700.0, SCORE))[:2]))
    assert value(page, "w") == pytest.approx(0.3, abs=0.02)
    assert value(page, "alpha") == pytest.approx(700, abs=30)
    page.get_by_label("point of the sheet").press("Shift+ArrowUp")
    assert value(page, "alpha") == pytest.approx(900, abs=30)


def test_the_cross_section_of_the_prism_follows_its_handle_its_keys_and_a_click(page):
    shown(page, Prism())
    lens = Camera(-45, 30, LIMITS, CENTRE, SIZE)
    drag_handle(page, "weight α of", spot(page, *lens.at([1, 0, 0])[:2]))
    assert value(page, "alpha") == pytest.approx(0, abs=8)
    page.get_by_label("weight α of").press("ArrowLeft")
    assert value(page, "alpha") == pytest.approx(-20, abs=8)
    page.mouse.click(*spot(page, *lens.at([1, 500, 0])[:2]))
    frame(page)
    assert value(page, "alpha") == pytest.approx(500, abs=8)
    assert "There the value is smallest, " in page.locator(".rs-stage").get_attribute("aria-label")
