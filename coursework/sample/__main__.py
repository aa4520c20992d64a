"""`python -m coursework.sample FOLDER`: write a course whose class has handed in its first problem set."""

import argparse
import sys
from pathlib import Path

from coursework.sample import CLASS, write_class


def main(words: list[str] | None = None) -> int:
    """Write the sample class into the folder that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m coursework.sample", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(words).folder
    try:
        write_class(folder)
    except OSError as error:
        print(f"sample: {error}", file=sys.stderr)
        return 2
    for student in CLASS:
        print(f"{student.id}  {student.habit}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
