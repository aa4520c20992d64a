"""Damage to JSON values, as a broken disk, another program or a hostile hand leaves them."""

import random
from copy import deepcopy

ODD = (
    None,
    True,
    0,
    -1,
    1e308,
    10**30,
    "",
    "\ud800",
    "\x00",
    [],
    [None],
    {},
    {"toString": 1},
    [[]] * 3,
    "é" * 999,
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    """The path to each part of a JSON value, itself left out."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [below for key, item in pairs for below in [(*path, key), *places(item, (*path, key))]]


def damaged(value: object, rng: random.Random, odd: tuple = ODD) -> object:
    """A copy of a JSON value in which one to three parts were replaced, taken away or put elsewhere."""
    value = deepcopy(value)
    for _ in range(rng.randint(1, 3)):
        paths = places(value)
        if not paths:
            return value
        (*above, last), (*other, end) = rng.choice(paths), rng.choice(paths)
        parent, donor = _at(value, above), _at(value, other)
        kind = rng.randrange(4)
        if kind == 0:
            del parent[last]
        elif kind == 1:
            parent[last] = deepcopy(donor[end])
        else:
            parent[last] = deepcopy(rng.choice(odd))
    return value


def _at(value: object, path: list) -> object:
    for key in path:
        value = value[key]
    return value
