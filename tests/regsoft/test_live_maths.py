"""The JavaScript of the pictures computes what regsoft computes: 10,000 inputs each, in one run of node."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import regsoft

MATHS = Path(regsoft.__file__).parent / "live" / "maths.js"
COUNT = 10_000
ROUNDS = 20
ORDERS = (1, 1.001, 1.25, 1.5, 1.75, 2, 2.5, 3, 4)
TOLERANCE = 1e-12
EXPORTED = sorted(
    set(re.findall(r"\w+", MATHS.read_text("utf-8").rpartition("export")[2])) - {"clamp", "sum"}
)
# Reads [[name, [arguments of a call, …]], …] and writes a line for each name: all numbers that its calls return.
# What Python writes is not JSON where a number is infinite, but JavaScript reads it.
PROGRAM = """
import { readFileSync } from "node:fs";
const maths = await import(process.argv[1]);
const asked = new Function(`return ${readFileSync(0, "utf-8")}`)();
for (const [name, calls] of asked) {
  console.log(JSON.stringify(calls.map((call) => maths[name](...call)).flat(Infinity).map(String)));
}
"""


def node():
    """Return the path of node: that of the environment first."""
    return shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def computed(questions):
    """Return what the JavaScript returns for each function and each of its inputs, as flat arrays."""
    program = node()
    if program is None:
        pytest.skip("NO NODE: node is not installed, so the mathematics of the pictures was not run")
    asked = json.dumps(
        [[name, list(map(list, zip(*arguments, strict=True)))] for name, arguments in questions]
    )
    run = [program, "--input-type=module", "-e", PROGRAM, MATHS.as_uri()]
    result = subprocess.run(run, input=asked, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    return [np.array(json.loads(line), float) for line in result.stdout.splitlines()]


def scores(rng):
    """Return rows of three scores, their temperatures, and extremes among both."""
    x = rng.normal(size=(COUNT, 3)) * 10 ** rng.uniform(-3, 4, (COUNT, 1))
    alpha = 10 ** rng.uniform(-3, 3, COUNT)
    x[: COUNT // 10] = x[: COUNT // 10].round()  # ties
    x[:9] = [
        [0, 0, 0],
        [5, 5, 5],
        [1e300, -1e300, 0],
        [-1e-300, 1e-300, 0],
        [np.inf, 0, np.inf],
        [-np.inf, 0, 1],
        [-np.inf, -np.inf, 2],
        [40, 0, -40],
        [-1e5, -1e5 - 1e-9, -1e5],
    ]
    alpha[9:15] = 1e-300, 1e300, 5e-324, 1e-8, 1e8, 1
    return x, alpha


def points(rng):
    """Return pairs of points of the triangle: far, near, equal, at its boundary, and with sums that are not 1."""
    p, q = rng.dirichlet([0.3] * 3, COUNT), rng.dirichlet([1] * 3, COUNT)
    near = slice(0, COUNT // 3)
    q[near] = p[near] * (1 + rng.normal(size=p[near].shape) * 10 ** rng.uniform(-9, -1, (len(p[near]), 1)))
    q[near] = np.abs(q[near]) / np.abs(q[near]).sum(axis=1, keepdims=True)
    q[:100] = p[:100]
    p[100:110], q[110:120] = [1, 0, 0], [0, 0.5, 0.5]
    p[120:130], q[130:140] = [1 - 1e-12, 1e-12, 0], [1 - 1e-300, 1e-300, 0]
    p[140:200] *= 1.01
    q[160:220] *= 0.99
    return p, q


def decisions(rng):
    w = rng.uniform(size=COUNT)
    w[: COUNT // 4] = 10 ** -rng.uniform(0, 300, COUNT // 4)
    w[COUNT // 4 : COUNT // 2] = 1 - 10 ** -rng.uniform(0, 16, COUNT // 4)
    w[:4] = 0, 1, 0.5, 5e-324
    return w


def comparisons():
    """Return rows: name in JavaScript, arguments of each call, what regsoft returns, the scale of its largest term.

    Where the scale is None the problem is well conditioned, and digits are compared relative to the result.
    """
    rng = np.random.default_rng(20261130)
    x, alpha = scores(rng)
    finite = np.where(np.isfinite(x), x, 0)
    z = np.concatenate(
        [
            rng.normal(size=COUNT - 7) * 10 ** rng.uniform(-3, 4, COUNT - 7),
            [0, 710, -710, 745, -745, 1e300, -1e300],
        ]
    )
    p, q = points(rng)
    w = decisions(rng)
    weight = rng.normal(size=COUNT) * 10 ** rng.uniform(-2, 3, COUNT)
    order = rng.choice(ORDERS, COUNT)
    close = np.clip(finite, -1e6, 1e6) / np.maximum(np.abs(finite).max(axis=1, keepdims=True), 1) * 3
    mild = 10 ** rng.uniform(-1.5, 1.5, COUNT)
    games, eta = rng.uniform(0, 1, (COUNT // ROUNDS, ROUNDS, 3)), 10 ** rng.uniform(-2, 2, COUNT // ROUNDS)
    played = np.array([regsoft.hedge(game, a) for game, a in zip(games, eta, strict=True)])
    entropy, coin = regsoft.shannon_entropy(p), regsoft.binary_entropy(w)
    shares = p / p.sum(axis=1, keepdims=True)
    sparse = np.empty_like(close)
    for each in ORDERS:
        rows = order == each
        sparse[rows] = regsoft.entmax(close[rows], each, mild[rows])
    return [
        ("softmax", (x, alpha), regsoft.softmax(x, alpha), None),
        ("logsumexp", (finite, alpha), regsoft.logsumexp(finite, alpha), largest(finite, alpha)),
        ("logSoftmax", (x, alpha), regsoft.log_softmax(x, alpha), None),
        ("sigmoid", (z, alpha), regsoft.sigmoid(z, alpha), None),
        ("softplus", (z, alpha), regsoft.softplus(z, alpha), None),
        ("shannonEntropy", (p,), entropy, None),
        ("binaryEntropy", (w,), coin, None),
        ("klDivergence", (p, q), regsoft.kl_divergence(p, q), None),
        (
            "sigmoidObjective",
            (w, z, weight),
            regsoft.sigmoid_objective(w, z, weight),
            np.maximum(np.abs(w * z), np.abs(weight * coin)),
        ),
        (
            "softmaxObjective",
            (p, finite, weight),
            regsoft.softmax_objective(p, finite, weight),
            np.maximum(np.abs(shares * finite).max(axis=1), np.abs(weight * entropy)),
        ),
        ("sparsemax", (close, mild), regsoft.sparsemax(close, mild), 1.0),
        ("entmax", (close, order, mild), sparse, 1.0),
        ("hedge", (games, eta), played, None),
        ("regret", (games, played), regsoft.regret(games, played), float(ROUNDS)),
    ]


def largest(x, alpha):
    return np.maximum(np.abs(x).max(axis=1), alpha)


@pytest.fixture(scope="module")
def rows():
    """Return for each function: what the JavaScript computes, what regsoft computes, and the scale."""
    table = comparisons()
    questions = [(name, [np.asarray(each).tolist() for each in arguments]) for name, arguments, *_ in table]
    answers = computed(questions)
    return {name: (found, *rest) for found, (name, _, *rest) in zip(answers, table, strict=True)}


@pytest.mark.parametrize("name", EXPORTED)
def test_javascript_computes_what_regsoft_computes(name, rows):
    found, expected, scale = rows[name]
    found = found.reshape(expected.shape)
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(found[~finite], expected[~finite])
    allowed = (
        TOLERANCE * np.broadcast_to(np.abs(expected) if scale is None else scale, expected.shape)[finite]
    )
    allowed = np.maximum(allowed, np.finfo(float).tiny)  # below it, floats lose digits
    found, expected = found[finite], expected[finite]
    wrong = ~(np.abs(found - expected) <= allowed)
    assert not wrong.any(), (
        f"{wrong.sum()} of {wrong.size}, first {found[wrong][:3]}, not {expected[wrong][:3]}"
    )
