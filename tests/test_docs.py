"""The documentation is true: every command, option, key and problem is in it, and its examples run."""

import argparse
import ast
import dataclasses
import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import config, content
from pipeline.cli import COMMANDS
from pipeline.cli.run import command_of, parser_of
from pipeline.wallclock import span
from tests.support import Folder

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def page(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


def section(text, heading):
    return re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    told = section(page("cli.md"), name)
    parser = parser_of(name, command_of(name))
    options = [o for action in parser._actions for o in action.option_strings if o.startswith("--") and o != "--help"]
    assert [option for option in options if option not in told] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    actions = parser_of(name, command_of(name))._actions
    assert [action.dest for action in actions if not action.help and not action.choices] == []


TABLES = {
    "[site]": config.Site,
    "[feed]": config.FeedSettings,
    "[channels.linkedin]": config.LinkedIn,
    "[deploy]": config.Deploy,
    "[publish]": config.Publish,
    "[journal]": config.JournalSettings,
    "[notify]": config.Notify,
    "[ledger]": config.LedgerSettings,
}
#: Keys that are words of Python.
KEYS = {("[publish]", "source"): "from"}


@pytest.mark.parametrize(("heading", "kind"), TABLES.items(), ids=TABLES)
def test_every_setting_is_documented_with_its_default(heading, kind):
    told = section(page("config.md"), heading)
    for field in dataclasses.fields(kind):
        key = KEYS.get((heading, field.name), field.name)
        row = next((line for line in told.splitlines() if line.startswith(f"| `{key}` |")), None)
        assert row is not None, key
        shown = row.split(" | ")[1].strip("`")
        match field.default:
            case str() as text:
                assert shown == f'"{text}"'
            case timedelta() as length:
                assert span(shown.strip('"')) == length
            case int() as number:
                assert shown == str(number).lower()
            case _:
                assert shown == "none"


def test_the_first_daycast_toml_shows_every_setting():
    text = (ROOT / "templates/scaffold/daycast.toml.j2").read_text(encoding="utf-8")
    for heading, kind in TABLES.items():
        told = text.partition(f"\n{heading}\n")[2].partition("\n[")[0]
        for field in dataclasses.fields(kind):
            key = KEYS.get((heading, field.name), field.name)
            assert re.search(rf"^(# )?(\[[a-z.]+\.)?{key}( =|\])", told, re.MULTILINE), f"{heading} {key}"


def test_the_first_index_shows_every_key_that_is_not_derived():
    text = (ROOT / "templates/scaffold/_index.md.j2").read_text(encoding="utf-8")
    assert [key.name for key in content.SERIES_KEYS if not re.search(rf"^(# )?{key.name}:", text, re.MULTILINE)] == []


def key_table(name):
    rows = ["| key | takes | meaning | also read as |", "| --- | --- | --- | --- |"]
    for key in getattr(content, name):
        also = ", ".join(f"`{alias}`" for alias in key.aliases)
        rows.append(f"| `{key.name}` | {key.type} | {key.meaning} | {also} |".replace("  |", " |"))
    return "\n".join(rows)


def test_the_tables_of_front_matter_keys_are_those_of_the_code(pytestconfig):
    pattern = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    text = page("front-matter.md")
    made = pattern.sub(lambda found: f"{found[1]}\n{key_table(found[2])}\n\n{found[3]}", text)
    if pytestconfig.getoption("--update-golden"):
        (REFERENCE / "front-matter.md").write_text(made, encoding="utf-8")
    assert page("front-matter.md") == made


# ── problems ─────────────────────────────────────────────────────────────────────────────────────

CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def codes_in(path):
    """The codes that a module gives problems: ``code=…``, the word of a note, the keys of a table of sentences."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            if keys and all(re.fullmatch(r"link-[a-z]+", key) for key in keys):
                yield from keys
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "Finding":  # doctor's, not a file's
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value
                elif keyword.arg == "code" and isinstance(keyword.value, ast.Name) and keyword.value.id in named:
                    yield named[keyword.value.id]
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called.lstrip("_") in ("advice", "problem", "note", "warn", "error", "wrong"):
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                yield from (word for word in words[:2] if CODE.fullmatch(word) and word not in ("error", "warning"))


def test_every_problem_is_documented_and_every_documented_one_exists():
    # What a channel says of a request is no problem of a file.
    paths = [path for path in (ROOT / "pipeline").rglob("*.py") if ROOT / "pipeline/channels" not in path.parents]
    given = {code for path in paths for code in codes_in(path)}
    documented = set(re.findall(r"^\| `([a-z0-9-]+)` \|", page("problems.md"), re.MULTILINE))
    assert documented == given | set(content.CODES)


# ── links and examples ───────────────────────────────────────────────────────────────────────────

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    local = [link for link in links if "://" not in link and not link.startswith(("mailto:", "day-"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


def shell_lines(text):
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from (line.partition("  #")[0].strip() for line in block.splitlines())


def run_lines(lines, start: Folder):
    """Run the lines that are daycast's, following ``cd``; gives what failed."""
    here, failed = start, []
    for line in lines:
        words = shlex.split(line)
        if words[:1] == ["cd"]:
            here = here.inside(words[1])
        elif words[:1] == ["render"]:
            words = ["daycast", *words]
        if words[:1] == ["daycast"]:
            ran = here.daycast(*words[1:])
            if ran.code != 0:
                failed.append((line, ran.err))
    return here, failed


@pytest.fixture
def empty(tmp_path, capsys):
    return Folder(tmp_path, capsys)


def test_the_five_minutes_of_the_readme_work(empty):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    five = section(text, "Five minutes").replace(" (or", "\n")
    lines = [line for line in shell_lines(five) if not line.startswith("uv ")]
    here, failed = run_lines(lines, empty)
    assert failed == []
    assert (here.path / "output/site/30-days-of-tests/day-01/index.html").is_file()


def test_the_tutorial_works_as_it_is_written(empty):
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    before, _, rest = text.partition("## 3. ")
    here, failed = run_lines(shell_lines(before), empty)
    (body,) = re.findall(r"^```markdown\n(.*?)^```", before, re.DOTALL | re.MULTILINE)
    day = here.path / "series/walks/day-02.md"
    front = day.read_text(encoding="utf-8").split("---\n")[1].replace("draft: true\n", "")
    day.write_text(f"---\n{front}---\n{body}", encoding="utf-8")
    later, more = run_lines(shell_lines("## 3. " + rest.partition("## 5. ")[0]), here)
    assert failed + more == []
    wire = later.daycast("render", "2", "--channel", "linkedin", "--wire").out
    assert "\\(eleven kilometres\\)" in wire
    assert "{hashtag|\\#|walking}" in wire


def test_the_readme_shows_what_render_prints(empty):
    ran = Folder(ROOT, empty._capsys).daycast("render", "2", "--channel", "linkedin", "--now", "2026-11-23T12:00:00Z")
    title = re.search(r"^#Day2/30  (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    entry = (ROOT / "series/30daysofgenerativeai/day-02.md").read_text(encoding="utf-8")
    assert title is not None
    assert title[1] in entry
    assert ran.code == 0


def test_a_command_without_its_options_says_what_it_is_for():
    for name in COMMANDS:
        parser: argparse.ArgumentParser = parser_of(name, command_of(name))
        assert parser.description


# ── templates ────────────────────────────────────────────────────────────────────────────────────


def views():
    """Each view of the template context with its sentence and its fields, as a page of Markdown."""
    source = (ROOT / "pipeline/render/context.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        rows = [
            f"### {node.name}",
            "",
            ast.get_docstring(node) or "",
            "",
            "| field | type | meaning |",
            "| --- | --- | --- |",
        ]
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                said: list[str] = []
                for above in reversed(lines[: field.lineno - 1]):
                    if not above.strip().startswith("#:"):
                        break
                    said.insert(0, above.strip().removeprefix("#:").strip())
                kind = ast.unparse(field.annotation).replace("|", "\\|")
                rows.append(f"| `{field.target.id}` | `{kind}` | {' '.join(said)} |".replace("  |", " |"))
        yield "\n".join(rows)


def test_the_page_on_templates_has_every_view_and_field(pytestconfig):
    pattern = re.compile(r"(<!-- views -->\n).*?(<!-- end -->)", re.DOTALL)
    made = pattern.sub(lambda found: found[1] + "\n" + "\n\n".join(views()) + "\n\n" + found[2], page("templates.md"))
    if pytestconfig.getoption("--update-golden"):
        (REFERENCE / "templates.md").write_text(made, encoding="utf-8")
    assert page("templates.md") == made


def test_the_page_on_templates_names_every_template_and_block():
    folder = ROOT / "templates"
    names = {path.name for path in folder.glob("*.j2")} | {
        f"static/{path.name}" for path in (folder / "static").iterdir()
    }
    blocks = {name for path in folder.glob("*.j2") for name in re.findall(r"block ([a-z_]+)", path.read_text("utf-8"))}
    told = page("templates.md")
    assert [name for name in sorted(names | blocks) if f"`{name}`" not in told] == []
