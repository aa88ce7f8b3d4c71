"""The channel: an entry as a newsletter, by SMTP to each recipient once, or by a service to a list of theirs.

By SMTP each recipient has a row of its own (``mail.jsonl`` beside the journal, keyed hashes in place of addresses), so
that trying again reaches those whom nothing has reached. A mail whose end got no answer may have arrived: it is not
sent again.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.mail.message import PLACE, message_of
from pipeline.channels.mail.recipients import FILE, Recipient, Rows, recipients_of, sign_of
from pipeline.channels.mail.smtp import (
    Connection,
    LostError,
    RefusedError,
    Security,
    SenderRefusedError,
    TemporaryError,
)
from pipeline.channels.web import (
    Server,
    address_of,
    base_of,
    fingerprint_of,
    language_of,
    needed,
    object_in,
    password_of,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import (
    ChannelError,
    ConfigError,
    LedgerError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    RenderError,
    remedy_of,
)
from pipeline.linkedin_text import compose, plain_of
from pipeline.markdown import uncoloured
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.render.documents import render_document
from pipeline.render.links import Links
from pipeline.render.words import is_rtl
from pipeline.secrets import LOOPBACK, remember, variable

HTML, TEXT = "email.html.j2", "email.txt.j2"
_UNSUBSCRIBE = pattern(r"(?=[!-;=?-~]{9,700}$)(?:https://|mailto:).+")
_NO_WAY_OUT = Finding(
    level="warning",
    code="no-unsubscribe",
    message="its mails name no way to unsubscribe, which mail services and most laws want: "
    'set unsubscribe = "https://…?t={token}" or "mailto:…"',
)
#: Characters of a key.
_SHORTEST_KEY = 16
#: Marks of recipients that a receipt names.
_MOST_NAMED = 5


class MailChannel:
    """An instance of the channel: one list of people."""

    #: Unless its settings say otherwise.
    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.mail]``."""

        #: ``Mara Lindqvist <mara@example.org>``; of the services, theirs counts.
        sender: str = ""
        via: Literal["smtp", "buttondown", "listmonk"] = "smtp"
        #: A file below the project's root (and better outside of git): an address a line.
        recipients: str = "recipients.txt"
        #: ``host:port``.
        smtp: str = "localhost:25"
        security: Security = "starttls"
        user: str | None = None
        #: ``https://…{token}`` or ``mailto:…``.
        unsubscribe: str | None = None
        #: Where listmonk is, and the numbers of its lists.
        service: str = "https://api.buttondown.com"
        lists: tuple[int, ...] = ()
        #: Seconds for one step.
        timeout: int = 30

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError for settings that do not go together."""
        self.name = setup.name
        #: By SMTP, since whoever has been reached is not written to again.
        self.idempotent = options.via == "smtp"
        self._setup = setup
        self._options = options
        where = f"{setup.config.source or 'daycast.toml'}: [channels.{setup.name}]"
        if options.via == "smtp" and "@" not in options.sender:
            raise ConfigError(f'{where} needs a sender: sender = "Mara <mara@example.org>"')
        if options.via == "listmonk" and not options.lists:
            raise ConfigError(f"{where} needs the numbers of listmonk's lists: lists = [1]")
        if options.unsubscribe is not None and _UNSUBSCRIBE.fullmatch(options.unsubscribe) is None:
            raise ConfigError(
                f"{where} unsubscribe is '{options.unsubscribe}', expected https://… or mailto:… "
                "(ASCII, no spaces, at most 700 characters)"
            )
        if options.via == "smtp" and options.security == "none" and options.user is not None:
            host = options.smtp.rpartition(":")[0] or options.smtp
            if host not in LOOPBACK:
                raise ConfigError(
                    f'{where} would send the password of {options.user} unencrypted: use security = "starttls" or "tls"'
                )
        if options.via != "smtp":
            self._base = base_of(setup, "service", options.service)

    def render(self, context: Context) -> Artifact:
        """Subject, HTML with its styles in the elements, and text. Raises RenderError."""
        entry, series = context.posted.entry, context.posted.series
        own = entry.overrides.get(self.name, {})
        rendered = render_document(context.posted, context.edition, context.root, None, uncoloured)
        address = address_of(context)
        links = Links(edition=context.edition, root=context.root, source=entry.path)

        def absolute(dest: str) -> str | None:
            found = links.follow(dest)
            return None if found is None else found.absolute

        told = {
            "title": entry.title,
            "label": series.label_of(entry.day),
            "address": address or "",
            "unsubscribe": PLACE if self._options.unsubscribe is not None and self._options.via == "smtp" else "",
            "language": language_of(context),
            "rtl": is_rtl(language_of(context)),
            "accent": context.config.site.accent,
            "t": context.templates.languages.of(language_of(context)),
        }
        html = _inlined(context.templates.render(HTML, {**told, "html": rendered.document.feed_html}))
        plain = plain_of(compose(entry.body, link=absolute, base=address or context.config.site.url).marked)
        text = context.templates.render(TEXT, {**told, "text": plain.strip()}).strip() + "\n"
        subject = str(own.get("subject") or f"{entry.title} ({series.label_of(entry.day)})")
        mail = {"subject": subject, "html": html, "text": text, "language": language_of(context)}
        body = written({**mail, "folder": series.folder})
        return Artifact(
            media_type="application/json", body=body, text=f"{subject}\n\n{text}", digest=digest_of(written(mail))
        )

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Send it to everybody whom it has not reached."""
        mail = json.loads(artifact.body)
        match self._options.via:
            case "smtp":
                return self._by_smtp(mail, key)
            case "buttondown":
                return self._by_buttondown(mail, key)
            case "listmonk":
                return self._by_listmonk(mail, key)

    @property
    def fingerprint(self) -> str:
        """Differs when the password, the recipients' key or a setting does."""
        key = os.environ.get(variable(self.name, "KEY"), "").strip()
        return fingerprint_of(password_of(self._setup), key, repr(self._options))

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whether the server lets us in, and how many people there are."""
        try:
            if self._options.via == "smtp":
                secret = self._key()
                people = self._people(secret)
                for path in sorted(self._setup.root.glob(f"series/**/{FILE}")):
                    self._same_key(Rows(path, by=sign_of(secret)), path)
                with self._connection():
                    pass
                well = Finding(level="ok", code="smtp", message=f"{len(people)} recipients, and the server answers")
                return (well,) if self._options.unsubscribe is not None else (well, _NO_WAY_OUT)
            asked = "/v1/emails?page=1" if self._options.via == "buttondown" else "/api/lists"
            self._server().ask("GET", asked, action="ask who it is")
        except (ChannelError, LedgerError) as error:
            return (Finding(level="error", code="mail", message=str(error)),)
        return (Finding(level="ok", code="account", message=f"{self._options.via} answers"),)

    def whose(self, mark: str) -> tuple[str, ...]:
        """The addresses whose marks begin so, of the recipients as they are now. Raises ChannelError."""
        if self._options.via != "smtp":
            return ()
        return tuple(one.address for one in self._people(self._key()) if one.mark.startswith(mark.lower()))

    # ── SMTP ─────────────────────────────────────────────────────────────────────────────────────

    def _by_smtp(self, mail: dict[str, str], key: str) -> Receipt:
        secret = self._key()
        people = self._people(secret)
        if not people:
            raise RejectedError(f"{self._options.recipients} names nobody")
        path = self._setup.root / mail["folder"] / FILE
        rows = Rows(path, by=sign_of(secret))
        self._same_key(rows, path)
        left = [one for one in people if rows.state(key, one.mark) is None]
        waiting = 0
        refused: dict[str, str] = {}
        if left:
            with self._connection() as connection:
                for one in left:
                    try:
                        waiting += self._one(connection, rows, one, mail, key, secret)
                    except RefusedError as error:
                        refused[one.mark] = str(error)
                        connection.reset()
        # A server that has taken nothing of it refuses the mail or its sender, not each of these people.
        if refused and not any(rows.state(key, one.mark) in ("sent", "begun") for one in people):
            if waiting:
                raise NotSentError(f"nobody of {len(people)} has it; they are tried again")
            answers = ", ".join(sorted(set(refused.values())))
            raise RejectedError(
                f"the mail server takes it for nobody ({answers}): look at the sender, and what it says"
            )
        for mark in refused:
            rows.note(key, mark, "refused")
        if waiting:
            has = sum(rows.state(key, one.mark) == "sent" for one in people)
            raise NotSentError(f"{has} of {len(people)} have it; the others are tried again")
        return _receipt(people, rows, key)

    def _one(
        self, connection: Connection, rows: Rows, one: Recipient, mail: dict[str, str], key: str, secret: str
    ) -> int:
        """Send to one person; 1 where it has to be tried again. Raises RefusedError, with nothing left in doubt."""
        clock = self._setup.clock
        data = message_of(
            sender=self._options.sender,
            recipient=one,
            subject=mail["subject"],
            html=mail["html"],
            text=mail["text"],
            slot=key,
            key=secret,
            unsubscribe=self._options.unsubscribe,
            language=mail["language"],
            now=clock().astimezone(UTC) if clock is not None else None,
        )
        try:
            connection.send(self._options.sender, one.address, data, begin=lambda: rows.note(key, one.mark, "begun"))
        except TemporaryError:
            if rows.state(key, one.mark) is not None:
                rows.note(key, one.mark, None)
            connection.reset()
            return 1
        except RefusedError:
            if rows.state(key, one.mark) is not None:
                rows.note(key, one.mark, None)
            raise
        except SenderRefusedError as error:
            who = (
                f"the user {self._options.user}"
                if self._options.user is not None
                else "the sender, signed in as nobody"
            )
            raise NotAuthorizedError(f"the mail server does not take mails of {who}: {error}") from error
        except LostError as error:
            raise NotSentError(
                f"the mail server went away: {error}; one mail may have arrived and is not sent again"
            ) from error
        rows.note(key, one.mark, "sent")
        return 0

    def _people(self, secret: str) -> tuple[Recipient, ...]:
        return recipients_of(self._setup.root / Path(self._options.recipients).expanduser(), secret)

    def _connection(self) -> Connection:
        options = self._options
        password = needed(self._setup) if options.user is not None else None
        return Connection(
            options.smtp, security=options.security, user=options.user, password=password, timeout=options.timeout
        )

    def _key(self) -> str:
        name = variable(self.name, "KEY")
        found = os.environ.get(name, "").strip()
        if not found:
            raise NotAuthorizedError(
                f"there is no key for {self.name}'s recipients: set {name} to a long random text, for ever"
            )
        remember(found)
        if len(found) < _SHORTEST_KEY:
            raise NotAuthorizedError(
                f"{name} has {len(found)} characters, of which addresses could be guessed from their marks: "
                f"set it to a random text of {_SHORTEST_KEY} characters or more"
            )
        return found

    def _same_key(self, rows: Rows, path: Path) -> None:
        if rows.others(self.name):
            where = path.relative_to(self._setup.root).as_posix()
            raise NotAuthorizedError(
                f"{variable(self.name, 'KEY')} is another key than the one that {where} was written with, so nobody "
                "can tell who has which mail: set that one again (if it is lost, move the file away; a mail that had "
                "reached only some of its recipients then reaches them again)"
            )

    # ── services ─────────────────────────────────────────────────────────────────────────────────

    def _server(self) -> Server:
        token = needed(self._setup, what="token")
        scheme = "Token" if self._options.via == "buttondown" else "token"
        if self._options.via == "listmonk":
            token = f"{self._options.user or 'api'}:{token}"
        return Server(
            called=self._options.via,
            base=self._base,
            headers={"Authorization": f"{scheme} {token}"},
            timeout=self._options.timeout,
            clock=self._setup.clock,
        )

    def _by_buttondown(self, mail: dict[str, str], key: str) -> Receipt:
        got = self._server().ask(
            "POST",
            "/v1/emails",
            action="publish",
            value={"subject": mail["subject"], "body": mail["html"], "status": "about_to_send"},
            unclear=f"look there, then 'daycast resolve {key} --published URL' or '--retry'",
        )
        found = object_in(got)
        return Receipt(remote_id=text_in(found, "id"), url=text_in(found, "absolute_url"))

    def _by_listmonk(self, mail: dict[str, str], key: str) -> Receipt:
        server = self._server()
        made = server.ask(
            "POST",
            "/api/campaigns",
            action="make a campaign",
            value={
                "name": key,
                "subject": mail["subject"],
                "lists": list(self._options.lists),
                "content_type": "html",
                "body": mail["html"],
                "altbody": mail["text"],
                "type": "regular",
            },
        )
        number = text_in(object_in(made), "data", "id")
        if number is None:
            raise NotSentError("make a campaign: listmonk named none")
        server.ask(
            "PUT",
            f"/api/campaigns/{number}/status",
            action="publish",
            value={"status": "running"},
            unclear=f"look there, then 'daycast resolve {key} --published URL' or '--retry'",
        )
        return Receipt(remote_id=number, url=f"{self._base}/campaigns/{number}")


def _receipt(people: tuple[Recipient, ...], rows: Rows, key: str) -> Receipt:
    states = {
        state: [one.mark for one in people if rows.state(key, one.mark) == state] for state in ("begun", "refused")
    }
    words = {"begun": "may or may not have it", "refused": "cannot be reached"}
    notes = []
    for state, marks in states.items():
        if marks:
            named = ", ".join(marks[:_MOST_NAMED]) + (" and others" if len(marks) > _MOST_NAMED else "")
            notes.append(f"{len(marks)} {words[state]}: {named}")
    reached = len(people) - sum(map(len, states.values()))
    first = next((mark for marks in states.values() for mark in marks), None)
    if first is not None:
        notes.append(f"'daycast doctor --whose {first}' says who that is")
    return Receipt(remote_id=f"{reached} of {len(people)}", url=None, note="; ".join(notes))


def _inlined(html: str) -> str:
    try:
        import css_inline
    except ImportError as error:
        raise RenderError(f"what puts styles into mails is not installed: {remedy_of('mail')}") from error
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False).inline(html)
