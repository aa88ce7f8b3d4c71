"""Where tokens are found and kept, and that they are not seen."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import stat
import sys
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from pipeline.errors import ConfigError
from pipeline.secrets import Redacting, file_of, redact, remember, secret, store

CANARY = "AQV-canary/0123+456789=abcdef"
OTHER = "another-token"
ENDS = datetime(2027, 1, 22, 9, tzinfo=UTC)


def read(env):
    found = secret("linkedin", env=env).read()
    assert found is not None
    return found


@pytest.fixture
def env(tmp_path):
    """An environment whose only home is this test's."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def kept(env, name="linkedin", **changes):
    given = {"token": CANARY, "expires_at": ENDS, "author": "urn:li:person:a", "scope": "openid profile"}
    return store(name, **{**given, **changes}, env=env)


def test_the_environment_comes_first(env):
    kept(env)
    found = read({**env, "DAYCAST_LINKEDIN_TOKEN": " other-token \n"})
    assert (found.token, found.source) == ("other-token", "environment")


def test_an_instance_has_its_own_variable():
    assert secret("acme-inc", env={"DAYCAST_ACME_INC_TOKEN": CANARY})() == CANARY


def test_what_is_stored_is_found_with_all_that_is_known_of_it(env):
    where = kept(env)
    found = read(env)
    assert where == str(file_of("linkedin", env))
    assert (found.token, found.expires_at, found.author, found.scope, found.source) == (
        CANARY,
        ENDS,
        "urn:li:person:a",
        "openid profile",
        "file",
    )


def test_without_a_token_anywhere_there_is_none(env):
    assert secret("linkedin", env=env)() is None
    assert secret("linkedin", env={})() is None


def test_a_token_stored_again_replaces_the_first_and_leaves_nothing_beside_it(env):
    kept(env)
    kept(env, token=OTHER)
    assert secret("linkedin", env=env)() == OTHER
    assert [path.name for path in file_of("linkedin", env).parent.iterdir()] == ["linkedin.json"]


def test_a_token_is_read_anew_each_time(env):
    reader = secret("linkedin", env=env)
    assert reader() is None
    kept(env)
    assert reader() == CANARY


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o177, 0o777])
def test_files_are_0600_in_0700_whatever_the_umask(env, umask):
    (file_of("linkedin", env).parent.parent).mkdir(parents=True)
    old = os.umask(umask)
    try:
        kept(env)
    finally:
        os.umask(old)
    path = file_of("linkedin", env)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_is_open_to_others_is_refused_with_the_remedy(env, mode):
    kept(env)
    path = file_of("linkedin", env)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=rf"mode {mode:04o}\): run 'chmod 600 {path}'") as raised:
        secret("linkedin", env=env)()
    assert CANARY not in str(raised.value)


def test_a_folder_that_is_open_to_others_is_refused_to_read_and_to_write(env):
    kept(env)
    folder = file_of("linkedin", env).parent
    folder.chmod(0o750)
    for step in (secret("linkedin", env=env), lambda: kept(env)):
        with pytest.raises(ConfigError, match=f"run 'chmod 700 {folder}'"):
            step()


def test_a_link_to_a_token_elsewhere_is_not_followed(env, tmp_path):
    kept(env)
    path = file_of("linkedin", env)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        secret("linkedin", env=env)()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"token": ""}', '{"token": 3}', '{"token": "x", "expires_at": "soon"}']
)
def test_a_damaged_file_is_named_and_nothing_in_it_told(env, text):
    kept(env)
    file_of("linkedin", env).write_text(text)
    with pytest.raises(
        ConfigError, match=r"linkedin\.json: holds no token; make it anew with 'daycast login linkedin'"
    ):
        secret("linkedin", env=env)()


@pytest.mark.parametrize("name", ["../linkedin", "a/b", "", "Linkedin", "."])
def test_a_name_leads_to_no_other_folder(env, name):
    with pytest.raises(ConfigError, match="is no name of a channel"):
        file_of(name, env)


def test_a_relative_config_folder_is_ignored(tmp_path):
    path = file_of("linkedin", {"XDG_CONFIG_HOME": "config", "HOME": str(tmp_path)})
    assert path == tmp_path / ".config/daycast/linkedin.json"


