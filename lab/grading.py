"""Grade a simulated class: how many submissions a second, against nbgrader as it comes, with the same marks.

    python -m lab.grading [--submissions 500] [--stock 20] [--workers 2]

The class hands in problem set 1: a third the reference solution, a third half of it, a third only a comment. The
yardstick is nbgrader's own autograder, one submission after the other in one process, a Jupyter kernel for each. It
grades a sample of the same submissions and must come to the same marks. The class hands in in waves, and before
each wave nbgrader grades its share, so that other load on the machine slows both alike.

Finally, a hundred of the submissions are graded once more while workers and the main process are killed again and
again. The marks must be the same, and no process may be left over.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

from coursework.grading.assign import build, copy_and_build
from coursework.grading.batch import grade_class
from coursework.grading.bubblewrap import open_places
from coursework.grading.config import COURSE_ID, application, configuration, database
from coursework.grading.executors import process_pool
from coursework.grading.grade import draw_cases
from coursework.grading.marking import load_checks, portable, read_secret, verdict
from lab.measure import record, three_digits

NAME = "ps1"
WAVES = 5
KILLED = 100  # submissions that are graded again while workers and the main process are killed
RUNS = 4  # runs of the grader on them; in all but the last the main process is killed


class StockExecute(Execute):
    """nbgrader's Execute in a Jupyter kernel, with the same cases and the same checks as in the sandbox."""

    def preprocess(self, nb, resources):
        """Return the notebook with verdicts."""
        student = resources["nbgrader"]["student"]
        questions = load_checks(Path.cwd(), NAME)
        cases = draw_cases(questions, NAME, student, read_secret(Path.cwd()))
        path = Path(os.environ["EMITTER_CASES"])
        path.write_text(json.dumps({name: portable(case) for name, case in cases.items()}))
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in questions:
                printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
                reason = verdict(questions[name][1], cases[name], name, printed).reason
                cell.outputs = []
                if reason is not None:
                    cell.outputs = [v4.new_output("error", ename="Wrong", evalue=reason, traceback=[reason])]
        return nb, resources


