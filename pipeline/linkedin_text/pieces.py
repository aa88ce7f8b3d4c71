"""Find hashtags, addresses and mentions in marked text, and write each piece in both forms."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipeline.linkedin_text import marks
from pipeline.linkedin_text.result import Note
from pipeline.linkedin_text.wire import escape, escape_url
from pipeline.model import Mention
from pipeline.patterns import pattern
from pipeline.records import dataclass, field

_URN = r"(?a)urn:li:\w+:[\w-]+"
#: What an address may go on with (GFM, "Autolinks (extension)"; narrower, as it also ends at quotation marks).
_REST = rf"[^\s<>\"“”«»{marks.ALL}]*+"
#: What belongs to the text around an address and not to it.
_TRAILING = "?!.,:*_~'’”»…。、，；：！？）】」』"
#: Marks of letters, such as vowel signs, belong to a tag as well; ``\w`` lacks them.
_WORD = pattern("[\\w\u200c\u200d]*+")
_BEFORE_NO_TAG = "_#＃&/"
_CUT = r"\++|#|[-.'’&·@/](?=[^\W\d_])|[-.'’&·@](?=\d)"
_MISSING_SPACE = r"[1-9]\d?[A-Z][a-z]+\Z"


def may_be_mentioned(mention: Mention) -> bool:
    """Whether a mention fits LinkedIn's grammar."""
    return bool(mention.name) and re.fullmatch(_URN, mention.urn) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A text in pieces, and what was met on the way; nothing is unique yet."""

    plain: list[str] = field(default_factory=list)
    #: Pieces whose wire form is not their escaped plain form, by their place.
    special: dict[int, str] = field(default_factory=dict)
    hashtags: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def wire(self) -> list[str]:
        """The pieces' wire forms, in step with ``plain``."""
        if not self.plain:
            return []
        wire = escape(marks.END.join(self.plain)).split(marks.END)
        for at, sent in self.special.items():
            wire[at] = sent
        return wire


def pieces_of(marked: str, *, template: bool, escape_urls: bool) -> Pieces:
    """The pieces of marked text. ``template`` and ``escape_urls`` are explained at `finish`."""
    made = Pieces()
    plain, special = made.plain, made.special
    search = _token(www="www." in marked or "WWW." in marked).search
    done = at = 0
    while found := search(marked, at):
        start, at = found.span()
        sign = marked[start]
        kind = found.lastgroup
        if sign in "#＃":
            end = _tag_end(made.notes, marked, start, before=marked[start - 1] if start > done else _last(plain))
            if end <= start or not (template or marked[start + 1].isalnum()):
                continue
            word = marked[start + 1 : end]
            if start > done:
                plain.append(marked[done:start])
            special[len(plain)] = _wire_tag(sign, word, template=template)
            plain.append(sign + word)
            made.hashtags.append(word)
            done = at = end
        elif kind in ("slashes", "www"):
            start, end = _address(marked, found, done)
            if end <= start:
                continue
            if start > done:
                plain.append(marked[done:start])
            url = marked[start:end]
            if not escape_urls:
                special[len(plain)] = escape_url(url)
            plain.append(url)
            made.links.append(f"https://{url}" if kind == "www" else url)
            done = at = end
        elif sign != ":" and sign not in "wW":
            if start > done:
                plain.append(marked[done:start])
            done = at
            if kind is not None:
                _put_fenced(made, found, escape_urls=escape_urls)
    if done < len(marked):
        plain.append(marked[done:])
    return made


@cache
def _token(*, www: bool) -> re.Pattern[str]:
    """What may begin a piece: a fence, a hashtag's sign, an address.

    One class first and everything else behind it: so the search skips what cannot begin one. A fence that a template
    has cut in two is none: what it holds is text.
    """
    return re.compile(
        rf"[#＃:{'wW' if www else ''}{marks.ALL}]"
        rf"(?:(?<={marks.LITERAL})(?P<literal>[^{marks.ALL}]*+){marks.END}"
        rf"|(?<={marks.URL})(?P<url>[^{marks.ALL}]*+){marks.END}"
        rf"|(?<={marks.MENTION})(?P<name>[^{marks.ALL}]*+){marks.URN}(?P<urn>[\w:-]*+)(?P<whole>{marks.END})?"
        rf"|(?<={marks.URN})[\w:-]*+{marks.END}?"
        r"|(?<=:)(?P<slashes>//)"
        rf"{r'|(?<=[wW])(?P<www>[wW]{2}[.])' if www else ''}|)"
    )


