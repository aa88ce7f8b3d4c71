"""Whole projects: which files count, who keeps what two claim, and what stands in for what is broken."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import config
from pipeline.config import Config, Site
from pipeline.content import CODES, Loaded, load
from pipeline.errors import Problem
from pipeline.model import Entry, Series

SITES = Path(__file__).parent.parent / "sites"
INDEX = "---\nid: soil\ntitle: Soil\nlength: 30\nstart: 2026-10-19\n---\n"


def text(day: int, title: str = "A", **more: object) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"---\ntitle: {title}\nday: {day}\n{lines}---\nBody.\n"


class Project:
    """A project on disk with a memory of what was good."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.good: dict[str, bytes] = {}

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / "series" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def load(self) -> Loaded:
        return load(self.root, Config(site=Site(zone="Europe/Berlin")), last_good=self.good.get)

    def remember(self) -> Loaded:
        """Load, and keep what is good as a build does."""
        loaded = self.load()
        self.good |= loaded.sources
        return loaded


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def entries(loaded: Loaded) -> dict[str, Entry]:
    """Entries by what their files are called."""
    return {entry.path.removeprefix("series/"): entry for series in loaded.series for entry in series.entries}


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]


def one(loaded: Loaded) -> Series:
    (series,) = loaded.series
    return series


# Which files count


def test_a_good_project_has_no_problems_and_all_of_its_sources(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-02.md": text(2), "soil/day-01/index.md": text(1)})
    loaded = project.load()
    assert loaded.problems == ()
    assert [(entry.path, entry.day, entry.slug) for entry in one(loaded).entries] == [
        ("series/soil/day-01/index.md", 1, "day-01"),
        ("series/soil/day-02.md", 2, "day-02"),
    ]
    assert list(loaded.sources) == ["series/soil/_index.md", "series/soil/day-01/index.md", "series/soil/day-02.md"]
    assert loaded.paths == tuple(loaded.sources)
    assert loaded.sources["series/soil/_index.md"] == INDEX.encode()


def test_series_come_in_the_order_of_their_slugs(project: Project) -> None:
    project.write({f"{name}/_index.md": f"---\ntitle: {name}\nstart: 2026-10-19\n---\n" for name in ("b", "C", "a")})
    assert [series.slug for series in project.load().series] == ["a", "b", "c"]


def test_names_that_start_with_a_dot_or_an_underscore_are_left_out(project: Project) -> None:
    hidden = {f"soil/{name}": "broken: [" for name in ("_note.md", ".day-02.md", "_old/day-03.md", ".git/day-04.md")}
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1), "_drafts/day-01.md": "x", **hidden})
    loaded = project.load()
    assert (list(entries(loaded)), loaded.problems) == (["soil/day-01.md"], ())


def test_other_files_are_left_out_and_other_markdown_is_told(project: Project) -> None:
    project.write(
        {
            "soil/_index.md": INDEX,
            "soil/day-01.MD": text(1),
            "soil/a.png": b"\x89PNG",
            "soil/receipts.jsonl": "{}",
            "soil/day-02.markdown": text(2),
            "soil/part/_index.md": "x",
            "stray.md": "x",
        }
    )
    loaded = project.load()
    assert list(entries(loaded)) == ["soil/day-01.MD"]
    assert [str(problem) for problem in loaded.problems] == [
        "series/soil/day-02.markdown: is not read; entries end in .md",
        "series/soil/part/_index.md: only series/soil/_index.md describes a series; delete or rename it",
        "series/stray.md: stands beside the series; move it into the folder of one, such as series/<name>/",
    ]


def test_a_folder_without_markdown_is_no_series(project: Project) -> None:
    project.write({"pictures/a.png": b"\x89PNG"})
    assert project.load() == Loaded(series=(), problems=(), sources={}, paths=())


def test_a_project_without_series_is_told_so(project: Project) -> None:
    assert [str(problem) for problem in project.load().problems] == [
        "series: is not there; run 'daycast init', or make it and a folder in it"
    ]


