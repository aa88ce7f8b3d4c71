"""``daycast init --github``: a workflow whose cron lines meet every slot of the plan, whatever the clocks do."""

from __future__ import annotations

import subprocess
import tomllib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from pipeline.scaffold import SYNC
from tests.support import INDEX, entry

NOW = "2026-10-18T12:00:00Z"
START = datetime(2026, 10, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FILE = ".github/workflows/daycast.yml"


def workflow(folder):
    """The parsed workflow; YAML 1.1 takes its ``on`` for true."""
    told = yaml.safe_load(folder.read(FILE))
    return {("on" if key is True else key): value for key, value in told.items()}


def crons(folder):
    return [item["cron"] for item in workflow(folder)["on"]["schedule"]]


def made(folder, **keys):
    """A project of one series with these keys in its front matter, and its workflow."""
    front, _, text = INDEX.removeprefix("---\n").partition("---\n")
    lines = [line for line in front.splitlines() if line.partition(":")[0] not in keys]
    lines += [f"{key}: {value}" for key, value in keys.items()]
    folder.write({"daycast.toml": "", "series/walk/_index.md": "\n".join(["---", *lines, "---", text])})
    folder.write({"series/walk/day-01.md": entry(1)})
    ran = folder.daycast("init", ".", "--github", "--now", NOW)
    assert ran.code == 0, ran.err
    return folder


def field(text, low, high):
    if text == "*":
        return set(range(low, high + 1))
    found = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    assert found <= set(range(low, high + 1))
    return found


def runs(expressions, day):
    """Every instant of a UTC day at which one of the expressions calls for a run."""
    for expression in expressions:
        minutes, hours, month_days, months, week = expression.split()
        assert (month_days, months) == ("*", "*")
        if (day.weekday() + 1) % 7 in field(week, 0, 6):
            for hour in field(hours, 0, 23):
                for minute in field(minutes, 0, 59):
                    yield day.replace(hour=hour, minute=minute)


def all_runs(folder, days=380):
    first = START.replace(hour=0)
    expressions = crons(folder)
    return sorted({moment for number in range(days) for moment in runs(expressions, first + number * DAY)})


CASES = {
    "Berlin": {},
    "New York, late": {"zone": "America/New_York", "time": '"22:45"'},
    "Sydney, weekdays, a day ahead": {"zone": "Australia/Sydney", "time": '"06:30"', "weekdays": "mon-fri"},
    "Lord Howe, half an hour": {"zone": "Australia/Lord_Howe", "time": '"08:13"'},
    "Kathmandu": {"zone": "Asia/Kathmandu", "time": '"09:00"'},
    "in the gap": {"time": '"02:30"'},
    "on a full hour less two": {"time": '"11:58"'},
    "one weekday, over midnight": {"zone": "UTC", "time": '"23:50"', "weekdays": "[sat]"},
}


@pytest.mark.parametrize("keys", CASES.values(), ids=CASES)
def test_a_run_follows_every_slot_within_minutes_and_is_tried_again(folder, keys):
    made(folder, length=365, start="2026-10-19", **keys)
    told = yaml.safe_load(folder.daycast("plan", "walk", "--json", "--now", NOW).out)
    slots = [datetime.fromisoformat(day["utc"]) for day in told]
    moments = all_runs(folder)
    tried = []
    for slot in (slot for slot in slots if slot < START + 365 * DAY):
        after = [moment - slot for moment in moments if timedelta() < moment - slot <= timedelta(minutes=108)]
        minutes = [int(late.total_seconds()) // 60 for late in after]
        assert minutes[0] in (2, 3), slot
        tried.append(minutes)
    assert len(tried) > 50
    assert all({2, 3} & set(tries) and {17, 18} & set(tries) and {47, 48} & set(tries) for tries in tried)
    assert all({107, 108} & set(tries) for tries in tried)


@pytest.mark.parametrize("keys", CASES.values(), ids=CASES)
def test_no_run_falls_on_the_full_or_the_half_hour(folder, keys):
    made(folder, **keys)
    assert {int(cron.split()[0]) % 30 for cron in crons(folder)} & {0} == set()


def test_runs_are_five_minutes_apart_as_github_wants_it(folder):
    moments = all_runs(made(folder))
    assert min(later - earlier for earlier, later in pairwise(moments)) >= timedelta(minutes=5)


def test_lines_are_few_and_say_what_they_are(folder):
    made(folder)
    assert crons(folder) == ["2 7,8 * * *", "17 7,8 * * *", "47 7-9 * * *"]
    assert "    # walk: 09:00 Europe/Berlin (07:00 or 08:00 UTC)\n" in folder.read(FILE)


def test_weekdays_are_kept_to(folder):
    made(folder, weekdays="mon-fri")
    assert {cron.split()[4] for cron in crons(folder)} == {"1-5"}
    assert "# walk: 09:00 Europe/Berlin (07:00 or 08:00 UTC), mon-fri\n" in folder.read(FILE)


def test_a_weekday_here_may_be_another_one_in_utc(folder):
    made(folder, zone="Australia/Sydney", time='"06:30"', weekdays="[mon]")
    assert {cron.split()[4] for cron in crons(folder)} == {"0"}


def test_series_at_one_time_share_their_lines(walks):
    walks.write(
        {"series/second/_index.md": INDEX.replace("id: walk", "id: second"), "series/second/day-01.md": entry(1)}
    )
    walks.daycast("init", ".", "--github", "--now", NOW)
    assert crons(walks) == ["2 7,8 * * *", "17 7,8 * * *", "47 7-9 * * *"]
    text = walks.read(FILE)
    assert text.index("# second: 09:00") < text.index("# walks: 09:00") < text.index("cron")


def test_an_entry_with_a_date_of_its_own_has_runs_of_its_own(walks):
    walks.write({"series/walks/day-05.md": entry(5, extra="date: 2026-10-28 18:30\n")})
    walks.daycast("init", ".", "--github", "--now", NOW)
    slot = datetime(2026, 10, 28, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert slot + timedelta(minutes=2) in all_runs(walks)
    assert "# walks: entries with a date of their own\n" in walks.read(FILE)


def test_without_any_time_it_looks_every_hour(folder):
    folder.write({"daycast.toml": "", "series/walk/_index.md": "---\ntitle: Walks\n---\n"})
    assert folder.daycast("init", ".", "--github", "--now", NOW).code == 0
    assert crons(folder) == ["23 * * * *"]


def test_the_workflow_holds_what_two_runs_need_to_stay_apart(walks):
    walks.daycast("init", ".", "--github", "--now", NOW)
    told = workflow(walks)
    assert told["concurrency"] == {"group": "daycast", "cancel-in-progress": False}
    assert told["permissions"] == {"contents": "write"}
    assert "workflow_dispatch" in told["on"]
    assert told["on"]["push"] == {
        "branches": ["main"],
        "paths": ["series/**", "!series/**/receipts.jsonl", "templates/**", "daycast.toml"],
    }
    job = told["jobs"]["publish"]
    [checkout] = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"fetch-depth": 0}
    assert job["env"] == {"DAYCAST_RUNNER": "github"}
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [command for command in commands if command.startswith(("pip", "daycast"))] == [
        "pip install daycast",
        "daycast build --deploy",
        "daycast publish due",
    ]


def test_only_the_step_that_publishes_has_the_tokens_of_the_accounts_in_use(walks):
    walks.write({"daycast.toml": '[channels.acme]\ntype = "linkedin"\n[channels.spare]\ntype = "linkedin"\n'})
    walks.write({"series/walks/_index.md": INDEX.replace("---\nA", "channels: [blog, linkedin, acme]\n---\nA")})
    walks.daycast("init", ".", "--github", "--now", NOW)
    steps = workflow(walks)["jobs"]["publish"]["steps"]
    assert [step["env"] for step in steps if "env" in step] == [
        {
            "DAYCAST_ACME_TOKEN": "${{ secrets.DAYCAST_ACME_TOKEN }}",
            "DAYCAST_LINKEDIN_TOKEN": "${{ secrets.DAYCAST_LINKEDIN_TOKEN }}",
        }
    ]


# ── projects, new and old ────────────────────────────────────────────────────────────────────────


def test_a_new_project_comes_with_the_workflow_and_the_settings_it_needs(folder):
    ran = folder.daycast("init", "blog", "--github", "--time", "07:45", "--zone", "Europe/Berlin", "--now", NOW)
    blog = folder.inside("blog")
    assert ran.code == 0
    assert f"blog/{FILE}\n" in ran.out
    settings = tomllib.loads(blog.read("daycast.toml"))
    assert settings["publish"] == {"from": "HEAD"}
    assert settings["journal"]["sync"].endswith(" && git push -q")
    assert "pull" not in settings["journal"]["sync"]
    assert crons(blog) == ["2 6,7 * * *", "32 6-8 * * *", "47 5,6 * * *"]
    assert "[publish] from" not in ran.out
    assert blog.daycast("check").code == 0


def test_without_the_option_there_is_no_workflow_and_nothing_is_set(folder):
    folder.daycast("init", "blog", "--now", NOW)
    assert not (folder.path / "blog" / FILE).exists()
    assert "journal" not in {key for key, value in tomllib.loads(folder.read("blog/daycast.toml")).items() if value}


def test_a_project_that_is_there_gets_the_workflow_and_is_told_what_it_lacks(walks):
    before = {path: path.read_bytes() for path in walks.path.rglob("*") if path.is_file()}
    ran = walks.daycast("init", ".", "--github", "--now", NOW)
    after = {path: path.read_bytes() for path in walks.path.rglob("*") if path.is_file()}
    assert ran.code == 0
    assert {path.relative_to(walks.path).as_posix() for path in after.keys() - before.keys()} == {FILE}
    assert {path: after[path] for path in before} == before
    assert '[publish] from = "HEAD"' in ran.out
    assert '[journal] sync = "git add series/*/receipts.jsonl && ' in ran.out
    assert "series/**/receipts.jsonl merge=union" in ran.out


def test_what_is_set_already_is_not_asked_for(walks):
    more = '\n[deploy]\ncommand = "true"\n[publish]\nfrom = "HEAD"\n[journal]\nsync = "git push"\n'
    walks.write({"daycast.toml": walks.read("daycast.toml") + more})
    walks.write({".gitattributes": "series/**/receipts.jsonl merge=union\n"})
    ran = walks.daycast("init", ".", "--github", "--now", NOW)
    assert "daycast.toml" not in ran.out
    assert "gitattributes" not in ran.out


def test_a_workflow_that_is_there_stays_as_it_is(walks):
    walks.write({FILE: "mine\n"})
    ran = walks.daycast("init", ".", "--github", "--now", NOW)
    assert ran.code == 2
    assert "is there already and stays as it is" in ran.err
    assert walks.read(FILE) == "mine\n"


def test_a_new_project_leaves_a_workflow_that_is_there(folder):
    folder.write({f"blog/{FILE}": "mine\n"})
    ran = folder.daycast("init", "blog", "--github", "--now", NOW)
    assert ran.code == 0
    assert f"{FILE} is yours and stays as it is" in ran.out
    assert folder.read(f"blog/{FILE}") == "mine\n"


def test_options_of_a_new_project_are_refused_in_one_that_is_there(walks):
    ran = walks.daycast("init", ".", "--github", "--title", "Runs")
    assert ran.code == 2
    assert "--title is for new ones" in ran.err
    assert not (walks.path / FILE).exists()


def test_a_project_inside_a_larger_repository_is_told_that_github_would_not_look_there(walks):
    subprocess.run(["git", "init", "--quiet"], cwd=walks.path, check=True)
    walks.write({"blog/daycast.toml": ""})
    ran = walks.daycast("init", "blog", "--github")
    assert ran.code == 2
    assert "GitHub looks for workflows at its top only" in ran.err


# ── build --deploy, which the workflow calls ─────────────────────────────────────────────────────


def deployed_by(walks, command, more=""):
    walks.write({"daycast.toml": walks.read("daycast.toml") + f"\n[deploy]\ncommand = {command}\n{more}"})
    return walks.daycast("build", "--deploy", "--now", "2026-10-21T12:00:00Z")


def test_build_brings_the_site_online_each_time_it_is_told_to(walks):
    first = deployed_by(walks, "'''cp \"$DAYCAST_SITE/index.html\" . && echo once >> times'''")
    second = walks.daycast("build", "--deploy", "--now", "2026-10-21T12:00:00Z")
    assert (first.code, second.code) == (0, 0)
    assert walks.read("times") == "once\n" * 2
    assert walks.read("index.html") == walks.read("output/site/index.html")


def test_a_deploy_that_fails_is_told(walks):
    ran = deployed_by(walks, "'echo no route to the host; exit 3'")
    assert ran.code == 1
    assert "failed with exit code 3: no route to the host" in ran.err


def test_a_deploy_needs_its_command(walks):
    ran = walks.daycast("build", "--deploy")
    assert ran.code == 2
    assert "set [deploy] target or command" in ran.err


@pytest.mark.parametrize("why", ["paused", "another runner"])
def test_nothing_is_deployed_where_nothing_may_be_sent(walks, why, monkeypatch):
    monkeypatch.delenv("DAYCAST_RUNNER", raising=False)
    if why == "paused":
        walks.write({"PAUSE": ""})
    ran = deployed_by(walks, "'touch deployed'", "" if why == "paused" else '\n[publish]\nrunner = "github"\n')
    assert ran.code == 1
    assert not (walks.path / "deployed").exists()


# ── what docs/howto/run-it.md shows ──────────────────────────────────────────────────────────────


def guide():
    return (Path(__file__).parents[2] / "docs/howto/run-it.md").read_text(encoding="utf-8")


def test_the_guide_shows_the_command_that_init_writes():
    shown = guide().partition("## Receipts in git")[2].partition("```toml\n")[2].partition("```")[0]
    assert tomllib.loads(shown)["journal"]["sync"] == SYNC


def test_the_guides_deploy_to_a_branch_leaves_the_site_there_and_the_checkout_alone(walks, monkeypatch):
    def git(*words, cwd=walks.path):
        return subprocess.run(["git", *words], cwd=cwd, check=True, capture_output=True, text=True).stdout

    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "m")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "m@example.org")
    walks.write({"deploy.sh": guide().partition("```bash\n")[2].partition("```")[0], ".gitignore": "/output/\n"})
    walks.write({"daycast.toml": walks.read("daycast.toml") + '\n[deploy]\ncommand = "sh deploy.sh"\n'})
    git("init", "--quiet", "--bare", "remote.git")
    git("init", "--quiet", "--initial-branch=main")
    git("remote", "add", "origin", "./remote.git")
    before = git("status", "--porcelain")
    for _ in range(2):
        assert walks.daycast("build", "--deploy", "--now", "2026-10-21T12:00:00Z").code == 0
    names = git("ls-tree", "-r", "--name-only", "gh-pages", cwd=walks.path / "remote.git").splitlines()
    assert names == sorted(walks.site())
    assert git("status", "--porcelain").replace("?? .daycast/\n", "") == before
