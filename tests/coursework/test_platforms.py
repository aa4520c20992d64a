"""To and from Canvas and Moodle: lists, zips, lateness, groups, other ids, feedback; and a grader's machine."""

import csv
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from coursework.grading import bubblewrap, formulas
from coursework.grading import rename as renaming
from coursework.grading.__main__ import main
from coursework.grading.batch import grade_class
from coursework.grading.bubblewrap import SandboxError
from coursework.grading.collected import Collected, read_collected, write_collected
from coursework.grading.config import PROJECT, application
from coursework.grading.executors import process_pool
from coursework.grading.export import export
from coursework.grading.feedback import pack
from coursework.grading.formulas import Typesetter, typeset
from coursework.grading.gradebook import enter
from coursework.grading.lateness import extensions
from coursework.grading.lists import TableError, read_date, read_groups, read_roster, read_table
from coursework.grading.lms import collect
from coursework.grading.marking import Mark
from coursework.grading.plugins import ShowMarkScheme, inert_markdown
from coursework.grading.records import Result
from coursework.grading.rename import rename
from coursework.grading.sandbox import run
from tests.coursework.grading import HONEST, hand_in, honest, notebook

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def course(sample, tmp_path) -> Path:
    """A course of one's own, with nothing handed in."""
    shutil.copytree(sample, tmp_path / "course")
    return tmp_path / "course"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def submitted(course: Path) -> dict[str, str]:
    """Return {path below submitted/: content} of the notebooks."""
    place = course / "submitted"
    return {p.relative_to(place).as_posix(): p.read_text("utf-8") for p in sorted(place.rglob("*.ipynb"))}


def stamp(course: Path, student: str) -> str | None:
    path = course / "submitted" / student / "demo" / "timestamp.txt"
    return path.read_text().strip() if path.exists() else None


def marked(course: Path, *students: str, q1: float = 2.0) -> None:
    """Enter full marks, the proof included, without running anything."""
    points = {"q1-marks": q1, "q2-marks": 1.0, "q3-marks": 0.5, "q4": 1.5}
    results = [
        Result(s, f"key-{s}", {name: Mark(value, value or 1.0, None) for name, value in points.items()})
        for s in students
    ]
    enter(course, "demo", results)


def scores(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        return {
            s.student_id: s.score - s.late_submission_penalty
            for s in gradebook.assignment_submissions("demo")
        }


def set_due(course: Path, date: str | None) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        gradebook.update_or_create_assignment("demo", duedate=date)


def table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


# --- lists

# As Moodle writes it: the number without a space, a comma in each date.
GERMAN = """ID,"Vollständiger Name",ID-Nummer,E-Mail-Adresse,Status,Gruppe,Bewertung,Bestwertung,\
"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback als Kommentar"
Teilnehmer/in7001,"Änne Müller",ann,aenne@uni.de,"Zur Bewertung abgegeben",,,"5,00",Ja,\
"Montag, 2. März 2026, 22:15",-,
Teilnehmer/in7002,"Bob Groß",bob,bob@uni.de,"Zur Bewertung abgegeben - 2 Stunden zu spät",,,"5,00",Ja,\
"Dienstag, 3. März 2026, 02:00",-,
Teilnehmer/in7003,"Cyd Öz",,cyd@uni.de,"Keine Abgabe",,,"5,00",Ja,-,-,
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,demo (4711)
    Points Possible,,,,,5.0
"Ames, Ann",11,s1,ann,A,
"Bo, Bob",12,s2,bob,A,
"Cole, Cyd",13,s3,cyd,A,
"""
CANVAS_GROUPS = """name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id
Ann Ames,11,s1,ann,A,Team 1,501,
Bob Bo,12,s2,bob,A,Team 1,501,
Cyd Cole,13,s3,cyd,A,,,
"""


TWO_OF_THREE = "submissions taken: 1; students on the list: 2; times in the zone Europe/Berlin"


def test_moodles_list_in_german_is_read(tmp_path):
    people = read_roster(written(tmp_path / "list.csv", GERMAN), "moodle", zone=BERLIN).people
    assert [(p.number, p.id, p.name) for p in people.values()] == [
        ("7001", "ann", "Änne Müller"),
        ("7002", "bob", "Bob Groß"),
        ("7003", "", "Cyd Öz"),
    ]
    assert people["7001"].submitted == datetime(2026, 3, 2, 21, 15, tzinfo=UTC)
    assert people["7003"].submitted is None


@pytest.mark.parametrize(
    ("delimiter", "encoding", "first"),
    [(";", "cp1252", ""), ("\t", "utf-16", ""), (";", "utf-8-sig", "sep=;\r\n"), (",", "utf-8", "")],
)
def test_what_excel_saves_is_the_same_list(tmp_path, delimiter, encoding, first):
    rows = list(csv.reader(GERMAN.splitlines()))
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
    saved = written(tmp_path / "excel.csv", first + "\r\n".join(lines) + "\r\n", encoding)
    plain = written(tmp_path / "list.csv", GERMAN)
    assert (
        read_roster(saved, "moodle", zone=BERLIN).people == read_roster(plain, "moodle", zone=BERLIN).people
    )


def test_a_file_that_is_not_a_table_is_refused(tmp_path):
    for content in (b"", b"PK\x03\x04\x00\x00", b"\x81\x8d\x8f"):
        (tmp_path / "list.xlsx").write_bytes(content)
        with pytest.raises(TableError, match="not a table of text"):
            read_table(tmp_path / "list.xlsx")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Monday, 2 March 2026, 10:15 PM", "2026-03-02 21:15"),
        ("Monday, 2 March 2026, 12:05 AM", "2026-03-01 23:05"),
        ("Montag, 6. Juli 2026, 22:15", "2026-07-06 20:15"),
        ("lundi 2 mars 2026, 22:15", "2026-03-02 21:15"),
        ("lunes, 2 de marzo de 2026, 22:15", "2026-03-02 21:15"),
        ("-", None),
        ("Moonday, 2 Marchember 2026, 22:15", None),
    ],
)
def test_moodles_dates_are_read_in_four_languages_and_in_their_zone(text, utc):
    found = read_date(text, BERLIN)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == utc


