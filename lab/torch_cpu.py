"""Time of torch and of its package `entmax` over time of regsoft: above 1, regsoft is faster; and their errors.

`make bench ONLY=torch_cpu` runs it in .venv-frameworks. One thread, float64 on both sides.
"""

from functools import partial

import mpmath
import numpy as np

import regsoft
from lab.measure import machine, record, shortest

try:
    import entmax
    import torch
except ImportError as error:
    raise SystemExit(f"{error.name} is missing; run: make bench ONLY=torch_cpu") from error

SHAPES = [(10,), (10**3,), (10**5,), (10**4, 10), (10**3, 10**2)]
CONTESTANTS = {  # name: (order, regsoft's function, the other)
    "softmax": (1, regsoft.softmax, torch.softmax),
    "sparsemax": (2, regsoft.sparsemax, entmax.sparsemax),
    "entmax 1.5": (1.5, regsoft.entmax, entmax.entmax15),
    "entmax 1.3": (
        1.3,
        lambda x: regsoft.entmax(x, 1.3),
        lambda x, dim: entmax.entmax_bisect(x, 1.3, dim=dim),
    ),
}


def exact_share(x, order):
    """Return the function from a score of `x` to its exact share; the largest share is found by bisection."""
    excess = mpmath.mpf(order) - 1
    top, low, high = mpmath.mpf(x.max()), mpmath.mpf(1) / len(x), mpmath.mpf(1)
    x = [
        mpmath.mpf(value) for value in x.tolist() if value > top - 1 / excess
    ]  # the shares of the others are 0
    for _ in range(80):
        p = (low + high) / 2
        heights = (p**excess + excess * (value - top) for value in x)
        total = mpmath.fsum(height ** (1 / excess) for height in heights if height > 0)
        low, high = (p, high) if total < 1 else (low, p)
    return lambda value: max(high**excess + excess * (mpmath.mpf(value) - top), 0) ** (1 / excess)


def largest_error(w, x, share):
    """Return the largest absolute error over the scores of a vector."""
    return float(max(abs(value - share(score)) for value, score in zip(w.tolist(), x.tolist(), strict=True)))


def times(random):
    """Print and return a row for each function and shape."""
    print(f"{'function':12} {'shape':>12} {'regsoft':>13} {'torch':>13} {'ratio':>6}")
    rows = []
    for name, (_, ours, theirs) in CONTESTANTS.items():
        for shape in SHAPES:
            x = random.normal(scale=3, size=shape)
            mine, yours = shortest(partial(ours, x), partial(theirs, torch.from_numpy(x), dim=-1))
            rows.append({"function": name, "shape": str(shape), "ours": mine, "theirs": yours})
            microseconds = f"{mine * 1e6:10.1f} µs {yours * 1e6:10.1f} µs"
            print(f"{name:12} {shape!s:>12} {microseconds} {yours / mine:6.2f}", flush=True)
    return rows


def errors(random):
    """Print and return the largest absolute error of each function over several sizes and scales."""
    print(f"\n{'function':12} {'d':>8} {'scale':>6} {'regsoft':>9} {'torch':>9}  largest absolute error")
    largest = {}
    for name, (order, ours, theirs) in list(CONTESTANTS.items())[1:]:
        for d, scale in ((10, 0.1), (10, 3), (10**3, 0.001), (10**3, 3), (10**5, 3)):
            x = random.normal(scale=scale, size=d)
            share = exact_share(x, order)
            found = ours(x), theirs(torch.from_numpy(x), dim=-1).numpy()
            pair = [largest_error(w, x, share) for w in found]
            largest[name] = np.maximum(largest.get(name, 0), pair).tolist()
            print(f"{name:12} {d:8} {scale:6} {pair[0]:9.1e} {pair[1]:9.1e}", flush=True)
    return [{"function": name, "ours": ours, "theirs": theirs} for name, (ours, theirs) in largest.items()]


def main():
    """Print both tables and keep them."""
    packages = ("numpy", "torch", "entmax")
    print(machine(*packages))
    mpmath.mp.dps = 50
    torch.set_num_threads(1)
    random = np.random.default_rng(0)
    with torch.no_grad():
        record("torch_cpu", times(random), *packages, errors=errors(random))


if __name__ == "__main__":
    main()
