"""Channels are found as plug-ins, ours by the same door, and get the options they declare."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import config
from pipeline.channels.contract import Context
from pipeline.channels.registry import GROUP, installed, open_channels
from pipeline.config import PLACEHOLDER_URL, Config, Site
from pipeline.errors import ConfigError, PluginError
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import edition
from pipeline.render.templates import Templates, built_in

ROOT = Path(__file__).parents[2]
PIGEON = """\
from dataclasses import dataclass
from typing import Literal

@dataclass(frozen=True, kw_only=True)
class Options:
    loft: str
    speed: float = 60.0
    rings: tuple[str, ...] = ()
    colour: Literal["grey", "white"] = "grey"
    homing: bool = True
    birds: int | None = None

class Pigeon:
    Options = Options
    idempotent = False
    def __init__(self, setup, options):
        self.name, self.setup, self.options = setup.name, setup, options

class Plain:
    idempotent = True
    def __init__(self, setup):
        self.name, self.setup = setup.name, setup
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install packages that bring channels, as pip would lay them out."""

    def make(package: str, **points: str) -> None:
        home = tmp_path / "packages"
        info = home / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (home / "pigeon_post.py").write_text(PIGEON)
        (home / "broken_post.py").write_text("raise RuntimeError('no loft')")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "".join(f"{name} = {target}\n" for name, target in points.items())
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}")
        monkeypatch.syspath_prepend(str(home))

    return make


def settings(text: str = "") -> Config:
    return config.parse(tomllib.loads(text), source="daycast.toml")


def opened(tmp_path, text: str, *names: str):
    return open_channels(tmp_path, settings(text), names, {"DAYCAST_POST_TOKEN": "t-0-k-e-n"})


def test_ours_are_declared_and_can_be_loaded():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"][GROUP]
    social = ["bluesky", "command", "forem", "linkedin", "mail", "mastodon", "webhook", "wordpress"]
    assert sorted(declared) == sorted(["blog", "rss", *social])
    for target in declared.values():
        module, _, name = target.partition(":")
        assert isinstance(getattr(import_module(module), name).idempotent, bool)


def test_a_channel_gets_its_options_typed_and_its_own_secret(tmp_path, install):
    install("pigeon-post", pigeon="pigeon_post:Pigeon")
    table = '[channels.post]\ntype = "pigeon"\nloft = "roof"\nrings = ["a", "b"]\nspeed = 70\nbirds = 2'
    channel = opened(tmp_path, table, "post")["post"]
    assert channel.name == "post"
    assert (channel.options.loft, channel.options.rings, channel.options.speed) == ("roof", ("a", "b"), 70)
    assert channel.setup.secret() == "t-0-k-e-n"


def test_a_name_without_a_table_is_its_own_type(tmp_path, install):
    install("pigeon-post", plain="pigeon_post:Plain")
    assert list(opened(tmp_path, "", "plain", "plain")) == ["plain"]


WRONG = {
    "unknown": ('loft = "x"\nwing = 1', "has an unknown key 'wing'; allowed: type, loft, speed"),
    "missing": ("", "needs a key 'loft': text in quotes"),
    "text": ("loft = 3", "loft is 3, expected text in quotes"),
    "number": ('loft = "x"\nspeed = "fast"', "speed is 'fast', expected a number"),
    "whole number": ('loft = "x"\nbirds = true', "birds is True, expected a whole number"),
    "list": ('loft = "x"\nrings = "a"', "rings is 'a', expected a list, each text in quotes"),
    "items": ('loft = "x"\nrings = [1]', "expected a list, each text in quotes"),
    "choice": ('loft = "x"\ncolour = "red"', "colour is 'red', expected one of grey, white"),
    "switch": ('loft = "x"\nhoming = 1', "homing is 1, expected true or false"),
}


@pytest.mark.parametrize("case", WRONG)
def test_options_that_a_channel_does_not_take_are_named_with_what_it_takes(case, tmp_path, install):
    install("pigeon-post", pigeon="pigeon_post:Pigeon")
    lines, sentence = WRONG[case]
    with pytest.raises(ConfigError) as raised:
        opened(tmp_path, f'[channels.post]\ntype = "pigeon"\n{lines}', "post")
    assert sentence in str(raised.value)
    assert str(raised.value).startswith("daycast.toml: [channels.post] ")


def test_every_wrong_option_is_told_at_once(tmp_path, install):
    install("pigeon-post", pigeon="pigeon_post:Pigeon")
    with pytest.raises(ConfigError) as raised:
        opened(tmp_path, '[channels.post]\ntype = "pigeon"\nwing = 1\nspeed = "x"', "post")
    assert len(str(raised.value).splitlines()) == 3


def test_a_channel_without_options_takes_none(tmp_path, install):
    install("pigeon-post", plain="pigeon_post:Plain")
    with pytest.raises(ConfigError, match=r"\[channels\.plain\] has an unknown key 'a'; allowed: type"):
        opened(tmp_path, "[channels.plain]\na = 1", "plain")


def test_a_type_that_is_not_installed_is_named_with_those_that_are(tmp_path, install):
    install("pigeon-post", pigeon="pigeon_post:Pigeon")
    with pytest.raises(ConfigError, match=r"^no channel named 'semaphore' is installed; there are: .*pigeon"):
        opened(tmp_path, "", "semaphore")
    with pytest.raises(ConfigError, match=r"^no channel named 'linkdin' is installed; is 'linkedin' meant\?"):
        opened(tmp_path, "", "linkdin")


def test_two_packages_with_one_name_are_an_error(install):
    install("pigeon-post", pigeon="pigeon_post:Pigeon")
    install("another-post", pigeon="pigeon_post:Plain")
    with pytest.raises(PluginError, match=r"a channel named 'pigeon': .*; uninstall one of them"):
        installed()


@pytest.mark.parametrize("target", ["broken_post:Post", "pigeon_post:Nothing", "no_such_module:Post"])
def test_a_channel_that_cannot_be_loaded_is_named_with_its_package(target, tmp_path, install):
    install("pigeon-post", pigeon=target)
    with pytest.raises(PluginError, match=r"the channel 'pigeon' of pigeon-post 1\.0 cannot be loaded: "):
        opened(tmp_path, "", "pigeon")


# ── the site's own ───────────────────────────────────────────────────────────────────────────────


def context(*, url: str = "https://walks.example", channels: tuple[str, ...] = ("blog", "rss"), **changes) -> Context:
    entry = Entry(
        **{
            "path": "series/walks/day-02.md",
            "series": "walks",
            "day": 2,
            "slug": "day-02",
            "title": "T",
            "body": "B",
            **changes,
        }
    )
    series = Series(
        slug="walks", id="w", title="Walks", path="series/walks/_index.md", entries=(entry,), channels=channels,
        cadence=Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC"),
    )  # fmt: skip
    settings = Config(site=Site(url=url))
    made = edition([series], settings.site, datetime(2026, 10, 21, tzinfo=UTC))
    return Context(
        posted=made.posted[entry.path],
        edition=made,
        root=ROOT,
        config=settings,
        templates=Templates([built_in()]),
        summary="",
    )


@pytest.fixture
def site(tmp_path, install):
    install("site-channels", page="pipeline.channels.site:Blog", feed="pipeline.channels.site:Rss")
    return open_channels(tmp_path, settings(), ["page", "feed"], {})


def test_an_entry_is_at_its_page_and_in_the_feed_of_its_series(site):
    assert site["page"].address(context()) == "https://walks.example/walks/day-02/"
    assert site["feed"].address(context()) == "https://walks.example/walks/feed.xml"


def test_without_an_address_of_the_site_an_entry_has_none(site):
    nowhere = context(url=PLACEHOLDER_URL)
    assert site["page"].address(nowhere) is site["feed"].address(nowhere) is None
    assert site["page"].render(nowhere).body == b""


def test_an_entry_that_goes_to_no_blog_has_no_page(site):
    assert site["page"].address(context(channels=("rss",))) is None


@pytest.mark.parametrize("changes", [{"title": "Other"}, {"body": "Other"}])
def test_another_text_is_another_artifact(site, changes):
    made = site["page"].render(context())
    assert site["page"].render(context()) == made
    assert site["page"].render(context(**changes)).digest != made.digest


def test_publishing_says_where_it_is(site):
    assert site["page"].idempotent
    made = site["page"].render(context())
    assert site["page"].publish(made, key="w/day-02/blog").url == "https://walks.example/walks/day-02/"
