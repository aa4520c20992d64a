"""The book on paper: its LaTeX without LaTeX, the choice of frames, and the pages where LaTeX is installed."""

import re
from pathlib import Path

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.embed import embed_data
from sphinx_static_widgets.saved import WIDGET_VIEW, first_frame, widget_state

from tools.notebooks import (
    CHAPTERS,
    ROOT,
    bundles,
    cells,
    directives,
    read,
)
from website.paper import pdf
from website.paper.pictures import small_multiples, spread


@pytest.fixture(scope="module")
def latex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the book's LaTeX, written without a warning."""
    return pdf.write_latex(ROOT, tmp_path_factory.mktemp("latex"))


def test_the_latex_holds_every_chapter_figure_theorem_and_exercise(latex: Path):
    text = (latex / "book.tex").read_text("utf-8")
    for path in CHAPTERS:
        notebook = read(path)
        assert f"book/{path.stem}::doc" in text
        for cell in cells(notebook, "code"):
            name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            assert name is None or f"book/{path.stem}:{name}}}" in text, name
        for cell in cells(notebook, "markdown"):
            for found in directives(cell.source):
                label = found.options.get("label", "")
                if found.name.startswith("prf:") or found.name == "exercise":
                    assert not label or f"\\label{{book/{path.stem}:{label}}}" in text, label
    for name in set(re.findall(r"picture-[0-9a-f]{16}", text)):
        assert (latex / f"{name}.svg").is_file()
    assert not re.search(r"explore\(\w+: ", text)


def test_every_widget_is_shown_with_its_first_frame_among_the_few():
    for path in CHAPTERS:
        notebook = read(path)
        views = [data[WIDGET_VIEW]["model_id"] for cell in cells(notebook, "code") for data in bundles(cell)
                 if WIDGET_VIEW in data]  # fmt: skip
        for model in views:
            if widget_state(notebook)[model].model_name == "AnyModel":
                continue  # its still is printed
            chosen = small_multiples(widget_state(notebook), model)
            assert 2 <= len(chosen) <= 4
            assert first_frame(widget_state(notebook), model) in [html for html, _ in chosen]
            assert len({words for _, words in chosen}) == len({html for html, _ in chosen}) == len(chosen)


@given(st.integers(1, 200), st.integers(2, 9), st.data())
def test_the_start_is_among_the_chosen_positions_and_none_is_chosen_twice(count, wanted, data):
    start = data.draw(st.integers(0, count - 1))
    places = spread(count, start, wanted)
    assert start in places
    assert places == sorted(set(places))
    assert len(places) == min(count, wanted)
    assert 0 <= places[0] <= places[-1] < count


def test_a_fault_in_the_log_is_found_and_what_the_eye_does_not_see_is_not():
    wide = "Overfull \\hbox ({}pt too wide) in x"
    log = "\n".join(["Missing character: There is no α in font x", wide.format(9.5), wide.format(1.5)])
    assert pdf.faults(log) == log.splitlines()[:2]


def test_what_is_missing_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("PATH", "")
    assert pdf.main([]) == 1
    said = capsys.readouterr().err
    assert "xelatex" in said
    assert "apt-get install" in said
    assert "texlive-xetex" in said


def test_frames_of_sliders_whose_state_lacks_its_defaults_are_chosen_all_the_same():
    slider = ipywidgets.SelectionSlider(options=["low", "high"])
    frames = ipywidgets.Stack([ipywidgets.HTML("1"), ipywidgets.HTML("2")], selected_index=0)
    link = ipywidgets.jslink((slider, "index"), (frames, "selected_index"))
    empty = ipywidgets.VBox()
    data = embed_data(views=[ipywidgets.VBox([empty, slider, frames]), link], drop_defaults=True)
    state, model = data["manager_state"]["state"], data["view_specs"][0]["model_id"]
    del state[empty.model_id]["state"]["children"]
    assert small_multiples(state, model) == [("1", "low"), ("2", "high")]
    state[slider.model_id]["state"]["index"] = None
    assert small_multiples(state, model) == [("1", "low"), ("2", "high")]


def test_an_older_pdf_stays_whole_until_every_page_of_the_new_one_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wrong, target = ["Missing character"], tmp_path / "_build" / "pdf" / f"{pdf.NAME}.pdf"
    target.parent.mkdir(parents=True)
    target.write_text("old", "utf-8")
    (tmp_path / "book.pdf").write_text("new", "utf-8")
    monkeypatch.setattr(pdf, "write_latex", lambda source, output: tmp_path)
    monkeypatch.setattr(pdf, "typeset", lambda folder: wrong)
    with pytest.raises(pdf.PdfError, match="Missing character"):
        pdf.make(ROOT, tmp_path)
    assert target.read_text("utf-8") == "old"
    wrong.clear()
    with target.open(encoding="utf-8") as reader:
        assert pdf.make(ROOT, tmp_path) == target
        assert reader.read() == "old"
    assert target.read_text("utf-8") == "new"


@pytest.mark.skipif(bool(pdf.missing()), reason=f"no PDF was made: {', '.join(pdf.missing())} not installed")
def test_the_pdf_is_made_and_every_page_is_right(latex: Path):
    pdf.convert_pictures(latex)
    assert pdf.typeset(latex) == []
    assert (latex / "book.pdf").read_bytes().startswith(b"%PDF")
    pages = re.findall(
        r"\{chapter\}\{\\numberline \{\d+\}(.+?)\}\{(\d+)\}", (latex / "book.toc").read_text("utf-8")
    )
    titles, starts = [title for title, _ in pages], [int(page) for _, page in pages]
    sheet = titles.index("Formula sheet")
    assert starts[sheet + 1] == starts[sheet] + 1  # it is one page
