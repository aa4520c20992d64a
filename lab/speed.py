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

SHORT = [(3,), (16,)]  # the time of the call itself: measured, without a target
SHAPES = [(10**3,), (10**5,), (10**5, 10), (10**3, 10**3), (10, 10**5)]
DTYPES = ("float64", "float32")
MEMORY = 3  # target: the most that a call holds at once, its result included, in sizes of its arguments


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


def measured(name, shape, axis, dtype):
    """Return the row of a function on one input; an axis of None is for functions of each number."""
    make, ours, theirs, target = FUNCTIONS[name]
    arguments = [array.astype(dtype) for array in make(np.random.default_rng(0), shape, axis)]
    along = {} if axis is None else {"axis": axis}
    calls = [partial(function, *arguments, **along) for function in (ours, theirs)]
    times = shortest(*calls)
    memory = [peak(call) / sum(array.nbytes for array in arguments) for call in calls]
    return {
        "function": name,
        "shape": str(shape),
        "axis": axis,
        "dtype": dtype,
        "target": None if shape in SHORT else target,
        "ours": times[0],
        "theirs": times[1],
        "memory": memory[0],
        "memory of SciPy": memory[1],
    }


def missed(row):
    """Return what a row misses, as text, or nothing."""
    if row["target"] is None:
        return ""
    ratio = row["theirs"] / row["ours"]
    slow = f"ratio {ratio:.2f}, target {row['target']}" if ratio < row["target"] else ""
    large = f"memory {row['memory']:.1f}, target {MEMORY}" if row["memory"] > MEMORY else ""
    return "; ".join(filter(None, (slow, large)))


def printed(rows):
    """Return the rows of one input, one a type, as a line of the table."""
    ratios = (f"{row['theirs'] / row['ours']:8.2f}" for row in rows)
    memory = (f"{row['memory']:8.1f} ({row['memory of SciPy']:.1f})" for row in rows)
    first = rows[0]
    axis = "" if first["axis"] is None else first["axis"]
    line = f"{first['function']:16}{first['shape']:>14} {axis:>4} {''.join(ratios)}"
    return line if first["target"] is None else line + "".join(memory)


def main(*names):
    """Print the table and the targets that were missed; keep the rows if every function was measured."""
    if unknown := set(names) - set(FUNCTIONS):
        raise SystemExit(f"{', '.join(sorted(unknown))}: not measured; allowed: {', '.join(FUNCTIONS)}")
    print(machine("numpy", "scipy"))
    print(f"{'time of SciPy / time of regsoft':>53}   memory / arguments (SciPy's)")
    print(f"{'function':16}{'shape':>14} axis  float64 float32   float64       float32")
    rows = []
    for name in names or FUNCTIONS:
        for shape in SHORT + SHAPES:
            for axis in (None,) if name in ELEMENTWISE else (-1, 0)[: len(shape)]:
                rows += [measured(name, shape, axis, dtype) for dtype in DTYPES]
                print(printed(rows[-len(DTYPES) :]), flush=True)
    misses = [(row, text) for row in rows if (text := missed(row))]
    print(f"\n{len(misses)} of {sum(row['target'] is not None for row in rows)} miss a target:")
    for row, text in misses:
        axis = "" if row["axis"] is None else f", axis {row['axis']}"
        print(f"{row['function']}, {row['dtype']}, {row['shape']}{axis}: {text}")
    if not names:
        record("speed", rows, "numpy", "scipy")


if __name__ == "__main__":
    main(*sys.argv[1:])
