"""The problem sets, found by looking, and what each is tested with."""

from importlib import import_module
from types import ModuleType

from coursework.grading.files import problem_sets
from tools.notebooks import ROOT

COURSE = ROOT / "coursework"
SETS = problem_sets(COURSE)


def hints(name: str) -> ModuleType:
    """What `check` of a set says, as its notebook imports it."""
    return import_module(f"coursework.{name}.hints")


def answers(name: str) -> ModuleType:
    """The set's answers, right and wrong: WRONG and OTHERWISE for its marks, PASSES and FAILS for its hints."""
    return import_module(f"coursework.{name}.wrong_answers")
