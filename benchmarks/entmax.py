"""Time of the `entmax` package over time of regsoft (above 1, regsoft is faster), and the errors of both.

Run as `python -m benchmarks.entmax`, on an otherwise idle machine, in an environment of its own: it needs
`pip install torch entmax mpmath` and `pip install -e .`. One thread, float64 on both sides.
"""

import os
import sys
from pathlib import Path
from timeit import repeat, timeit

import numpy as np

import regsoft

SHAPES = [(10,), (10**3,), (10**5,), (10**4, 10), (10**3, 10**2)]
ROUNDS = 30
SECONDS = 0.02  # about how long a round lasts: as many calls as fit
DIGITS = 50


def packages():
    """Import torch, entmax and mpmath, or say what to install."""
    here = Path(__file__).resolve().parent
    sys.path[:] = [path for path in sys.path if Path(path).resolve() != here]  # it holds this entmax.py
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        import entmax
        import mpmath
        import torch
    except ImportError as error:
        raise SystemExit(
            f"{error.name} is missing; in an environment of its own: pip install torch entmax mpmath -e ."
        ) from error
    torch.set_num_threads(1)
    return torch, entmax, mpmath


def contestants(entmax):
    """Return {name: (order, regsoft's function, the package's)}."""
    return {
        "sparsemax": (2, regsoft.sparsemax, entmax.sparsemax),
        "entmax 1.5": (1.5, regsoft.entmax, entmax.entmax15),
        "entmax 1.3": (1.3, lambda x: regsoft.entmax(x, 1.3), lambda x: entmax.entmax_bisect(x, 1.3)),
    }


def shortest(function, x):
    """Return the shortest time per call over many rounds."""
    function(x)
    calls = max(1, int(SECONDS / timeit(lambda: function(x), number=3) * 3))
    return min(repeat(lambda: function(x), number=calls, repeat=ROUNDS if calls > 1 else 5)) / calls


def exact_shares(x, order, mpmath):
    """Return entmax of a vector of exact numbers, by halving the bracket of the largest share."""
    x, excess = [mpmath.mpf(value) for value in x], mpmath.mpf(order) - 1
    top, low, high = max(x), mpmath.mpf(1) / len(x), mpmath.mpf(1)
    x = [value for value in x if value > top - 1 / excess]  # no other has a share
    for _ in range(60):
        p = (low + high) / 2
        heights = (p**excess + excess * (value - top) for value in x)
        total = mpmath.fsum(height ** (1 / excess) for height in heights if height > 0)
        low, high = (p, high) if total < 1 else (low, p)
    return lambda value: max(high**excess + excess * (mpmath.mpf(value) - top), 0) ** (1 / excess)


def largest_error(got, x, shares):
    """Return the largest absolute error over the scores of a vector."""
    return float(max(abs(w - shares(value)) for w, value in zip(got.tolist(), x.tolist(), strict=True)))


def main():
    """Print the table of times, then that of errors."""
    torch, entmax, mpmath = packages()
    mpmath.mp.dps = DIGITS
    random = np.random.default_rng(0)
    inputs = [random.normal(scale=scale, size=shape) for scale in (1, 3) for shape in SHAPES]
    print(f"NumPy {np.__version__}, torch {torch.__version__}, one thread, float64")
    print(f"{'function':12} {'shape':>12} {'scale':>5} {'regsoft':>13} {'entmax':>13} {'ratio':>6}")
    with torch.no_grad():
        for name, (_, ours, theirs) in contestants(entmax).items():
            for x in inputs:
                mine = shortest(ours, x)
                yours = shortest(lambda z, f=theirs: f(z, dim=-1), torch.from_numpy(x))
                print(f"{name:12} {x.shape!s:>12} {mine * 1e6:10.1f} µs {yours * 1e6:10.1f} µs {yours / mine:6.2f}")


if __name__ == "__main__":
    main()
