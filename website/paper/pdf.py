"""Make the PDF of the book: LaTeX by Sphinx, pictures by rsvg-convert, pages by XeLaTeX.

    python -m website.paper.pdf            write _build/pdf/sigmoid-and-softmax.pdf

What is missing on the machine is named first, with the command that installs it. A letter that no font has, a
reference that leads nowhere or a line wider than the page ends the run with an error: the pages are wrong then.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib

from ..build import JUPYTER_BOOK
from ..site import NAME

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {  # a program, or a file that LaTeX has to find: the package of Debian and Ubuntu that brings it
    "latexmk": "latexmk",
    "xelatex": "texlive-xetex",
    "rsvg-convert": "librsvg2-bin",
    "polyglossia.sty": "texlive-latex-recommended",
    "pgfplots.sty": "texlive-pictures",
    "tcolorbox.sty": "texlive-latex-extra",
    "ucharclasses.sty": "texlive-xetex",
    "rsfs10.tfm": "texlive-fonts-recommended",
    "latinmodern-math.otf": "fonts-lmodern",
    "texgyrepagella-regular.otf": "fonts-texgyre",
    "texgyrepagella-math.otf": "fonts-texgyre-math",
}
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
WIDEST = 2.0  # points that a line may be wider than its column: less than the eye sees
FAULTS = (
    re.compile(r"^Missing character: .*"),
    re.compile(r"^.*Warning: (?:Reference|Citation|Hyper reference) .*undefined.*"),
    re.compile(r"^.*Warning: .*multiply[ -]defined.*"),
    re.compile(r"^Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?:wide|high)\).*"),
)


class PdfError(Exception):
    """The PDF cannot be made, or is not as it should be; the message says why."""


def missing():
    """What of `NEEDED` this machine lacks, in the order of the table."""
    return [name for name in NEEDED if not (found_by_tex(name) if "." in name else shutil.which(name))]


def found_by_tex(name):
    """Whether LaTeX finds a file."""
    asked = shutil.which("kpsewhich")
    return bool(asked) and subprocess.run([asked, name], capture_output=True, check=False).returncode == 0


def run(command, what, **options):
    """Run a program; a `PdfError` has the end of its output when it fails."""
    result = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        **options,
    )
    if result.returncode:
        raise PdfError(f"{what} failed:\n" + "\n".join((result.stdout + result.stderr).splitlines()[-40:]))


def write_latex(source, output):
    """Write the book below `output` as LaTeX; return the folder."""
    command = [JUPYTER_BOOK, "build", source, "--builder", "latex", "--path-output", output]
    command += ["-W", "-n", "--keep-going"]
    shutil.rmtree(Path(output, "_build", "latex"), ignore_errors=True)
    run(command, "jupyter-book", env={**os.environ, "NO_COLOR": "1"})
    return Path(output, "_build", "latex")


def convert_pictures(folder):
    """Make a PDF of each SVG of a folder, with the fonts for which the pictures were laid out."""
    settings = folder / "fonts.conf"
    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    settings.write_text(FONTCONFIG.format(fonts=fonts, cache=folder / "fontcache"), encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(settings)}

    def convert(svg):
        command = ["rsvg-convert", "--format=pdf", "--output", svg.with_suffix(".pdf"), svg]
        run(command, f"rsvg-convert {svg.name}", env=environment)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(convert, sorted(folder.glob("*.svg"))))


def typeset(folder):
    """Make book.pdf in a folder, and return the faults that the log tells of."""
    command = ["latexmk", "-pdfxe", "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
    run(command, "latexmk", cwd=folder, env={**os.environ, "max_print_line": "1000"})
    return faults((folder / "book.log").read_text(encoding="utf-8", errors="replace"))


def make(source, output):
    """Make the PDF of the book of `source`, and return its path; an older PDF stays until all pages are right."""
    folder = write_latex(source, output)
    convert_pictures(folder)
    wrong = typeset(folder)
    if wrong:
        raise PdfError("the pages are not as they should be:\n" + "\n".join(wrong))
    target = Path(output, "_build", "pdf", f"{NAME}.pdf")
    target.parent.mkdir(parents=True, exist_ok=True)
    return (folder / "book.pdf").replace(target)  # in one step: a reader sees the old file or the new one


def faults(log):
    """The lines of a log of LaTeX that tell of a page that is not as it should be."""
    found = (rule.match(line) for line in log.splitlines() for rule in FAULTS)
    return [
        match[0] for match in found if match and float(match.groupdict().get("points") or WIDEST + 1) > WIDEST
    ]


def main(arguments=None):
    """Make the PDF; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--packages", action="store_true", help="only name the packages of Debian that are missing"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT, help="below whose _build to write; default: the project"
    )
    options = parser.parse_args(arguments)
    lacking = missing()
    packages = " ".join(dict.fromkeys(NEEDED[name] for name in lacking))
    if options.packages:
        print(packages)
        return 0
    try:
        if lacking:
            install = f"sudo apt-get install --no-install-recommends {packages}"
            raise PdfError(
                f"{', '.join(lacking)} not found. On Debian and Ubuntu, make pdf-packages does:\n    {install}"
            )
        made = make(ROOT, options.output)
    except PdfError as error:
        print(f"pdf: {error}", file=sys.stderr)
        return 1
    print(f"The PDF: {os.path.relpath(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