def test_the_ids_may_stand_in_another_column(tmp_path):
    german, canvas = written(tmp_path / "g.csv", GERMAN), written(tmp_path / "c.csv", CANVAS)
    ids = {
        word: [p.id for p in read_roster(german, "moodle", word).people.values()]
        for word in ("email", "number", "id-nummer")
    }
    assert ids == {
        "email": ["aenne@uni.de", "bob@uni.de", "cyd@uni.de"],
        "number": ["7001", "7002", "7003"],
        "id-nummer": ["ann", "bob", ""],
    }
    assert [p.id for p in read_roster(canvas, "canvas", "SIS User ID").people.values()] == ["s1", "s2", "s3"]
    without = written(tmp_path / "w.csv", CANVAS.replace("SIS Login ID", "Root Account"))
    with pytest.raises(TableError, match=r"lacks the columns SIS Login ID; it has Student, ID.*--id number"):
        read_roster(without, "canvas")
    with pytest.raises(TableError, match=r"no row is about a student"):
        read_roster(canvas, "moodle", "SIS Login ID")


@pytest.mark.parametrize("wrong", ["../cyd", "bob", "1,23457E+11"])
def test_ids_that_cannot_be_are_refused_with_the_way_round(tmp_path, wrong):
    with pytest.raises(TableError, match=r"look at .*--id takes the ids from another column"):
        read_roster(written(tmp_path / "x.csv", CANVAS.replace("s3,cyd", f's3,"{wrong}"')), "canvas")


def test_groups_are_read_from_canvas_and_from_a_table_of_ones_own(tmp_path):
    people = read_roster(written(tmp_path / "c.csv", CANVAS), "canvas").people
    own = written(tmp_path / "own.csv", "group;id\nTeam 1;ann\nTeam 1;bob\n")
    assert read_groups(own, people) == {"Team 1": ["ann", "bob"]}
    assert read_groups(written(tmp_path / "g.csv", CANVAS_GROUPS), people) == {"Team 1": ["ann", "bob"]}
    with pytest.raises(TableError, match="needs the columns group and id"):
        read_groups(written(tmp_path / "x.csv", "team,who\n1,ann\n"), people)
    with pytest.raises(TableError, match="no entry of its column id"):
        read_groups(written(tmp_path / "x.csv", "group,id\n1,zoe\n"), people)


