"""Serve the book on localhost and follow changes: save a chapter or module, and the browser shows it.

    python -m website.live                serve on a free port
    python -m website.live --port 8000

The pages are the book as Sphinx writes it, in _build/live. What only the published site needs is left out: one
style sheet, small fonts, the security policy, the slides, the cards. Chapters are not executed: a change of regsoft
shows in the API reference at once, and in a chapter when `make refresh CHAPTER=...` has run it again. A change of
_config.yml or _toc.yml shows after a new start.
"""

import argparse
import gc
import logging
import os
import re
import socket
import sys
import sysconfig
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import uvicorn
from jupyter_book.sphinx import build_sphinx
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).resolve().parent.parent
WATCHED = ("book", "website", "regsoft", "packages")
IGNORED = r"/(.*/)?(\.|__pycache__|[^/]*~$)"  # below a watched folder: what editors and Python leave there
HOST = "localhost"


def rebuild(changed_paths: Sequence[Path], *, source: Path, output: Path) -> None:
    """Build what has changed; a mistake in a chapter is printed, and the server goes on."""
    gc.disable()  # memory need not be freed: the process ends with the build
    os.chdir(source)  # the settings name folders from here
    sys.modules.pop(
        "website", None
    )  # loaded with this program; the build must import its files as they are now
    overrides = {"website_draft": True, "html_use_index": False, "html_domain_indices": False}
    overrides["latex_individualpages"] = False  # Jupyter Book reads this setting without a default
    site = output / "html"
    build_sphinx(source, site, path_config="_config.yml", noconfig=True, confoverrides=overrides, quiet=True)


def build_first(source: Path, output: Path) -> list[str]:
    """Build everything; return the names of the modules used that are not the book's own."""
    rebuild([], source=source, output=output)
    installed = sysconfig.get_path("purelib")
    files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
    return [name for name, file in files.items() if file.startswith(installed)]


def ignored(source: Path, watched: Sequence[Path]) -> IgnoreFilter:
    """Return a filter for changes that affect no page; it must work wherever the book lies."""
    patterns = [f"^{re.escape(folder.resolve().as_posix())}{IGNORED}" for folder in watched]
    return IgnoreFilter([source / "website" / "node_modules"], patterns)


def serve(source: Path, output: Path, port: int) -> None:
    """Build once, then serve on this machine alone until Ctrl-C; every change builds again and reloads the page.

    Each build is a new process, which knows the book's own modules as they are now. All other modules are imported
    here, so that where processes fork, a build starts with them loaded.
    """
    with ProcessPoolExecutor(1) as pool:  # in a process of its own, as the watcher builds
        modules = pool.submit(build_first, source, output).result()
    for name in modules:
        import_module(name)
    logging.getLogger("watchfiles").setLevel(
        logging.WARNING
    )  # one of these modules has every log message printed
    build = partial(rebuild, source=source, output=output)
    if not (output / "html").is_dir():
        sys.exit("live: the book could not be built, see above")
    try:
        listening = socket.create_server((HOST, port))  # a browser that connects early waits
    except OSError as error:
        sys.exit(f"live: port {port} cannot be used: {error.strerror}; another: --port")
    port = listening.getsockname()[1]
    watched = [folder for name in WATCHED if (folder := source / name).is_dir()]
    watcher = RebuildServer(watched, ignored(source, watched), build)
    app = Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher),
            Mount("/", StaticFiles(directory=output / "html", html=True)),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=f"{HOST}:{port}")],
        lifespan=watcher.lifespan,
    )
    print(f"The book: http://{HOST}:{port}/ (Ctrl-C ends it)", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def main(arguments: list[str] | None = None) -> int:
    """Serve; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--source", type=Path, default=ROOT, help="the book; default: this one")
    parser.add_argument("--output", type=Path, help="where to build; default: _build/live of the book")
    options = parser.parse_args(arguments)
    source = options.source.resolve()
    serve(source, (options.output or source / "_build" / "live").resolve(), options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