def test_an_index_alone_is_a_series_without_entries(project: Project) -> None:
    project.write({"soil/_index.md": INDEX})
    assert (one(project.load()).entries, project.load().problems) == ((), ())


def test_a_folder_whose_name_gives_no_slug_is_told(project: Project) -> None:
    project.write({"土/_index.md": INDEX, "con/day-01.md": text(1)})
    loaded = project.load()
    assert loaded.series == ()
    assert [(problem.path, problem.code) for problem in loaded.problems if problem.severity == "error"] == [
        ("series/con", "bad-slug"),
        ("series/土/_index.md", "bad-slug"),
    ]


@pytest.mark.parametrize("name", [b"soil/day-\xff.md", b"soil/day-1\n.md"], ids=["not UTF-8", "a line break"])
def test_a_file_name_that_cannot_be_shown_is_told(project: Project, name: bytes) -> None:
    project.write({"soil/_index.md": INDEX})
    Path(os.fsdecode(os.fsencode(project.root / "series") + b"/" + name)).write_text(text(1))
    loaded = project.load()
    assert (one(loaded).entries, codes(loaded)) == ((), ["bad-file-name"])
    assert all(problem.path.isprintable() for problem in loaded.problems)


def test_one_broken_entry_stops_no_other_and_all_problems_are_told(project: Project) -> None:
    project.write(
        {
            "soil/_index.md": INDEX,
            "soil/day-01.md": text(1),
            "soil/day-02.md": "---\ntitle: [\n---\n",
            "soil/day-03.md": b"\xff",
            "soil/day-04.md": "",
            "soil/day-05.md": text(31) + "x",
            "soil/day-06.md": text(6, date="soon", draft="maybe"),
        }
    )
    loaded = project.load()
    assert list(entries(loaded)) == ["soil/day-01.md"]
    assert [(problem.path[-5:-3], problem.line, problem.code) for problem in loaded.problems] == [
        ("02", 2, "bad-front-matter"),
        ("03", 1, "not-utf-8"),
        ("04", None, "empty"),
        ("05", 3, "bad-day"),
        ("06", 4, "bad-date"),
        ("06", 5, "bad-value"),
    ]
    assert list(loaded.sources) == ["series/soil/_index.md", "series/soil/day-01.md"]
    assert len(loaded.paths) == 7


# Links and permissions


def test_a_link_out_of_the_project_is_refused(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.md").write_text(text(2))
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1)})
    (project.root / "series/soil/day-02.md").symlink_to(outside / "secret.md")
    (project.root / "series/soil/more").symlink_to(outside)
    (project.root / "series/other").symlink_to(outside)
    loaded = project.load()
    assert list(entries(loaded)) == ["soil/day-01.md"]
    assert [str(problem) for problem in loaded.problems] == [
        f"series/{name}: is a symbolic link out of the project; put what it leads to in its place"
        for name in ("other", "soil/day-02.md", "soil/more")
    ]


def test_a_series_folder_that_is_a_link_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside/soil").mkdir(parents=True)
    (tmp_path / "outside/soil/day-01.md").write_text(text(1))
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/series").symlink_to(tmp_path / "outside")
    loaded = load(tmp_path / "inside", Config())
    assert (loaded.series, codes(loaded)) == ((), ["symlink-out"])


def test_a_neighbour_whose_name_starts_like_the_project_is_outside(tmp_path: Path) -> None:
    (tmp_path / "site-secret").mkdir()
    (tmp_path / "site-secret/a.md").write_text(text(1))
    (tmp_path / "site/series/soil").mkdir(parents=True)
    (tmp_path / "site/series/soil/day-01.md").symlink_to(tmp_path / "site-secret/a.md")
    assert codes(load(tmp_path / "site", Config())) == ["no-index", "symlink-out"]


def test_a_link_within_the_project_is_followed_and_a_circle_ends(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1)})
    (project.root / "shared").mkdir()
    (project.root / "shared/two.md").write_text(text(2))
    (project.root / "series/soil/day-02.md").symlink_to(project.root / "shared/two.md")
    (project.root / "series/soil/again").symlink_to(project.root / "series/soil")
    loaded = project.load()
    assert (list(entries(loaded)), loaded.problems) == (["soil/day-01.md", "soil/day-02.md"], ())


