"""Time and peak memory of drawing Figure 1 as it was first drawn, against regsoft's way.

    python -m lab.figure_1

The document computes every point of both panels in Python loops and scatters all of them in three dimensions.
Its lower panel has 10⁸ points; here the loops take a grid ten times coarser along w, 10⁶ points, so that they
end in minutes. Each way runs in a process of its own and writes both panels to files.
"""

import io
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from lab.measure import machine, record

ALPHAS = range(-1000, 1000, 10)
STEPS = 100  # along w; the document has 1000


def as_published():
    """Both panels by loops over points and a scatter plot."""
    from matplotlib.figure import Figure

    from regsoft.figures.figure_1 import COSTS, SCORE

    def surprise(w):
        return w * np.log(w + 1e-8)

    top, bottom = [], []
    for i in range(STEPS):
        w = i / STEPS
        for alpha in ALPHAS:
            top.append((w, alpha, w * SCORE - alpha * (surprise(w) + surprise(1 - w))))
        for j in range(STEPS - i + 1):
            shares = (w, j / STEPS, max(1 - w - j / STEPS, 0))
            linear = sum(share * cost for share, cost in zip(shares, COSTS, strict=True))
            information = sum(surprise(share) for share in shares)
            for alpha in ALPHAS:
                bottom.append((w, alpha, shares[1], linear + alpha * information))
    for points in (np.array(top), np.array(bottom)):
        figure = Figure(figsize=(10, 10))
        ax = figure.add_subplot(projection="3d", azim=-45, elev=30)
        ax.scatter(*points[:, :3].T, c=points[:, -1], cmap="viridis")
        figure.savefig(io.BytesIO(), format="png")
    return len(top) + len(bottom)


def as_faces():
    """Both panels as regsoft draws them: the patches that can be seen."""
    from regsoft import figures

    return sum(len(figure().svg) for figure in (figures.figure_1_sigmoid, figures.figure_1_softmax))


def measured(way):
    """Run one way in this process; return its seconds, the largest memory in bytes, and what it drew."""
    start = time.perf_counter()
    size = way()
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit, size


def from_cold(way):
    """Measure one way in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, way).result()


def main():
    """Print both ways and keep them."""
    print(machine("numpy", "matplotlib"))
    *theirs, points = from_cold(as_published)
    *ours, _ = from_cold(as_faces)
    for name, (seconds, memory) in ((f"{points} points", theirs), ("regsoft", ours)):
        print(f"{name:16} {seconds:7.1f} s {memory / 1e6:8.0f} MB")
    rows = [
        {"quantity": "seconds", "ours": ours[0], "theirs": theirs[0]},
        {"quantity": "megabytes", "ours": ours[1] / 1e6, "theirs": theirs[1] / 1e6},
    ]
    record("figure_1", rows, "numpy", "matplotlib", points=points)


if __name__ == "__main__":
    main()
