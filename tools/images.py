"""Write the pictures that pages without code show, for light and for dark pages.

python -m tools.images            rewrite book/images/
python -m tools.images --check    write nothing, exit 1 if a picture would change
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from regsoft.live import Hill
from regsoft.picture import BLUE, INK, Picture, styled
from tools.refresh import write
from website.results import read_results, time_ratios

IMAGES = Path(__file__).resolve().parent.parent / "book" / "images"
INKS = {"light": "#1f2328", "dark": "#e6edf3"}


@styled
def benchmarks(ratios):
    """A row for each program, a dot for each input: the other program's time divided by regsoft's."""
    rows = np.arange(len(ratios))[::-1]
    figure = Figure(figsize=(5.4, 0.8 + 0.3 * len(rows)))
    ax = figure.add_axes((0.34, 0.2, 0.62, 0.78), xscale="log", xlabel="time of the other / time of regsoft")
    ax.axvline(1, color=INK, linewidth=1, linestyle="--")
    for row, values in zip(rows, ratios.values(), strict=True):
        ax.plot(values, np.full(len(values), row), "o", color=BLUE, markersize=6, alpha=0.7)
    ax.set_yticks(rows, list(ratios))
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    faster = sum(value > 1 for values in ratios.values() for value in values)
    total = sum(map(len, ratios.values()))
    alt = (
        f"Dots on a logarithmic axis, one for each input, in a row for each pair of programs: {faster} of "
        f"{total} lie to the right of the dashed line at 1, where regsoft is faster."
    )
    return Picture(figure, alt)


def images():
    """Return the text of each picture file by name."""
    pictures = {
        "overview": Hill().still(controls=False),
        "benchmarks": benchmarks(time_ratios(read_results())),
    }
    return {
        f"{name}-{theme}.svg": picture.svg.replace("currentColor", ink) + "\n"
        for name, picture in pictures.items()
        for theme, ink in INKS.items()
    }


def main(arguments=None):
    """Write or check the files; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 if a picture would change"
    )
    check = parser.parse_args(arguments).check
    differing = [
        (IMAGES / name, text)
        for name, text in images().items()
        if not (IMAGES / name).is_file() or (IMAGES / name).read_text("utf-8") != text
    ]
    for path, text in differing:
        if not check:
            path.parent.mkdir(exist_ok=True)
            write(path, text)
        print(f"{path.relative_to(IMAGES.parent.parent)}: {'differs' if check else 'rewritten'}")
    return int(check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