def test_a_link_to_nothing_and_a_pipe_are_told(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1)})
    (project.root / "series/soil/day-02.md").symlink_to("nowhere.md")
    os.mkfifo(project.root / "series/soil/day-03.md")
    loaded = project.load()
    assert [str(problem) for problem in loaded.problems] == [
        "series/soil/day-02.md: cannot be read: No such file or directory",
        "series/soil/day-03.md: is no regular file",
    ]


@pytest.fixture
def somebody() -> Iterator[Path]:
    """A folder of a user who, unlike root, is bound by permissions."""
    folder = Path(tempfile.mkdtemp())
    nobody = 65534
    before = os.geteuid()
    if before == 0:
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
    try:
        yield folder
    finally:
        os.seteuid(before)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700)
        shutil.rmtree(folder)


def test_what_may_not_be_read_is_told(somebody: Path) -> None:
    project = Project(somebody)
    project.write(
        {"soil/_index.md": INDEX, "soil/day-01.md": text(1), "soil/day-02.md": text(2), "closed/day-01.md": text(1)}
    )
    (somebody / "series/soil/day-02.md").chmod(0)
    (somebody / "series/closed").chmod(0)
    loaded = project.load()
    assert list(entries(loaded)) == ["soil/day-01.md"]
    assert [str(problem) for problem in loaded.problems] == [
        "series/closed: cannot be listed: Permission denied",
        "series/soil/day-02.md: cannot be read: Permission denied",
    ]


# Two files, one claim


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (
            text(2),
            text(2),
            "series/soil/{}.md:3: day 2 is claimed by series/soil/{}.md too; give one of them another day",
        ),
        (
            text(2, slug="x"),
            text(3, slug="x"),
            "series/soil/{}.md:4: slug 'x' is claimed by series/soil/{}.md too; give one of them another slug",
        ),
        (
            text(2, id="x"),
            text(3, id="x"),
            "series/soil/{}.md:4: id 'x' is claimed by series/soil/{}.md too; give one of them "
            "another id; if it is a copy, delete its id",
        ),
        (
            text(2, guid="x"),
            text(3, guid="x"),
            "series/soil/{}.md:4: guid 'x' is claimed by series/soil/{}.md too; delete the guid of the copy",
        ),
    ],
    ids=["day", "slug", "id", "guid"],
)
def test_two_entries_with_one_claim_are_both_told_and_left_out(
    project: Project, first: str, second: str, sentence: str
) -> None:
    project.write({"soil/_index.md": INDEX, "soil/a.md": first, "soil/b.md": second, "soil/day-09.md": text(9)})
    loaded = project.load()
    assert list(entries(loaded)) == ["soil/day-09.md"]
    assert [str(problem) for problem in loaded.problems] == [sentence.format("a", "b"), sentence.format("b", "a")]
    assert list(loaded.sources) == ["series/soil/_index.md", "series/soil/day-09.md"]


