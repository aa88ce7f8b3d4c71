"""daycast.toml: typed, and every wrong key named with what is allowed."""

import pytest

from pipeline.config import Config, find_root, load, parse
from pipeline.errors import ConfigError
from pipeline.model import Mention


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
    "unknown table": ({"sit": {}}, "unknown key 'sit'; allowed: site, feed, channels, categories"),
    "unknown key": ({"site": {"titel": "x"}}, r"\[site\] has an unknown key 'titel'; allowed: title, url"),
    "unknown channel": ({"channels": {"linkdin": {}}}, "unknown key 'linkdin'; allowed: linkedin"),
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
