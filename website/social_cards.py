"""The picture that a link to a page shows in messages: the page's title above the curves of the book.

Such a picture is asked for by its full address, so there is none where the site's address is not known.
"""

import textwrap
from pathlib import Path

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from regsoft import sigmoid
from regsoft.picture import BLUE, ORANGE, PURPLE, styled

SIZE = 1200, 630  # pixels; the shape that is shown whole everywhere
DOTS = 100  # per inch
TEXT, QUIET = "#1f2328", "#59636e"


@styled
def card(title, book):
    """The picture of a page, as a figure: sigmoids of falling temperature below the title."""
    figure = Figure(figsize=(SIZE[0] / DOTS, SIZE[1] / DOTS), dpi=DOTS, facecolor="white")
    size, width = (40, 28) if len(textwrap.wrap(title, 28)) <= 3 else (30, 38)
    words = "\n".join(textwrap.wrap(title, width))
    figure.text(0.06, 0.9, book, fontsize=20, color=QUIET, va="top")
    figure.text(0.06, 0.79, words, fontsize=size, color=TEXT, va="top", weight="bold", linespacing=1.25)
    ax = figure.add_axes((0, 0, 1, 0.36), xlim=(-6, 6), ylim=(-0.06, 1.06))
    ax.set_axis_off()
    x = np.linspace(-6, 6, 400)
    for alpha, colour in ((2.0, BLUE), (1.0, PURPLE), (0.2, ORANGE)):
        ax.plot(x, sigmoid(x, alpha), color=colour, linewidth=6)
    return figure


def add_card(site, app, pagename, templatename, context, doctree):
    """Draw the card of a page below the site's root, and tell the page's template where it is."""
    if site.url and doctree:
        path = Path(app.outdir, "cards", f"{Path(pagename).name}.png")
        path.parent.mkdir(exist_ok=True)
        title = Markup(context["title"]).striptags()
        card(title, app.config.html_title).savefig(path)
        context["social_card"] = {"url": f"{site.url}cards/{path.name}", "width": SIZE[0], "height": SIZE[1]}
