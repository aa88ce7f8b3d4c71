"""daycast.toml: typed, and every wrong key named with what is allowed."""

from datetime import timedelta

import pytest

from pipeline.config import Config, find_root, load, parse
from pipeline.errors import ConfigError
from pipeline.model import Mention
from pipeline.wallclock import span


def test_nothing_is_needed(tmp_path):
    assert load(tmp_path) == Config()


def test_daycast_toml_is_read(tmp_path):
    (tmp_path / "daycast.toml").write_text('[site]\ntitle = "T"\nurl = "https://example.org/blog/"\n')
    site = load(tmp_path).site
    assert (site.title, site.url, site.base_path) == ("T", "https://example.org/blog", "/blog")


def test_a_pyproject_will_do(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.daycast.site]\ntitle = "P"\n')
    assert load(tmp_path).site.title == "P"


def test_mentions_are_found_by_their_vanity_name():
    table = {"channels": {"linkedin": {"mentions": {"Acme": {"name": "Acme", "urn": "urn:li:organization:7"}}}}}
    assert parse(table, source="x").linkedin.mentions == {"acme": Mention(name="Acme", urn="urn:li:organization:7")}


WRONG = {
    "unknown table": ({"sit": {}}, "unknown key 'sit'; allowed: site, feed, channels, ledger"),
    "unknown key": ({"site": {"titel": "x"}}, r"\[site\] has an unknown key 'titel'; allowed: title, url"),
    "unknown channel": ({"channels": {"linkdin": {}}}, "is of the type 'linkdin'; is 'linkedin' meant"),
    "not a table": ({"site": 3}, r"\[site\] is not a table"),
    "not text": ({"site": {"title": 3}}, "expected text in quotes"),
    "no address": ({"site": {"url": "example.org"}}, "expected an address such as https://example.org"),
    "unknown zone": ({"site": {"zone": "Europe/Atlantis"}}, "zone is 'Europe/Atlantis', expected an IANA name"),
    "permalink without slug": ({"site": {"permalink": "/{series}/"}}, "all entries share one address"),
    "permalink that leads out": ({"site": {"permalink": "/../{slug}/"}}, "expected a path"),
    "limit of nothing": ({"channels": {"linkedin": {"limit": 0}}}, "expected a whole number from 1"),
    "limit as true": ({"channels": {"linkedin": {"limit": True}}}, "expected a whole number from 1"),
    "unknown choice": ({"channels": {"linkedin": {"long": "cut"}}}, "expected one of error, summary"),
    "escape_urls as text": ({"channels": {"linkedin": {"escape_urls": "no"}}}, "expected true or false"),
    "mention without urn": ({"channels": {"linkedin": {"mentions": {"a": {"name": "A"}}}}}, "urn:li:organization"),
    "author of another kind": ({"channels": {"linkedin": {"author": "me"}}}, "expected urn:li:person"),
    "authority without a year": ({"feed": {"authority": "example.org"}}, "expected a host and a year"),
    "channel that is no table": ({"channels": {"acme": 3}}, r"\[channels.acme\] is not a table"),
    "channel of a bad name": ({"channels": {"A B": {}}}, "is no name for a channel"),
    "channel of no type": ({"channels": {"acme": {"type": 3}}}, "expected a channel's name in quotes"),
    "version that is no month": ({"channels": {"linkedin": {"version": "2026"}}}, "such as '202609'"),
    "key of an account": (
        {"channels": {"acme": {"type": "linkedin", "linit": 1}}},
        r"\[channels.acme\] has an unknown",
    ),
    "account of a name that is taken": ({"channels": {"site": {"type": "linkedin"}}}, "is no name for an account"),
    "unknown policy": ({"deploy": {"live_policy": "hope"}}, "expected one of wait, post"),
    "length of time": ({"deploy": {"live_timeout": "soon"}}, "expected a length of time"),
    "empty command": ({"deploy": {"command": []}}, "expected a command"),
    "unknown source": ({"publish": {"from": "HEAD~1"}}, "expected one of worktree, HEAD"),
    "key of publish": ({"publish": {"source": "HEAD"}}, "unknown key 'source'; allowed: runner, from"),
    "webhook without scheme": ({"notify": {"webhook": "example.org"}}, "expected an address such as"),
    "mail to nobody": ({"notify": {"email": "me"}}, "such as me@example.org"),
    "mail server": ({"notify": {"smtp": "a b"}}, "expected host and port"),
    "category without a name": ({"categories": {"82": 82}}, "expected a name in quotes"),
}


@pytest.mark.parametrize(("table", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_named_with_what_is_allowed(table, sentence):
    with pytest.raises(ConfigError, match=sentence):
        parse(table, source="daycast.toml")


def test_all_wrong_settings_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        parse({"site": {"titel": "x", "url": "y"}, "feed": {"limit": "z"}}, source="daycast.toml")
    assert len(str(caught.value).splitlines()) == 3


def test_broken_toml_is_a_sentence_with_a_line(tmp_path):
    (tmp_path / "daycast.toml").write_text("[site\n")
    with pytest.raises(ConfigError, match=r"daycast.toml: not valid TOML: .*line 1"):
        load(tmp_path)


def test_the_root_is_found_from_a_folder_inside(tmp_path):
    (tmp_path / "daycast.toml").touch()
    (tmp_path / "series/x").mkdir(parents=True)
    assert find_root(tmp_path / "series/x") == tmp_path


def test_a_folder_with_series_alone_is_a_project(tmp_path):
    (tmp_path / "series").mkdir()
    assert find_root(tmp_path) == tmp_path


def test_a_second_account_has_settings_of_its_own():
    table = {"channels": {"acme": {"type": "linkedin", "limit": 2000}, "linkedin": {"limit": 2500}}}
    found = parse(table, source="x")
    assert {name: account.limit for name, account in found.accounts.items()} == {"linkedin": 2500, "acme": 2000}


def test_a_channel_that_is_installed_elsewhere_keeps_its_table():
    found = parse({"channels": {"pigeon": {"loft": 3}}}, source="x")
    assert (found.channels["pigeon"].type, found.channels["pigeon"].options) == ("pigeon", {"loft": 3})


def test_what_publishing_needs_is_read():
    table = {
        "ledger": {"url": "sqlite:////var/lib/daycast/ledger.db"},
        "publish": {"runner": "ci", "from": "HEAD"},
        "deploy": {"command": ["rsync", "-a", "x"], "live_timeout": "90s", "live_policy": "post"},
        "journal": {"sync": "git push"},
        "notify": {"command": "notify-send", "email": "me@example.org", "smtp": "mail.example.org:587"},
    }
    found = parse(table, source="x")
    assert found.ledger.url == "sqlite:////var/lib/daycast/ledger.db"
    assert (found.publish.runner, found.publish.source) == ("ci", "HEAD")
    assert found.deploy.command == ("rsync", "-a", "x")
    assert (found.deploy.live_timeout, found.deploy.live_policy) == (timedelta(seconds=90), "post")
    assert (found.journal.sync, found.notify.command) == ("git push", "notify-send")


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", timedelta(seconds=90)), ("10m", timedelta(minutes=10)), ("2 h", timedelta(hours=2)), ("0", timedelta())],
)
def test_lengths_of_time_are_read(text, length):
    assert span(text) == length


@pytest.mark.parametrize("text", ["", "m", "10", "-1m", "1.5h", "1w", "9999999m", "٣m"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="is no length of time"):
        span(text)
