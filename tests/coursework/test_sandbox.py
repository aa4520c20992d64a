"""The sandbox's limits: what is counted, what is denied, and who ends when."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from coursework.grading import bubblewrap, sandbox, usage
from coursework.grading.bubblewrap import SandboxError
from coursework.grading.config import PROJECT
from coursework.grading.limits import Limits
from coursework.grading.sandbox import Outcome, Unfinished, run

QUICK = Limits(cell=0.3, notebook=1, wait=0.5)


def outcomes(*sources: str, limits: Limits = QUICK, **options) -> list[Outcome]:
    return run([{"source": source, "cases": {}} for source in sources], limits, **options)


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def errors(outcome: Outcome) -> list[str]:
    return [item["ename"] for item in outcome.outputs if item["output"] == "error"]


@pytest.mark.parametrize("safe", [True, False])
def test_a_cell_that_computes_or_waits_too_long_is_interrupted_and_the_next_runs(sandboxed, safe):
    loop, pause, after = outcomes("while True: pass", "import time; time.sleep(100)", "print(1)", safe=safe)
    assert errors(loop) == errors(pause) == ["TooLong"]
    assert after.stdout == "1\n"


def test_once_a_notebook_has_used_up_its_time_every_cell_has_a_little_left(sandboxed):
    *loops, after = outcomes(*["while True: pass"] * 6, "sum(range(10)); print(1)")
    assert [errors(loop) for loop in loops] == [["TooLong"]] * 6
    assert after.stdout == "1\n"


def test_a_busy_machine_is_not_the_works_fault(sandboxed, monkeypatch):
    def waits_now(pids):
        return False  # it wants to run

    monkeypatch.setattr(sandbox.usage, "waits", waits_now)
    monkeypatch.setattr(sandbox.usage, "computing", lambda pids: 0.0)
    (slow,) = outcomes("import time; time.sleep(1); print('done')")
    assert (slow.stdout, errors(slow)) == ("done\n", [])
    with pytest.raises(Unfinished, match="is the machine overloaded"):
        outcomes("import time; time.sleep(100)", limits=Limits(clock=1))


@pytest.fixture
def start() -> Iterator[Callable[[str], subprocess.Popen]]:
    """What starts a program of Python; it and all that it starts end with the test."""
    programs = []

    def started(code: str) -> subprocess.Popen:
        programs.append(subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE))
        return programs[-1]

    yield started
    for program in programs:
        for pid in reversed(usage.family(program.pid)):
            os.kill(pid, signal.SIGKILL)
        program.communicate()


def test_waiting_is_told_apart_from_computing_and_from_wanting_to(start):
    pauses = start("input()")
    until(lambda: usage.waits([pauses.pid]))
    pauses.send_signal(signal.SIGSTOP)
    until(lambda: usage.waits([pauses.pid]))
    loops = start("while True: pass")
    until(lambda: usage.computing([loops.pid]) > 0.1)
    assert not usage.waits([loops.pid])


def test_memory_is_counted_once_however_many_share_it(start):
    share = "import mmap, os\nx = mmap.mmap(-1, 60 << 20); x.write(bytes(60 << 20))\n"
    pid = start(f"{share}for _ in range(2): os.fork()\nsum(x[::4096]); input()").pid
    until(lambda: len(usage.family(pid)) == 4 and usage.waits(usage.family(pid)))
    assert usage.memory(usage.family(pid), 1 << 40) > 240 << 20  # the quick look
    assert 60 << 20 < usage.memory(usage.family(pid), 0) < 100 << 20


@pytest.fixture
def granted(tmp_path, monkeypatch) -> Path:
    """Files like those of a system that grants control groups; the kernel itself is not behind them."""
    above = tmp_path / "groups" / "user.slice"
    (above / "run-1.scope").mkdir(parents=True)
    (above / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (above / "cgroup.procs").touch()
    (tmp_path / "own").write_text("4:memory:/x\n0::/user.slice/run-1.scope\n")
    monkeypatch.setattr(usage, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(usage, "OWN_GROUP", tmp_path / "own")
    return above


def test_a_sandbox_gets_a_control_group_of_its_own_where_the_system_grants_one(
    sandboxed, granted, monkeypatch
):
    made = []
    monkeypatch.setattr(usage, "remove_group", made.append)
    (outcome,) = outcomes("print(1)", limits=Limits(memory=700 << 20))
    (group,) = made
    assert outcome.stdout == "1\n"
    assert group.parent == granted
    assert (group / "memory.max").read_text() == str(700 << 20)
    assert (group / "memory.swap.max").read_text() == "0"
    assert (group / "cgroup.procs").read_text().strip().isdigit()


def test_a_program_that_its_control_group_has_killed_has_used_too_much_memory(
    sandboxed, granted, monkeypatch
):
    real = usage.make_group

    def full(name, limit):
        group = real(name, limit)
        (group / "memory.events").write_text("oom 1\noom_kill 1\n")
        return group

    monkeypatch.setattr(usage, "make_group", full)
    monkeypatch.setattr(usage, "remove_group", lambda group: None)
    (outcome,) = outcomes("import os; os.kill(os.getpid(), 9)")
    assert outcome.ended == "it used more than 1024 MB of memory"


def test_a_group_is_removed_as_soon_as_its_processes_are_gone(tmp_path):
    group = tmp_path / "group"
    (group / "process").mkdir(parents=True)
    last = threading.Timer(0.3, (group / "process").rmdir)
    last.start()
    usage.remove_group(group)
    assert not group.exists()


@pytest.mark.parametrize("missing", ["the limit on memory", "the right to write", "version 2"])
def test_without_a_control_group_memory_is_counted(granted, monkeypatch, missing):
    assert usage.parent_group() == granted
    if missing == "the limit on memory":
        (granted / "cgroup.subtree_control").write_text("cpu pids\n")
    elif missing == "the right to write":
        monkeypatch.setattr(usage.os, "access", lambda *_: False)
    else:
        usage.OWN_GROUP.write_text("4:memory:/x\n")
    assert usage.parent_group() is None
    assert usage.make_group("x", 1) is None


def test_a_system_that_forbids_sandboxes_is_told_apart_with_the_cure(monkeypatch, tmp_path):
    refused = tmp_path / "bwrap"
    refused.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    refused.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(refused))
    with pytest.raises(
        SandboxError, match=r"(?s)uid map.*sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0"
    ):
        run([])


PROGRAM = """
import sys
from concurrent.futures import wait
from coursework.grading.executors import process_pool
from coursework.grading.limits import Limits
from coursework.grading.sandbox import run

def work(number):
    run([{"source": "import time; time.sleep(1000)", "cases": {}}], Limits(wait=1000))

if __name__ == "__main__":
    with process_pool(2)() as pool:
        futures = [pool.submit(work, number) for number in range(4)]
        pool.begin()
        wait(futures)
"""


def test_workers_sandboxes_and_their_folders_go_when_the_process_that_started_them_is_killed(
    sandboxed, tmp_path
):
    (tmp_path / "program.py").write_text(PROGRAM)
    with tempfile.TemporaryDirectory(prefix="k-") as folder:  # short, since a socket lies in it
        environment = os.environ | {"PYTHONPATH": str(PROJECT), "TMPDIR": folder}
        with subprocess.Popen([sys.executable, str(tmp_path / "program.py")], env=environment) as program:
            me = psutil.Process(program.pid)
            until(lambda: len(list(Path(folder).glob("grading-*"))) == 2)
            until(lambda: sum(child.name() == "bwrap" for child in me.children(recursive=True)) == 4)
            family = me.children(recursive=True)
            program.kill()
        gone, left = psutil.wait_procs(family, timeout=60)
        assert (len(gone) > 6, left) == (True, [])
        assert not list(Path(folder).glob("grading-*"))