# --- zips


@pytest.mark.parametrize(
    "name",
    [
        "Bob Groß_7002_assignsubmission_file_/demo.ipynb",
        "Bob Groß_7002_assignsubmission_file/demo.ipynb",
        "Bob Groß_7002_assignsubmission_file_/a folder/demo.ipynb",
        "Bob Groß_7002_assignsubmission_file_demo.ipynb",
        "Teilnehmer-in_7002_assignsubmission_file_demo.ipynb",
    ],
)
def test_moodles_names_are_understood_with_folders_without_and_with_blind_marking(course, tmp_path, name):
    roster = written(tmp_path / "list.csv", GERMAN)
    notes = collect(course, "demo", zipped(tmp_path / "x.zip", {name: "{}"}), "moodle", roster, zone=BERLIN)
    assert submitted(course) == {"bob/demo/demo.ipynb": "{}"}
    assert stamp(course, "bob") == "2026-03-03 01:00:00 UTC"
    assert notes == [TWO_OF_THREE, "'Cyd Öz': no ID-Nummer, so left out"]


def test_a_list_for_blind_marking_has_numbers_alone(course, tmp_path):
    rows = [f"Teilnehmer/in{number},Status," for number in (7001, 7002, 7003)]
    roster = written(tmp_path / "list.csv", "ID,Status,Bewertung\n" + "\n".join(rows))
    archive = zipped(tmp_path / "x.zip", {"Teilnehmer-in_7002_assignsubmission_file_/demo.ipynb": "{}"})
    with pytest.raises(TableError, match="--id number"):
        collect(course, "demo", archive, "moodle", roster)
    collect(course, "demo", archive, "moodle", roster, "number")
    assert submitted(course) == {"7002/demo/demo.ipynb": "{}"}


def test_canvas_without_names_is_refused_with_the_way_round(course, tmp_path):
    roster = written(tmp_path / "c.csv", CANVAS)
    for name in ("anon_x7Yz1_901_demo.ipynb", "LATE_anon_x7Yz1_901_demo.ipynb"):
        with pytest.raises(TableError, match=r"Anonymous Grading.*Formgrader hides the names"):
            collect(course, "demo", zipped(tmp_path / "x.zip", {name: "{}"}), "canvas", roster)
    assert submitted(course) == {}


@pytest.mark.parametrize(
    ("platform", "roster", "name"),
    [
        ("canvas", CANVAS, "amesann_LATE_11_text.html"),
        ("canvas", CANVAS, "amesann_11_901_proof.jpg"),
        ("moodle", GERMAN, "Änne Müller_7001_assignsubmission_onlinetext_/onlinetext.html"),
        ("moodle", GERMAN, "Änne Müller_7001_assignsubmission_file_demo.ipynb.txt"),
    ],
)
def test_what_is_not_taken_is_said_to_be_that_and_its_grade_is_left_empty(
    course, sandboxed, tmp_path, platform, roster, name
):
    path = written(tmp_path / "list.csv", roster)
    notes = collect(course, "demo", zipped(tmp_path / "x.zip", {name: "?"}), platform, path, zone=BERLIN)
    assert f"{name!r}: not a notebook, not taken" in notes
    (result,) = grade_class(course, "demo", process_pool(1))
    assert (result.student, result.marks) == ("ann", {})
    assert "not a notebook" in (course / "submitted" / "ann" / "demo" / "not-taken.txt").read_text("utf-8")
    assert "ann, demo: a mark is still to be decided" in export(course, tmp_path / "out.csv", "csv")
    assert {row[0]: row[4] for row in table(tmp_path / "out.csv")[1:]}["ann"] == ""


def test_of_several_notebooks_the_rightly_named_one_counts(course, tmp_path):
    roster = written(tmp_path / "c.csv", CANVAS)
    names = ["ames_11_1_demo.ipynb", "ames_11_2_scratch.ipynb", "bo_12_3_demo-1.ipynb", "bo_12_4_x.ipynb"]
    names += ["cole_13_5_a.ipynb", "cole_13_6_b.ipynb"]
    collect(course, "demo", zipped(tmp_path / "x.zip", {name: name for name in names}), "canvas", roster)
    found = submitted(course)
    assert (found["ann/demo/demo.ipynb"], found["bob/demo/demo.ipynb"]) == (names[0], names[2])
    assert set(found) >= {"ann/demo/upload-1.ipynb", "cyd/demo/upload-0.ipynb", "cyd/demo/upload-1.ipynb"}


