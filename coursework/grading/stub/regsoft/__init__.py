"""What `regsoft` is while work is graded: every name can be imported, none does the student's work.

`regsoft.check` is the real one: it lies beside this file in the sandbox.
"""

import importlib.abc
import sys
import types
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn


class _Off(types.ModuleType):
    """A module all of whose names are functions that say that they are switched off."""

    __all__ = ()

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)

        def off(*args: Any, **kwargs: Any) -> NoReturn:
            raise RuntimeError(f"{self.__name__}.{name} is switched off while grading: write your own")

        return off


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every submodule that has no file."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.startswith("regsoft."):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Off(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run nothing."""


sys.meta_path.append(_Finder())
sys.modules[__name__].__class__ = _Off
