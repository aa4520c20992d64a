"""What the sandbox allows one notebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one notebook may use. Computing and waiting do not depend on how busy the machine is."""

    cell: float = 10.0  # seconds of computing for one cell, which is then interrupted
    notebook: float = 60.0  # seconds of computing for all cells; after that each has a tenth of its time
    wait: float = 60.0  # seconds that one cell may wait, as in time.sleep; all together twice as long
    memory: int = 1 << 30  # bytes, for one process and for all together
    processes: int = 32  # threads included
    disk: int = 64 << 20  # bytes in /tmp, and in one file
    files: int = 10_000  # and folders, in all places that can be written
    output: int = 2 << 20  # bytes printed and displayed
    clock: float = (
        1800.0  # seconds on the clock; a longer run means a busy machine and says nothing about the work
    )


LIMITS = Limits()
