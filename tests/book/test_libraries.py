"""The calls of other libraries that book/libraries.md and the chapters show, compared with ours.

`make test-frameworks` installs all of the libraries; elsewhere the calls of those that are installed are run.
"""

import json
import math
import os
import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import regsoft

BOOK = Path(__file__).parents[2] / "book"
PAGE = (BOOK / "libraries.md").read_text("utf-8")
TABLES = re.findall(r"^\| Library \| Call \|\n\| --- \| --- \|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
CALLS = [re.findall(r"^\| ([\w-]+) \| `(.+)` \|$", table, re.MULTILINE) for table in TABLES]
PAIRS = [(calls[0], call) for calls in CALLS for call in calls[1:]]
WITHOUT_OPTIONS = re.findall(r"^\| ([\w-]+) \| `(.+)` \| ([\w.]+) \|$", PAGE, re.MULTILINE)
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
MODULES = {
    "regsoft": [],
    "SciPy": ["scipy"],
    "scikit-learn": ["sklearn.metrics"],
    "PyTorch": ["torch", "entmax"],
    "JAX": ["jax", "optax"],
}

INSTALLED = {
    library
    for library, modules in MODULES.items()
    if os.environ.get("REQUIRE_FRAMEWORKS") or all(map(find_spec, modules))
}
needs_all = pytest.mark.skipif(
    {*MODULES} != INSTALLED, reason="make test-frameworks installs PyTorch and JAX"
)


def imported(*libraries: str) -> dict[str, object]:
    """What the code of some libraries may name."""
    names = {"math": math, "np": np, "regsoft": regsoft}
    modules = [module for library in libraries for module in MODULES[library]]
    for line in re.findall(r"^(?:import|from) .+$", SNIPPETS[0], re.MULTILINE):
        if re.split(r"[ .]", line)[1] in {module.partition(".")[0] for module in modules}:
            exec(line, names)
    return names


def inputs(library: str, names: dict[str, object]) -> dict[str, object]:
    """The arrays that the page describes, as arrays of a library."""
    random = np.random.default_rng(0)
    arrays = {
        "x": random.normal(scale=3, size=(40, 4)),
        "v": random.normal(size=(40, 4)),
        "s": np.array([-30.0, -1.0, 0.0, 2.0, 25.0]),
        "w": random.dirichlet(np.ones(4), 40),
        "q": random.dirichlet(np.ones(4), 40),
        "y": np.resize([0, 3, 1, 2, 2], 40),
        "allowed": np.array([[True, False, True, True]] * 39 + [[False, False, True, False]]),
        "several": random.integers(0, 2, (40, 4)).astype(float),
    }
    return {**as_arrays_of(library, arrays, names), "alpha": 0.7, "tau": 0.3, "k": 2, "p": 0.3}


def as_arrays_of(library: str, values: dict[str, object], names: dict[str, object]) -> dict[str, object]:
    """The values, with each array of NumPy as one of a library."""
    convert = np.asarray
    if library == "PyTorch":
        convert = names["torch"].from_numpy
    if library == "JAX":
        names["jax"].config.update("jax_enable_x64", True)
        convert = names["jnp"].asarray
    return {name: convert(v) if isinstance(v, np.ndarray) else v for name, v in values.items()}


def value(code: str, names: dict[str, object]) -> np.ndarray:
    """What some code returns; PyTorch draws the same random numbers each time."""
    if "torch" in names:
        names["torch"].manual_seed(0)
    return np.asarray(eval(code, names))


def result(library: str, call: str) -> np.ndarray:
    names = imported(library)
    return value(call, {**names, **inputs(library, names)})


def test_every_table_of_the_page_is_read():
    assert len(CALLS) == PAGE.count("| Library | Call |\n") > 15
    assert len(WITHOUT_OPTIONS) == 6
    assert all(len(calls) == table.count("\n") > 1 for calls, table in zip(CALLS, TABLES, strict=True))
    libraries = [[library for library, _ in calls] for calls in CALLS]
    assert all(names[0] == "regsoft" or len({*names}) == 1 for names in libraries)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [pair for pair in PAIRS if {pair[0][0], pair[1][0]} <= INSTALLED],
    ids=lambda call: " ".join(call),
)
def test_a_call_of_another_library_returns_what_ours_returns(ours, theirs):
    found, expected = result(*theirs), result(*ours)
    assert found.shape == expected.shape
    digits = 1e-6 if "jax.nn.dot_product_attention" in theirs[1] else 1e-12
    np.testing.assert_allclose(found, expected, rtol=digits, atol=digits)


