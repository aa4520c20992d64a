"""Pages in Firefox, where it is installed, as a reader uses them: from a server, a folder and the archive."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.website.books import ROOT, Site
from website.site import node_binary

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = pytest.mark.skipif(
    FIREFOX is None, reason="no Firefox is installed, so no page was opened in it"
)
PICTURES = {  # the page of each, what is dragged there, and by how many pixels
    "Decision": ("sigmoid", ".rs-handle[data-key=w]", (104, 0)),
    "Sheet": ("figure-1", ".rs-turn", (73, 30)),
    "Cuts": ("tokens", ".rs-handle[data-key=k]", (80, 0)),
    "Board": ("rewards", ".rs-handle[data-key=goal]", (-200, 100)),
    "Sets": ("sets", ".rs-handle[data-key=point]", (60, -60)),
    "frames": ("temperature", ".sw-live input[type=range]", (60, 0)),
}
VISITS = [
    *(("server", name) for name in PICTURES),
    ("folder", "Sheet"),  # the archive holds the same pages; its fonts alone differ
    *(("archive", name) for name in PICTURES),
]
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def seen(site: Site, unpacked: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What one Firefox saw of each picture at each place."""
    (pages,) = unpacked.glob("*/pages")
    places = {"server": site.url, "folder": site.folder.as_uri(), "archive": pages.as_uri()}
    visits = [
        {
            "address": f"{places[place]}/book/{PICTURES[name][0]}.html",
            "width": PHONE if name == "frames" else DESK,
            "handle": PICTURES[name][1],
            "by": PICTURES[name][2],
            "theme": place == "server" and name != "frames",
            "print": (place, name) == ("server", "Decision"),
            "empty": f"{site.url}/robots.txt" if place == "server" else None,
        }
        for place, name in VISITS
    ]
    command = [node_binary(), ROOT / "tests" / "website" / "firefox.mjs", FIREFOX, json.dumps(visits)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return dict(zip(VISITS, json.loads(result.stdout), strict=True))


@pytest.mark.parametrize(("place", "name"), VISITS)
def test_in_firefox_a_picture_follows_the_mouse_and_an_arrow_key(seen, place, name):
    found = seen[place, name]
    states = [found["before"], found["dragged"], found["pressed"]]
    assert len({state["picture"] for state in states}) == 3
    assert len({state["words"] for state in states}) == 3
    assert found["trouble"] == []


def test_in_firefox_a_handle_is_where_the_mouse_is_let_go(seen):
    states = [seen["server", "Decision"][when]["words"] for when in ("before", "dragged", "pressed")]
    assert states == ["0.250", "0.500", "0.510"]  # a quarter of the axis, and a step


@pytest.mark.parametrize("name", PICTURES)
def test_in_firefox_a_page_is_typeset_and_fits(seen, name):
    found = seen["server", name]
    assert "KaTeX_Math loaded" in found["fonts"]
    assert found["formulas"] > 20
    assert found["width"] <= (PHONE if name == "frames" else DESK)


@pytest.mark.parametrize("name", PICTURES)
def test_in_firefox_a_page_of_the_archive_has_all_its_fonts(seen, name):
    fonts = seen["archive", name]["fonts"]
    assert {"Book Serif loaded", "KaTeX_Math loaded"} <= set(fonts)
    assert [font for font in fonts if not font.endswith(" loaded")] == []


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "frames"])
def test_in_firefox_a_picture_takes_the_theme_of_the_page(seen, name):
    before, after = seen["server", name]["themes"]
    assert before["ink"] != after["ink"]
    assert before["paper"] != after["paper"]


def test_firefox_prints_a_dark_page_in_black_with_its_picture_and_without_what_a_reader_presses(seen):
    dark, paper = seen["server", "Decision"]["themes"][1], seen["server", "Decision"]["paper"]
    assert dark["paper"] == "rgb(18, 18, 18)"
    assert (paper["theme"], paper["ink"]) == ("light", "rgb(0, 0, 0)")
    assert paper["shown"] == [True, True]
    assert paper["hidden"] == [False, False, False]


@pytest.mark.parametrize("name", PICTURES)
def test_in_firefox_a_page_without_javascript_shows_every_picture_as_a_still(seen, name):
    dead = seen["server", name]["dead"]
    assert dead["alive"] == 0
    assert dead["stills"]
    assert min(dead["stills"]) > 150
    assert dead["width"] <= PHONE
