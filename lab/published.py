"""How alike the live pictures of Figure 1 are to the published images: their structural similarity.

    python -m lab.published FOLDER

FOLDER holds ``figure-1-sigmoid.png`` and ``figure-1-softmax.png``, which are not part of this repository. Each
picture is opened in Chromium as it starts, at the published size, and both are cropped to the box with its solid.
What a picture adds to the published one (cuts, handles, labels of its own size) is left out; --all keeps it. The
outlines of the solids align the two images only to whole pixels, too coarse for grid lines one pixel thin; so the
last two pixels of the shift are chosen to maximise the similarity. Needs the environment of the tests.
"""

import argparse
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright
from scipy.ndimage import gaussian_filter
from scipy.optimize import minimize

from lab.measure import browser as program
from regsoft.live import Prism, Sheet

IMAGES = {"figure-1-sigmoid.png": Sheet, "figure-1-softmax.png": Prism}
LEAST = 0.95
SLACK = 2  # pixels by which the outline of a solid, found in whole pixels, may be wrong on each side
PAGE = """<!doctype html><style>body {{ margin: 40px; background: #fff; color: #222; }} {css} {hidden}</style>
<div id="live" style="width: 688px"></div><script type="module">{module}
const state = {state};
const model = {{ get: (key) => state[key], set() {{}}, save_changes() {{}}, on() {{}}, off() {{}} }};
widget.render({{ model, el: document.getElementById("live") }});
</script>"""
MOVED = ".rs-handle, .rs-above > :not(:first-child) { display: none; }"
WORDS = ".rs-layers text { display: none; }"


def shown(browser, picture, scale, hidden):
    """Return an image of the box of a live picture as it starts."""
    state = {name: getattr(picture, name) for name in picture._controls} | {"_controls": picture._controls}
    module = picture._esm.replace("export default", "const widget =")
    page = PAGE.format(css=picture._css, module=module, state=json.dumps(state), hidden=hidden)
    with browser.new_context(viewport={"width": 800, "height": 900}, device_scale_factor=scale) as context:
        tab = context.new_page()
        tab.set_content(page)
        tab.wait_for_timeout(500)
        taken = tab.screenshot(clip=tab.locator(".rs-turn").bounding_box())
        return Image.open(io.BytesIO(taken)).convert("RGB")


def place(image):
    """Return where the coloured solid lies: its left, top, right and bottom."""
    coloured = np.ptp(np.asarray(image, int), axis=-1) > 40
    rows, columns = np.flatnonzero(coloured.sum(axis=1) > 3), np.flatnonzero(coloured.sum(axis=0) > 3)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], float)


def fitted(image, solid, size, target):
    """Return the image in a size and moved so that its solid lies at the target."""
    scale = (solid[2:] - solid[:2]) / (target[2:] - target[:2])
    start = solid[:2] - target[:2] * scale
    return image.transform(
        size,
        Image.Transform.AFFINE,
        (scale[0], 0, start[0], 0, scale[1], start[1]),
        Image.Resampling.BICUBIC,
        fillcolor="white",
    )


def similarity(one, other, inside):
    """Return the mean structural similarity of two images, in grey, where `inside` holds.

    As Wang et al. (2004) define it, with a Gaussian window of 1.5 pixels.
    """
    x, y = (np.asarray(image.convert("L"), float) for image in (one, other))

    def mean(values):
        return gaussian_filter(values, 1.5, truncate=3.5)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    a, b = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mx * my + a) * (2 * both + b) / ((mx**2 + my**2 + a) * (vx + vy + b))
    return float(alike[inside].mean())


def compared(browser, published, kind, hidden):
    """Return our image, laid over the published one, and a mask of the box."""
    target = place(published)
    bare = shown(browser, kind(), 1, MOVED + WORDS)
    solid = place(bare)
    scale = (target[2] - target[0]) / (solid[2] - solid[0])
    box = shown(browser, kind(), scale, MOVED + WORDS)
    solid = place(box)
    size = published.size
    filled = np.asarray(fitted(box, solid, size, target).convert("L")) < 253
    inside = np.maximum.accumulate(filled, axis=1) & np.maximum.accumulate(filled[:, ::-1], axis=1)[:, ::-1]
    ours = shown(browser, kind(), scale, hidden)

    def moved(by):
        return fitted(ours, solid + np.clip(by, -SLACK, SLACK), size, target)

    best = minimize(
        lambda by: -similarity(published, moved(by), inside),
        np.zeros(4),
        method="Nelder-Mead",
        options={"initial_simplex": np.vstack([np.zeros(4), np.eye(4)]), "maxfev": 80},
    )
    ours = moved(best.x)
    return ours, inside


def main():
    """Print the similarity of both panels; fail if one is below 0.95."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="keep cuts, handles and labels")
    parser.add_argument("--keep", type=Path, help="folder for what was compared")
    given = parser.parse_args()
    missing = [name for name in IMAGES if not (given.folder / name).is_file()]
    if missing:
        parser.error(f"{given.folder} must hold {' and '.join(IMAGES)}; missing: {', '.join(missing)}")
    found = {}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        for name, kind in IMAGES.items():
            published = Image.open(given.folder / name).convert("RGB")
            ours, inside = compared(browser, published, kind, "" if given.all else MOVED + WORDS)
            found[name] = similarity(published, ours, inside)
            print(f"{name:22} {found[name]:.3f}")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                for image, folder in ((published, "published"), (ours, "ours")):
                    white = Image.new("RGB", image.size, "white")
                    Image.composite(image, white, Image.fromarray(inside)).save(
                        given.keep / f"{folder}-{name}"
                    )
        browser.close()
    if min(found.values()) < LEAST:
        raise SystemExit(f"below {LEAST}")


if __name__ == "__main__":
    main()
