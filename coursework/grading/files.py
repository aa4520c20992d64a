"""Files of a course: how they are written, and which files in a folder count."""

import os
import secrets
from pathlib import Path


def write_in_one_step(path: Path, data: str | bytes, mode: int = 0o666) -> None:
    """Write a file so that a reader finds the old content or the new, and a failure leaves the old.

    Parameters
    ----------
    path : Path
        A file in a folder that exists.
    data : str or bytes
        The content; text becomes UTF-8.
    mode : int, default 0o666
        Permission bits, before the umask.
    """
    new = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def problem_sets(course: Path) -> list[str]:
    """Return the names of a course's problem sets, in order: each is a folder that holds a `notebook.py`."""
    return sorted(path.parent.name for path in Path(course).glob("*/notebook.py"))


def data_files(folder: Path | None) -> list[Path]:
    """Return the data files of a folder: no notebooks, no links, no folders."""
    paths = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    return [p for p in paths if p.is_file() and not p.is_symlink() and p.suffix != ".ipynb"]


def odd_files(folder: Path) -> list[Path]:
    """Return all below `folder` that is neither a plain file nor a folder: links, pipes, sockets, devices."""
    found = sorted(Path(folder).rglob("*"))
    return [path for path in found if path.is_symlink() or not (path.is_file() or path.is_dir())]
