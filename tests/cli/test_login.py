"""``daycast login``: a real process, a browser that is this test, and a loopback LinkedIn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.channels.linkedin.callback import listening
from pipeline.errors import ConfigError, NotAuthorizedError
from pipeline.testing.linkedin import FakeLinkedIn

ROOT = Path(__file__).parents[2]
CANARY = "canary-AQX-0123456789"
APP_CANARY = "canary-of-the-app"
LOGIN = "import sys; from pipeline.cli.run import run; sys.exit(run('login', sys.argv[2:], sys.argv[1]))"


class LinkedIn:
    """Gives a token for the code ``good``, and says whose it is."""

    def __init__(self) -> None:
        self.url = ""
        self.member = "me"
        self.forms: list[dict[str, list[str]]] = []

    def answer(self, path: str, form: dict[str, list[str]], authorization: str) -> tuple[int, object]:
        if path == "/oauth/v2/accessToken":
            self.forms.append(form)
            if form["code"] != ["good"]:
                return 400, {"error": "invalid_grant", "error_description": "the code is used"}
            scope = "openid,profile,w_member_social"
            return 200, {"access_token": CANARY, "expires_in": 5184000, "scope": scope}
        if path == "/oauth/v2/introspectToken":
            return 200, {"active": True, "scope": "openid,profile", "expires_at": 1_800_000_000}
        if path == "/v2/userinfo" and authorization == f"Bearer {CANARY}":
            return 200, {"sub": self.member}
        return 401, {"code": "REVOKED_ACCESS_TOKEN"}


@pytest.fixture
def linkedin() -> Iterator[LinkedIn]:
    fake = LinkedIn()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            status, said = fake.answer(self.path, form, self.headers.get("Authorization", ""))
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    for verb in ("GET", "POST"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def project(tmp_path, linkedin):
    lines = [
        "[channels.linkedin]",
        f'api_base = "{linkedin.url}"',
        f'oauth_base = "{linkedin.url}"',
        'client_id = "app-1"',
    ]
    (tmp_path / "daycast.toml").write_text("\n".join(lines) + "\n")
    return tmp_path


def environment(project: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DAYCAST_")}
    return {**kept, "XDG_CONFIG_HOME": str(project / "config"), "PYTHONPATH": str(ROOT), **more}


def token_file(project: Path) -> Path:
    return project / "config/daycast/linkedin.json"


@contextmanager
def login(project: Path, *words: str, secret: str = APP_CANARY):
    """A login under way: the process, and the consent page's address as it printed it."""
    made = subprocess.Popen(
        [sys.executable, "-c", LOGIN, str(project), "--no-browser", "--port", "0", *words],
        env=environment(project, DAYCAST_LINKEDIN_CLIENT_SECRET=secret),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert made.stdout is not None
        made.stdout.readline()
        yield made, made.stdout.readline().strip()
    finally:
        made.kill()
        made.communicate()


def visit(address: str, path: str, *, host: str = "", method: str = "GET") -> int:
    """What the browser does: the status it gets."""
    parts = urlsplit(address)
    connection = HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    connection.request(method, path, headers={"Host": host or parts.netloc})
    status = connection.getresponse().status
    connection.close()
    return status


def query_of(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def test_a_login_keeps_the_token_with_its_end_and_its_owner(project, linkedin):
    with login(project) as (process, url):
        asked = query_of(url)
        assert url.startswith(f"{linkedin.url}/oauth/v2/authorization?")
        assert asked["scope"] == "openid profile w_member_social"
        assert (asked["response_type"], asked["client_id"]) == ("code", "app-1")
        back = asked["redirect_uri"]
        assert back.startswith("http://localhost:")
        assert back.endswith("/callback")
        assert visit(back, f"/callback?code=good&state={asked['state']}") == 200
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    kept = json.loads(token_file(project).read_text())
    assert (kept["token"], kept["author"], kept["scope"]) == (
        CANARY,
        "urn:li:person:me",
        "openid profile w_member_social",
    )
    assert 55 < (datetime.fromisoformat(kept["expires_at"]) - datetime.now(UTC)).days <= 60
    assert "the token of urn:li:person:me is in" in out
    assert 'author = "urn:li:person:me"' in out
    assert linkedin.forms == [
        {
            "grant_type": ["authorization_code"],
            "code": ["good"],
            "redirect_uri": [back],
            "client_id": ["app-1"],
            "client_secret": [APP_CANARY],
        }
    ]
    assert "canary" not in out + err
    assert token_file(project).stat().st_mode & 0o777 == 0o600


def through_the_browser(url: str) -> int:
    """What a browser does with a consent page on which the person decides at once."""
    parts = urlsplit(url)
    connection = HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = connection.getresponse().getheader("Location") or ""
    connection.close()
    return visit(back, back.partition("/callback")[1] + back.partition("/callback")[2])


@pytest.mark.parametrize("consents", [True, False])
def test_a_login_at_a_linkedin_that_keeps_its_rules(consents, tmp_path):
    with FakeLinkedIn(clock=lambda: datetime.now(UTC)) as server:
        server.add_client("app-1", APP_CANARY, member="me")
        server.consents = consents
        table = f'[channels.linkedin]\napi_base = "{server.url}"\noauth_base = "{server.url}"\nclient_id = "app-1"\n'
        (tmp_path / "daycast.toml").write_text(table)
        with login(tmp_path) as (process, url):
            assert through_the_browser(url) == 200
            out, err = process.communicate(timeout=30)
    assert process.returncode == (0 if consents else 1), err
    assert token_file(tmp_path).exists() is consents
    assert ("the token of urn:li:person:me is in" in out) is consents
    assert APP_CANARY not in out + err


def test_only_the_browser_with_this_logins_state_is_heard(project):
    with login(project) as (process, url):
        asked = query_of(url)
        back, state = asked["redirect_uri"], asked["state"]
        good = f"/callback?code=good&state={state}"
        assert visit(back, "/callback?code=good") == 403
        assert visit(back, "/callback?code=good&state=guess") == 403
        assert visit(back, "/callback?code=good&state=%C3%A9") == 403
        assert visit(back, f"/?code=good&state={state}") == 404
        assert visit(back, good, host="evil.example") == 421
        assert visit(back, good, method="POST") == 501
        assert process.poll() is None
        assert visit(back, good) == 200
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_refusal_in_the_browser_is_told_and_nothing_is_kept(project):
    with login(project) as (process, url):
        asked = query_of(url)
        visit(
            asked["redirect_uri"],
            f"/callback?error=user_cancelled_login&error_description=You%20said%20no%0A&state={asked['state']}",
        )
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "LinkedIn says: You said no; start again" in err
    assert not token_file(project).exists()


def test_a_code_that_is_not_taken_is_told_with_the_remedy(project):
    with login(project) as (process, url):
        asked = query_of(url)
        visit(asked["redirect_uri"], f"/callback?code=canary-used&state={asked['state']}")
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "LinkedIn refused (400 invalid_grant: the code is used): log in again" in err
    assert "canary" not in out + err


def test_a_token_of_somebody_else_is_not_kept(project, linkedin):
    linkedin.member = "somebody"
    with (project / "daycast.toml").open("a") as file:
        file.write('author = "urn:li:person:me"\n')
    with login(project) as (process, url):
        asked = query_of(url)
        visit(asked["redirect_uri"], f"/callback?code=good&state={asked['state']}")
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the token is urn:li:person:somebody's" in err
    assert not token_file(project).exists()


def run(project: Path, *words: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOGIN, str(project), *words],
        env=environment(project, **more),
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_token_made_by_hand_is_read_from_standard_input(project):
    ran = run(project, "--token", given=f"{CANARY}\n")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(token_file(project).read_text()) == {
        "token": CANARY,
        "expires_at": None,
        "author": "urn:li:person:me",
        "scope": None,
    }
    assert "canary" not in ran.stdout + ran.stderr


def test_where_the_app_is_known_the_end_of_a_token_made_by_hand_is_too(project):
    ran = run(project, "--token", given=CANARY, DAYCAST_LINKEDIN_CLIENT_SECRET=APP_CANARY)
    assert "it ends on 2027-01-15" in ran.stdout
    assert json.loads(token_file(project).read_text())["expires_at"] == "2027-01-15T08:00:00+00:00"


def test_a_token_that_linkedin_does_not_take_is_not_kept(project):
    ran = run(project, "--token", given="another-token")
    assert ran.returncode == 1
    assert "LinkedIn answered 401 REVOKED_ACCESS_TOKEN" in ran.stderr
    assert not token_file(project).exists()


@pytest.mark.parametrize("given", ["", "\n", "two words", "\x1b[31m"])
def test_what_is_no_token_is_refused(project, given):
    ran = run(project, "--token", given=given)
    assert ran.returncode == 2
    assert "standard input holds no token" in ran.stderr


def test_a_variable_that_comes_before_the_stored_token_is_named(project):
    ran = run(project, "--token", given=CANARY, DAYCAST_LINKEDIN_TOKEN="elsewhere")
    assert "DAYCAST_LINKEDIN_TOKEN is set, and is used in place of it" in ran.stderr


def test_without_an_app_it_says_where_to_get_one(project):
    ran = run(project)
    assert ran.returncode == 2
    assert "https://www.linkedin.com/developers/apps" in ran.stderr


def test_an_account_that_settings_do_not_have_is_named_with_those_they_have(project):
    ran = run(project, "acme")
    assert ran.returncode == 2
    assert "no account named 'acme' is in the settings; there are: linkedin" in ran.stderr


# ── the port ─────────────────────────────────────────────────────────────────────────────────────


def test_nobody_who_comes_is_told_in_a_sentence():
    with listening(0, "state") as callback, pytest.raises(NotAuthorizedError, match="nobody came back"):
        callback.code(0.05)


def test_a_port_that_is_taken_is_named():
    with listening(0, "state") as callback:
        port = urlsplit(callback.redirect_uri).port or 0
        with pytest.raises(ConfigError, match=f"--port {port}: "), listening(port, "other"):
            pass


def test_a_code_is_taken_once():
    with listening(0, "state") as callback:
        assert callback.take("code=first&state=state")
        assert not callback.take("code=second&state=state")
        assert callback.code(1) == "first"
