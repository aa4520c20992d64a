"""Run the tests of other packages on regsoft: those that are installed with the packages, untouched.

Pytest runs them in a process of its own, with this file as a plugin, which puts `peers_adapter.py` where the tests
call functions of their package. `test_peers.py` asserts on the outcomes; `python -m lab.peers` counts them for the
page on trust.
"""

import os
import subprocess
import sys
import tempfile
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .peers_adapter import MARK, REPLACEMENTS

ROOT = Path(__file__).parents[2]
PEERS = {  # each package: the modules of its tests, and which of their cases, as pytest's -k says it
    "SciPy": (
        [
            "scipy.special.tests.test_logsumexp",
            "scipy.special.tests.test_logit",
            "scipy.stats.tests.test_entropy",
        ],
        "not Differential",
    ),
    "scikit-learn": (
        [
            "sklearn._loss.tests.test_loss",
            "sklearn.metrics.tests.test_classification",
            "sklearn.utils.tests.test_extmath",
        ],
        "inomial or test_log_loss or test_softmax",
    ),
    "entmax": (
        ["entmax.test_losses", "entmax.test_mask", "entmax.test_root_finding", "entmax.test_topk"],
        "",
    ),
}

# Cases in which the package and regsoft promise different things: how each fails, as it must, and why.
EMPTY = (ValueError, "no scores at all: -inf there, an error here")
WORDS = (AssertionError, "shapes that do not fit: an error in other words")
CERTAIN = (AssertionError, "a share of 0 for what happened: a large loss there, inf here")
SUMS = (ValueError, "shares that do not sum to 1: a warning there, an error here")
OUTSIDE = (ValueError, "logit of a number outside [0, 1]: NaN there, an error here")
SINGLE = (AssertionError, "the gradient of float32 scores: computed in float64 there, in float32 here")
OTHERWISE = {
    "TestLogSumExp::test_logsumexp[numpy]": EMPTY,
    "TestLogSumExp::test_device[numpy-x_raw2]": EMPTY,
    "TestLogit::test_nan": OUTSIDE,
    "TestEntropy::test_entropy_raises_value_error[numpy]": WORDS,
    "TestEntropy::test_entropy_shape_mismatch[numpy]": WORDS,
    "test_binomial_vs_alternative_formulation[float32-y_pred1-y_true1]": SINGLE,
    **{f"test_log_loss_eps[float{bits}]": CERTAIN for bits in (16, 32, 64)},
    **{f"test_log_loss_not_probabilities_warning[float{bits}]": SUMS for bits in (16, 32, 64)},
}

PASSES, FAILS, DIFFERS, LEFT_OUT = "passes", "fails", "differs", "left out"
ELSEWHERE = "another function"
OF_ITSELF = "what its own package skips, too"


def missing(peer):
    """Return the first module of a package's tests that is not installed, or None."""
    for module in PEERS[peer][0]:
        try:
            found = find_spec(module)
        except ImportError:  # of the package itself, or of what it imports
            found = None
        if found is None:
            return module
    return None


def outcomes(peer):
    """Run the tests of a package; return (name, outcome, reason) of each case."""
    modules, chosen = PEERS[peer]
    options = f"-p {__name__} -p no:cacheprovider -c {os.devnull} --rootdir . --junit-xml report.xml --pyargs"
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTHONPATH": str(ROOT)}
    asked = {"PEER": peer, "SKLEARN_RUN_FLOAT32_TESTS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", *options.split(), *modules, "-k", chosen],
            cwd=folder,
            env=os.environ | alone | asked,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise RuntimeError(f"the tests of {peer} could not run:\n{result.stdout}{result.stderr}")
        return [outcome(case) for case in ElementTree.parse(Path(folder, "report.xml")).iter("testcase")]


def outcome(case):
    """Return (name, outcome, reason) of a case of pytest's report."""
    for kind in ("failure", "error"):
        if (found := case.find(kind)) is not None:
            return case.get("name"), FAILS, found.get("message")
    skipped = case.find("skipped")
    if skipped is None:
        return case.get("name"), PASSES, ""
    reason = skipped.get("message")
    if skipped.get("type") == "pytest.xfail":
        return case.get("name"), DIFFERS, reason
    return case.get("name"), LEFT_OUT, reason.removeprefix(MARK) if reason.startswith(MARK) else OF_ITSELF


# --- the plugin, in the process of the tests ---

called = []  # what the running case has called


def pytest_configure():
    """Put the adapter in place of the package's functions."""
    patch = pytest.MonkeyPatch()
    for place, function in REPLACEMENTS[os.environ["PEER"]]().items():
        patch.setattr(place, noted(function))


def noted(function):
    """Return a function that notes that it was called."""

    @wraps(function)
    def call(*arguments, **options):
        called.append(function)
        return function(*arguments, **options)

    return call


def pytest_collection_modifyitems(items):
    """Let the cases that differ fail, and let one that no longer does be noticed."""
    for item in items:
        error, reason = OTHERWISE.get(item.nodeid.partition("::")[2], (None, None))
        if reason:
            item.add_marker(pytest.mark.xfail(raises=error, reason=reason, strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call():
    """Leave out a case that passes without a call of regsoft."""
    called.clear()
    result = yield
    if not called:
        pytest.skip(MARK + ELSEWHERE)
    return result
