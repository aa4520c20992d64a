"""What all tests share: their order, and a garbage collector that is spared what was imported."""

import gc

import pytest

LONG = {  # files that take minutes
    "test_build",
    "test_dragging",
    "test_grading",
    "test_grading_hostile",
    "test_jupyterlab",
    "test_lite",
    "test_pdf",
    "test_site",
    "test_stock_widgets",
    "test_when_things_go_wrong",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first, so that the last worker is not left alone with one."""
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported and collected; a fifth of the tests' time went there."""
    gc.freeze()
