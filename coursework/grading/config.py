"""How nbgrader is set up: one place for its command line, for formgrader and for our own commands."""

import os
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

COURSE_ID = "regsoft"
GIVEN = "given-"  # begins the ids of cells to which the author gave none: statements, code for everybody
DATABASE = "COURSE_DB"
PROJECT = Path(__file__).resolve().parent.parent.parent
CONFIGURATION = """\
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

sys.path.insert(0, {project!r})
from coursework.grading.config import configure  # noqa: E402

configure(get_config(), Path(__file__).parent)  # noqa: F821
"""


def database(course: Path) -> str:
    """Return where the gradebook is: SQLite in the course's folder, or what COURSE_DB names."""
    return os.environ.get(DATABASE) or f"sqlite:///{Path(course).resolve() / 'gradebook.db'}"


def configure(c: Any, course: Path) -> None:
    """Set nbgrader's options for a course; `c` is a traitlets configuration."""
    course = Path(course).resolve()
    programs = os.path.dirname(sys.executable)  # nbgrader calls alembic by its name
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    c.CourseDirectory.course_id = COURSE_ID
    c.CourseDirectory.root = str(course)
    c.CourseDirectory.db_url = database(course)
    c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".*"]
    c.Exchange.root = os.environ.get("COURSE_EXCHANGE", str(course / "exchange"))
    c.ExchangeFactory.collect = "coursework.grading.plugins.SafeCollect"
    c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}
    c.ClearSolutions.text_stub = "*Write your answer here.*"
    c.IncludeHeaderFooter.header = ""
    plugins = "coursework.grading.plugins"
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [
        f"{plugins}.GradeInSandbox",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.pre_convert_hook = f"{plugins}.remove_links"
    c.GenerateFeedback.force = (
        True  # else marks given by hand since the last run would be missing from the page
    )
    c.GenerateFeedback.exporter_class = f"{plugins}.FeedbackPage"
    c.GenerateFeedback.preprocessors = [
        f"{plugins}.Scores",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    # For both the feedback pages and formgrader.
    c.HTMLExporter.filters = {
        "markdown2html": f"{plugins}.inert_markdown",
        "highlight_code": f"{plugins}.highlighted",
        "ansi2html": f"{plugins}.printed",
        "strip_files_prefix": f"{plugins}.as_it_is",
    }
    c.HTMLExporter.preprocessors = [f"{plugins}.ShowMarkScheme"]
    theirs = distribution("nbgrader").locate_file("nbgrader/server_extensions/formgrader/templates")
    c.HTMLExporter.extra_template_basedirs = [str(Path(__file__).with_name("templates")), str(theirs)]


def configuration(course: Path) -> "Config":
    """Return nbgrader's configuration for a course, including what its own nbgrader_config.py adds."""
    from traitlets.config import Config, PyFileConfigLoader

    options = Config()
    configure(options, course)
    own = Path(course) / "nbgrader_config.py"
    if own.is_file():
        options.merge(PyFileConfigLoader(own.name, path=str(own.parent)).load_config())
    return options


def application(course: Path) -> "NbGraderAPI":
    """Return nbgrader's programming interface for a course."""
    from nbgrader.apps import NbGraderAPI

    return NbGraderAPI(config=configuration(course))


def write_configuration(course: Path) -> None:
    """Write the nbgrader_config.py of a course that has none, so that nbgrader's commands are set up there."""
    path = Path(course).resolve() / "nbgrader_config.py"
    if not path.exists():
        path.write_text(CONFIGURATION.format(project=str(PROJECT)), encoding="utf-8")
