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
from regsoft.live import board, cuts, race
from regsoft.live.adversary import hedge_bound
from regsoft.live.separation import descend, separates
from regsoft.live.sparse import reach

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
  console.log(JSON.stringify(calls.map((call) => maths[name](...call)).flat(Infinity).map(Number).map(String)));
}
"""


def node():
    """Return the path of node: that of the environment first."""
    return shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def run_in_node(program, module, asked):
    """Return what a program prints in node; it gets the address of a module, and a text on stdin."""
    binary = node()
    if binary is None:
        pytest.skip("NO NODE: node is not installed, so the mathematics of the pictures was not run")
    run = [binary, "--input-type=module", "-e", program, module.as_uri()]
    result = subprocess.run(run, input=asked, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


def computed(questions):
    """Return what the JavaScript returns for each function and each of its inputs, as flat arrays."""
    asked = json.dumps(
        [[name, list(map(list, zip(*arguments, strict=True)))] for name, arguments in questions]
    )
    printed = run_in_node(PROGRAM, MATHS, asked)
    return [np.array(json.loads(line), float) for line in printed.splitlines()]


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


def balls(rng):
    """Return centres in the triangle, radii of balls around them, and numbers of rays: 10,000 in all."""
    rays = np.full(COUNT // 40, 40)
    rays[:4] = 3, 4, 39, 114
    centres = np.abs(rng.dirichlet([1] * 3, len(rays))) ** rng.uniform(1, 12, (len(rays), 1)) + 1e-15
    radii = 10 ** rng.uniform(-12, 2, len(rays))
    centres[8:12] = [1 / 3] * 3, [0.5, 0.5, 1e-300], [1e-300, 1e-200, 1], [0.98, 0.01, 0.01]
    radii[8:16] = np.log(3), np.log(2), 1, 1e-12, 1e300, 1e-11, 0.5, 800
    return centres / centres.sum(axis=1, keepdims=True), radii, rays


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
    clouds, labels = np.round(rng.normal(size=(COUNT, 6, 2)), 1), rng.integers(0, 2, (COUNT, 6))
    clouds[:, :3] *= 10 ** rng.uniform(-1, 1, (COUNT, 1, 1))
    fits, steps = slice(COUNT // 100), [0, 1, 2, 10, 500]
    entropy, coin = regsoft.shannon_entropy(p), regsoft.binary_entropy(w)
    shares = p / p.sum(axis=1, keepdims=True)
    sparse = np.empty_like(close)
    for each in ORDERS:
        rows = order == each
        sparse[rows] = regsoft.entmax(close[rows], each, mild[rows])
    centres, radii, rays = balls(rng)
    inside = np.maximum(centres, 1e-15)  # a smaller share says how a ray along an edge was rounded
    ellipses = [regsoft.fisher_ellipse(*ball) for ball in zip(inside, radii, rays, strict=True)]
    boundaries = [regsoft.kl_ball(*ball) for ball in zip(centres, radii, rays, strict=True)]
    ties = rng.integers(0, 3, games.shape) / 2
    seed, place = rng.integers(0, 2**31, COUNT), rng.integers(0, 2**31 - 1, COUNT)
    seed[: COUNT // 2] %= 1000
    place[: COUNT // 2] %= 6000
    noise, t, centre = race.gumbel(seed, place), rng.uniform(-10, 20, COUNT), rng.uniform(-5, 10, COUNT)
    sorted_shares, asked = -np.sort(-rng.dirichlet([0.5] * 12, COUNT)), rng.uniform(size=COUNT)
    asked[:3], sorted_shares[1:3] = [1, 0.999, 1e-300], [1, *[0] * 11]
    kept = np.transpose(
        [cuts.kept(w, 0, each, each)[1:] for w, each in zip(sorted_shares, asked, strict=True)]
    )
    ends = np.array([rng.permutation(12)[:2] for _ in range(COUNT // 60)])
    slip, cold, mellow = (
        rng.uniform(0, 0.6, len(ends)),
        10 ** rng.uniform(-2, 0, len(ends)),
        rng.random(len(ends)) < 0.5,
    )
    boards = map(
        np.stack, zip(*(board.grid(s, *two) for s, two in zip(slip, ends, strict=True)), strict=True)
    )
    values, moves = board.plan(*boards, cold[:, None], mellow[:, None])
    planned = np.zeros((len(ends), 12, 5))
    for all_squares, two, V, shared in zip(planned, ends, values, moves, strict=True):
        all_squares[np.isin(np.arange(12), two, invert=True)] = np.column_stack([V, shared])
    length, options = rng.integers(0, 1000, COUNT), rng.integers(1, 100, COUNT)
    return [
        ("softmax", (x, alpha), regsoft.softmax(x, alpha), None),
        ("logsumexp", (finite, alpha), regsoft.logsumexp(finite, alpha), largest(finite, alpha)),
        ("logSoftmax", (x, alpha), regsoft.log_softmax(x, alpha), None),
        ("sigmoid", (z, alpha), regsoft.sigmoid(z, alpha), None),
        ("softplus", (z, alpha), regsoft.softplus(z, alpha), None),
        ("logit", (w,), regsoft.logit(w), None),
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
        ("reach", (w, order, mild), [reach(*each) for each in zip(w, order, mild, strict=True)], None),
        (
            "descend",
            (clouds[fits], labels[fits], [steps] * len(clouds[fits])),
            [descend(*each, steps) for each in zip(clouds[fits], labels[fits], strict=True)],
            1.0,
        ),
        ("separates", (clouds, labels), [separates(*each) for each in zip(clouds, labels, strict=True)], 1.0),
        ("plan", (*ends.T, slip, cold, mellow), planned, 1.0),
        ("topP", (sorted_shares, asked), kept[0], 1.0),
        ("minP", (sorted_shares, asked), kept[1], 1.0),
        ("hedge", (games, eta), played, None),
        (
            "fisherEllipse",
            (inside, radii, rays),
            np.concatenate(ellipses),
            np.maximum(np.abs(np.concatenate(ellipses)).max(axis=1, keepdims=True), 1),
        ),
        ("klBall", (centres, radii, rays), np.concatenate(boundaries), 1.0),
        ("regret", (games, played), regsoft.regret(games, played), float(ROUNDS)),
        ("followTheLeader", (ties,), regsoft.follow_the_leader(ties), None),
        ("uniform", (seed, place), race.uniform(seed, place), None),
        ("gumbel", (seed, place), noise, np.maximum(np.abs(noise), 1)),
        ("gumbelDensity", (t, centre, mild), race.gumbel_density(t, centre, mild), 1.0),
        ("hedgeBound", (length, options, mild), hedge_bound(length, options, mild), None),
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
    expected = np.asarray(expected, float)
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
