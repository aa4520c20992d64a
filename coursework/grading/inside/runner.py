"""Run a notebook's cells as IPython would, inside the sandbox. The student's code can change anything here.

Arguments: a descriptor, the folders to import from. One JSON line for each cell comes in on standard input. What
the cell displays goes out as JSON lines on the descriptor, what it prints on standard output and error. The grader
sends a signal to a cell that takes too long: it ends, and the next one runs.
"""

import base64
import json
import os
import signal
import sys
from types import FrameType
from typing import Any

sys.path[:0] = sys.argv[2:]

import emitter  # noqa: E402
from IPython.core.displayhook import DisplayHook  # noqa: E402
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402
from traitlets.config import Config  # noqa: E402

CHANNEL = int(sys.argv[1])


def send(**message: Any) -> None:
    """Write one message to the grader."""
    sys.stdout.flush()
    sys.stderr.flush()
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(CHANNEL, data) :]


def text(data: dict[str, Any]) -> dict[str, str]:
    """Return the parts of a MIME bundle that are shown: text, and pictures as PNG."""
    png = data.get("image/png")
    picture = {"image/png": base64.b64encode(png).decode() if isinstance(png, bytes) else png} if png else {}
    return {"text/plain": str(data.get("text/plain", "")), **picture}


class Hook(DisplayHook):
    """What becomes of the value of a cell's last line."""

    def __call__(self, result: Any = None) -> None:
        """Send a value that is shown."""
        if result is not None and not self.quiet():
            data, _ = self.compute_format_data(result)
            self.update_user_ns(result)
            send(output="execute_result", data=text(data))


class Publisher(DisplayPublisher):
    """What becomes of `display(…)` and of figures."""

    def publish(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        """Send what is displayed."""
        send(output="display_data", data=text(data))


def line_of(error: BaseException) -> int | None:
    """Return the line of the cell in which it stopped."""
    if isinstance(error, SyntaxError):
        return error.lineno
    trace = error.__traceback__
    while trace and not trace.tb_frame.f_code.co_filename.startswith("<ipython-input-"):
        trace = trace.tb_next
    return trace and trace.tb_lineno


class Shell(InteractiveShell):
    """IPython without a terminal, a history or a profile."""

    displayhook_class = Hook
    display_pub_class = Publisher

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        line = line_of(evalue)
        send(output="error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb), line=line)

    def enable_gui(self, gui: str | None = None) -> None:
        """Open no window."""

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str, str]:
        """Show figures as they are shown anyway, whatever `%matplotlib` asks for."""
        return "inline", os.environ["MPLBACKEND"]


class TooLong(BaseException):
    """A cell has used up its time."""

    def _render_traceback_(self) -> list[str]:
        return [f"TooLong: {self}"]


def interrupt(_: int, frame: FrameType | None) -> None:
    """End a cell, whose time is over.

    A cell that catches this, as a loop around a bare `except` does, is ended by the next line that it runs.
    """
    error = TooLong("this cell was interrupted, since it took too long")
    if state["interrupted"]:

        def end(*_: Any) -> None:
            raise error

        while frame and frame.f_code.co_filename != __file__:
            frame.f_trace, frame = end, frame.f_back
        sys.settrace(end)
    state["interrupted"] = True
    raise error


state = {"interrupted": False}


def run_cell(shell: InteractiveShell, cell: dict[str, Any]) -> None:
    """Run one cell."""
    emitter.cases = cell["cases"]
    if cell[
        "cases"
    ]:  # a marked cell, whose answers must not go where the student's own cells have redirected the output
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    state["interrupted"] = False
    signal.signal(signal.SIGUSR1, interrupt)
    try:
        shell.run_cell(cell["source"], store_history=True)
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        sys.settrace(None)


def main() -> None:
    """Run cells until no more come."""
    options = Config()
    options.HistoryManager.enabled = False
    options.InteractiveShell.colors = "nocolor"
    options.InteractiveShell.xmode = "Context"
    shell = Shell.instance(config=options)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    commands = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # input() finds nothing
    send(done=True)  # no cell has run yet: this says that the runner is ready for the first
    for line in commands:
        try:
            run_cell(shell, json.loads(line))
        except TooLong as error:  # not caught by IPython
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            sys.settrace(None)
            send(output="error", ename="TooLong", evalue=str(error), traceback=error._render_traceback_())
        send(done=True)


main()