# --- lateness


def late_on_canvas(course: Path, tmp_path: Path) -> list[str]:
    roster = written(tmp_path / "c.csv", CANVAS)
    files = {"ames_11_1_demo.ipynb": "{}", "bo_LATE_12_2_demo.ipynb": "{}"}
    return collect(course, "demo", zipped(tmp_path / "x.zip", files), "canvas", roster)


def zero_for_late_work(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('\nget_config().LateSubmissionPlugin.penalty_method = "zero"\n')


def test_canvas_says_who_is_late_and_nbgraders_policy_applies(course, tmp_path):
    notes = late_on_canvas(course, tmp_path)
    assert "Canvas marks as late: bob. Say when demo was due" in notes[1]
    set_due(course, "2026-03-02 22:59:00 UTC")
    assert late_on_canvas(course, tmp_path) == ["submissions taken: 2; students on the list: 3"]
    assert (stamp(course, "ann"), stamp(course, "bob")) == (None, "2026-03-02 22:59:01 UTC")
    zero_for_late_work(course)
    marked(course, "ann", "bob")
    assert scores(course) == {"ann": 5.0, "bob": 0.0}
    in_time = zipped(tmp_path / "x.zip", {"bo_12_2_demo.ipynb": "{}"})
    collect(course, "demo", in_time, "canvas", tmp_path / "c.csv")
    assert stamp(course, "bob") is None


def test_moodle_says_when_and_an_extension_counts_whenever_it_is_given(course, tmp_path):
    roster = written(tmp_path / "list.csv", GERMAN)
    names = {f"x_{number}_assignsubmission_file_demo.ipynb": "{}" for number in (7001, 7002)}
    collect(course, "demo", zipped(tmp_path / "x.zip", names), "moodle", roster, zone=BERLIN)
    set_due(course, "2026-03-03 00:00 Europe/Berlin")
    zero_for_late_work(course)
    marked(course, "ann", "bob")
    assert scores(course) == {"ann": 5.0, "bob": 0.0}
    written(course / "extensions.csv", "assignment,id,until\ndemo,bob,2026-03-03 12:00 Europe/Berlin\n")
    marked(course, "ann", "bob")
    assert scores(course) == {"ann": 5.0, "bob": 5.0}
    written(course / "extensions.csv", "assignment,id,until\n")
    marked(course, "ann", "bob")
    assert scores(course) == {"ann": 5.0, "bob": 0.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,until\nann,2026-03-03\n", "needs the columns assignment,id,until; it has id,until"),
        ("assignment,id,until\ndemo,ann,soon\n", "'soon' is not a date"),
        ("assignment,id,until\nps9,ann,2026-03-03 12:00 CET\n", r"names 'ps9'; the course has \['demo'\]"),
    ],
)
def test_an_extension_that_cannot_be_read_is_refused(course, text, words):
    written(course / "extensions.csv", text)
    with pytest.raises(TableError, match=words):
        extensions(course, "demo")


def test_a_zone_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["collect", "demo", "x.zip", "--from", "moodle", "--roster", "x.csv", "--zone", "Berlin"])
    assert "'Berlin' is not a time zone; write one like Europe/Berlin" in capsys.readouterr().err


# --- groups

TEAM = GERMAN.replace('abgegeben",,', 'abgegeben","Team 1",').replace('spät",,', 'spät","Team 1",')


def work_of(course: Path, student: str) -> str:
    return nbformat.writes(honest(course, student))


@pytest.mark.parametrize("former", [True, False])
def test_one_copy_of_a_groups_work_is_graded_as_that_of_the_member_whom_it_names(course, tmp_path, former):
    names = ["Team 1_42_assignsubmission_file_/demo.ipynb"]  # the group's number, since Moodle 4.1
    if former:
        names = [f"Team 1-x_{number}_assignsubmission_file_/demo.ipynb" for number in (7001, 7002)]
    archive = zipped(tmp_path / "x.zip", {name: work_of(course, "bob") for name in names})
    roster = written(tmp_path / "list.csv", TEAM)
    notes = collect(course, "demo", archive, "moodle", roster, zone=BERLIN)
    assert notes == [TWO_OF_THREE, "'Cyd Öz': no ID-Nummer, so left out"]
    assert list(submitted(course)) == ["bob/demo/demo.ipynb"]
    assert stamp(course, "bob") == "2026-03-03 01:00:00 UTC"
    assert read_collected(course, "demo").groups == {"Team 1": ["ann", "bob"]}


