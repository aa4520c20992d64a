"""A build ends whole or not at all: whatever cuts it off, wherever it runs, and beside whatever else.

Most of these tests build a little book several times; `make test-builds` runs them.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import whole
from filelock import FileLock

from tests.conftest import ROOT, build
from tests.website.test_publish import little_book  # noqa: F401  a fixture

builds = pytest.mark.builds
GLOSSARY = "# Words\n\n```{glossary}\nargmax\n  Where a function is largest.\n```\n"


@pytest.fixture
def book(little_book: Path) -> Path:  # noqa: F811
    """The little book with two more pages, of which one fills the index."""
    with (little_book / "_toc.yml").open("a") as contents:
        contents.write("- file: book/words\n- file: book/more\n")
    (little_book / "book" / "words.md").write_text(GLOSSARY, "utf-8")
    (little_book / "book" / "more.md").write_text("# More\n\nA page with $x$.\n", "utf-8")
    return little_book


def built(book: Path, output: Path) -> dict[str, bytes]:
    """Build a book and return the bytes of its pages."""
    result = build(book, output)
    assert result.returncode == 0, result.stdout + result.stderr
    return contents(output)


def contents(output: Path) -> dict[str, bytes]:
    site = output / "_build" / "html"
    return {
        path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }


def command(book: Path, output: Path) -> list[str | Path]:
    program = Path(sys.executable).parent / "jupyter-book"
    return [program, "build", book, "--path-output", output, "-W", "-n", "--keep-going"]


@builds
def test_a_build_from_the_cache_gives_the_bytes_of_a_clean_one(book: Path, tmp_path: Path):
    more, contents_file = book / "book" / "more.md", book / "_toc.yml"
    first = built(book, tmp_path / "kept")
    assert built(book, tmp_path / "kept") == first
    more.write_text("# More\n\nAnother page with $y$.\n", "utf-8")
    changed = built(book, tmp_path / "kept")
    assert changed != first
    assert changed == built(book, tmp_path / "clean")
    contents_file.write_text(contents_file.read_text("utf-8").replace("- file: book/more\n", ""), "utf-8")
    more.unlink()
    assert not [name for name in built(book, tmp_path / "kept") if "more" in name]


# An extension that ends the build's own process at a moment that the environment names, with a signal.
CUT_OFF = """
import os

def cut(app, *rest):
    if os.environ.get("CUT_OFF") == ("finishing" if rest else "writing"):
        os.kill(os.getpid(), int(os.environ["SIGNAL"]))
    return ()

def setup(app):
    app.connect("html-collect-pages", cut)  # the pages of documents are written
    app.connect("build-finished", cut, priority=901)  # all is written, and nothing is noted