def make_class(course, count):
    """Write the work of a class, with no two notebooks alike, into `waiting/`; return the students' ids."""
    source = nbformat.read(course / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    release = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    answers = [i for i, cell in enumerate(source.cells) if cell.metadata.nbgrader.solution]
    students = [f"s{number:05}" for number in range(count)]
    for number, student in enumerate(students):
        work = json.loads(json.dumps(release))
        solved = [len(answers), len(answers) // 2, 0][number % 3]
        for index in answers[:solved]:
            own = source.cells[index].source.replace('"reference"', f'"{student}"')  # the id that they typed
            work["cells"][index]["source"] = own
        work["cells"].append(v4.new_code_cell(f"# the work of {student}", id="mine"))
        folder = course / "waiting" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(work), encoding="utf-8")
    return students


def hand_in(course, other, students):
    """Let some students hand in, to both courses."""
    for student in students:
        shutil.copytree(course / "waiting" / student, other / "submitted" / student)
        (course / "submitted").mkdir(exist_ok=True)
        (course / "waiting" / student).rename(course / "submitted" / student)


def marks(course):
    """Return {student: automatic marks} from the gradebook."""
    with Gradebook(database(course), COURSE_ID) as gradebook:
        return {
            s.student_id: {g.name: g.auto_score for n in s.notebooks for g in n.grades}
            for s in gradebook.assignment_submissions(NAME)
        }


def stock(course, students):
    """Grade some submissions with nbgrader as it comes; return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        inside, stub, _ = open_places(Path(folder), hints=course / NAME / "hints.py")
        os.environ |= {"PYTHONPATH": f"{stub}{os.pathsep}{inside}", "EMITTER_CASES": f"{folder}/cases.json"}
        options = configuration(course)
        del options.Autograde["sanitize_preprocessors"]  # nbgrader's own again
        _, *others = Autograde.class_traits()["autograde_preprocessors"].default()
        options.Autograde.autograde_preprocessors = [StockExecute, *others]
        interface = application(course)
        interface.config = options
        start = time.perf_counter()
        for student in students:
            result = interface.autograde(NAME, student, create=True)
            assert result["success"], result["log"]
        seconds = time.perf_counter() - start
        for word in ("PYTHONPATH", "EMITTER_CASES"):
            del os.environ[word]
    return seconds


class Memory(threading.Thread):
    """Watches how much memory this process and all its descendants have, sandboxes included."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.over = 0, threading.Event()

    def run(self):
        """Look twice a second."""
        me = psutil.Process()
        while not self.over.wait(0.5):
            total = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    usage = process.memory_info()
                    total += usage.rss - usage.shared
                except psutil.Error:
                    pass
            self.most = max(self.most, total)


def ours(course, workers):
    """Grade what is new; return the seconds and the bytes of memory."""
    memory = Memory()
    memory.start()
    start = time.perf_counter()
    results = grade_class(course, NAME, process_pool(workers))
    seconds = time.perf_counter() - start
    memory.over.set()
    assert not any(result.aside for result in results)
    return seconds, memory.most


def killed(course, workers):
    """Grade a class while workers and the main process are killed; return how many were, and the processes left."""
    command = [sys.executable, "-m", "coursework.grading", "--course", str(course), "grade", NAME]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    kills, families = 0, []
    with tempfile.TemporaryDirectory(prefix="k-") as folder:  # short, since a socket lies in it
        environment = os.environ | {"TMPDIR": folder}
        for run in range(RUNS):
            program = subprocess.Popen([*command, "--workers", str(workers)], env=environment, **quiet)
            me, end = psutil.Process(program.pid), graded_files(course) + KILLED // RUNS
            while program.poll() is None and (done := graded_files(course)) < end:
                while program.poll() is None and graded_files(course) < done + 5:
                    time.sleep(0.2)
                kills += kill_a_worker(me)
            if program.poll() is None and run < RUNS - 1:
                families += me.children(recursive=True)
                program.kill()
                kills += 1
            program.wait()
        _, left = psutil.wait_procs(families, timeout=60)
        return kills, len(left)


def graded_files(course):
    return len(list((course / "autograded").glob("*/*/*.ipynb")))


def kill_a_worker(program):
    """Kill the newest process that grades, if there is one; return how many."""
    try:
        sandboxes = [child for child in program.children(recursive=True) if child.name() == "bwrap"]
        if not sandboxes or sandboxes[-1].ppid() == program.pid:
            return 0
        worker = sandboxes[-1].parent()
        while worker.name() == "bwrap":
            worker = worker.parent()
        worker.kill()
    except (psutil.Error, AttributeError):  # it has ended by itself
        return 0
    return 1


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--stock", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course, other = Path(folder, "ours"), Path(folder, "stock")
        copy_and_build(course, [NAME])
        shutil.copytree(course, other)
        students = make_class(course, options.submissions)
        return report(course, other, students, options)


def report(course, other, students, options):
    """Grade by waves, on both ways, and print what came of it; return 1 if the marks differ or it is too slow."""
    slow, fast, memory = 0.0, 0.0, []
    for wave in range(WAVES):
        new = students[wave::WAVES]
        hand_in(course, other, new)
        slow += stock(other, new[: options.stock // WAVES])
        seconds, most = ours(course, options.workers)
        fast += seconds
        memory.append(most)
        print(
            f"wave {wave + 1} of {WAVES}: {seconds / len(new):.2f} s a submission, {most >> 20} MB",
            flush=True,
        )
    again, _ = ours(course, options.workers)
    found, expected = marks(course), marks(other)
    different = {
        student: (found[student], expected[student])
        for student in expected
        if found[student] != expected[student]
    }
    third, some = course.parent / "killed", students[:KILLED]
    shutil.copytree(
        other, third, ignore=shutil.ignore_patterns("submitted", "autograded", "gradebook.db", "results")
    )
    for student in some:
        shutil.copytree(course / "submitted" / student, third / "submitted" / student)
    build(third)
    kills, left = killed(third, options.workers)
    safe = marks(third) == {student: found[student] for student in some} and not left
    yardstick, one, known = slow / len(expected), fast / len(students), again / len(students)
    growth = max(0, (memory[-1] - memory[0]) / (len(students) * (1 - 1 / WAVES)))
    print(f"nbgrader as it comes   {yardstick:6.2f} s a submission, one at a time ({len(expected)} of them)")
    print(f"this grader            {one:6.2f} s a submission, {options.workers} at a time")
    print(f"ratio                  {yardstick / one:6.1f}")
    print(f"marks                  {'DIFFERENT' if different else 'identical'}")
    for student, (one_way, other_way) in different.items():
        print(f"{student}: this grader gave {one_way}, nbgrader as it comes {other_way}")
    print(f"after {kills:3} kills        {'identical' if safe else 'DIFFERENT'}, {left} processes left")
    more = {
        "workers": options.workers,
        "submissions": len(students),
        "kills that changed no mark of a hundred": kills,
        "stock submissions": len(expected),
        "megabytes at most": max(memory) >> 20,
        "milliseconds a submission when nothing is new": three_digits(1000 * known),
        "hours for 20,000": three_digits(20_000 * one / 3600),
        "megabytes for 20,000": int(memory[0] + 20_000 * growth) >> 20,
    }
    for what, value in more.items():
        print(f"{what:46} {value}")
    good = not different and safe and yardstick >= 3 * one
    if good:
        rows = [{"quantity": "seconds", "ours": one, "theirs": yardstick}]
        record("grading", rows, "nbgrader", details=more)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