def test_all_of_a_group_get_the_mark_of_the_one_who_handed_in(course, tmp_path):
    groups = written(tmp_path / "g.csv", CANVAS_GROUPS)
    archive = zipped(tmp_path / "x.zip", {"team1_11_901_demo.ipynb": work_of(course, "bob")})
    collect(course, "demo", archive, "canvas", written(tmp_path / "c.csv", CANVAS), groups=groups)
    assert list(submitted(course)) == ["bob/demo/demo.ipynb"]
    marked(course, "bob")
    assert export(course, tmp_path / "out.csv", "csv") == []
    points = {row[0]: row[4] for row in table(tmp_path / "out.csv")[1:]}
    assert points == {"ann": "5.0", "bob": "5.0", "cyd": "0.0"}


def test_a_group_that_handed_in_different_work_is_left_to_a_person(course, tmp_path):
    names = ["ann", "bob", "cyd"]
    write_collected(course, "demo", Collected("canvas", groups={"Team 1": names}))
    marked(course, "ann")
    marked(course, "ann", "bob", q1=0.0)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        gradebook.update_or_create_student("cyd")
    notes = export(course, tmp_path / "out.csv", "csv")
    assert notes == ["cyd, demo: not decided, since ann and bob of the group handed in different work"]
    assert [row[4] for row in table(tmp_path / "out.csv")[1:]] == ["5.0", "3.0", ""]


def test_what_was_set_aside_does_not_take_the_grade_of_the_group_away(course, tmp_path):
    write_collected(course, "demo", Collected("canvas", groups={"Team 1": ["ann", "bob"], "Team 2": ["cyd"]}))
    marked(course, "bob")
    enter(course, "demo", [Result(s, "", aside="a photograph") for s in ("ann", "cyd")])
    assert export(course, tmp_path / "out.csv", "csv") == ["cyd, demo: a mark is still to be decided"]
    assert [row[4] for row in table(tmp_path / "out.csv")[1:]] == ["5.0", "5.0", ""]


# --- other ids, and who has left


def test_a_renamed_student_keeps_marks_and_comments_and_nothing_is_graded_again(course, sandboxed, tmp_path):
    roster = written(tmp_path / "c.csv", CANVAS)
    archive = zipped(tmp_path / "x.zip", {"ames_11_901_demo.ipynb": work_of(course, "ann")})
    collect(course, "demo", archive, "canvas", roster)
    (before,) = grade_class(course, "demo", process_pool(1))
    assert before.marks["q3-marks"].points == 0.5  # the numbers are those of ann
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        proof = gradebook.find_grade("q4", "demo", "demo", "ann")
        proof.manual_score, proof.needs_manual_grade = 1.25, False
        gradebook.find_comment("q4", "demo", "demo", "ann").manual_comment = "Nearly."
        gradebook.db.commit()
    renamed = written(tmp_path / "r.csv", CANVAS.replace(",ann,", ",ann2,"))
    with pytest.raises(TableError, match=r"ann has the id ann2 on this list.*`rename ann ann2`"):
        collect(course, "demo", archive, "canvas", renamed)
    assert main(["--course", str(course), "rename", "ann", "ann2"]) == 0
    collect(course, "demo", archive, "canvas", renamed)
    mtime = (course / "results" / "demo" / "ann2.json").stat().st_mtime_ns
    (after,) = grade_class(course, "demo", process_pool(1))
    assert (after.student, after.marks) == ("ann2", before.marks)
    assert (course / "results" / "demo" / "ann2.json").stat().st_mtime_ns == mtime
    export(course, tmp_path / "out.csv", "csv")
    assert table(tmp_path / "out.csv")[1] == ["ann2", "Ames", "Ann", "", "4.75"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "regsoft") as gradebook:
        assert {student.id for student in gradebook.students} == {"ann2", "bob", "cyd"}
        assert gradebook.find_comment("q4", "demo", "demo", "ann2").comment == "Nearly."
    assert not [path for path in course.rglob("ann*") if path.stem == "ann"]
    (course / "results" / "demo" / "ann2.json").unlink()
    (again,) = grade_class(course, "demo", process_pool(1))
    assert again.marks == before.marks  # on the cases of the id under which it was handed in
    pack(course, "demo", tmp_path / "f.zip")
    assert zipfile.ZipFile(tmp_path / "f.zip").namelist() == ["ames_11_901_demo.html"]


