"""Record the largest relative errors of regsoft and of SciPy; `tests/regsoft/accuracy.py` measures them.

Run as `python -m lab.accuracy`.
"""

import numpy as np

from lab.measure import record
from tests.regsoft.accuracy import DTYPES, PAIRS, measure


def main():
    """Print the table and keep it."""
    print(f"{'function':16} {'dtype':8} {'inputs':18} {'regsoft':>10} {'SciPy':>10}")
    rows = []
    for name in PAIRS:
        for dtype in map(np.dtype, DTYPES):
            for kind, (ours, scipys) in measure(name, dtype.type).items():
                print(f"{name:16} {dtype.name:8} {kind:18} {ours:10.4g} {scipys:10.4g}")
                rows.append(
                    {"function": name, "dtype": dtype.name, "inputs": kind, "ours": ours, "theirs": scipys}
                )
    record("accuracy", rows, "numpy", "scipy", "mpmath")


if __name__ == "__main__":
    main()
