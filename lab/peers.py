"""Count the cases of other packages' own tests that pass on regsoft; `tests/regsoft/peers.py` runs them.

`make bench ONLY=peers` runs it in the environment of `torch_cpu.py`, where all of the packages are installed.
"""

from collections import Counter

from lab.measure import record
from tests.regsoft.peers import FAILS, PEERS, missing, outcomes


def main():
    """Print the counts and keep them."""
    rows = []
    for peer in PEERS:
        if module := missing(peer):
            raise SystemExit(f"{module} is missing; run: make bench ONLY=peers")
        cases = outcomes(peer)
        if failing := [f"{name}: {reason}" for name, outcome, reason in cases if outcome == FAILS]:
            raise SystemExit(f"tests of {peer} fail, so nothing is written:\n" + "\n".join(failing))
        for (outcome, reason), count in sorted(Counter(case[1:] for case in cases).items()):
            print(f"{peer:14} {outcome:10} {count:4} {reason}")
            rows.append({"package": peer, "outcome": outcome, "reason": reason, "cases": count})
    record("peers", rows, "numpy", *PEERS, "torch")


if __name__ == "__main__":
    main()