def test_the_first_id_of_a_student_who_is_renamed_twice_is_kept_also_after_an_interruption(
    course, monkeypatch
):
    marked(course, "ann")
    hand_in(course, "ann", "{}")
    rename(course, "ann", "ann2")
    with monkeypatch.context() as patch:
        patch.setattr(renaming, "_move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rename(course, "ann2", "ann3")
    assert rename(course, "ann2", "ann3") == ["demo"]
    assert set(scores(course)) == {"ann3"}
    assert read_collected(course, "demo").handed_in_as == {"ann3": "ann"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("zoe", "zed", "nobody in the gradebook has the id 'zoe'"),
        ("ann", "bob", "somebody has the id 'bob' already"),
        ("ann", "../ann", "no slash; got '../ann'"),
        ("ann", "", "no slash; got ''"),
    ],
)
def test_a_renaming_that_cannot_be_changes_nothing(course, old, new, words):
    marked(course, "ann", "bob")
    hand_in(course, "ann", "{}")
    with pytest.raises(TableError, match=re.escape(words)):
        rename(course, old, new)
    assert set(scores(course)) == {"ann", "bob"}
    assert list(submitted(course)) == ["ann/demo/demo.ipynb"]


def test_a_renaming_that_was_interrupted_goes_on(course):
    marked(course, "ann")
    hand_in(course, "ann", "{}")
    (course / "submitted" / "ann").rename(course / "submitted" / "ann2")
    assert rename(course, "ann", "ann2") == ["demo"]
    assert set(scores(course)) == {"ann2"}
    assert read_collected(course, "demo").handed_in_as == {"ann2": "ann"}


def test_a_list_of_today_leaves_out_who_has_left_and_keeps_the_platforms_columns(course, tmp_path):
    marked(course, "ann", "bob", "zoe")
    roster = written(tmp_path / "c.csv", CANVAS)
    notes = export(course, tmp_path / "out.csv", "canvas", roster=roster)
    assert notes == ["zoe: has marks, but is not on the list, and was left out"]
    assert table(tmp_path / "out.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "demo (4711)"],
        ["    Points Possible", "", "", "", "", "5.0"],
        ["Ames, Ann", "11", "s1", "ann", "A", "5.0"],
        ["Bo, Bob", "12", "s2", "bob", "A", "5.0"],
        ["Cole, Cyd", "13", "s3", "cyd", "A", "0.0"],
    ]


def test_moodles_worksheet_comes_back_with_the_grades_and_nothing_else_changed(course, tmp_path):
    marked(course, "ann", "bob")
    roster = written(tmp_path / "list.csv", GERMAN)
    notes = export(course, tmp_path / "out.csv", "moodle", ["demo"], roster)
    assert notes == ["'Cyd Öz': no ID-Nummer, so no grade"]
    before, after = table(roster), table(tmp_path / "out.csv")
    place = before[0].index("Bewertung")
    assert [row.pop(place) for row in after] == ["Bewertung", "5.0", "5.0", ""]
    assert after == [row[:place] + row[place + 1 :] for row in before]


def test_marks_by_question_stand_in_a_table_of_ones_own(course, tmp_path):
    marked(course, "ann")
    export(course, tmp_path / "out.csv", "csv", questions=True)
    head, ann = table(tmp_path / "out.csv")
    assert head[4:] == [
        "demo (of 5)",
        *("demo: q1-marks (of 2)", "demo: q2-marks (of 1)", "demo: q3-marks (of 0.5)", "demo: q4 (of 1.5)"),
        "demo: taken off for lateness",
    ]
    assert ann[4:] == ["5.0", "2.0", "1.0", "0.5", "1.5", "0.0"]
    for wrong in ({"questions": True, "layout": "canvas"}, {"roster": tmp_path / "x", "layout": "csv"}):
        with pytest.raises(TableError, match="works only with"):
            export(course, tmp_path / "x.csv", **wrong)


