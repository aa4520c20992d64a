"""Docstrings say the same things in the same order, and what they point to exists."""

import inspect
import re
from functools import cache
from itertools import chain
from pathlib import Path

import nbformat
import pytest

import regsoft
from regsoft import check, figures
from regsoft.live._live import Live
from regsoft.picture import Picture
from regsoft.testing import check_argmax
from regsoft.widgets import explore

BOOK = Path(regsoft.__file__).parent.parent / "book"
DERIVED = re.compile(r"Derived\s+in\s+``book/([\w-]+)\.ipynb``,\s+((?:eq|thm)-[\w-]*\w)")
HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
LABEL = re.compile(r"^:label:\s*(\S+)\s*$", re.MULTILINE)


def sections(function):
    """Return {heading: text} of a numpydoc docstring; the text before the first heading is under ""."""
    parts = HEADING.split(inspect.getdoc(function) or "")
    return dict(zip(["", *parts[1::2]], parts[0::2], strict=True))


def documented(function):
    """Return the parameter names of the section Parameters, in order."""
    entries = re.findall(r"^(\S.*?) : ", sections(function).get("Parameters", ""), re.MULTILINE)
    return [name.strip().lstrip("*") for entry in entries for name in entry.split(",")]


@cache
def labels(chapter):
    """Return the labels of the equations and theorems in the markdown cells of a chapter."""
    notebook = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    return {
        label
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for label in LABEL.findall(cell.source)
    }


ENTRY = re.compile(r"^\.\. autofunction:: regsoft\.(\w+)$", re.MULTILINE)
DRAWN = re.compile(r"^\{ref\}`sec-([\w-]+)`:\n\n```\{eval-rst\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FUNCTIONS = {name: getattr(regsoft, name) for name in regsoft.__all__}
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def missing(entries):
    """Return what is still to be written in book/api.md, a sentence for each public function without an entry."""
    return [
        f"book/api.md has no entry for {name}: write `.. autofunction:: regsoft.{name}` there, beside the others "
        "of its chapter"
        for name in FUNCTIONS
        if name not in entries
    ]


def test_the_api_reference_has_one_entry_for_each_public_function():
    entries = ENTRY.findall((BOOK / "api.md").read_text(encoding="utf-8"))
    lacks = missing(entries)
    assert not lacks, "\n".join(lacks)
    assert sorted(entries) == sorted(FUNCTIONS)


def test_a_forgotten_entry_of_the_api_reference_is_named():
    (sentence,) = missing(FUNCTIONS.keys() - {"softmax"})
    assert sentence.startswith(
        "book/api.md has no entry for softmax: write `.. autofunction:: regsoft.softmax`"
    )


def test_the_api_reference_has_every_figure_once_under_a_chapter_that_shows_it():
    groups = DRAWN.findall((BOOK / "api.md").read_text(encoding="utf-8"))
    listed = {chapter: re.findall(r"regsoft\.figures\.(\w+)", text) for chapter, text in groups}
    assert sorted(chain.from_iterable(listed.values())) == sorted(figures.__all__)
    for chapter, names in listed.items():
        shown = re.findall(r"figures\.(\w+)", (BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))
        assert set(names) <= set(shown), chapter


@every_function
def test_the_sections_of_numpydoc_are_there_and_in_order(name):
    headings = [heading for heading in sections(FUNCTIONS[name]) if heading]
    order = ["Parameters", "Returns", "Raises", "See Also", "Notes", "References", "Examples"]
    assert headings == [heading for heading in order if heading in headings]
    assert {"Parameters", "Returns", "Raises", "Examples"} <= set(headings)
    assert {"See Also", "References"} & set(headings)


@every_function
def test_no_section_is_empty_and_the_examples_run(name):
    parts = sections(FUNCTIONS[name])
    assert all(text.strip() for text in parts.values())
    assert ">>> " in parts["Examples"]


@every_function
def test_the_first_line_is_a_sentence_or_a_noun_with_a_full_stop(name):
    first, *rest = inspect.getdoc(FUNCTIONS[name]).splitlines()
    assert first.endswith(".")
    assert not rest or rest[0] == ""


@every_function
def test_the_parameters_are_those_of_the_signature_in_order(name):
    assert documented(FUNCTIONS[name]) == list(inspect.signature(FUNCTIONS[name]).parameters)


TYPED = [
    *FUNCTIONS.values(),
    *(getattr(figures, name) for name in figures.__all__),
    *(getattr(check, name) for name in check.__all__),
    check_argmax,
    explore,
    Picture.__init__,
    Live.still,
]


@pytest.mark.parametrize("function", TYPED, ids=lambda function: function.__qualname__)
def test_every_public_function_says_the_types_of_its_arguments_and_of_its_result(function):
    signature = inspect.signature(function)
    untyped = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is parameter.empty and name != "self"
    ]
    assert not untyped
    assert signature.return_annotation is not signature.empty


@every_function
def test_a_default_is_documented(name):
    function = FUNCTIONS[name]
    text = sections(function)["Parameters"]
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty:
            assert re.search(rf"^{parameter.name} : .*default {parameter.default}$", text, re.MULTILINE)


@every_function
def test_arguments_come_as_data_then_alpha_then_what_says_along_which_axes(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    usual = {"alpha": 1.0, "axis": -1, "keepdims": False, "where": True}
    tail = {key: parameters[key].default for key in usual if key in parameters}
    assert list(parameters)[len(parameters) - len(tail) :] == list(tail)
    assert tail == {key: usual[key] for key in tail}


@every_function
def test_a_derivation_that_is_pointed_to_exists(name):
    text = inspect.getdoc(FUNCTIONS[name])
    pointers = DERIVED.findall(text)
    assert len(pointers) == len(re.findall(r"Derived\s+in", text))
    for chapter, label in pointers:
        assert label in labels(chapter)


@every_function
def test_a_function_says_which_chapter_derives_it(name):
    assert DERIVED.search(FUNCTIONS[name].__doc__)


def test_the_judge_of_maps_points_to_its_theorem():
    (chapter, label), *others = DERIVED.findall(check_argmax.__doc__)
    assert label in labels(chapter)
    assert others == []


def spoilt(a, b=1.0):
    """Add two numbers

    Parameters
    ----------
    b : float, default 2.0
        The second.

    Returns
    -------
    float
        The sum. Derived in ``book/sigmoid.ipynb``, eq-nowhere.
    """


@pytest.mark.parametrize(
    "rule",
    [
        test_the_sections_of_numpydoc_are_there_and_in_order,
        test_the_first_line_is_a_sentence_or_a_noun_with_a_full_stop,
        test_the_parameters_are_those_of_the_signature_in_order,
        test_a_default_is_documented,
        test_a_derivation_that_is_pointed_to_exists,
    ],
)
def test_a_spoilt_docstring_is_seen(rule, monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "spoilt", spoilt)
    with pytest.raises(AssertionError):
        rule("spoilt")
