"""Time of SciPy over time of regsoft on the same inputs: above 1, regsoft is faster.

Run as `python -m lab.speed`, on an otherwise idle machine.
"""

import numpy as np
from scipy import special

import regsoft
from lab.measure import machine, record, shortest

SHAPES = [(3,), (10,), (16,), (100, 10), (10**6,), (10**5, 10), (62500, 16), (10**3, 10**3)]
PAIRS = {  # name: (regsoft's function, SciPy's)
    "softmax": (regsoft.softmax, lambda x: special.softmax(x, axis=-1)),
    "logsumexp": (regsoft.logsumexp, lambda x: special.logsumexp(x, axis=-1)),
    "sigmoid": (regsoft.sigmoid, special.expit),
}


def main():
    """Print the table and keep it."""
    print(machine("numpy", "scipy"))
    print(f"{'function':10} {'shape':>14} {'regsoft':>12} {'SciPy':>12} {'ratio':>6}")
    random = np.random.default_rng(0)
    rows = []
    for name, functions in PAIRS.items():
        for shape in SHAPES:
            x = random.normal(scale=3, size=shape)
            ours, scipys = (shortest(function, x) for function in functions)
            rows.append({"function": name, "shape": str(shape), "ours": ours, "theirs": scipys})
            print(
                f"{name:10} {shape!s:>14} {ours * 1e6:9.1f} µs {scipys * 1e6:9.1f} µs {scipys / ours:6.2f}",
                flush=True,
            )
    record("speed", rows, "numpy", "scipy")


if __name__ == "__main__":
    main()
