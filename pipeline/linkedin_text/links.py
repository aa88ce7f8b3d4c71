"""Decide what a link becomes in a post: its label and its address, one of the two, or a mention."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote, urljoin

from pipeline.linkedin_text.marks import mark_literal, mark_mention, mark_url, plain_of
from pipeline.linkedin_text.pieces import may_be_mentioned
from pipeline.model import Mention
from pipeline.patterns import pattern

_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*+:"
_UNSAFE = pattern('[\x00-\x20\x7f-\x9f\\s<>"\ufdd0-\ufdef\ufffe\uffff]')
_LINKEDIN = (
    r"(?i)https?://(?:[a-z]{2,3}\.)?linkedin\.com(?::\d+)?/(company|school|showcase|in|pub|feed)(?:/([^/?#]*))?"
    r"(?=[/?#]|\Z)"
)
_TAG = r"(?<![\w#＃&/])[#＃]\w*[^\W\d_]"

_NO_ADDRESS = {
    "link-relative": "the link to '{dest}' is relative and the site's address is not known, so only '{label}' is "
    "in the post",
    "link-scheme": "'{dest}' is no web address, so only '{label}' is in the post",
    "link-empty": "the link '{label}' has no address, so only its label is in the post",
    "link-fragment": "'{dest}' is a place on the blog's page, so only '{label}' is in the post",
}


class Links:
    """Writes links, and keeps their addresses."""

    def __init__(
        self,
        *,
        link: Callable[[str], str | None] | None,
        base: str | None,
        mentions: Mapping[str, Mention],
        note: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._base = base
        self._mentions = mentions
        self._note = note
        #: Addresses written, in order.
        self.written: list[str] = []

    def text(self, label: str, *, dest: str, kind: object) -> str:
        """Marked text of a link with this marked label; ``kind`` is the parser's ``link_type``."""
        read = plain_of(label).strip()
        if kind == "Email":
            return mark_literal(read)
        url, code = address(dest, link=self._link, base=self._base)
        if url is None:
            return self._without_address(label, read, dest=dest, kind=kind, code=code)
        bare = not read or same(read, url)
        place = linkedin_place(url)
        if place is not None and (kept := self._on_linkedin(label, "" if bare else read, url, *place)) is not None:
            return kept
        if code == "link-bare":
            self._note(
                "link-bare", f"the link to '{dest}' lacks https://, so a browser takes it for a file; write '{url}'"
            )
        self.written.append(url)
        if bare:
            return mark_url(url)
        if ("#" in label or "＃" in label) and re.search(_TAG, label):
            self._note(
                "hashtag-in-link",
                f"the hashtag in the label '{read}' becomes LinkedIn's own link; write '\\#' where it is not meant so",
            )
        kept = label.rstrip(" ")
        return f"{kept} ({mark_url(url)}){label[len(kept) :]}"

    def _without_address(self, label: str, read: str, *, dest: str, kind: object, code: str) -> str:
        if kind == "Autolink":
            return mark_literal(read)
        mailbox = dest[7:] if dest[:7].lower() == "mailto:" else None
        if not read:
            return mark_literal(mailbox or "")
        if code and not same(read, mailbox or dest):
            self._note(code, _NO_ADDRESS[code].format(dest=dest, label=read))
        return label

    def _on_linkedin(self, label: str, read: str, url: str, kind: str, name: str) -> str | None:
        """What stands for a link to a page of LinkedIn's own; None where it is like any other link."""
        if kind in ("company", "school", "showcase"):
            mention = self._mentions.get(name)
            if mention is not None and may_be_mentioned(mention):
                if read and read != mention.name:
                    self._note(
                        "mention-label",
                        f"'{read}' reads '{mention.name}' in the post: LinkedIn mentions a page by its exact name only",
                    )
                return mark_mention(mention.name, mention.urn)
            if not read or kind != "company":
                return None
            self._note(
                "mention-unknown",
                f"'{read}' is not mentioned, as the company page '{name}' is not known; add it to "
                f'[channels.linkedin.mentions]: {name} = {{name = "…", urn = "urn:li:organization:…"}}',
            )
            return label
        if not read:
            return None
        if not re.match(_TAG, read):
            self._note(
                "link-reduced",
                f"the link to LinkedIn's own '{url}' is left out, so only '{read}' is in the post; tag it by hand",
            )
        return label


def address(dest: str, *, link: Callable[[str], str | None] | None, base: str | None) -> tuple[str | None, str]:
    """The absolute address of a link's destination, and a code where it is not simply that.

    An empty answer of ``link`` is no address, and no cause for a word: it knows the file and that it is not out yet.
    ``link-relative`` (no ``base`` to resolve it), ``link-scheme`` (not http or https), ``link-empty`` and
    ``link-fragment`` (a place on the same page) give no address; ``link-bare`` gives one that lacked its scheme.
    """
    if link is not None and (known := link(dest)) is not None:
        return _clean(known) or None, ""
    if dest[:8].lower().startswith(("https://", "http://")):
        return _clean(dest), ""
    if re.match(_SCHEME, dest):
        return None, "link-scheme"
    if not dest:
        return None, "link-empty"
    if dest[0] == "#":
        return None, "link-fragment"
    if dest[:4].lower() == "www.":
        return _clean(f"https://{dest}"), "link-bare"
    if dest[:2] == "//":
        return _clean(f"https:{dest}"), ""
    if base is not None:
        try:
            return _clean(urljoin(f"{base.rstrip('/')}/", dest)), ""
        except ValueError:
            return None, "link-relative"
    return None, "link-relative"


def same(label: str, url: str) -> bool:
    """Whether a label says no more than the address: equal but for scheme, ``www.`` and the last slash."""
    return label.rstrip("/")[-3:].casefold() == url.rstrip("/")[-3:].casefold() and _core(label) == _core(url)


def _core(address: str) -> str:
    without_scheme = address.casefold().rstrip("/").removeprefix("https://").removeprefix("http://")
    return without_scheme.removeprefix("www.")


def linkedin_place(url: str) -> tuple[str, str] | None:
    """``("company", "microsoft")``: which kind of LinkedIn page an address is of, and its name in lower case."""
    place = re.match(_LINKEDIN, url) if "linkedin.com/" in url.lower() else None
    return None if place is None else (place[1].lower(), unquote(place[2] or "").lower())


def _clean(url: str) -> str:
    """The address without a character that would end it in running text, and stable under NFC."""
    if not url.isascii() and not unicodedata.is_normalized("NFC", url):
        url = "".join(c if c.isascii() else quote(c, errors="replace") for c in url)
    return _UNSAFE.sub(lambda m: quote(m[0], errors="replace"), url) if _UNSAFE.search(url) else url
