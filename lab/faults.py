"""Faults as they happen: what is changed in which file, and the tests that must notice. `make faults` plants each.

A fault names the narrowest tests that ought to fail. Text that a fault changes stands exactly once in its file, so
that a fault which no longer fits is noticed, too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

import nbformat
from nbformat import NotebookNode
from sphinx_static_widgets.saved import WIDGET_VIEW, widget_state

from tools.notebooks import bundles, cells, frames, texts

NUMBER = re.compile(r"\d\.\d+")


@dataclass(frozen=True)
class Fault:
    """One fault: in words, the file, its new text from its old one, and pytest's arguments."""

    what: str
    file: str
    change: Callable[[str], str]
    tests: str


class StaleFaultError(Exception):
    """A fault that does not fit its file any more; the message says why."""


def text(old: str, new: str) -> Callable[[str], str]:
    """Return a change of `old`, which stands once, to `new`."""

    def change(content: str) -> str:
        if content.count(old) != 1:
            raise StaleFaultError(f"{old!r} stands {content.count(old)} times, expected once")
        return content.replace(old, new)

    return change


def swap(one: str, other: str) -> Callable[[str], str]:
    """Return a change that lets two texts, each of which stands once, change places."""

    def change(content: str) -> str:
        for name in (one, other):
            text(name, name)(content)
        return re.sub(
            f"{re.escape(one)}|{re.escape(other)}", lambda m: other if m[0] == one else one, content
        )

    return change


def notebook(spoil: Callable[[NotebookNode], None]) -> Callable[[str], str]:
    """Return a change that lets `spoil` alter the notebook in a text."""

    def change(content: str) -> str:
        altered = nbformat.reads(content, 4)
        spoil(altered)
        return nbformat.writes(altered) + "\n"

    return change


# --- changes of what a notebook stores; test_regression_bites.py applies them to a short one ---


def first(notebook: NotebookNode, wanted: Callable[[NotebookNode], bool]) -> int:
    """Return the place among the code cells of the first one that is `wanted`."""
    return next(place for place, cell in enumerate(cells(notebook, "code")) if wanted(cell))


def shows_number(cell: NotebookNode) -> bool:
    return any(NUMBER.search(shown) for shown in texts(cell)) and not shows_picture(cell)


def shows_picture(cell: NotebookNode) -> bool:
    return any("<svg" in bundle.get("text/html", "") for bundle in bundles(cell))


def shows_widget(cell: NotebookNode) -> bool:
    return any(WIDGET_VIEW in bundle for bundle in bundles(cell))


def successor(match: re.Match) -> str:
    """Return the matched text with its last digit one higher."""
    return match[0][:-1] + str((int(match[0][-1]) + 1) % 10)


def change_number(notebook: NotebookNode) -> None:
    output = cells(notebook, "code")[first(notebook, shows_number)].outputs[0]
    store, key = (output, "text") if output.output_type == "stream" else (output.data, "text/plain")
    store[key] = NUMBER.sub(successor, store[key], count=1)


def change_curve(notebook: NotebookNode) -> None:
    (bundle,) = bundles(cells(notebook, "code")[first(notebook, shows_picture)])
    svg = ElementTree.fromstring(bundle["text/html"])
    curve = max((element.get("d", "") for element in svg.iter()), key=len)
    head, point, tail = curve.rpartition(" ")
    bundle["text/html"] = bundle["text/html"].replace(curve, head + point + re.sub(r"\d$", successor, tail))


def change_digest(notebook: NotebookNode) -> None:
    (bundle,) = bundles(cells(notebook, "code")[first(notebook, shows_widget)])
    bundle["text/plain"] = re.sub(r"\d(?=[a-f]*\)$)", successor, bundle["text/plain"])


def change_frame(notebook: NotebookNode) -> None:
    """Move the last stored frame of the first widget."""
    view = bundles(cells(notebook, "code")[first(notebook, shows_widget)])[0][WIDGET_VIEW]
    last = frames(notebook, view["model_id"])[-1]
    for widget in widget_state(notebook).values():
        if widget.state.get("value") == last:
            widget.state["value"] = last.replace(" d=", " data-d=", 1)