def _put_fenced(made: Pieces, found: re.Match[str], *, escape_urls: bool) -> None:
    text = found["literal"] or found["url"] or found["name"]
    if not text:
        return
    if found["url"]:
        made.links.append(text)
        if not escape_urls:
            made.special[len(made.plain)] = escape_url(text)
    elif found["whole"]:
        mention = Mention(name=text, urn=found["urn"])
        if may_be_mentioned(mention):
            made.mentions.append(mention)
            made.special[len(made.plain)] = f"@[{escape(text)}]({mention.urn})"
    made.plain.append(text)


def _wire_tag(sign: str, word: str, *, template: bool) -> str:
    # Of the reserved characters a word can only hold this one.
    word = word.replace("_", "\\_")
    if not template:
        return sign + word
    return f"{{hashtag|\\#|{word}}}" if sign == "#" else f"{{hashtag|{sign}|{word}}}"


def _last(plain: list[str]) -> str:
    return plain[-1][-1] if plain else ""


def _tag_end(notes: list[Note], text: str, start: int, *, before: str) -> int:
    """Where the hashtag ends whose sign is at ``start``; ``start`` where the sign starts none."""
    end = _word_end(text, start + 1)
    word = text[start + 1 : end]
    if not word or not _may_precede_a_tag(before):
        return start
    tag = text[start:end]
    if not any(map(str.isalpha, word)):
        if word.isdigit():
            notes.append(
                Note(
                    message=f"'{tag}' is no hashtag, as it has no letter; it stays text ("
                    f"write '\\{tag}' where that is meant)",
                    code="hashtag-digits",
                    near=tag,
                )
            )
        return start
    if cut := re.compile(_CUT).match(text, end):
        whole = text[start : _word_end(text, cut.end())]
        notes.append(
            Note(
                message=f"the hashtag of '{whole}' ends at '{tag}': only letters, digits and _ belong to a hashtag",
                code="hashtag-cut",
                near=whole,
            )
        )
    elif word[0].isdigit() and text[start - 1 : start] in ("", "\n") and re.match(_MISSING_SPACE, word):
        notes.append(
            Note(
                message=f"'{tag}' becomes a hashtag; if it is a heading or a number, write '# ' or '\\#'",
                code="hashtag-number",
                near=tag,
            )
        )
    return end


def _word_end(text: str, at: int) -> int:
    while True:
        at = _WORD.match(text, at).end()  # type: ignore[union-attr]
        if at == len(text) or text[at].isascii() or unicodedata.category(text[at])[0] != "M":
            return at
        at += 1


def _may_precede_a_tag(char: str) -> bool:
    if not char:
        return True
    if char.isascii():
        return not char.isalnum() and char not in _BEFORE_NO_TAG
    return char not in _BEFORE_NO_TAG and unicodedata.category(char)[0] not in "LMN"


def _address(text: str, found: re.Match[str], done: int) -> tuple[int, int]:
    """From where to where an address stands; an empty span where it is none."""
    start = found.start()
    if found.lastgroup == "slashes":
        scheme = text[max(done, start - len("https")) : start].lower()
        start -= 5 if scheme == "https" else 4 if scheme.endswith("http") else 0
        if start == found.start():
            return start, start
    if start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return start, start
    end = re.compile(_REST).match(text, found.end()).end()  # type: ignore[union-attr]
    opened = closed = -1
    while end > found.end():
        last = text[end - 1]
        if last == ")" and opened < 0:
            opened, closed = text.count("(", start, end), text.count(")", start, end)
        if last == ")" and closed > opened:
            closed -= 1
        elif last not in _TRAILING:
            return start, end
        end -= 1
    return start, start
