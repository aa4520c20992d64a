"""What a marked cell calls: hand over what a function returns on the student's cases.

The grader sets `cases` before the cell runs. Elsewhere there are none, and nothing is called or printed.
"""

import json
import math
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

PREFIX = "\x1eANSWER "  # of the lines that are answers; the grader imports it from here, too
cases: dict[str, list] = {}
if "EMITTER_CASES" in os.environ:  # the cases for a kernel that runs without the grader
    with open(os.environ["EMITTER_CASES"], encoding="utf-8") as _file:
        cases = json.load(_file)


def emit(identifier: str, function: Callable) -> None:
    """Call `function` on every case of `identifier` and print what it returned, as one line of JSON."""
    if identifier not in cases:
        return
    out = sys.stdout  # the function may redirect the output
    answers = [_answer(function, [_argument(value) for value in case]) for case in cases[identifier]]
    print(f"\n{PREFIX}{identifier} {json.dumps(answers)}", flush=True, file=out)


def _answer(function: Callable, arguments: list) -> dict[str, Any]:
    try:
        return {"answer": _plain(function(*arguments))}
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)[:500]}


def _argument(value: Any) -> Any:
    """Return an argument as the checks made it: arrays travel as {"array": …, "dtype": …}."""
    if isinstance(value, dict):
        return np.array(value["array"], dtype=value["dtype"])
    return [_argument(item) for item in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """Return an answer as JSON can hold it; array-likes become arrays first, as in `regsoft.check`."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(float(value))}
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return _plain(array.astype(float).tolist())
    if array.dtype.kind in "iubU" or array.ndim:
        return _plain(array.tolist())
    raise TypeError(f"an answer is made of numbers, strings, arrays and lists; got {type(value).__name__}")