# --- feedback


@pytest.fixture(scope="module")
def graded(sample, sandboxed, tmp_path_factory) -> Path:
    """A course with two submissions that are graded, one with a proof with formulas."""
    course = tmp_path_factory.mktemp("feedback") / "course"
    shutil.copytree(sample, course)
    proof = (
        r"Since $\sum_i e^{z_i} > 0$: \begin{align} a &= 1 \\ b &= 2 \end{align} $$\href{javascript:x}{y}$$"
    )
    hand_in(course, "ann", nbformat.writes(notebook(course, HONEST | {"q4": proof})))
    hand_in(course, "bob", nbformat.writes(honest(course, "bob")))
    grade_class(course, "demo", process_pool(1))
    return course


def canvas_reads(name: str) -> tuple[str, str]:
    """Return the user and the upload that Canvas finds in a name (AbstractAssignment, comments from files)."""
    parts = [part for part in name.split("/")[-1].split("_") if part != "LATE"]
    user, upload = [part for part in parts if part.isdigit()][:2]
    return user, upload


def moodle_reads(name: str) -> tuple[str, str, str]:
    """Return the participant, the plugin and the file that Moodle finds in a name (importziplib.php)."""
    _, number, kind, plugin, rest = name.split("/")[-1].split("_", 4)
    assert number.isdigit()
    return number, f"{kind}_{plugin}", rest


def test_canvas_finds_the_student_and_the_upload_in_the_name_of_each_page(graded, tmp_path):
    uploads = {"ann": ["amesann_LATE_11_901_demo.ipynb"], "bob": ["bo_12_902_my work_3_4.ipynb"]}
    write_collected(graded, "demo", Collected("canvas", uploads=uploads))
    notes = pack(graded, "demo", tmp_path / "f.zip")
    assert notes == ["2 pages", "ann: not all is marked yet", "bob: not all is marked yet"]
    names = zipfile.ZipFile(tmp_path / "f.zip").namelist()
    assert [canvas_reads(name) for name in names] == [("11", "901"), ("12", "902")]
    assert all(name.endswith(".html") for name in names)


def test_moodle_finds_every_member_of_a_group_in_the_name_of_each_page(graded, tmp_path):
    numbers = {"ann": "7001", "bob": "7002", "cy_d": "7003", "dan": "7004"}
    write_collected(graded, "demo", Collected("moodle", numbers, groups={"Team 1": ["ann", "cy_d"]}))
    assert main(["--course", str(graded), "feedback", "demo", str(tmp_path / "f.zip")]) == 1
    with zipfile.ZipFile(tmp_path / "f.zip") as archive:
        found = {moodle_reads(name): archive.read(name) for name in archive.namelist()}
    assert set(found) == {(n, "assignsubmission_file", "demo.html") for n in ("7001", "7002", "7003")}
    pages = {key[0]: value for key, value in found.items()}
    assert pages["7001"] == pages["7003"] != pages["7002"]
    write_collected(graded, "demo", Collected("moodle", numbers, groups={"Team 1": ["ann", "bob", "cy_d"]}))
    pack(graded, "demo", tmp_path / "f.zip")  # of different work nobody knows which is that of cy_d
    assert len(zipfile.ZipFile(tmp_path / "f.zip").namelist()) == 2


def test_a_page_without_a_place_on_the_platform_is_said(graded, tmp_path):
    write_collected(graded, "demo", Collected("canvas", uploads={"ann": ["amesann_11_901_demo.ipynb"]}))
    said = pack(graded, "demo", tmp_path / "f.zip")
    assert said[1].startswith(
        f"bob: no upload is known, so this page is not in the zip: {graded / 'feedback'}"
    )


def test_feedback_without_a_platform_or_without_marks_is_refused_and_an_earlier_zip_stays(course, tmp_path):
    (tmp_path / "f.zip").write_text("earlier")
    with pytest.raises(TableError, match="nbgrader release_feedback demo"):
        pack(course, "demo", tmp_path / "f.zip")
    write_collected(course, "demo", Collected("canvas"))
    with pytest.raises(TableError, match="not graded yet"):
        pack(course, "demo", tmp_path / "f.zip")
    assert [path.name for path in tmp_path.glob("*f.zip")] == ["f.zip"]
    assert (tmp_path / "f.zip").read_text() == "earlier"


