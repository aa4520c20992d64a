"""Run a notebook's cells as IPython would, inside the sandbox. Everything here is in the student's hands.

Arguments: a descriptor, seconds, the folders to import from. One JSON line for each cell comes in on standard
input. What the cell displays goes out as JSON lines on the descriptor, what it prints on standard output and error.
A cell that computes for longer than the seconds is interrupted, and the next one runs.
"""

import base64
import json
import os
import signal
import sys

sys.path[:0] = sys.argv[3:]

import emitter  # noqa: E402
from IPython.core.displayhook import DisplayHook  # noqa: E402
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402
from traitlets.config import Config  # noqa: E402

CHANNEL = int(sys.argv[1])
SECONDS = float(sys.argv[2])


def send(**message):
    """Write one message to the grader."""
    sys.stdout.flush()
    sys.stderr.flush()
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(CHANNEL, data) :]


def text(data):
    """Return the parts of a MIME bundle that are shown: text, and pictures as PNG."""
    png = data.get("image/png")
    picture = {"image/png": base64.b64encode(png).decode() if isinstance(png, bytes) else png} if png else {}
    return {"text/plain": str(data.get("text/plain", "")), **picture}


class Hook(DisplayHook):
    """What becomes of the value of a cell's last line."""

    def __call__(self, result=None):
        """Send a value that is shown."""
        if result is not None and not self.quiet():
            data, _ = self.compute_format_data(result)
            self.update_user_ns(result)
            send(output="execute_result", data=text(data))


class Publisher(DisplayPublisher):
    """What becomes of `display(…)` and of figures."""

    def publish(self, data, *args, **kwargs):
        """Send what is displayed."""
        send(output="display_data", data=text(data))


class Shell(InteractiveShell):
    """IPython without a terminal, a history or a profile."""

    displayhook_class = Hook
    display_pub_class = Publisher

    def _showtraceback(self, etype, evalue, stb):
        send(output="error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

    def enable_gui(self, gui=None):
        """Open no window."""


class TooLong(BaseException):
    """A cell has used up its time."""

    def _render_traceback_(self):
        return ["TooLong: this cell was interrupted, since it computed for too long"]


def interrupt(*_):
    """End a cell: the timer has run out."""
    raise TooLong("this cell was interrupted, since it computed for too long")


def run_cell(shell, cell):
    """Run one cell."""
    emitter.cases = cell["cases"]
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 1.0)  # computing time: a slow machine interrupts nobody
    try:
        shell.run_cell(cell["source"], store_history=True)
    except TooLong as error:
        send(output="error", ename="TooLong", evalue=str(error), traceback=error._render_traceback_())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main():
    """Run cells until no more come."""
    options = Config()
    options.HistoryManager.enabled = False
    options.InteractiveShell.colors = "nocolor"
    options.InteractiveShell.xmode = "Context"
    shell = Shell.instance(config=options)
    signal.signal(signal.SIGPROF, interrupt)
    commands = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # input() finds nothing
    send(done=True)  # with nothing: ready for the first cell
    for line in commands:
        run_cell(shell, json.loads(line))
        send(done=True)


main()
