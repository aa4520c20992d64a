"""The faults of lab/faults.py fit the files of today; `make faults` sees which test notices each."""

import pytest

from lab.faults import FAULTS, Fault
from tools.notebooks import ROOT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_fits_the_file_in_which_it_is_planted(fault: Fault):
    content = (ROOT / fault.file).read_text("utf-8")
    assert fault.change(content) != content