def test_a_page_shows_its_formulas_without_a_network_and_no_mark_scheme(graded):
    assert application(graded).generate_feedback("demo", "ann")["success"]
    text = (graded / "feedback" / "ann" / "demo" / "demo.html").read_text("utf-8")
    page = BeautifulSoup(text, "lxml")
    assert len(page.find_all("math")) >= 3
    assert page.find("mtable")  # the environment with its two lines
    addresses = [t.get("src") or t.get("href") for t in page.find_all(["script", "link", "img", "iframe"])]
    assert not [address for address in addresses if address and not address.startswith("data:")]
    assert not [a for a in page.find_all("a") if "javascript" in a.get("href", "")]
    assert "SCHEMESECRET" not in text
    path = graded / "autograded" / "ann" / "demo"
    for resources, cells in (({"nbgrader": {}}, 0), ({"submission_id": "1", "assignment_id": "demo"}, 1)):
        autograded = nbformat.read(path / "demo.ipynb", as_version=4)
        shown = ShowMarkScheme().preprocess(autograded, resources | {"metadata": {"path": str(path)}})[0]
        assert sum("SCHEMESECRET" in cell.source for cell in shown.cells) == cells


# --- formulas


def test_a_formula_becomes_mathml_and_one_that_cannot_be_read_is_shown_as_it_is():
    assert "<mfrac>" in typeset(r"\frac12", display=False)
    assert 'display="block"' in typeset("x", display=True)
    assert "&lt;script&gt;" in typeset(r"\text{<script>}", display=False)
    assert typeset("<" * 6000, display=False) == f"<code>{'&lt;' * 6000}</code>"
    assert typeset("{" * 4900, display=False).startswith("<code>{{")
    hostile = r"$\href{javascript:x}{y}\url{x}\includegraphics{https://x.org/y}$"
    tags = BeautifulSoup(inert_markdown({}, hostile), "lxml")
    assert not tags.find_all(["a", "img"])
    assert not [
        value for tag in tags.find_all(True) for value in tag.attrs.values() if "script:" in str(value)
    ]


def test_when_node_dies_or_is_too_slow_the_source_is_shown_and_the_next_formula_is_typeset(monkeypatch):
    typesetter = Typesetter()
    assert "<mi>x</mi>" in typesetter.ask("x", display=False)
    typesetter.process.kill()
    typesetter.process.wait()
    assert typesetter.ask("y", display=False) is None
    assert "<mi>z</mi>" in typesetter.ask("z", display=False)
    with monkeypatch.context() as patch:
        patch.setattr(typesetter, "_line", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            typesetter.ask("left behind", display=False)
    assert "<mi>v</mi>" in typesetter.ask("v", display=False)
    typesetter.seconds = 0
    assert typesetter.ask(r"\frac" * 900, display=False) is None
    typesetter.seconds = formulas.SECONDS
    assert "<mi>w</mi>" in typesetter.ask("w", display=False)
    typesetter.close()


# --- a grader's machine


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("bwrap: setting up uid map: Permission denied", "kernel.apparmor_restrict_unprivileged_userns=0"),
        ("bwrap: No permissions to create a new namespace", "If this is a container"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "If this is a container"),
        ("bwrap: something new", None),
    ],
)
def test_a_sandbox_that_is_refused_says_what_helps(monkeypatch, tmp_path, said, cure):
    broken = written(tmp_path / "bwrap", f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(broken))
    with pytest.raises(SandboxError) as error:
        run([])
    assert said in str(error.value)
    assert (cure or "") in str(error.value)
    if cure:
        assert "A grader's machine" in str(error.value)
    else:
        assert str(error.value).endswith(said)


def test_what_the_error_points_to_is_there_and_the_container_file_says_that_it_was_not_run():
    readme = (PROJECT / "coursework" / "grading" / "README.md").read_text("utf-8")
    assert "## A grader's machine" in readme
    container = (PROJECT / "coursework" / "grading" / "Containerfile").read_text("utf-8")
    assert "has NOT been run" in container
    assert "make .venv/installed" in container
    assert '"-m", "coursework.grading"]' in container