SIGMOID = "book/sigmoid.ipynb"
RULES = "tests/book/test_chapters.py -k "
SITE = "tests/website/test_site.py -k "
WIDGETS = "packages/sphinx-static-widgets/src/sphinx_static_widgets/static-widgets.js"
LIVE_MATHS = "tests/regsoft/test_live_maths.py"
DRAGGING = "tests/website/test_dragging.py -k "
DRAGGING_TRIANGLE = "tests/website/test_dragging_triangle.py -k "
WIDGET_TESTS = "packages/sphinx-static-widgets/tests/test_widgets_script.py -k "
MODULES = "packages/sphinx-static-widgets/src/sphinx_static_widgets/modules.py"
MODULE_TESTS = "packages/sphinx-static-widgets/tests/test_widgets_modules.py -k "

FAULTS = [
    # --- chapters ---
    Fault(
        "a wrong sign in the check of a formula",
        SIGMOID,
        text(
            "sp.simplify(solution - 1 / (1 + sp.exp(-x))) == 0",
            "sp.simplify(solution - 1 / (1 - sp.exp(-x))) == 0",
        ),
        SIGMOID,
    ),
    Fault(
        "a wrong sign in a formula as it is printed",
        "book/softmax.ipynb",
        text(r"\\log \\sum_{j=1}^{d} e^{-x_j} - 1", r"\\log \\sum_{j=1}^{d} e^{-x_j} + 1"),
        "tests/book/test_formulas.py -k normalised",
    ),
    Fault("a wrong number in a stored output", SIGMOID, notebook(change_number), SIGMOID),
    Fault("a moved point of a stored curve", SIGMOID, notebook(change_curve), SIGMOID),
    Fault(
        "a cell that was changed and not run again",
        SIGMOID,
        text(
            "sigmoid_objective([0.0, 0.5, 0.8, 1.0], 1.0).round(3)",
            "sigmoid_objective([0.0, 0.5, 0.8, 0.9], 1.0).round(3)",
        ),
        SIGMOID,
    ),
    Fault(
        "an unexecuted cell",
        SIGMOID,
        text('\n   "execution_count": 12,', '\n   "execution_count": null,'),
        RULES + "sigmoid-execution",
    ),
    Fault(
        "a changed frame below a slider",
        "book/temperature.ipynb",
        notebook(change_frame),
        RULES + "temperature-stored_frames",
    ),
    Fault(
        "two equations with each other's label",
        SIGMOID,
        swap(":label: eq-second-order\\n", ":label: eq-sigmoid-argmax\\n"),
        RULES + "sigmoid-checks",
    ),
    Fault(
        "a frame without alternative text",
        "book/introduction.ipynb",
        text(
            'aria-label=\\"Sigmoid of the score at α = 4:',
            'data-label=\\"Sigmoid of the score at α = 4:',
        ),
        RULES + "introduction-readable_frames",
    ),
    Fault(
        "a random generator without a seed",
        "book/gumbel.ipynb",
        text("np.random.default_rng(1).gumbel", "np.random.default_rng().gumbel"),
        RULES + "gumbel-randomness",
    ),
    Fault(
        "a solution that is not folded",
        SIGMOID,
        text(
            '{solution-start} ex-any-temperature\\n",\n    ":class: dropdown',
            '{solution-start} ex-any-temperature\\n",\n    ":class: tip',
        ),
        RULES + "sigmoid-exercises",
    ),
    Fault(
        "a chapter that no table of contents lists",
        "_toc.yml",
        text("      - file: book/temperature\n", ""),
        RULES + "table_of_contents",
    ),
    Fault(
        "minutes in the instructors' guide that do not add up",
        "book/instructors.md",
        text("| **Sum** | 65 | 45 |", "| **Sum** | 66 | 45 |"),
        "tests/book/test_back_matter.py",
    ),
    # --- the ledger ---
    Fault(
        "a wrong verdict",
        "book/ledger.yml",
        text("  verdict: misleading\n  truth: This $p$ is 0", "  verdict: right\n  truth: This $p$ is 0"),
        "tests/book/test_ledger.py -k agree",
    ),
    Fault(
        "an item of the ledger that points nowhere",
        "book/ledger.yml",
        text("anchor: eq-linear-sigmoid", "anchor: eq-linear-sigmoidal"),
        "tests/book/test_ledger.py -k anchor",
    ),
    # --- the mathematics and the pictures ---
    Fault(
        "a wrong sign in the objective",
        "regsoft/objective.py",
        text("_product(w, x) + alpha *", "_product(w, x) - alpha *"),
        "tests/regsoft/test_objective.py",
    ),
    Fault(
        "a divergence whose terms cancel where the points are close",
        "regsoft/_stable.py",
        text("CLOSE = 0.5", "CLOSE = 1e-12"),
        "tests/regsoft/test_entropy.py -k however_close",
    ),
    Fault(
        "a row whose sum depends on its neighbours",
        "regsoft/_rows.py",
        text("if rows.flags.c_contiguous or d < 8:", "if rows.flags.c_contiguous or d < 16:"),
        "tests/regsoft/test_functions.py -k alone_and_among",
    ),
    Fault(
        "a wrong number in the example of a docstring",
        "regsoft/objective.py",
        text("[0.       1.693147 2.      ]", "[0.       1.693148 2.      ]"),
        "regsoft/objective.py",
    ),
    Fault(
        "another package's function, tested in place of ours",
        "tests/regsoft/peers.py",
        text("patch.setattr(place, noted(function))", "noted(function)"),
        "tests/regsoft/test_peers.py -k SciPy",
    ),
    Fault(
        "a test of another package that passes, listed as one that differs",
        "tests/regsoft/peers.py",
        text('"TestLogit::test_nan":', '"TestExpit::test_large": OUTSIDE, "TestLogit::test_nan":'),
        "tests/regsoft/test_peers.py -k SciPy",
    ),
    Fault(
        "mathematics that needs more than NumPy",
        "regsoft/objective.py",
        text("import numpy as np\n", "import numpy as np\nfrom scipy.special import entr  # noqa: F401\n"),
        "tests/project/test_layers.py",
    ),
    Fault(
        "a marker that is not on its curve",
        "regsoft/figures/sigmoid.py",
        text("ax.plot(place, height, marker,", "ax.plot(place, height + 0.1, marker,"),
        "tests/regsoft/test_figures.py -k marker",
    ),
    Fault(
        "two axes with each other's name",
        "regsoft/figures/figure_1.py",
        text('("w", "α", "")', '("α", "w", "")'),
        "tests/regsoft/test_figures.py -k figure_1",
    ),
    Fault(
        "a board whose player goes to the wrong side when a move goes astray",
        "regsoft/live/board.py",
        text(
            "((0, 1 - slip), (-1, slip / 2), (1, slip / 2))", "((0, 1 - slip), (2, slip / 2), (1, slip / 2))"
        ),
        "tests/regsoft/test_live_board.py -k board",
    ),
    Fault(
        "a picture without alternative text",
        "regsoft/picture.py",
        text('"aria-label": alt,', '"aria-label": "",'),
        "tests/regsoft/test_picture.py -k alt_text",
    ),
    Fault(
        "an id in a picture that another picture has, too",
        "regsoft/picture.py",
        text('element.set("id", f"{mark}-{name}")', 'element.set("id", name)'),
        "tests/regsoft/test_picture.py -k names_are_unique",
    ),
    Fault(
        "a still picture that is not the one where the slider starts",
        "regsoft/widgets.py",
        text("starts if len(starts) == 2 else (0, starts[0])", "starts if len(starts) == 2 else (0, 0)"),
        "tests/regsoft/test_widgets.py",
    ),
    # --- pictures that a reader drags ---
    Fault(
        "a divergence in JavaScript whose digits cancel for close shares",
        "regsoft/live/maths.js",
        text("<= Math.min(share, other) / 2)", "<= 0)"),
        LIVE_MATHS,
    ),
    Fault(
        "an entropy in JavaScript that takes the logarithm of a share near 1",
        "regsoft/live/maths.js",
        text("share > 0.6 ?", "share > 2 ?"),
        LIVE_MATHS,
    ),
    Fault(
        "a smooth maximum in JavaScript without log1p",
        "regsoft/live/maths.js",
        text(
            "return Math.log1p(sum(gaps.map((gap, i) => (i === first ? 0 : Math.exp(gap)))));",
            "return Math.log(sum(gaps.map(Math.exp)));",
        ),
        LIVE_MATHS,
    ),
    Fault(
        "a softplus in JavaScript that overflows",
        "regsoft/live/maths.js",
        text(
            "Math.max(x, 0) + alpha * Math.log1p(Math.exp(-Math.abs(x / alpha)))",
            "alpha * Math.log1p(Math.exp(x / alpha))",
        ),
        LIVE_MATHS,
    ),
    Fault(
        "a sparsemax in JavaScript that counts one option too few",
        "regsoft/live/maths.js",
        text("if (1 + (i + 1) * gap > total)", "if (1 + i * gap > total)"),
        LIVE_MATHS,
    ),
    Fault(
        "a leader in JavaScript that knows the losses of its own round",
        "regsoft/live/maths.js",
        text("totals.map((total) => -total), alpha)", "totals.map((total, i) => -total - round[i]), alpha)"),
        LIVE_MATHS,
    ),
    Fault(
        "a divergence ball in JavaScript whose boundary may leave the bracket",
        "regsoft/live/maths.js",
        text("if (!(low < far && far < high)) far = (low + high) / 2;", ""),
        LIVE_MATHS,
    ),
    Fault(
        "tied leaders in JavaScript of which the first gets everything",
        "regsoft/live/maths.js",
        text("leads.map((lead) => lead / count)", "leads.map((_, i) => Number(i === leads.indexOf(1)))"),
        LIVE_MATHS,
    ),
    Fault(
        "a button Fool the leader that makes the other expert lose",
        "regsoft/live/adversary.js",
        text("at(-1)[0] > 0 ? 1 : 2", "at(-1)[0] > 0 ? 2 : 1"),
        "tests/website/test_dragging_adversary.py -k fools_the_leader",
    ),
    Fault(
        "a query that stops at half a turn",
        "regsoft/live/lookup.js",
        text("degrees - 360 * Math.ceil((degrees - 180) / 360)", "degrees"),
        "tests/website/test_dragging_lookup.py -k half_a_turn",
    ),
    Fault(
        "a look-up that returns the plain mean of its keys",
        "regsoft/live/lookup.py",
        text(
            "return weights, weights @ unit(DEGREES)",
            "return weights, np.full_like(weights, 0.2) @ unit(DEGREES)",
        ),
        "tests/regsoft/test_live_lookup.py",
    ),
    Fault(
        "noise in JavaScript that is not that of Python",
        "regsoft/live/maths.js",
        text("z ^ (z >>> 16)", "z ^ (z >> 16)"),
        LIVE_MATHS,
    ),
    Fault(
        "noise that differs from score to score",
        "regsoft/live/race.py",
        text(
            "-np.log(-np.log(uniform(seed, place)))",
            "-np.log(-np.log(uniform(seed, place) ** (1 + place % 3)))",
        ),
        "tests/regsoft/test_live_race.py -k right_draws",
    ),
    Fault(
        "a race that accepts a number of draws that is not whole",
        "regsoft/live/_live.py",
        text("if not super().validate(obj, value).is_integer():", "if super().validate(obj, value) is None:"),
        "tests/regsoft/test_live_race.py -k whole",
    ),
    Fault(
        "a game that takes any whole number for an expert",
        "regsoft/live/_live.py",
        text("if not 1 <= item <= self.options:", "if not 1 <= item:"),
        "tests/regsoft/test_live_adversary.py -k refused",
    ),
    Fault(
        "a logit in JavaScript whose digits cancel near 1/2",
        "regsoft/live/maths.js",
        text("ratio < Infinity ? Math.log1p(ratio)", "smaller > 0.25 ? Math.log((1 - smaller) / smaller)"),
        LIVE_MATHS,
    ),
    Fault(
        "a threshold of entmax in JavaScript for order + 1",
        "regsoft/live/maths.js",
        text("(alpha * p ** (order - 1)) / (order - 1)", "(alpha * p ** order) / order"),
        LIVE_MATHS,
    ),
    Fault(
        "a gradient descent in JavaScript that does not sum the gradient of the intercept",
        "regsoft/live/maths.js",
        text("g0 += miss;", "g0 = miss;"),
        LIVE_MATHS,
    ),
    Fault(
        "a separability test in JavaScript that does not count a line through a point",
        "regsoft/live/maths.js",
        text("low >= 0 || high <= 0", "low > 0 || high < 0"),
        LIVE_MATHS,
    ),
    Fault(
        "a board in JavaScript that discounts the reward of the goal",
        "regsoft/live/maths.js",
        text("to === goal || to === pit ? values[to]", "to === pit ? values[to]"),
        LIVE_MATHS,
    ),
    Fault(
        "two pieces of the board on one square",
        "regsoft/live/board.js",
        text("!taken(key).includes(place)", "true"),
        "tests/website/test_dragging_board.py -k square",
    ),
    Fault(
        "top-p in JavaScript with one word more",
        "regsoft/live/maths.js",
        text("count < w.length && total < p", "count < w.length && total <= p + w[0]"),
        LIVE_MATHS,
    ),
    Fault(
        "min-p in JavaScript that compares with 1",
        "regsoft/live/maths.js",
        text("share >= m * w[0]", "share >= m"),
        LIVE_MATHS,
    ),
    Fault(
        "a triangle in JavaScript with a wrong score for what is kept back",
        "regsoft/live/sets.js",
        text("softmax([...x, 0], alpha)", "softmax([...x, -1], alpha)"),
        "tests/website/test_dragging_sets.py",
    ),
    Fault(
        "a border of cells with one half in reverse order",
        "regsoft/live/sparse.js",
        text("...half(one).reverse(), ...half(other).slice(1)", "...half(one), ...half(other).slice(1)"),
        "tests/website/test_dragging_sparse.py -k borders",
    ),
    Fault(
        "a dragged point that changes the mean of the scores",
        "regsoft/live/sparse.js",
        text("fine(raw[i] + shift)", "fine(raw[i])"),
        "tests/website/test_dragging_sparse.py -k mean_of_the_scores",
    ),
    Fault(
        "a swap after which both points are the same",
        "regsoft/live/divergence.js",
        text('q: view.get("w"), both', 'q: view.get("q"), both'),
        "tests/website/test_dragging_tangents.py -k swap",
    ),
    Fault(
        "log-odds of two bells that forget their widths",
        "regsoft/live/bells.js",
        text("logit(q) - Math.log(s) +", "logit(q) +"),
        "tests/regsoft/test_live_bells.py -k scipy",
    ),
    Fault(
        "a trace of the conjugate that is kept when alpha changes",
        "regsoft/live/conjugate.js",
        text("if (trace?.alpha !== alpha)", "if (!trace)"),
        "tests/website/test_dragging_tangents.py -k traced",
    ),
    Fault(
        "an ellipse in JavaScript of twice the radius",
        "regsoft/live/maths.js",
        text(
            "Math.sqrt((2 * radius) / sum(ray.map((part, i) => (part * part) / centre[i])));\n    return",
            "Math.sqrt((4 * radius) / sum(ray.map((part, i) => (part * part) / centre[i])));\n    return",
        ),
        LIVE_MATHS,
    ),
    Fault(
        "a camera of the solids that stands nearer than matplotlib's",
        "regsoft/live/solid.js",
        text("DISTANCE = 10;", "DISTANCE = 9;"),
        "tests/regsoft/test_live_solid.py",
    ),
    Fault(
        "a solid that is tilted the wrong way",
        "regsoft/live/solid.js",
        text("((py - last[1]) * 180)", "((last[1] - py) * 180)"),
        "tests/website/test_dragging_solids.py -k turned",
    ),
    Fault(
        "a cross-section that ignores the perspective",
        "regsoft/live/prism.js",
        text("(part * a[2]) / between(b[2], a[2], part)", "part"),
        "tests/website/test_dragging_solids.py -k cross_section",
    ),
    Fault(
        "a picture that keeps the width it was first drawn with",
        "regsoft/live/kit.js",
        text("    resized = true;\n    later();", "    later();"),
        DRAGGING + "another_width",
    ),
    Fault(
        "a handle that jumps to the pointer",
        "regsoft/live/kit.js",
        text("held.move(x - held.grip[0], y - held.grip[1])", "held.move(x, y)"),
        DRAGGING + "follows_the_mouse",
    ),
    Fault(
        "arrow keys that the notebook takes first",
        "regsoft/live/kit.js",
        text('addEventListener("keydown", take, true);\n', 'document.addEventListener("keydown", take);\n'),
        DRAGGING + "arrow_keys",
    ),
    Fault(
        "a picture on which a finger cannot scroll",
        "regsoft/live/kit.js",
        text("if (nearest(place(event.changedTouches[0]))) event", "event"),
        DRAGGING + "scrolls_the_page",
    ),
    Fault(
        "every step of a slider spoken",
        "regsoft/live/kit.js",
        text("const PAUSE = 600;", "const PAUSE = 0;"),
        DRAGGING + "spoken_once",
    ),
    Fault(
        "a view that listens to its model for ever",
        "regsoft/live/kit.js",
        text("for (const event of events) view.model.off(event, later);", ""),
        DRAGGING + "closed_view",
    ),
    Fault(
        "a still picture whose parts are not where the live picture has them",
        "regsoft/live/decision.py",
        text("Plane((LEFT, 456, 80, BASE)", "Plane((LEFT, 456, 80, BASE - 10)"),
        DRAGGING + "same_places",
    ),
    Fault(
        "NaN accepted as a parameter",
        "regsoft/live/_live.py",
        text("if not self.low <= value <= self.high:", "if value < self.low or value > self.high:"),
        "tests/regsoft/test_live.py -k refused",
    ),
    Fault(
        "shares of a live picture that do not sum to 1",
        "regsoft/live/_live.py",
        text("abs(sum(value) - total) > 1e-6", "abs(sum(value) - total) > 1"),
        "tests/regsoft/test_live_triangle.py -k refused",
    ),
    Fault(
        "a slider of a share that leaves the others as they are",
        "regsoft/live/kit.js",
        text("(entry * (total - set)) / rest", "entry"),
        DRAGGING_TRIANGLE + "in_their_ratio",
    ),
    Fault(
        "a handle that is taken although it is hidden",
        "regsoft/live/kit.js",
        text('.filter(([{ element }]) => element.style.visibility !== "hidden")', ""),
        DRAGGING_TRIANGLE + "once_they_are_shown",
    ),
    Fault(
        "level curves that do not follow the scores",
        "regsoft/live/split.js",
        text("(drawnFor = `${x} ${alpha}`)", "(drawnFor = `${alpha}`)"),
        DRAGGING_TRIANGLE + "after_a_score_has_changed",
    ),
    Fault(
        "a hill whose top is not at the sigmoid",
        "regsoft/live/hill.py",
        text("spot(ax, PANELS[2].across(best), top", "spot(ax, PANELS[2].across(0.5), top"),
        "tests/regsoft/test_live_triangle.py -k top_is_the_sigmoid",
    ),
    Fault(
        "text of a live picture that stays the same when its module changes",
        "regsoft/live/_live.py",
        text("(self._esm + self._css).encode()", "self._css.encode()"),
        "tests/regsoft/test_live.py -k follows_a_parameter",
    ),
    # --- sliders on a page ---
    Fault(
        "a handler of events in the HTML of a widget",
        WIDGETS,
        text('name.toLowerCase().startsWith("on")', 'name.startsWith("on-")'),
        WIDGET_TESTS + "cannot_run",
    ),
    Fault(
        "an address of a script that is let through",
        WIDGETS,
        text('address.replace(BLANK, "")', "address"),
        WIDGET_TESTS + "cannot_run",
    ),
    Fault(
        "a slider that shows the previous frame",
        WIDGETS,
        text(
            "draw(resolve(view.models, children[index]), view)",
            "draw(resolve(view.models, children[Math.max(index - 1, 0)]), view)",
        ),
        WIDGET_TESTS + "linked_controls",
    ),
    Fault(
        "a slider that does not say its value",
        WIDGETS,
        text('input.setAttribute("aria-valuetext", [name, text].filter(Boolean).join(" = "));', ""),
        WIDGET_TESTS + "linked_controls",
    ),
    Fault(
        "a control that moves and changes nothing",
        WIDGETS,
        text("part.disabled = !model.moves || Boolean", "part.disabled = Boolean"),
        WIDGET_TESTS + "could_do_nothing",
    ),
    Fault(
        "a module stored in a notebook that differs from its class's",
        MODULES,
        text("if _lines(values.get(key)) != _lines(getattr(widget, key, None)):", "if False:"),
        MODULE_TESTS + "not_that_of_a_class",
    ),
    Fault(
        "a cleanup of a widget that is never called",
        WIDGETS,
        text('else signal.addEventListener("abort", () => cleanup());', ""),
        MODULE_TESTS + "cleanup",
    ),
    # --- the pages: each of these builds the site ---
    Fault(
        "an image without alternative text",
        "book/trust.md",
        text(
            ":class: only-light\n:align: center\n:width: 560px\n:alt: ",
            ":class: only-light\n:align: center\n:width: 560px\n:name: ",
        ),
        SITE + "'has_words and trust'",
    ),
    Fault(
        "a dead link",
        "website/theme/templates/article-header-buttons.html",
        text(
            '<div class="article-header-buttons">',
            '<div class="article-header-buttons"><a href="gone.html">Gone</a>',
        ),
        SITE + "every_link_within",
    ),
    Fault(
        "a request to another host",
        "website/theme/site.css",
        text(".bd-article {\n", ".bd-article {\n  background: url(https://pictures.example/paper.png);\n"),
        SITE + "'own_host and cite'",
    ),
    Fault(
        "words too pale to read",
        "website/theme/site.css",
        text("--book-approximately: #7a5200;", "--book-approximately: #e8c06a;"),
        SITE + "'accessible and ledger'",
    ),
    Fault(
        "a policy that lets any script in a page run",
        "website/page.py",
        text("""[*policy["script-src"], *hashes]""", """["'self'", "'unsafe-inline'"]"""),
        SITE + "'forbids and not policy'",
    ),
    Fault(
        "an id that stands twice on a page",
        "website/page.py",
        text(
            '"#proof-content, #exercise-content, #solution-content"', '"#exercise-content, #solution-content"'
        ),
        SITE + "'stands_twice and attention'",
    ),
    Fault(
        "a search that finds nothing",
        "website/theme/templates/layout.html",
        text('  {{- super() }}\n  {%- if pagename == "search" %}', '  {%- if pagename == "search" %}'),
        SITE + "search_finds",
    ),
    Fault(
        "sliders whose frames are never fetched",
        WIDGETS,
        text(
            'document.head.append(make("script", "", { src }))',
            'document.head.append(make("script", "", {}))',
        ),
        SITE + "'is_alive and sigmoid'",
    ),
    # --- the archive and the paper ---
    Fault(
        "an archive with links to what it lacks",
        "website/archive.py",
        text('if next(link.iterancestors("article"), None) is not None:', "if True:"),
        "tests/website/test_publishing.py -k needs_a_server",
    ),
    Fault(
        "small multiples on paper without the picture shown first",
        "website/paper/pictures.py",
        text("    places[nearest] = start\n", ""),
        "tests/website/test_pdf.py -k chosen_positions",
    ),
    Fault(
        "lines on paper that run into the margin",
        "website/paper/pdf.py",
        text("WIDEST = 2.0", "WIDEST = 20.0"),
        "tests/website/test_pdf.py -k fault_in_the_log",
    ),
    # --- coursework ---
    Fault(
        "a leaked solution",
        "coursework/ps1/notebook.py",
        text(
            "# Write `my_softmax(x, alpha=1.0)` for a vector of scores.\n",
            "# Write `my_softmax(x, alpha=1.0)`. Try `weights = np.exp(gaps / alpha)`.\n",
        ),
        "tests/coursework/test_coursework.py -k 'no_solution_hidden and ps1'",
    ),
    Fault(
        "a mark off by one",
        "coursework/ps1/notebook.py",
        text('# %% marks="q2-values" points=2', '# %% marks="q2-values" points=3'),
        "tests/coursework/test_coursework.py -k 'points_add_up and ps1'",
    ),
    Fault(
        "a check that accepts a wrong answer",
        "coursework/ps1/hints.py",
        text("expect(near(first / second, 9, 1e-3)", "expect(near(first / second, 9, 1e3)"),
        "tests/coursework/test_check.py -k wrong_answer",
    ),
    Fault(
        "a question id of which only the beginning is checked",
        "coursework/grading/assign.py",
        text("not IDENTIFIER.fullmatch(identifier)", "not IDENTIFIER.match(identifier)"),
        "tests/coursework/test_grading.py -k set_that_breaks",
    ),
    Fault(
        "a link in an upload that is followed",
        "coursework/grading/lms.py",
        text("stat.S_ISLNK(entry.external_attr >> 16)", "not name"),
        "tests/coursework/test_grading.py -k platforms_zip",
    ),
    Fault(
        "a CSS rule that makes a slider restyle the whole page",
        "website/theme/site.css",
        text("section.item .verdict {", "section:has(.verdict) *, section.item .verdict {"),
        SITE + "styles_its_widget",
    ),
    Fault(
        "a page whose far blocks are never laid out",
        "website/theme/book.js",
        text('block.style.contentVisibility = "visible";', 'block.style.contentVisibility = "auto";'),
        SITE + "in_steps",
    ),
    Fault(
        "code that scrolls only by mouse",
        "website/theme/book.js",
        text("box.tabIndex = 0;", "box.tabIndex = -1;"),
        SITE + "its_content_is_wider",
    ),
    # --- licences, pins, workflows, refresh ---
    Fault(
        "a wheel without its licence",
        "pyproject.toml",
        text('license-files = ["LICENSE"]', "license-files = []"),
        "tests/project/test_packaging.py -k wheel",
    ),
    Fault(
        "a citation file with another version than the package",
        "CITATION.cff",
        text("\nversion: ", "\nversion: 9."),
        "tests/project/test_packaging.py -k version",
    ),
    Fault(
        "a dependency that nobody explains",
        "pyproject.toml",
        text("  # fifty digits, against which errors are measured", ""),
        "tests/project/test_packaging.py -k why",
    ),
    Fault(
        "a pin of a version that has no hashes",
        "requirements.txt",
        text("\nmpmath==", "\nmpmath==9"),
        "tests/website/test_publishing.py -k hashes",
    ),
    Fault(
        "a workflow action that is not pinned to a commit",
        ".github/workflows/weekly.yml",
        text(
            "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
            "actions/setup-python@v7",
        ),
        "tests/website/test_publishing.py -k pinned_to_one_commit",
    ),
    Fault(
        "a release that does not wait for the tests",
        ".github/workflows/release.yml",
        text("needs: [tests, build]", "needs: build"),
        "tests/website/test_publishing.py -k a_tag_publishes",
    ),
    Fault(
        "widget ids that differ from run to run",
        "tools/refresh.py",
        text(
            '{model: _name(stem, "widget", number) for number, model in enumerate(widget_state(notebook))}',
            "{}",
        ),
        "tests/book/test_refresh.py -k widget_ids",
    ),
    Fault(
        "sets whose order differs from run to run",
        "tools/refresh.py",
        text('    "PYTHONHASHSEED": "0",\n', ""),
        "tests/book/test_refresh.py -k environment",
    ),
    Fault(
        "a refresh that writes although it was to compare",
        "tools/refresh.py",
        text("    if check:\n", "    if check and not text:\n"),
        "tests/book/test_refresh.py -k check_writes_nothing",
    ),
]
