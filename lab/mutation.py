"""Change regsoft by one small fault at a time, and see whether the tests of the changed module notice.

python -m lab.mutation                      the modules that compute; write lab/results/mutation.json
python -m lab.mutation regsoft/argmax.py     one module or more

mutmut writes the faults, the mutants. pytest collects the tests once; then each mutant is tried in a process forked
from there, by the tests that reach the changed function, until one fails: first the one that noticed it the last
time, then the quickest. A mutant that none notices must be listed in lab/equivalent_mutants.yml with the reason why
no test can; the exit code is 1 when one is not, or when one is listed that is no longer there. mutmut changes
nothing outside functions.
"""

import argparse
import ast
import difflib
import json
import os
import re
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from tools.refresh import write

ROOT = Path(__file__).resolve().parent.parent
SANDBOX = ROOT / "_build" / "mutation"
NOTICED = ROOT / "_build" / "mutation-noticed"  # a file for each mutant, with the test that noticed it
RESULTS = ROOT / "lab" / "results" / "mutation.json"
EQUIVALENT = ROOT / "lab" / "equivalent_mutants.yml"
MEMORY = 8 * 2**30  # bytes of address space: a mutant that wants more fails
MOST_SECONDS = 900  # by the clock, for a mutant that waits for ever
# How the process of a mutant that was noticed ends: a test has failed, time was up, or NumPy or Python crashed.
# Other signals come from outside, SIGKILL from a machine without memory, and say nothing about the mutant.
SIGNALS = ("SIGALRM", "SIGPROF", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL")
ENDS_NOTICED = {1, *(-signal.Signals[name] for name in SIGNALS)}
OTHERS = {
    "picture",
    "widgets",
    "testing",
    "check",
}  # other colours, sizes and random problems would do as well
# A module's tests are test_<module>.py and these files, which test every module; some modules have more.
ALL_MODULES = ["functions", "properties", "theorems"]
MORE_TESTS = {
    "_rows": ["argmax", "smoothmax", "entropy"],
    "_shares": ["simplex", "argmax", "entmax"],
    "_stable": ["argmax", "smoothmax", "entropy", "loss", "entmax", "accuracy"],
    "entropy": ["accuracy", "entmax", "loss"],
    "jacobian": ["entmax"],
    "loss": ["entmax"],
    "smoothmax": ["entmax"],
}


def modules_of_regsoft():
    """Return every module that holds code to mutate, as a path from the top folder."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "regsoft").rglob("*.py"))


def computes(module):
    """Say whether a module computes, rather than draws, tests argmax maps or runs the hints of problem sets."""
    path = Path(module)
    return path.parent.name == "regsoft" and path.stem not in OTHERS


def dotted_name(module):
    """Return the name under which a module is imported."""
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def tests_of(module):
    """Return the names of the test files for this module, or for the folder that it is part of."""
    name = Path(module).parts[1].removesuffix(".py")
    names = [name.removeprefix("_"), *MORE_TESTS.get(name, []), *ALL_MODULES]
    return {
        f"tests/regsoft/test_{name}.py" for name in names if (ROOT / f"tests/regsoft/test_{name}.py").exists()
    }


def undecorated(code):
    """Return `code` with ``f = decorate(f)`` below a function in place of ``@decorate``, which mutmut skips."""
    lines = code.splitlines()
    for node in reversed(ast.parse(code).body):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            wrappers = [f"{node.name} = {ast.unparse(d)}({node.name})" for d in reversed(node.decorator_list)]
            lines[node.end_lineno : node.end_lineno] = wrappers
            del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(lines) + "\n"


def prepare(modules):
    """Copy the package and its tests into the sandbox; return the mutants of each module, which are in the copy."""
    shutil.rmtree(SANDBOX, ignore_errors=True)
    NOTICED.mkdir(parents=True, exist_ok=True)
    unwanted = shutil.ignore_patterns("__pycache__")
    for folder in ("regsoft", "tests"):
        shutil.copytree(ROOT / folder, SANDBOX / folder, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", SANDBOX)
    os.chdir(SANDBOX)  # mutmut reads its settings from the folder where it runs
    mutants = {}
    for module in modules:
        mutated = mutate_file_contents(module, undecorated((ROOT / module).read_text("utf-8")))
        (SANDBOX / module).write_text(mutated.code, "utf-8")
        mutants[module] = [f"{dotted_name(module)}.{name}" for name in mutated.mutant_names]
    return mutants


def function_of(mutant):
    """Return the name under which mutmut counts calls of the function that the mutant changes."""
    return re.sub(r"__mutmut_\d+$", "", mutant)


class Judge:
    """A plugin of pytest that tries the mutants, instead of running the collected tests."""

    def __init__(self, mutants, workers):
        self.mutants, self.workers = mutants, workers
        self.open = []  # modules whose survivors are not those that are listed
        self.on_failure = None  # called with the report of a failing test

    def pytest_runtest_logreport(self, report):
        """Act when a test has failed."""
        if report.failed:
            self.failing(report)

    def pytest_runtestloop(self, session):
        """Run every test once as it is, then the tests of each mutant; settle one module after the other."""
        if session.testsfailed:
            return True
        reaching = self._reaching(session.items)
        for module, mutants in self.mutants.items():
            if mutants and not settle(module, mutants, self._survivors(module, reaching)):
                self.open.append(module)
        return True

    def _reaching(self, items):
        """Return the tests that reach a function and the seconds that each takes, by its file and the function."""
        note, pid = SANDBOX / "reached.json", os.fork()
        if not pid:
            self._note_what_is_reached(items, note)
        if os.waitpid(pid, 0)[1]:
            pytest.exit("mutation.py: a test fails before anything is changed, see above", 1)
        tests = defaultdict(list)
        for item, (seconds, functions) in zip(items, json.loads(note.read_text("utf-8")), strict=True):
            for function in functions:
                tests[item.nodeid.split("::")[0], function].append((seconds, item))
        return tests

    def _note_what_is_reached(self, items, note):
        self.failing = lambda report: _leave(2, report.nodeid + "\n" + str(report.longrepr))
        set_mutant_under_test("stats")
        entries = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            state()._stats.clear()
            start = time.process_time()
            _run(item, following)
            entries.append((time.process_time() - start, sorted(state()._stats)))
        note.write_text(json.dumps(entries), "utf-8")
        _leave(0)

    def _survivors(self, module, reaching):
        """Try the mutants of a module, several at a time; return those that no test notices."""
        survivors, running, waiting = [], {}, list(self.mutants[module])
        while waiting or running:
            while waiting and len(running) < self.workers:
                mutant = waiting.pop(0)
                tests = [entry for file in tests_of(module) for entry in reaching[file, function_of(mutant)]]
                pid = os.fork()
                if not pid:
                    try:
                        self._try(mutant, tests)
                    except BaseException:
                        _leave(2, traceback.format_exc())
                running[pid] = mutant
            pid, status = os.wait()
            mutant, code = running.pop(pid), os.waitstatus_to_exitcode(status)
            if code == 0:
                survivors.append(mutant)
                print(f"{len(waiting)} to go; alive: {': '.join(change(mutant))}", flush=True)
            elif code not in ENDS_NOTICED:
                for other in running:
                    os.kill(other, signal.SIGKILL)
                pytest.exit(f"mutation.py: {mutant} was not tried: its process ended with {code}", 1)
        return survivors

    def _try(self, mutant, tests):
        """Leave with 0 if no test notices the mutant, with 1 at the first that does; signals end endless loops."""
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(MOST_SECONDS)
        note = NOTICED / mutant
        first = note.read_text("utf-8") if note.exists() else None
        tests.sort(key=lambda entry: (entry[1].nodeid != first, entry[0]))
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)

        def noticed(report):
            note.write_text(report.nodeid, "utf-8")
            _leave(1)

        self.failing = noticed
        set_mutant_under_test(mutant)
        try:
            for (seconds, item), (_, following) in zip(tests, [*tests[1:], (0, None)], strict=True):
                signal.setitimer(signal.ITIMER_PROF, 2 + 10 * seconds)
                _run(item, following)
        except BaseException:
            _leave(1)
        _leave(0)


def _run(item, following):
    """Run a test of pytest and tidy up what it does not share with the following one."""
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def _leave(code, message=""):
    """End this forked process at once: what pytest has to tidy up belongs to the process it was forked from."""
    print(message, flush=True, end="\n" if message else "")
    os._exit(code)


def change(mutant):
    """Return the function that the mutant changes, as it is written, and its changed lines before and after."""
    module, _, name = mutant.rpartition(".")
    path = SANDBOX / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    code = path.read_text("utf-8")
    found = {n.name: n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)}
    original = re.sub(r"__mutmut_\d+$", "__mutmut_orig", name)
    before, after = (ast.get_source_segment(code, found[n]).splitlines()[1:] for n in (original, name))
    if before == after:  # then the change is on the def line, in a default value
        before, after = (
            [re.sub(r"x\w+__mutmut_\w+", "", ast.get_source_segment(code, found[n]).splitlines()[0])]
            for n in (original, name)
        )
    lines = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    texts = (" ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")
    function = re.sub("^x_", "", original.removesuffix("__mutmut_orig")).replace("xǁ", "").replace("ǁ", ".")
    return f"{module}.{function}", " → ".join(texts)


def listed(module):
    """Return the mutants of a module that the list calls equivalent, as (function, change), with how often."""
    dotted = dotted_name(module)
    groups = yaml.safe_load(EQUIVALENT.read_text("utf-8")) if EQUIVALENT.exists() else []
    return Counter(
        (function, text)
        for group in groups
        for function, changes in group["mutants"].items()
        if re.fullmatch(re.escape(dotted) + r"(\.[A-Z]\w*)?\.\w+", function)
        for text in changes
    )


def settle(module, mutants, survivors):
    """Print the score of a module and save it if its survivors are those listed; otherwise say which are not."""
    alive = len(survivors)
    print(f"{module}: {1 - alive / len(mutants):.1%} of {len(mutants)} killed, {alive} alive", flush=True)
    found, known = Counter(map(change, survivors)), listed(module)
    for title, entries in (
        (f"noticed by no test and not in {EQUIVALENT.relative_to(ROOT)}:", found - known),
        (f"in {EQUIVALENT.relative_to(ROOT)}, but killed or gone:", known - found),
    ):
        for function, text in sorted(entries.elements()):
            print(f"{title}\n  {function}:\n    - {json.dumps(text, ensure_ascii=False)}", flush=True)
    if found == known:
        row = {"module": module, "mutants": len(mutants), "killed": len(mutants) - alive, "equivalent": alive}
        others = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
        rows = [*(other for other in others if other["module"] != module), row]
        RESULTS.parent.mkdir(exist_ok=True)
        rows.sort(key=lambda row: row["module"])
        write(RESULTS, json.dumps(rows, indent=1) + "\n")
    return found == known


def main(arguments=None):
    """Try the mutants; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="such as regsoft/argmax.py; default: all that compute")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="mutants at a time")
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(modules_of_regsoft()):
        parser.error(
            f"modules must be among {', '.join(modules_of_regsoft())}; got {', '.join(sorted(unknown))}"
        )
    modules = options.modules or [module for module in modules_of_regsoft() if computes(module)]
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    judge = Judge(prepare(modules), options.workers)
    sys.path.insert(0, str(SANDBOX))
    tests = sorted(set().union(*map(tests_of, modules)))
    quiet = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:nbval", "-o", "addopts="]
    quiet += [f"--confcutdir={SANDBOX / 'tests' / 'regsoft'}"]
    quiet += ["-k", "not public_function"]  # mutants are public names, too
    code = pytest.main([*quiet, f"--rootdir={SANDBOX}", *tests], plugins=[judge])
    return int(code or bool(judge.open))


if __name__ == "__main__":
    sys.exit(main())
