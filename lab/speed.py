"""Time of SciPy over time of regsoft on the same inputs: above 1, regsoft is faster. And the memory of both.

Run as `python -m lab.speed`, on an otherwise idle machine. `python -m lab.speed softmax sigmoid` measures these
alone and keeps nothing.
"""

import sys
import tracemalloc
from functools import partial

import numpy as np
from scipy import special

import regsoft
from lab.measure import machine, record, shortest

SHORT = [(3,), (16,)]  # so short that the overhead of the call dominates: measured, but without a target
SHAPES = [(10**3,), (10**5,), (10**5, 10), (10**3, 10**3), (10, 10**5)]
DTYPES = ("float64", "float32")
MEMORY = 3  # target: the most that a call holds at once, its result included, in multiples of its arguments


def scores(random, shape, axis):
    """Return the arguments of a function of scores."""
    return [random.normal(scale=3, size=shape)]


def shares(random, shape, axis):
    """Return the arguments of a function of shares in [0, 1]."""
    return [random.uniform(size=shape)]


def point(random, shape, axis):
    """Return the arguments of a function of points of the simplex."""
    return [special.softmax(random.normal(scale=3, size=shape), axis=axis)]


def two_points(random, shape, axis):
    """Return the arguments of a function of two points of the simplex."""
    return point(random, shape, axis) + point(random, shape, axis)


# name: (what makes its arguments, regsoft's function, SciPy's, the ratio to reach)
ALONG_AN_AXIS = {
    "softmax": (scores, regsoft.softmax, special.softmax, 1),
    "log_softmax": (scores, regsoft.log_softmax, special.log_softmax, 1),
    "logsumexp": (scores, regsoft.logsumexp, special.logsumexp, 1),
    # SciPy's two do not check that their arguments are points of the simplex.
    "shannon_entropy": (point, regsoft.shannon_entropy, lambda w, axis: special.entr(w).sum(axis), 0.7),
    "kl_divergence": (
        two_points,
        regsoft.kl_divergence,
        lambda p, q, axis: special.rel_entr(p, q).sum(axis),
        0.7,
    ),
}
ELEMENTWISE = {
    "sigmoid": (scores, regsoft.sigmoid, special.expit, 1),
    "softplus": (scores, regsoft.softplus, lambda x: -special.log_expit(-x), 1),
    "binary_entropy": (shares, regsoft.binary_entropy, lambda w: special.entr(w) + special.entr(1 - w), 0.7),
}
FUNCTIONS = ALONG_AN_AXIS | ELEMENTWISE


def peak(call):
    """Return the most bytes that a call holds at once; NumPy reports its arrays to tracemalloc."""
    tracemalloc.start()
    call()
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


def axes(name, shape):
    """Return the axes along which a function is measured; None is for functions of each number."""
    return (None,) if name in ELEMENTWISE else (-1, 0)[: len(shape)]


def pair(name, shape, axis, dtype):
    """Return regsoft's call and SciPy's on one input."""
    make, *functions, _ = FUNCTIONS[name]
    arguments = [array.astype(dtype) for array in make(np.random.default_rng(0), shape, axis)]
    along = {} if axis is None else {"axis": axis}
    return [partial(function, *arguments, **along) for function in functions]


def measured(name, shape, axis, dtype):
    """Return the row of a function on one input."""
    calls = pair(name, shape, axis, dtype)
    ours, theirs = shortest(*calls)  # before the memory: a first call also fills caches
    size = sum(array.nbytes for array in calls[0].args)
    memory, theirs_memory = (peak(call) / size for call in calls)
    return {
        "function": name,
        "shape": str(shape),
        "axis": axis,
        "dtype": dtype,
        "target": None if shape in SHORT else FUNCTIONS[name][-1],
        "ours": ours,
        "theirs": theirs,
        "memory": memory,
        "memory of SciPy": theirs_memory,
    }


def is_slow(row):
    """Return whether a row misses the target of its ratio."""
    return row["target"] is not None and row["theirs"] / row["ours"] < row["target"]


def is_large(row):
    """Return whether a row misses the target of the memory, by more than what is not an array takes."""
    return row["target"] is not None and round(row["memory"], 1) > MEMORY


def line(rows):
    """Return the rows of one input, one per type, as a line of the table; a star marks a target that is missed."""
    first = rows[0]
    text = f"{first['function']:16}{first['shape']:>14} {'' if first['axis'] is None else first['axis']:>4}  "
    text += "".join(f"{row['theirs'] / row['ours']:7.2f}{'*' if is_slow(row) else ' '}" for row in rows)
    if first["target"] is not None:
        for row in rows:
            text += f"{row['memory']:7.1f}{'*' if is_large(row) else ' '}({row['memory of SciPy']:.1f})"
    return text


def misses(rows):
    """Return a line for each function and type that misses a target, with the worst input."""
    groups = {}
    for row in rows:
        if row["target"] is not None:
            groups.setdefault(f"{row['function']}, {row['dtype']}", []).append(row)
    lines = []
    for name, group in groups.items():
        slowest = min(group, key=lambda row: row["theirs"] / row["ours"])
        largest = max(group, key=lambda row: row["memory"])
        if slow := sum(map(is_slow, group)):
            ratio = f"{slowest['theirs'] / slowest['ours']:.2f} < {slowest['target']}"
            lines.append(f"{name}: {slow} of {len(group)} ratios, {ratio} on {described(slowest)}")
        if large := sum(map(is_large, group)):
            size = f"{largest['memory']:.1f} > {MEMORY}"
            lines.append(f"{name}: memory on {large} of {len(group)}, {size} on {described(largest)}")
    return lines


def described(row):
    """Return shape and axis of an input as text."""
    return row["shape"] if row["axis"] is None else f"{row['shape']} axis {row['axis']}"


def main(*names):
    """Print the table and which targets are missed; keep the rows if every function was measured."""
    if unknown := set(names) - set(FUNCTIONS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: not measured; allowed: {', '.join(FUNCTIONS)}")
    print(machine("numpy", "scipy"))
    print(f"{'':37}SciPy's time / ours    memory / arguments (SciPy's)")
    print(f"{'function':16}{'shape':>14} axis  float64 float32     float64      float32")
    rows = []
    for name in names or FUNCTIONS:
        for shape in SHORT + SHAPES:
            for axis in axes(name, shape):
                rows += [measured(name, shape, axis, dtype) for dtype in DTYPES]
                print(line(rows[-len(DTYPES) :]), flush=True)
    print("\nTargets missed (*), with the worst:", *(misses(rows) or ["none"]), sep="\n")
    if not names:
        record("speed", rows, "numpy", "scipy")


if __name__ == "__main__":
    main(*sys.argv[1:])
