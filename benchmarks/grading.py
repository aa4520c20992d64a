"""Grade a simulated class: how many submissions a second, against nbgrader as it comes, with the same marks.

    python -m benchmarks.grading [--submissions 500] [--stock 20] [--workers 2]

The class hands in problem set 1: a third the reference solution, a third half of it, a third only a comment.
The yardstick is nbgrader's own autograder, one submission after the other in one process, a Jupyter kernel for
each; it grades the first few of the same submissions, and must come to the same marks.
"""

import argparse
import json
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute

from coursework.grading.classroom import grade_class, process_pool
from coursework.grading.config import COURSE_ID, application, configuration, database
from coursework.grading.masters import build
from coursework.grading.trusted import load_checks, make_cases, portable, verdict
from coursework.grading.walls import PROJECT

NAME = "ps1"


class StockExecute(Execute):
    """nbgrader's Execute in a Jupyter kernel, with the same cases and the same checks as in the sandbox."""

    def preprocess(self, nb, resources):
        """Return the notebook with verdicts."""
        student = resources["nbgrader"]["student"]
        questions = load_checks(Path.cwd(), NAME)
        cases = {name: make_cases(maker, NAME, student, name) for name, (maker, _) in questions.items()}
        path = Path(os.environ["EMITTER_CASES"])
        path.write_text(json.dumps({name: portable(case) for name, case in cases.items()}))
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in questions:
                printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
                reason, _ = verdict(questions[name][1], cases[name], name, printed)
                error = (
                    v4.new_output("error", ename="Wrong", evalue=reason, traceback=[reason])
                    if reason
                    else None
                )
                cell.outputs = [error] if error else []
        return nb, resources


def make_class(course, count):
    """Hand in the work of a class, every notebook another file."""
    source = nbformat.read(course / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    release = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    answers = [i for i, cell in enumerate(source.cells) if cell.metadata.nbgrader.solution]
    for number in range(count):
        work = json.loads(json.dumps(release))
        solved = [len(answers), len(answers) // 2, 0][number % 3]
        for index in answers[:solved]:
            work["cells"][index]["source"] = source.cells[index].source
        work["cells"].append(v4.new_code_cell(f"# the work of s{number:05}", id="mine"))
        folder = course / "submitted" / f"s{number:05}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(work), encoding="utf-8")


def marks(course):
    """Return {student: automatic marks} from the gradebook."""
    with Gradebook(database(course), COURSE_ID) as gradebook:
        return {
            s.student_id: {g.name: g.auto_score for n in s.notebooks for g in n.grades}
            for s in gradebook.assignment_submissions(NAME)
        }


def stock(course, count):
    """Grade the first submissions with nbgrader as it comes; return the seconds for one and the marks."""
    with tempfile.TemporaryDirectory() as folder:
        stub = Path(folder) / "regsoft"
        shutil.copytree(PROJECT / "coursework" / "grading" / "stub" / "regsoft", stub)
        shutil.copytree(PROJECT / "regsoft" / "check", stub / "check")
        inside = PROJECT / "coursework" / "grading" / "inside"
        os.environ |= {"PYTHONPATH": f"{folder}{os.pathsep}{inside}", "EMITTER_CASES": f"{folder}/cases.json"}
        options = configuration(course)
        del options.Autograde["sanitize_preprocessors"]  # nbgrader's own again
        options.Autograde.autograde_preprocessors[0] = StockExecute
        interface = application(course)
        interface.config = options
        start = time.perf_counter()
        for number in range(count):
            result = interface.autograde(NAME, f"s{number:05}", create=True)
            assert result["success"], result["log"]
        seconds = (time.perf_counter() - start) / count
        for word in ("PYTHONPATH", "EMITTER_CASES"):
            del os.environ[word]
    return seconds, marks(course)


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
    """Grade the whole class; return the seconds for one, the bytes of memory, and the marks."""
    memory = Memory()
    memory.start()
    start = time.perf_counter()
    results = grade_class(course, NAME, process_pool(workers))
    seconds = (time.perf_counter() - start) / len(results)
    memory.over.set()
    assert not any(result.aside for result in results)
    return seconds, memory.most, marks(course)


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
        for part in ("authoring", "checks"):
            shutil.copytree(PROJECT / "coursework" / part, course / part)
        build(course, [NAME])
        make_class(course, options.submissions)
        shutil.copytree(course, other)
        half, _ = stock(other, options.stock // 2)
        seconds, memory, found = ours(course, options.workers)
        shutil.rmtree(other / "autograded")
        rest, expected = stock(other, options.stock)  # before and after: the machine may be busier in between
        yardstick = (half + rest) / 2
        same = {student: found[student] for student in expected} == expected
        print(
            f"nbgrader as it comes   {yardstick:6.2f} s a submission, one at a time ({options.stock} of them)"
        )
        print(f"this grader            {seconds:6.2f} s a submission, {options.workers} at a time")
        print(f"ratio                  {yardstick / seconds:6.1f}")
        print(f"marks                  {'identical' if same else 'DIFFERENT'}")
        print(f"memory at most         {memory >> 20:6} MB")
        print(f"20,000 submissions     {20_000 * seconds / 3600:6.1f} h on this machine")
        return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
