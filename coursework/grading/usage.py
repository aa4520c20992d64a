"""What the program in a sandbox and its child processes use, as the kernel counts it; the program is never asked.

Memory (shared or not) and computing time are those of all processes together. A program waits if nothing of it
runs, wants to run or waits for a disk: a busy machine makes it slower and does not make it wait.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
QUICK = re.compile(rb"^(?:VmRSS|VmSwap|HugetlbPages):\s*(\d+) kB", re.MULTILINE)
EXACT = re.compile(rb"^(?:Pss|SwapPss|Private_Hugetlb|Shared_Hugetlb):\s*(\d+) kB", re.MULTILINE)
GONE = (FileNotFoundError, ProcessLookupError, PermissionError)  # a process that ends while it is being read
GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
REMOVAL = 10.0  # seconds, at most, until the kernel lets go of a group


def family(pid: int) -> list[int]:
    """Return a process and its descendants, in the order in which they were started."""
    found = [pid]
    for process in found:
        with suppress(*GONE):
            for thread in os.listdir(f"/proc/{process}/task"):
                with suppress(*GONE):
                    found += map(int, _read(f"/proc/{process}/task/{thread}/children").split())
    return found


def knows_families() -> bool:
    """Return whether the kernel says which processes a process has started (CONFIG_PROC_CHILDREN)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def computing(pids: list[int]) -> float:
    """Return the seconds that processes, and their children that have ended, have computed."""
    return sum(sum(map(int, fields[11:15])) for fields in _stat(pids)) / TICKS


def waits(pids: list[int]) -> bool:
    """Return whether no thread runs, wants to run or waits for a disk."""
    states = (fields[0] for pid in pids for fields in _stat(_threads(pid)))
    return not any(state in {b"R", b"D"} for state in states)


def memory(pids: list[int], limit: int) -> int:
    """Return the bytes that processes have in memory or in swap; exact where a quick look finds more than `limit`.

    The quick look counts what several processes share once for each of them.
    """
    quick = {pid: _kilobytes(QUICK, f"/proc/{pid}/status") << 10 for pid in pids}
    if sum(quick.values()) <= limit:
        return sum(quick.values())
    return sum((_kilobytes(EXACT, f"/proc/{pid}/smaps_rollup") << 10) or quick[pid] for pid in pids)


def files(pid: int, places: tuple[str, ...]) -> int:
    """Return how many files and folders there are in places of a process that are file systems of their own."""
    total = 0
    with suppress(*GONE):
        for place in places:
            there = os.statvfs(f"/proc/{pid}/root{place}")
            total += there.f_files - there.f_ffree
    return total


def _threads(pid: int) -> list[str]:
    with suppress(*GONE):
        return [f"{pid}/task/{thread}" for thread in os.listdir(f"/proc/{pid}/task")]
    return []


def _stat(which: list) -> Iterator[list[bytes]]:
    """Yield what /proc says of processes or threads, from the state on."""
    for name in which:
        with suppress(*GONE):
            yield _read(f"/proc/{name}/stat").rpartition(b")")[2].split()


def _kilobytes(lines: re.Pattern, path: str) -> int:
    with suppress(*GONE):
        return sum(map(int, lines.findall(_read(path))))
    return 0


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


# ------------------------------------------------------------------------- a control group, where there is one


def parent_group() -> Path | None:
    """Return the control group below which a sandbox may get one of its own, beside ours; None if there is none.

    The system grants one where control groups are of version 2, the group above ours enables the limit on memory
    for its children, and we may write there: in a session of systemd's, or as root.
    """
    with suppress(OSError, StopIteration):
        lines = OWN_GROUP.read_text("utf-8").splitlines()
        own = GROUPS / next(line for line in lines if line.startswith("0::/")).removeprefix("0::/")
        above = own.parent
        passed_on = (above / "cgroup.subtree_control").read_text("utf-8").split()
        if own != GROUPS and "memory" in passed_on and os.access(above / "cgroup.procs", os.W_OK):
            return above
    return None


def make_group(name: str, limit: int) -> Path | None:
    """Return a new control group whose processes have at most `limit` bytes; None if the system grants none."""
    above = parent_group()
    if above is None or not os.access(above, os.W_OK):
        return None
    group = above / name
    group.mkdir()
    (group / "memory.max").write_text(str(limit))
    with suppress(OSError):  # where the kernel counts no swap
        (group / "memory.swap.max").write_text("0")
    return group


def overflowed(group: Path) -> bool:
    """Return whether a process of a control group was killed because memory ran out."""
    with suppress(OSError):
        counts = dict(line.split() for line in (group / "memory.events").read_text("utf-8").splitlines())
        return int(counts.get("oom_kill", 0)) > 0
    return False


def remove_group(group: Path) -> None:
    """Remove a control group whose processes were killed; the kernel may need some seconds until they are gone."""
    end = time.monotonic() + REMOVAL
    while True:
        try:
            group.rmdir()
            return
        except OSError:
            if time.monotonic() > end:
                return
            time.sleep(0.01)
