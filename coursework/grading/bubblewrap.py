"""The command line of bubblewrap: how a notebook's process is shut in, and what it finds inside."""

import os
import platform
import re
import shutil
import sys
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from coursework.grading import syscalls
from coursework.grading.config import PROJECT
from coursework.grading.files import data_files
from coursework.grading.limits import Limits

HERE = Path(__file__).resolve().parent
CHECK = PROJECT / "regsoft" / "check.py"
PLACES = ("/tmp", "/work", "/dev/shm")  # the writable folders in the sandbox, each a file system of its own
PACKAGES = ("numpy", "matplotlib", "ipython")
MISSING = (
    "bubblewrap is needed to grade, since a notebook is a program that somebody else wrote: apt install "
    "bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora); on macOS and Windows grade in a container, see "
    'coursework/grading/README.md, "A grader\'s machine". --unsafe runs the notebooks with no protection at all: '
    "they can then read, change and delete whatever you can."
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "IPYTHONDIR": "/tmp/.ipython",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
}


# What bubblewrap says, and what helps. Ubuntu has the first since 23.10, containers have the others.
REFUSALS = {
    "setting up uid map": (
        "This system lets no ordinary program make a user namespace; Ubuntu 24.04 does so. "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` allows it for all programs until the next "
        'start; coursework/grading/README.md, "A grader\'s machine", shows how to allow it to bubblewrap alone'
    ),
    "new namespace": (
        "If this is a container, start it with the options in "
        'coursework/grading/README.md, "A grader\'s machine"; '
        "elsewhere, `sudo sysctl -w kernel.unprivileged_userns_clone=1` may be needed"
    ),
    "mount proc": (
        "If this is a container, start it with the options in "
        'coursework/grading/README.md, "A grader\'s machine"'
    ),
}


class SandboxError(RuntimeError):
    """The sandbox cannot run on this machine; no submission is affected."""


def with_cure(words: str) -> str:
    """Return what bubblewrap said when it did not start, and what to do about it if that is known."""
    cure = next((cure for said, cure in REFUSALS.items() if said in words), None)
    return f"{words}\n{cure}" if cure else words


def command(
    limits: Limits, channel: int, folder: Path, data: Path | None, hints: Path | None, safe: bool
) -> tuple[list[str], list[int]]:
    """Return the words that start the runner, and the descriptors that it inherits besides `channel`.

    Parameters
    ----------
    limits : Limits
        What the program may use.
    channel : int
        The descriptor on which the runner reports.
    folder : Path
        An empty folder of the grader's.
    data : Path or None
        A folder whose files, notebooks apart, the notebook may read.
    hints : Path or None
        The `hints.py` of a problem set, if it has one; the notebook imports it as `coursework.<set>.hints`.
    safe : bool
        Whether the process is shut in.
    """
    if not safe:
        places = open_places(folder, data, hints)
        environment = ENVIRONMENT | {
            "HOME": str(folder),
            "IPYTHONDIR": str(folder),
            "MPLCONFIGDIR": str(folder),
        }
        setenv = ["env", "-i", *(f"{key}={value}" for key, value in environment.items())]
        return [*_limits(limits), *setenv, *_runner(limits, channel, *places)], []
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(MISSING)
    if platform.machine() not in syscalls.MACHINES:
        raise SandboxError(
            f"grading needs one of {', '.join(syscalls.MACHINES)}; this is a {platform.machine()}"
        )
    denied = syscalls.descriptor()
    words = [program, *_namespaces(), *_system(), *_site(), *_modules(hints), *_private(limits, data)]
    words += ["--seccomp", str(denied)]
    words += [*_unprivileged(), *_limits(limits), *_runner(limits, channel, "/inside", "/stub", "/site")]
    return words, [denied]


def _runner(limits: Limits, channel: int, inside: str, stub: str, site: str) -> list[str]:
    python = os.path.realpath(sys.executable)
    return [
        python,
        "-I",
        "-S",
        "-B",
        f"{inside}/runner.py",
        str(channel),
        inside,
        stub,
        site,
    ]


def _limits(limits: Limits) -> list[str]:
    """Return what sets the limits of a process and of all that it starts."""
    seconds = 2 * int(limits.notebook) + 5  # with the start; the kernel ends a process that the grader misses
    sizes = {"as": 2 * limits.memory, "data": limits.memory, "nproc": limits.processes, "cpu": seconds}
    sizes |= {"fsize": limits.disk, "core": 0, "nofile": 64, "memlock": 0, "msgqueue": 0}
    return ["prlimit", *(f"--{key}={value}" for key, value in sizes.items())]


def _unprivileged() -> list[str]:
    """Return the words that drop root's rights, since the limit on processes does not hold for root."""
    if os.getuid() != 0:
        return []
    user = 200_000 + os.getpid() % 1_000_000
    drop = [f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    return ["setpriv", *drop, "--bounding-set=-all"]


def _namespaces() -> list[str]:
    user = ["--unshare-user"]
    if os.getuid() == 0:  # bubblewrap runs as root, what it starts does not
        user = [word for name in ("SETUID", "SETGID", "SETPCAP") for word in ("--cap-add", f"CAP_{name}")]
    spaces = [f"--unshare-{name}" for name in ("pid", "net", "ipc", "uts", "cgroup-try")]
    variables = [word for pair in ENVIRONMENT.items() for word in ("--setenv", *pair)]
    return [
        *user,
        *spaces,
        "--die-with-parent",
        "--new-session",
        "--hostname",
        "sandbox",
        "--clearenv",
        *variables,
    ]


def _system() -> list[str]:
    """Return the mounts of the system and of Python, packages apart."""
    words = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"]
    for name in ("/lib", "/lib64", "/bin"):
        if os.path.islink(name):
            words += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            words += ["--ro-bind", name, name]
    words += ["--perms", "0755", "--dir", "/etc"]
    words += ["--ro-bind-try", "/etc/localtime", "/etc/localtime"]
    home = os.path.realpath(sys.base_prefix)
    if Path("/usr") not in Path(home).parents:
        words += [*_parents(home), "--ro-bind", home, home]
    for hidden in (*_other_packages(home), *_fonts()):
        words += ["--tmpfs", hidden, "--remount-ro", hidden]
    return words


def _other_packages(home: str) -> list[str]:
    """Return the folders of packages that come with Python and no notebook may import."""
    roots = [Path(root, "lib") for root in (home, "/usr", "/usr/local")]
    return sorted({os.path.realpath(path) for root in roots for path in root.glob("python3*/*-packages")})


def _fonts() -> list[str]:
    """Return the folders of fonts: matplotlib brings its own, and would look through all of them each time."""
    return [path for path in ("/usr/share/fonts", "/usr/local/share/fonts") if os.path.isdir(path)]


def _parents(path: str) -> list[str]:
    """Return the mounts that make the folders above a path readable: bubblewrap makes them for root only."""
    return [
        word
        for parent in reversed(Path(path).parents[:-1])
        for word in ("--perms", "0755", "--dir", str(parent))
    ]


def _site() -> list[str]:
    """Return the mounts of the packages that a notebook may import."""
    words = ["--perms", "0755", "--dir", "/site"]
    for path in _packages():
        words += ["--ro-bind", str(path), f"/site/{path.name}"]
    return words


def _modules(hints: Path | None) -> list[str]:
    """Return the mounts of the grading's own modules, and of what replaces the wheel that students install."""
    words = ["--ro-bind", str(HERE / "inside"), "/inside"]
    for name, path in _stub(hints).items():
        words += [*_parents(f"/stub/{name}"), "--ro-bind", str(path), f"/stub/{name}"]
    return words


def _stub(hints: Path | None) -> dict[str, Path]:
    """Return {name: file} of what stands in for the wheel: regsoft, switched off but for `check`, and hints."""
    files = {"regsoft/__init__.py": HERE / "stub" / "regsoft" / "__init__.py", "regsoft/check.py": CHECK}
    if hints and hints.is_file():
        files[f"coursework/{hints.parent.name}/hints.py"] = hints
    return files


@cache
def _packages() -> tuple[Path, ...]:
    """Return the top-level modules and folders of `PACKAGES` and of all that they need."""
    todo, seen, found = list(PACKAGES), set(), set()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        package = distribution(name)
        tops = {path.parts[0] for path in package.files or ()} - {"..", "__pycache__"}
        found |= {Path(str(package.locate_file(top))) for top in tops if not top.endswith(".pth")}
        needs = map(Requirement, package.requires or ())
        todo += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return tuple(sorted(path for path in found if path.exists()))


def _private(limits: Limits, data: Path | None) -> list[str]:
    """Return the mounts that can be written, each of a limited size, and the data files; the rest is read-only."""
    words = []
    for place in PLACES:
        words += ["--perms", "1777", "--size", str(limits.disk), "--tmpfs", place]
    for path in data_files(data):
        words += ["--ro-bind", str(path), f"/work/{path.name}"]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/work"]


def open_places(folder: Path, data: Path | None = None, hints: Path | None = None) -> tuple[str, str, str]:
    """Return where the runner finds its modules without a sandbox; the folder becomes the working folder."""
    for name, path in _stub(hints).items():
        copy = folder / ".stub" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for path in data_files(data):
        shutil.copy(path, folder)
    return str(HERE / "inside"), str(folder / ".stub"), str(distribution("numpy").locate_file(""))