@pytest.mark.parametrize(
    ("library", "call", "share"), [row for row in WITHOUT_OPTIONS if row[0] in INSTALLED]
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_row_without_any_option_is_treated_as_the_page_says(library, call, share):
    np.testing.assert_equal(result(library, call), np.full(4, float(share)))


@needs_all
def test_the_page_names_the_versions_that_are_installed():
    said = re.search(r"^Run with (.+)\.$", PAGE, re.MULTILINE)[1].replace(" and ", ", ").split(", ")
    packages = {"SciPy": "scipy", "PyTorch": "torch", "JAX": "jax", "Optax": "optax"}
    names = [name for name, _ in map(str.split, said)]
    assert {"SciPy", "scikit-learn", "PyTorch", "entmax", "JAX", "Optax"} == set(names)
    found = [f"{name} {version(packages.get(name, name)).partition('+')[0]}" for name in names]
    assert found == said


@needs_all
def test_the_loss_for_torch_has_the_gradient_that_it_says():
    names = imported("PyTorch")
    (code,) = [snippet for snippet in SNIPPETS if "class FenchelYoung" in snippet]
    exec(code, names)
    torch, arrays = names["torch"], inputs("PyTorch", names)
    x = arrays["x"].requires_grad_()
    for order in (1.0, 1.5, 2.0):
        assert torch.autograd.gradcheck(lambda x: names["FenchelYoung"].apply(x, arrays["y"], order), (x,))  # noqa: B023


@needs_all
def test_a_map_of_torch_is_judged_and_a_wrong_one_is_refused():
    names = imported("PyTorch")
    (code,) = [snippet for snippet in SNIPPETS if "check_argmax" in snippet]
    exec(code, names)
    with pytest.raises(AssertionError, match=r"^scaling"):
        names["check_argmax"](lambda x, alpha: names["theirs"](x, 1.0), regsoft.shannon_entropy)


# --- the line in each chapter: "In PyTorch: `…`." ---

LINE = re.compile(r"In (PyTorch|JAX): `([^`]+)`\.")
WITHOUT_LINE = {
    "capstone": "its test judges a map of any library; libraries.md shows it with one of PyTorch",
    "figure-1": "it draws the objectives of two chapters that have their lines",
}

GIVEN = {name: a[:5] if isinstance(a, np.ndarray) else a for name, a in inputs("regsoft", {}).items()}
X, W, Q, V = (GIVEN[name] for name in "xwqv")
MOVES = np.random.default_rng(1).dirichlet(np.ones(6), (5, 4))[..., :5]  # what is missing ends the game
MASK = np.eye(5, dtype=bool) | (Q @ W.T > 0.25)  # no row is without a key

# What each line returns, with the letters of its chapter where they are not those of libraries.md.
LINES = {
    "introduction": ({}, ["regsoft.softmax(x, alpha)"]),
    "sigmoid": ({}, ["regsoft.sigmoid(x, alpha)"]),
    "softmax": ({}, ["regsoft.logsumexp(x, alpha)"]),
    "four-roads": (
        {"p_hat": W[0]},
        ["regsoft.cross_entropy(np.bincount(y, minlength=4) / len(y), p_hat)"],
    ),
    "conjugacy": ({"x": X[0]}, ["regsoft.softmax(x, alpha)"]),
    "calculus": ({"x": X[0]}, ["regsoft.softmax_jacobian(x, alpha)"]),
    "temperature": ({}, ["regsoft.softmax(x, alpha)"]),
    "geometry": ({"w": W[0], "q": Q[0]}, ["regsoft.kl_divergence(w, q)"]),
    "sparsemax": ({}, ["regsoft.sparsemax(x, alpha)"]),
    "entmax": ({"q": 1.3}, ["regsoft.entmax(x, q, alpha)"]),
    "fenchel-young": ({}, ["regsoft.fenchel_young_loss(x, y, 2)"]),
    "smooth-maxima": ({}, ["regsoft.mellowmax(x, alpha)"]),
    "sets": (
        {},
        [
            "regsoft.sigmoid(x, alpha)",
            "np.exp(x / alpha) / (1 + np.exp(x / alpha).sum(axis=-1, keepdims=True))",
        ],
    ),
    "classification": (
        {"Z": X, "W": V[:4], "p": GIVEN["several"], "beta": 0.5},
        [
            "regsoft.cross_entropy(regsoft.one_hot(y, 4), regsoft.softmax(Z @ W)).mean()",
            "(regsoft.softplus(x) - p * x).mean()",
            "regsoft.cross_entropy(regsoft.one_hot(y, 4), regsoft.softmax(x, 1 / beta)).mean()",
            "(regsoft.softplus(x) - p * x).sum()",
            "regsoft.cross_entropy(0.9 * regsoft.one_hot(y, 4) + 0.1 / 4, regsoft.softmax(x)).mean()",
        ],
    ),
    "online-learning": ({"totals": X[0]}, ["regsoft.softmin(totals, alpha)"]),
    "rewards": (
        {"r": V, "P": MOVES, "V": X[:, 0], "gamma": 0.9, "logits_q": X, "logits_w": Q},
        [
            "regsoft.logsumexp(r + gamma * P @ V, alpha)",
            "regsoft.weighted_softmax(r, regsoft.softmax(logits_q), alpha)",
            "alpha * np.log(regsoft.softmax(logits_w) / regsoft.softmax(logits_q))",
        ],
    ),
    "gumbel": (
        {"x": inputs("regsoft", {})["x"], "key": np.zeros(2, np.uint32)},
        [
            "np.argmax(x / alpha + jax.random.gumbel(key, x.shape), axis=-1)",
            "regsoft.softmax(x - alpha * np.log(exponentials(x)), tau)",
            "regsoft.hardmax(x - alpha * np.log(exponentials(x)))",
        ],
    ),
    "soft-argmax": (
        {"places": np.array([[i, j] for i in range(5) for j in range(4)], float)},
        ["regsoft.softmax(x, alpha, axis=(0, 1)).ravel() @ places"],
    ),
    "attention": (
        {"Q": X, "K": W, "V": V, "M": MASK, "r": 4, "d": 5, "d0": 3, "x": X.astype(np.float16)},
        [
            "regsoft.softmax(Q @ K.T, alpha) @ V",
            "regsoft.softmax(Q @ K.T, 2 * np.log(3) / np.log(5)) @ V",
            "regsoft.softmax(Q @ K.T, 2, where=M) @ V",
            "regsoft.sigmoid(regsoft.logsumexp(Q @ K.T, 2, keepdims=True), 2) * regsoft.softmax(Q @ K.T, 2) @ V",
            "regsoft.softmax(x.astype(np.float32))",
            "regsoft.softmax(Q @ K.T, 2, where=np.tri(5, dtype=bool)) @ V",
        ],
    ),
    "tokens": (
        {},
        [
            "np.argsort(exponentials(x) / w)[:, :k]",
            "regsoft.cross_entropy(regsoft.one_hot(y, 4), regsoft.softmax(x)).mean()",
        ],
    ),
    "numerics": ({}, ["regsoft.log_softmax(x)"]),
}


def chapters() -> dict[str, str]:
    """The text of each chapter; its first cell says how many minutes it takes."""
    texts = {}
    for path in BOOK.glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts[path.stem] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {name: text for name, text in texts.items() if "**Minutes**" in text}


def test_each_chapter_has_its_lines_or_a_reason_why_not():
    found = {name: len(LINE.findall(text)) for name, text in chapters().items()}
    expected = {name: len(lines) for name, (_, lines) in LINES.items()}
    assert found == expected | dict.fromkeys(WITHOUT_LINE, 0)


def test_a_line_has_one_form():
    for name, text in chapters().items():
        assert len(re.findall(r"\b[Ii]n (?:PyTorch|JAX)\b", text)) == len(LINE.findall(text)), name


@needs_all
@pytest.mark.parametrize("chapter", LINES)
def test_the_lines_of_a_chapter_return_what_ours_returns(chapter):
    letters, expected = LINES[chapter]
    names = imported(*MODULES)
    names["exponentials"] = lambda like: np.asarray(names["torch"].tensor(like).exponential_())
    values = GIVEN | letters
    for (library, line), ours in zip(LINE.findall(chapters()[chapter]), expected, strict=True):
        found = value(line, names | as_arrays_of(library, values, names))
        right = value(ours, names | values)
        assert found.shape == right.shape
        digits = 1e-6 if found.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(found, right, rtol=digits, atol=digits, err_msg=line)
