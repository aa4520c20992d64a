"""Write the pictures that pages without code show, from regsoft's figures, for light and for dark pages.

python tools/images.py            rewrite book/images/
python tools/images.py --check    write nothing, exit 1 if a picture would change
"""

import argparse
import sys
from pathlib import Path

from regsoft import figures

IMAGES = Path(__file__).resolve().parent.parent / "book" / "images"
INKS = {"light": "#1f2328", "dark": "#e6edf3"}


def images():
    """Return the text of each picture file by name."""
    svg = figures.overview().svg
    return {f"overview-{theme}.svg": svg.replace("currentColor", ink) + "\n" for theme, ink in INKS.items()}


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
            path.write_text(text, "utf-8")
        print(f"{path.relative_to(IMAGES.parent.parent)}: {'differs' if check else 'rewritten'}")
    return int(check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
