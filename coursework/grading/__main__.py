"""What an instructor types: `python -m coursework.grading build | collect | grade | feedback | export | …`.

README.md says how a round goes.
"""

import argparse
import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coursework.grading.batch import grade_class
from coursework.grading.bubblewrap import SandboxError
from coursework.grading.executors import dask_cluster, process_pool
from coursework.grading.marking import SECRET_FILE, read_secret
from coursework.grading.records import submissions
from coursework.grading.summary import Progress, attention, summary
from coursework.grading.usage import parent_group
from coursework.grading.wheel import WheelError

DEFAULT = Path(__file__).resolve().parent.parent


def main(words: list[str] | None = None) -> int:
    """Do what the command line says; return 0, or 1 if a person must look at something, or 2 for a mistake."""
    options = _parser().parse_args(words)
    try:
        return options.command(options)
    except (ValueError, OSError, SandboxError, WheelError) as error:
        print(f"{options.name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{options.name}: interrupted; run the same command again to continue", file=sys.stderr)
        return 130


def _build(options: argparse.Namespace) -> int:
    from coursework.grading.assign import build

    names = build(options.course, options.assignments or None)
    print(
        f"built {', '.join(names)}: {options.course / 'release'} is for students, "
        f"{options.course / 'source'} for you"
    )
    return 0


def _collect(options: argparse.Namespace) -> int:
    from coursework.grading.lms import collect

    notes = collect(
        options.course,
        options.assignment,
        options.zip,
        options.platform,
        options.roster,
        options.id,
        options.groups,
        options.zone,
    )
    print("\n".join(notes))
    return 1 if len(notes) > 1 else 0


def _grade(options: argparse.Namespace) -> int:
    if not submissions(options.course, options.assignment):
        raise ValueError(f"{options.course / 'submitted'} holds no submission of {options.assignment}")
    if options.unsafe:
        print("NO SANDBOX: the notebooks can read, change and delete whatever you can.", file=sys.stderr)
    if not read_secret(options.course):
        print(
            f"NO SECRET: students can compute their cases at home. `build` writes {SECRET_FILE} into the course's "
            "folder; then grade again.",
            file=sys.stderr,
        )
    if not options.scheduler and not options.unsafe:
        how = (
            "by a control group"
            if parent_group()
            else "by counting, since the system grants no control group"
        )
        print(f"Memory is limited {how}.", file=sys.stderr)
    executor = dask_cluster(options.scheduler) if options.scheduler else process_pool(options.workers)
    progress = Progress()
    results = grade_class(
        options.course,
        options.assignment,
        executor,
        safe=not options.unsafe,
        report=progress,
        local=not options.scheduler,
    )
    print(summary(results, progress.new))
    return 1 if attention(results) else 0


def _export(options: argparse.Namespace) -> int:
    from coursework.grading.export import export

    notes = export(
        options.course,
        options.to,
        options.layout,
        options.assignments,
        options.roster,
        options.id,
        options.questions,
    )
    print("\n".join([f"{options.to} is written", *notes]))
    return 1 if notes else 0


def _feedback(options: argparse.Namespace) -> int:
    from coursework.grading.feedback import pack

    notes = pack(options.course, options.assignment, options.zip)
    print("\n".join(notes))
    return 1 if len(notes) > 1 else 0


def _copies(options: argparse.Namespace) -> int:
    from coursework.grading.copies import report

    lines = report(options.course, options.assignment, options.least)
    print("\n".join(lines))
    return 1 if len(lines) > 1 else 0


def _rename(options: argparse.Namespace) -> int:
    from coursework.grading.rename import rename

    names = rename(options.course, options.old, options.new)
    print(f"{options.old} is now {options.new}; its submissions moved too: {', '.join(names) or 'nothing'}")
    return 0


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise argparse.ArgumentTypeError(
            f"{name!r} is not a time zone; write one like Europe/Berlin"
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m coursework.grading", description=__doc__)
    parser.add_argument(
        "--course", type=Path, default=Path(os.environ.get("COURSE", DEFAULT)), help="the course's folder"
    )
    commands = parser.add_subparsers(dest="name", required=True)

    build = commands.add_parser("build", help="write source and release")
    build.add_argument("assignments", nargs="*", help="by default all")
    build.set_defaults(command=_build)

    collect = commands.add_parser("collect", help="take in the zip file of a learning platform")
    collect.add_argument("assignment")
    collect.add_argument("zip", type=Path)
    collect.add_argument("--from", dest="platform", choices=["canvas", "moodle"], required=True)
    collect.add_argument("--roster", type=Path, required=True, help="the platform's list of students, as CSV")
    collect.add_argument("--id", help='the column with the ids: "email", "number", or the column\'s name')
    collect.add_argument(
        "--groups", type=Path, help="a table of groups: Canvas's, or with the columns group, id"
    )
    collect.add_argument(
        "--zone",
        type=_zone,
        help="time zone of Moodle's dates, such as Europe/Berlin; by default this machine's",
    )
    collect.set_defaults(command=_collect)

    grade = commands.add_parser("grade", help="grade all submissions; what is graded is not graded again")
    grade.add_argument("assignment")
    grade.add_argument("--workers", type=int, help="processes; by default as many as there are cores")
    grade.add_argument("--scheduler", help="the address of a Dask scheduler, such as tcp://host:8786")
    grade.add_argument("--unsafe", action="store_true", help="no sandbox: for work that you trust")
    grade.set_defaults(command=_grade)

    export = commands.add_parser("export", help="write a table of grades")
    export.add_argument("to", type=Path)
    export.add_argument("--for", dest="layout", choices=["canvas", "moodle", "csv"], default="csv")
    export.add_argument("--assignments", nargs="+")
    export.add_argument(
        "--roster", type=Path, help="the platform's current list: one row is written for each student on it"
    )
    export.add_argument("--id", help="as for collect")
    export.add_argument("--questions", action="store_true", help="a column for each question, in csv")
    export.set_defaults(command=_export)

    feedback = commands.add_parser(
        "feedback", help="write the feedback pages into a zip to upload to the platform"
    )
    feedback.add_argument("assignment")
    feedback.add_argument("zip", type=Path)
    feedback.set_defaults(command=_feedback)

    copies = commands.add_parser(
        "copies", help="list pairs of submissions that are alike, the most alike first"
    )
    copies.add_argument("assignment")
    copies.add_argument("--least", type=float, help="the least similarity of a pair that is listed, up to 1")
    copies.set_defaults(command=_copies)

    rename = commands.add_parser("rename", help="give a student another id")
    rename.add_argument("old")
    rename.add_argument("new")
    rename.set_defaults(command=_rename)
    return parser


if __name__ == "__main__":
    sys.exit(main())
