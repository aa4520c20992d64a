"""In the API reference an entry links to the equation that derives it."""

import re

DERIVED = re.compile(r"``book/([\w-]+)\.ipynb``,\s+(eq|thm)(-[\w-]*\w)")
LINK = {"eq": ":doc:`/book/{}`, equation :eq:`eq{}`", "thm": ":doc:`/book/{}`, :prf:ref:`thm{}`"}
INITIAL = re.compile(r"^([A-Z]\. )", re.MULTILINE)


def link_derivations(app, what, name, obj, options, lines):
    """Turn "``book/sigmoid.ipynb``, eq-sigmoid" of a docstring into links to the chapter and equation or theorem.

    An initial that begins a line of the references is kept from beginning a list.
    """
    text = DERIVED.sub(lambda found: LINK[found[2]].format(found[1], found[3]), "\n".join(lines))
    lines[:] = INITIAL.sub(r"\\\1", text).split("\n")
