"""Time of SciPy over time of regsoft on the same inputs: above 1, regsoft is faster.

Run as `python -m benchmarks.speed`, on an otherwise idle machine.
"""

import os
import platform
from pathlib import Path
from timeit import repeat, timeit

import numpy as np
import scipy
from scipy import special

import regsoft

SHAPES = [(3,), (10,), (16,), (10**6,), (10**5, 10), (62500, 16), (10**3, 10**3)]
PAIRS = {  # name: (regsoft's function, SciPy's)
    "softmax": (regsoft.softmax, lambda x: special.softmax(x, axis=-1)),
    "logsumexp": (regsoft.logsumexp, lambda x: special.logsumexp(x, axis=-1)),
    "sigmoid": (regsoft.sigmoid, special.expit),
}
ROUNDS = 40
SECONDS = 0.01  # about how long a round lasts: as many calls as fit


def shortest(function, x):
    """Return the shortest time per call over many rounds."""
    calls = max(1, int(SECONDS / timeit(lambda: function(x), number=3) * 3))
    return min(repeat(lambda: function(x), number=calls, repeat=ROUNDS)) / calls


def processor():
    """Return the processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main():
    """Print the table."""
    print(
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, SciPy {scipy.__version__}; float64"
    )
    print(f"{'function':10} {'shape':>14} {'regsoft':>12} {'SciPy':>12} {'ratio':>6}")
    random = np.random.default_rng(0)
    for name, functions in PAIRS.items():
        for shape in SHAPES:
            x = random.normal(scale=3, size=shape)
            ours, scipys = (shortest(function, x) for function in functions)
            ratio = scipys / ours
            print(
                f"{name:10} {shape!s:>14} {ours * 1e6:9.1f} µs {scipys * 1e6:9.1f} µs {ratio:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
