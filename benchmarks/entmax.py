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
        "entmax 1.3": (
            1.3,
            lambda x: regsoft.entmax(x, 1.3),
            lambda x, dim: entmax.entmax_bisect(x, 1.3, dim=dim),
        ),
    }


def shortest(function, x):
    """Return the shortest time per call over many rounds."""
    function(x)
    calls = max(1, int(SECONDS / timeit(lambda: function(x), number=3) * 3))
    return min(repeat(lambda: function(x), number=calls, repeat=ROUNDS if calls > 1 else 5)) / calls


def exact_share(x, order, mpmath):
    """Return the function that gives the exact share of a score of `x`, by halving the largest share's bracket."""
    excess = mpmath.mpf(order) - 1
    top, low, high = mpmath.mpf(x.max()), mpmath.mpf(1) / len(x), mpmath.mpf(1)
    x = [mpmath.mpf(value) for value in x.tolist() if value > top - 1 / excess]  # no other has a share
    for _ in range(80):
        p = (low + high) / 2
        heights = (p**excess + excess * (value - top) for value in x)
        total = mpmath.fsum(height ** (1 / excess) for height in heights if height > 0)
        low, high = (p, high) if total < 1 else (low, p)
    return lambda value: max(high**excess + excess * (mpmath.mpf(value) - top), 0) ** (1 / excess)


def largest_error(w, x, share):
    """Return the largest absolute error over the scores of a vector."""
    return float(max(abs(value - share(score)) for value, score in zip(w.tolist(), x.tolist(), strict=True)))


def main():
    """Print the table of times, then that of errors."""
    torch, entmax, mpmath = packages()
    mpmath.mp.dps = DIGITS
    random = np.random.default_rng(0)
    print(f"NumPy {np.__version__}, torch {torch.__version__}, one thread, float64")
    print(f"{'function':12} {'shape':>12} {'regsoft':>13} {'entmax':>13} {'ratio':>6}")
    with torch.no_grad():
        for name, (_, ours, theirs) in contestants(entmax).items():
            for shape in SHAPES:
                x = random.normal(scale=3, size=shape)
                mine = shortest(ours, x)
                yours = shortest(lambda z, f=theirs: f(z, dim=-1), torch.from_numpy(x))
                times = f"{mine * 1e6:10.1f} µs {yours * 1e6:10.1f} µs"
                print(f"{name:12} {shape!s:>12} {times} {yours / mine:6.2f}", flush=True)
        print(f"\n{'function':12} {'d':>8} {'scale':>6} {'regsoft':>9} {'entmax':>9}  largest absolute error")
        for name, (order, ours, theirs) in contestants(entmax).items():
            for d, scale in ((10, 0.1), (10, 3), (10**3, 0.001), (10**3, 3), (10**5, 3)):
                x = random.normal(scale=scale, size=d)
                share = exact_share(x, order, mpmath)
                found = ours(x), theirs(torch.from_numpy(x), dim=-1).numpy()
                errors = " ".join(f"{largest_error(w, x, share):9.1e}" for w in found)
                print(f"{name:12} {d:8} {scale:6} {errors}", flush=True)


if __name__ == "__main__":
    main()