def test_without_a_home_a_token_cannot_be_kept():
    with pytest.raises(ConfigError, match="DAYCAST_LINKEDIN_TOKEN"):
        kept({})


# ── the keyring, an optional package ─────────────────────────────────────────────────────────────

KEYRING = """\
import json, os, pathlib
PATH = pathlib.Path(os.environ["KEYRING_FILE"])
def _all():
    return json.loads(PATH.read_text()) if PATH.exists() else {}
def get_password(service, name):
    return _all().get(service + "/" + name)
def set_password(service, name, text):
    held = {**_all(), service + "/" + name: text}
    PATH.write_text(json.dumps(held))
"""
BROKEN = """\
def get_password(service, name):
    raise RuntimeError("no daemon")
set_password = get_password
"""


@pytest.fixture
def keyring(tmp_path, monkeypatch):
    def install(source):
        (tmp_path / "packages").mkdir()
        (tmp_path / "packages/keyring.py").write_text(source)
        monkeypatch.setenv("KEYRING_FILE", str(tmp_path / "keyring.json"))
        monkeypatch.syspath_prepend(str(tmp_path / "packages"))
        monkeypatch.delitem(sys.modules, "keyring", raising=False)

    yield install
    sys.modules.pop("keyring", None)


def test_a_keyring_keeps_the_token_where_there_is_one(env, keyring):
    keyring(KEYRING)
    assert kept(env) == "the keyring"
    found = read(env)
    assert (found.token, found.expires_at, found.source) == (CANARY, ENDS, "keyring")
    assert not file_of("linkedin", env).exists()


def test_a_bare_token_in_a_keyring_is_one_too(env, keyring, tmp_path):
    keyring(KEYRING)
    (tmp_path / "keyring.json").write_text(json.dumps({"daycast/linkedin": f"{CANARY}\n"}))
    assert secret("linkedin", env=env)() == CANARY


def test_a_keyring_that_fails_leaves_the_file(env, keyring):
    keyring(BROKEN)
    assert kept(env) == str(file_of("linkedin", env))
    assert read(env).source == "file"


# ── nothing is seen ──────────────────────────────────────────────────────────────────────────────


def test_a_repr_shows_no_token(env):
    kept(env)
    reader = secret("linkedin", env={**env, "DAYCAST_LINKEDIN_TOKEN": CANARY})
    assert repr(reader) == f"{reader}" == "***"
    assert CANARY not in repr(reader.read())


FORMS = {
    "raw": CANARY,
    "quoted": quote(CANARY, safe=""),
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "url-safe base64": base64.urlsafe_b64encode(CANARY.encode()).decode(),
    "basic authentication": base64.b64encode(f"me:{CANARY}".encode()).decode(),
    "one byte on": base64.b64encode(f"a{CANARY}bc".encode()).decode(),
    "two bytes on": base64.b64encode(f"ab{CANARY}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_was_read_is_masked_in_every_form(form):
    secret("linkedin", env={"DAYCAST_LINKEDIN_TOKEN": CANARY})()
    told = redact(f"x {FORMS[form]} y")
    whole = base64.b64encode(CANARY.encode()).decode()
    assert "***" in told
    assert CANARY not in told
    assert whole[4:-4] not in told
    assert told.startswith("x ")
    assert told.endswith(" y")


def test_a_word_too_short_for_a_secret_is_left_alone():
    remember("post")
    assert redact("a post is out") == "a post is out"


def test_log_lines_and_tracebacks_hold_no_secret():
    remember(CANARY)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redacting())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("test_secrets")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        int(f"bad header Bearer {CANARY}")
    except ValueError:
        logger.exception("sent %s to %d", CANARY, 5)
    logger.removeHandler(handler)
    told = stream.getvalue()
    assert CANARY not in told
    assert told.startswith("ERROR sent *** to 5\n")
    assert "bad header Bearer ***" in told


def test_a_record_for_a_formatter_of_its_own_holds_no_secret():
    remember(CANARY)
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, {"token": CANARY}, None, None, sinfo=f"at {CANARY}")
    assert Redacting().filter(record)
    assert CANARY not in json.dumps({key: str(value) for key, value in vars(record).items()})
