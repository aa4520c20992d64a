"""The ledger: what the source document says, item by item, with the verdict and its test.

book/ledger.yml is read and checked here, and written into the page of the ledger.
"""

import re
from collections import Counter
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError

KEYS = ("id", "says", "verdict", "truth", "anchor", "test")
VERDICTS = ("right", "right with a condition", "approximately", "misleading", "wrong")
GROUPS = {"E": "Equations", "C": "Claims", "T": "Theorems"}
ROLES = {"eq": "eq", "fig": "numref", "thm": "prf:ref", "sec": "ref"}

_RULES = {
    "id": (re.compile(r"[ECT][1-9]\d*"), "E, C or T and a number, such as E5"),
    "verdict": (re.compile("|".join(VERDICTS)), "one of " + ", ".join(VERDICTS)),
    "anchor": (
        re.compile(rf"({'|'.join(ROLES)})-\S+"),
        "a label that begins with " + ", ".join(f"{p}-" for p in ROLES),
    ),
    "test": (re.compile(r"tests/\w+/\w+\.py::test_\w+"), "tests/<folder>/<file>.py::test_<name>"),
}


class LedgerError(ValueError):
    """The ledger is malformed; the message says where."""


def read_ledger(path):
    """Return the items of a ledger in their order, checked.

    Parameters
    ----------
    path : str or os.PathLike
        A YAML file that holds a list of items, each a mapping with the keys of `KEYS`.

    Returns
    -------
    list of dict
        Every value is a stripped, non-empty string.

    Raises
    ------
    LedgerError
        When the file is not such a list; the message names the item, the key, the value and what is allowed.
    """
    path = Path(path)
    try:
        items = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LedgerError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(items, list) or not items:
        raise LedgerError(f"{path.name} holds {type(items).__name__} {items!r:.40}; allowed: a list of items")
    checked = [_checked(item, position, path.name) for position, item in enumerate(items, start=1)]
    seen = set()
    for item in checked:
        if item["id"] in seen:
            raise LedgerError(f"{path.name}: id {item['id']!r} stands twice; allowed: each id once")
        seen.add(item["id"])
    return checked


def _checked(item, position, filename):
    """One item with its values stripped, or a `LedgerError` that names what is wrong with it."""
    if not isinstance(item, dict):
        raise LedgerError(
            f"{filename}: item {position} is {item!r:.60}; allowed: a mapping with the keys {', '.join(KEYS)}"
        )
    where = f"{filename}: item {item.get('id', f'number {position}')}"
    for key in KEYS:
        if key not in item:
            raise LedgerError(f"{where} has no key {key!r}; allowed: exactly the keys {', '.join(KEYS)}")
    for key, value in item.items():
        if key not in KEYS:
            raise LedgerError(
                f"{where} has the unknown key {key!r} (value {value!r:.60}); allowed: {', '.join(KEYS)}"
            )
        if not isinstance(value, str) or not value.strip():
            raise LedgerError(f"{where} has {key} {value!r:.60}; allowed: text that is not empty")
        pattern, allowed = _RULES.get(key, (None, None))
        if pattern and not pattern.fullmatch(value.strip()):
            raise LedgerError(f"{where} has {key} {value.strip()!r:.80}; allowed: {allowed}")
    return {key: item[key].strip() for key in KEYS}


# ------------------------------------------------------------------------------------------------------- the page


def write_page(app, docname, source):
    """Complete the ledger page with what book/ledger.yml says."""
    if docname != app.config.ledger_page:
        return
    path = Path(app.srcdir, docname).with_suffix(".yml")
    app.env.note_dependency(str(path))
    try:
        items = read_ledger(path)
    except LedgerError as error:
        raise ExtensionError(str(error)) from None
    source[0] = "\n\n".join([source[0].rstrip(), count_table(items), *ledger_sections(items)]) + "\n"


def count_table(items):
    """How many items of each group got which verdict, as a MyST table."""
    counts = Counter((item["verdict"], item["id"][0]) for item in items)
    rows = [["Verdict", *GROUPS.values()], ["---", *("---:" for _ in GROUPS)]]
    for verdict in VERDICTS:
        rows.append([f"{{verdict}}`{verdict}`", *(str(counts[verdict, group]) for group in GROUPS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def ledger_sections(items):
    """Yield a MyST section for each group and each of its items."""
    for letter, group in GROUPS.items():
        members = [item for item in items if item["id"].startswith(letter)]
        if members:
            yield f"## {group}"
            yield from map(ledger_item, members)


def ledger_item(item):
    """One item as MyST: its anchor, a heading, the verdict, and a list of what is said and what is true."""
    role = ROLES[item["anchor"].split("-", 1)[0]]
    file, _, test = item["test"].partition("::")
    entries = {
        ("The book" if item["id"].startswith("T") else "The document"): item["says"],
        ("The proof" if item["id"].startswith("T") else "In truth"): item["truth"],
        "Where": ("Equation " if role == "eq" else "") + f"{{{role}}}`{item['anchor']}`",
        "Checked by": f"`{test}` in `{file}`",
    }
    lines = [f"(ledger-{item['id']})=", f"### {item['id']}", "", f"{{verdict}}`{item['verdict']}`", ""]
    for term, text in entries.items():
        lines += [term, ": " + text.replace("\n", "\n  "), ""]
    return "\n".join(lines)


def verdict_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """A verdict as a badge: the word, with a class for its colour."""
    return [nodes.inline(rawtext, text, classes=["verdict", "verdict-" + text.replace(" ", "-")])], []


def mark_items(app, doctree):
    """Give the section of a verdict a class: `:has()` would restyle whole pages whenever a picture changes."""
    for verdict in doctree.findall(nodes.inline):
        if "verdict" in verdict["classes"] and isinstance(verdict.parent.parent, nodes.section):
            verdict.parent.parent["classes"].append("item")
