"""Pictures on a page that has a model and nothing else, and what a reader does with them."""

import json
from typing import Any

from playwright.sync_api import Locator, Page

from regsoft.live._live import Live

PAUSE = 600
LIGHT, DARK = ("#ffffff", "#222832"), ("#14181e", "#ced6dd")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A picture</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
body {{ margin: 16px; font: 16px/1.5 sans-serif; background: {paper}; color: {ink}; }}
body {{ --pst-color-background: {paper}; --pst-color-primary: {accent}; }}
{css}
</style></head>
<body><main><h1>A picture</h1><div id="live"></div>{still}<p style="height: 1500px">Below.</p></main>
<script type="module">{module}
const state = {state}, heard = {{}};
globalThis.model = {{
  saved: 0,
  heard,
  get: (key) => state[key],
  set(key, value) {{
    if (state[key] === value) return;
    state[key] = value;
    for (const listener of heard[`change:${{key}}`] ?? []) listener();
  }},
  save_changes() {{ model.saved += 1; }},
  on(event, listener) {{ (heard[event] ??= []).push(listener); }},
  off(event, listener) {{ heard[event] = heard[event].filter((other) => other !== listener); }},
}};
globalThis.start = () => {{ globalThis.leave = widget.render({{ model, el: document.getElementById("live") }}); }};
start();
</script></body></html>"""


def document(picture: Live, theme: tuple[str, str] = LIGHT, still: bool = False) -> str:
    """A page with the module of a picture, and a model as a front end has one."""
    state = picture.get_state(picture._controls)
    paper, ink = theme
    return PAGE.format(
        module=picture._esm.replace("export default", "const widget ="),
        css=picture._css,
        state=json.dumps({**state, "_controls": picture._controls}),
        still=f'<div id="still">{picture._repr_mimebundle_()[0]["text/html"]}</div>' if still else "",
        paper=paper,
        ink=ink,
        accent="#176de8" if theme == LIGHT else "#9cc5ff",
    )


def open_picture(page: Page, picture: Live, theme: tuple[str, str] = LIGHT, still: bool = False) -> None:
    """Go to the page of a picture: on one that `set_content` wrote over another the mouse cannot be captured."""
    html = document(picture, theme, still)
    page.route("http://localhost/", lambda route: route.fulfill(body=html, content_type="text/html"), times=1)
    page.goto("http://localhost/")


def value(page: Page, name: str) -> Any:
    return page.evaluate("(name) => model.get(name)", name)


def middle(page: Page, key: str) -> tuple[float, float]:
    box = page.locator(f".rs-handle[data-key={key}] .rs-dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def frame(page: Page) -> None:
    """Wait until what has changed is drawn."""
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def finger(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Put a finger down, move it and lift it."""
    session = page.context.new_cdp_session(page)
    touch = lambda kind, points: session.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
    )
    touch("touchStart", [{"x": start[0], "y": start[1]}])
    for step in range(1, 9):
        touch("touchMove", [{"x": start[0] + by[0] * step / 8, "y": start[1] + by[1] * step / 8}])
    touch("touchEnd", [])
    page.wait_for_timeout(100)


def words_of(picture: Locator) -> set[tuple[str, int, int]]:
    """The words of a drawing that are seen, with their places in it."""
    found = picture.evaluate(
        """(root) => [...root.querySelectorAll("text")].filter((text) => text.textContent &&
            !text.closest(".rs-hidden")).map((text) => {
                const range = document.createRange();
                range.selectNodeContents(text);
                const { x, y, height } = range.getBoundingClientRect(), box = root.getBoundingClientRect();
                return [text.textContent, Math.round(x - box.x), Math.round(y + height - box.y)];
            })"""
    )
    return {tuple(place) for place in found}


def assert_same_words(page: Page, drawing: Live) -> None:
    """Still and live picture say the same, at the same places."""
    frame(page)
    stage, still = page.locator(".rs-stage"), page.locator("#still svg")
    assert stage.get_attribute("aria-label") == still.get_attribute("aria-label")
    ours = words_of(stage)
    theirs = {place for place in words_of(still) if place[2] < drawing._height + 2}  # sliders apart
    assert {name for name, *_ in ours} == {name for name, *_ in theirs}
    for name, x, y in ours:
        assert any(n == name and abs(x - px) <= 2 and abs(y - py) <= 3 for n, px, py in theirs), (name, x, y)
