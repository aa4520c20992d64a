"""Read book/ledger.yml: what the source document says, item by item, with the verdict and its test."""

import re
from pathlib import Path

import yaml

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
    """The ledger says something that it must not say."""


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
