"""nbgrader in this folder: `nbgrader formgrader`, `nbgrader generate_feedback ps1`, … See README.md."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from coursework.grading.config import configure  # noqa: E402

configure(get_config(), HERE)  # noqa: F821