def test_a_derived_slug_collides_like_a_written_one(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/Roots!.md": text(2), "soil/roots.md": text(3)})
    assert codes(project.load()) == ["slug-taken", "slug-taken"]


def test_a_stored_id_collides_with_the_name_of_an_entry_that_stores_none(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/a.md": "# A", "soil/b.md": "---\ntitle: B\nid: a\n---\n"})
    assert [code for code in codes(project.load()) if code != "no-identity"] == ["id-taken", "id-taken"]


def test_of_two_that_claim_one_day_the_one_that_had_it_keeps_it(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/old.md": text(2, "Old")})
    project.remember()
    project.write({"soil/new.md": text(2, "New")})
    loaded = project.load()
    assert [(entry.title, entry.stale) for entry in one(loaded).entries] == [("Old", True)]
    assert codes(loaded) == ["day-taken", "day-taken"]


def test_an_entry_moved_onto_the_day_of_another_falls_back_to_its_own(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/a.md": text(2), "soil/b.md": text(3)})
    project.remember()
    project.write({"soil/b.md": text(2)})
    assert {name: entry.day for name, entry in entries(project.load()).items()} == {"soil/a.md": 2, "soil/b.md": 3}


def test_a_new_file_cannot_take_the_day_of_a_broken_one(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/a.md": text(2, "Old")})
    project.remember()
    project.write({"soil/a.md": "---\ntitle: [\n---\n", "soil/b.md": text(2, "New")})
    loaded = project.load()
    assert [entry.title for entry in one(loaded).entries] == ["Old"]
    assert [(problem.path, problem.code) for problem in loaded.problems] == [
        ("series/soil/a.md", "bad-front-matter"),
        ("series/soil/b.md", "day-taken"),
    ]


def test_falling_back_may_push_another_back_and_ends(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, **{f"soil/{name}.md": text(day) for day, name in enumerate("abcdef", 1)}})
    project.remember()
    # Everybody moves up by one, and the last onto the first.
    project.write({f"soil/{name}.md": text(day + 1) for day, name in enumerate("abcde", 1)})
    project.write({"soil/f.md": text(6), "soil/g.md": text(1)})
    days = {name: entry.day for name, entry in entries(project.load()).items()}
    assert len(set(days.values())) == len(days)
    assert days == {**{f"soil/{name}.md": day for day, name in enumerate("abcdef", 1)}}


def test_last_good_versions_from_different_times_give_way_to_each_other_by_name(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/a.md": "---\n[", "soil/b.md": "---\n["})
    project.good = {"series/soil/a.md": text(2).encode(), "series/soil/b.md": text(2).encode()}
    assert list(entries(project.load())) == ["soil/a.md"]


# Last good versions


def test_a_broken_entry_stays_in_its_last_good_version(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1, "Good"), "soil/day-02.md": text(2)})
    project.remember()
    project.write({"soil/day-01.md": "---\ntitle: Bad\nday: one\n---\n"})
    loaded = project.remember()
    assert [(entry.title, entry.stale) for entry in one(loaded).entries] == [("Good", True), ("A", False)]
    assert [str(problem) for problem in loaded.problems] == [
        "series/soil/day-01.md:3: day is 'one', expected a number from 1 to 30"
    ]
    assert "series/soil/day-01.md" not in loaded.sources
    assert (one(loaded).stale, one(project.load()).entries) == (False, one(loaded).entries)


def test_a_broken_entry_without_a_good_version_is_left_out(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": "---\ntitle: A\nday: one\n---\n"})
    assert one(project.load()).entries == ()


def test_a_last_good_version_that_is_broken_by_now_is_left_out(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(31)})
    project.good = {"series/soil/day-01.md": text(40).encode()}
    loaded = project.load()
    assert (one(loaded).entries, len(loaded.problems)) == ((), 1)


def test_naming_a_day_in_one_entry_takes_no_other_off(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, **{f"soil/{name}.md": f"# {name}\n" for name in "abc"}})
    before = {name: (entry.day, entry.key) for name, entry in entries(project.remember()).items()}
    project.write({"soil/b.md": "---\ntitle: b\nday: 2\n---\n"})
    loaded = project.load()
    assert {name: (entry.day, entry.key) for name, entry in entries(loaded).items()} == {
        **before,
        "soil/b.md": (2, "day-02"),
    }
    assert codes(loaded) == ["no-day", "no-day"]


def test_an_entry_that_is_mended_is_read_again(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1)})
    project.remember()
    project.write({"soil/day-01.md": "---\n["})
    project.remember()
    project.write({"soil/day-01.md": text(1, "Mended")})
    assert [(entry.title, entry.stale) for entry in one(project.load()).entries] == [("Mended", False)]


def test_a_broken_index_holds_the_series_as_it_was(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1, "Old"), "soil/day-02.md": text(2)})
    project.remember()
    project.write(
        {
            "soil/_index.md": INDEX.replace("2026-10-19", "soon"),
            "soil/day-01.md": text(1, "New"),
            "soil/day-02.md": text(2, draft="maybe"),
            "soil/day-03.md": text(3),
        }
    )
    loaded = project.remember()
    series = one(loaded)
    assert (series.stale, series.length, [(entry.title, entry.stale) for entry in series.entries]) == (
        True,
        30,
        [("Old", True), ("A", True)],
    )
    assert [(problem.path, problem.code) for problem in loaded.problems] == [
        ("series/soil/_index.md", "bad-date"),
        ("series/soil/day-02.md", "bad-value"),
    ]
    assert loaded.sources == {}