"""


@builds
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL], ids=lambda ending: ending.name)
@pytest.mark.parametrize("moment", ["writing", "finishing"])
def test_a_build_that_is_cut_off_leaves_a_whole_site_and_the_next_one_recovers(
    book: Path, tmp_path: Path, ending: signal.Signals, moment: str
):
    (book / "web" / "cut_off.py").write_text(CUT_OFF, "utf-8")
    settings = (
        (book / "_config.yml")
        .read_text("utf-8")
        .replace("    whole: web\n", "    whole: web\n    cut_off: web\n")
    )
    (book / "_config.yml").write_text(
        settings.replace("      - whole\n", "      - whole\n      - cut_off\n"), "utf-8"
    )
    before = built(book, tmp_path / "kept")
    (book / "book" / "more.md").write_text("# More\n\nAnother page with $y$.\n", "utf-8")
    after = built(book, tmp_path / "clean")
    cut = {**os.environ, "CUT_OFF": moment, "SIGNAL": str(int(ending))}
    result = subprocess.run(command(book, tmp_path / "kept"), env=cut, capture_output=True, check=False)
    assert result.returncode != 0
    assert contents(tmp_path / "kept") == (before if moment == "writing" else after)
    page = tmp_path / "kept" / "_build" / ".pages" / "book" / "more.html"
    page.write_bytes(page.read_bytes()[:100])  # as a page that was being written
    assert built(book, tmp_path / "kept") == after


@builds
def test_a_warning_fails_the_next_build_too(book: Path, tmp_path: Path):
    (book / "book" / "more.md").write_text("# More\n\nSee {ref}`nowhere`.\n", "utf-8")
    for _ in range(2):
        result = build(book, tmp_path)
        assert result.returncode != 0
        assert "nowhere" in result.stderr


@builds
def test_two_builds_at_once_give_one_site(book: Path, tmp_path: Path):
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    processes = [subprocess.Popen(command(book, tmp_path / "kept"), **piped) for _ in range(2)]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("another build writes these pages" in text for text in said) == 1
    assert contents(tmp_path / "kept") == built(book, tmp_path / "clean")


@builds
def test_a_folder_with_spaces_and_other_letters_gives_the_same_pages(book: Path, tmp_path: Path):
    elsewhere = shutil.copytree(book, tmp_path / "σ and Ж, 本 it's #1", symlinks=True, ignore=only_the_book)
    assert built(elsewhere, elsewhere) == built(book, tmp_path / "plain")


def only_the_book(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(("_build", "σ"))]


@builds
def test_a_folder_that_may_not_be_written_can_be_built_elsewhere_with_no_network(
    book: Path, tmp_path: Path, sandboxed: None
):
    output = tmp_path / "elsewhere"
    output.mkdir()
    walls = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/dev/shm", "--unshare-net"]
    walls += ["--bind", output, output, "--setenv", "TMPDIR", output]
    result = subprocess.run([*walls, *command(book, output)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert contents(output) == built(book, tmp_path / "plain")


@builds
def test_this_book_from_the_cache_is_this_book_built_clean(tmp_path: Path):
    copy = tmp_path / "book of the σ"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    (copy / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules", target_is_directory=True)
    chapter = copy / "book" / "glossary.md"
    text = chapter.read_text("utf-8")
    chapter.write_text(f"{text}\nOne more sentence.\n", "utf-8")
    changed = built(copy, tmp_path)
    chapter.write_text(text, "utf-8")
    kept = built(copy, tmp_path)
    assert kept != changed
    shutil.rmtree(tmp_path / "_build")
    assert kept == built(copy, tmp_path)


# -------------------------------------------------------------------------------------- without building anything


@pytest.fixture
def app(tmp_path: Path) -> SimpleNamespace:
    """What whole.py asks of Sphinx, with a site from before."""
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "index.html").write_text("old", "utf-8")
    (tmp_path / ".doctrees").mkdir()
    (tmp_path / ".doctrees" / "environment.pickle").touch()
    return SimpleNamespace(
        outdir=tmp_path / "html", doctreedir=tmp_path / ".doctrees", keep_going=True, _warncount=0
    )


def remembers(app: SimpleNamespace) -> bool:
    """Begin a build, and say whether it goes on from the one before."""
    app.outdir, app._warncount = Path(app.doctreedir).with_name("html"), 0
    whole.begin(app, None)
    return Path(app.doctreedir, "environment.pickle").exists()


def test_a_build_goes_on_from_one_that_ended_well_and_from_no_other(app: SimpleNamespace):
    assert remembers(app)
    whole.end(app, None)
    assert remembers(app)
    app._warncount = 1
    whole.end(app, None)
    assert not remembers(app)
    whole.end(app, None)
    Path(app.doctreedir, "environment.pickle").touch()
    assert remembers(app)
    whole.end(app, ValueError())
    assert not remembers(app)
    app.building.release()  # a build that was killed
    Path(app.doctreedir, "environment.pickle").touch()
    assert not remembers(app)
    app.building.release()


def test_a_build_holds_the_lock_until_it_ends(app: SimpleNamespace):
    whole.begin(app, None)
    other = FileLock(app.building.lock_file, timeout=0)
    with pytest.raises(TimeoutError):
        other.acquire()
    whole.end(app, None)
    other.acquire()
    other.release()


def test_finished_pages_take_the_place_of_the_site_and_keep_what_others_put_there(app: SimpleNamespace):
    for name in whole.LEFT_ALONE:
        (app.outdir / name).mkdir()
        (app.outdir / name / "file").touch()
    whole.begin(app, None)
    (app.outdir / "index.html").write_text("new", "utf-8")
    folder = whole.draft(app)
    (folder / "index.html").write_text("finished", "utf-8")
    assert (app.site / "index.html").read_text("utf-8") == "old"
    whole.put_in_place(app, folder)
    assert (app.site / "index.html").read_text("utf-8") == "finished"
    assert (app.outdir / "index.html").read_text("utf-8") == "new"
    assert all((app.site / name / "file").exists() for name in whole.LEFT_ALONE)
    assert sorted(path.name for path in app.site.parent.iterdir()) == [".doctrees", ".pages", "html"]
    whole.end(app, None)


@pytest.mark.parametrize("renames", range(len(whole.LEFT_ALONE) + 2))
def test_a_site_whose_change_was_cut_off_after_any_rename_comes_back_with_what_others_put_there(
    app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, renames: int
):
    site, done, rename = app.outdir, [], Path.rename
    for name in whole.LEFT_ALONE:
        (site / name).mkdir()
        (site / name / "file").touch()

    def cut_off(path: Path, target: Path) -> Path:
        if len(done) == renames:
            raise KeyboardInterrupt
        done.append(path)
        return rename(path, target)

    whole.begin(app, None)
    (app.outdir / "index.html").write_text("new", "utf-8")
    folder = whole.draft(app)
    monkeypatch.setattr(Path, "rename", cut_off)
    with pytest.raises(KeyboardInterrupt):
        whole.put_in_place(app, folder)
    monkeypatch.undo()
    app.building.release()
    site.mkdir(exist_ok=True)  # as Sphinx does
    app.outdir = site
    whole.begin(app, None)
    assert (site / "index.html").read_text("utf-8") == "old"
    assert all((site / name / "file").exists() for name in whole.LEFT_ALONE)
    whole.end(app, None)


def test_what_another_builder_writes_is_not_taken_for_a_site_that_was_cut_off(app: SimpleNamespace):
    app.outdir.rename(app.outdir.with_name(".old"))
    app.outdir = app.outdir.with_name("latex")
    app.outdir.mkdir()
    whole.begin(app, None)
    assert not (app.site / "index.html").exists()
    whole.end(app, None)