def test_a_series_whose_index_was_never_good_is_left_out_and_its_entries_checked(project: Project) -> None:
    project.write(
        {"soil/_index.md": "---\ntitle: [\n---\n", "soil/day-01.md": text(1), "soil/day-02.md": text(2, date="soon")}
    )
    loaded = project.load()
    assert (loaded.series, codes(loaded), dict(loaded.sources)) == ((), ["bad-front-matter", "bad-date"], {})


def test_two_series_with_one_id_are_both_told_and_the_older_stays(project: Project) -> None:
    project.write({"soil/_index.md": INDEX, "soil/day-01.md": text(1)})
    project.remember()
    project.write({"copy/_index.md": INDEX, "copy/day-01.md": text(1)})
    loaded = project.load()
    assert [(series.slug, series.stale, len(series.entries)) for series in loaded.series] == [("soil", True, 1)]
    assert [str(problem) for problem in loaded.problems] == [
        "series/copy/_index.md:2: id 'soil' is claimed by series/soil/_index.md too; give the copy "
        "an id of its own, or none",
        "series/soil/_index.md:2: id 'soil' is claimed by series/copy/_index.md too; give the copy "
        "an id of its own, or none",
    ]


def test_two_folders_with_one_slug_are_both_told_and_the_older_stays(project: Project) -> None:
    project.write({"living soil/day-01.md": text(1)})
    project.remember()
    project.write({"Living Soil/day-01.md": text(1)})
    loaded = project.load()
    assert [(series.path, series.stale) for series in loaded.series] == [("series/living soil", True)]
    assert [problem.code for problem in loaded.problems if problem.severity == "error"] == [
        "series-taken",
        "series-taken",
    ]


# Whole projects of other tools


def test_entries_of_other_tools_load_unedited() -> None:
    root = SITES / "other-tools"
    loaded = load(root, config.load(root))
    assert [problem for problem in loaded.problems if problem.severity == "error"] == []
    assert [(series.slug, series.label, series.length, len(series.entries)) for series in loaded.series] == [
        ("bread-toml", "#Day{n}/{length}", 5, 2),
        ("knots", "#Day{n}", None, 2),
        ("letters", "#Day{n}", None, 2),
        ("night-sky", "#Night{n}/{length}", 10, 4),
        ("soil", "#Day{n}/{length}", 30, 2),
        ("sourdough-weeks", "#Week{n}", None, 2),
    ]


def test_an_exported_entry_keeps_everything_its_front_matter_says() -> None:
    root = SITES / "other-tools"
    entry = entries(load(root, config.load(root)))["soil/day2-30-who-lives-in-a-handful-of-soil.md"]
    assert (entry.title, entry.day, entry.names_day, entry.slug, entry.author) == (
        "Day2/30 – Who lives in a handful of soil?",
        2,
        True,
        "day2-30-who-lives-in-a-handful-of-soil",
        "Oda Brinkhuis",
    )
    assert entry.date == datetime(2024, 4, 3, 5, 41, 7, tzinfo=UTC)
    assert entry.summary is not None
    assert entry.summary.startswith("#Day2/30 #30daysofLivingSoil Who is at home")
    assert entry.summary.endswith("at the leaves?  ...")


def test_every_code_is_explained() -> None:
    root = SITES / "other-tools"
    assert {problem.code for problem in load(root, config.load(root)).problems} <= CODES.keys()


def test_problems_come_by_path_and_line(project: Project) -> None:
    project.write({"b/day-01.md": "---\nday: x\ndate: x\n---\n", "a/day-01.md": "---\ntitle: [\n---\n"})

    def place(problem: Problem) -> tuple[str, int]:
        return problem.path, problem.line or 0

    found = project.load().problems
    assert list(found) == sorted(found, key=place)
