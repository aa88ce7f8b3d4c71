"""Turn the HTML that other tools export into Markdown, and say what Markdown has no words for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, remedy_of
from pipeline.patterns import pattern

if TYPE_CHECKING:
    from bs4 import Tag

MISSING = f"this format needs what is not installed: {remedy_of('import')}"
#: What is left out whole, with what it is called.
_LOST = {"script": "a script", "style": "a style", "form": "a form", "object": "an object", "canvas": "a canvas"}
#: What stays as a link to what it showed.
_LINKED = {"iframe": "a frame", "embed": "an embedded thing", "video": "a video", "audio": "a recording"}
_COMMENT = pattern(r"<!--.*?-->", 16)  # re.DOTALL
_SHORTCODE = pattern(r"\[/?(?:caption|gallery|embed|video|audio|playlist|[a-z]+_[a-z_]+)\b[^\]]*\]")
_BLANK = pattern(r"\n{3,}")
_LANGUAGE = pattern(r"(?:language|lang|brush)[-:]\s*([\w+#-]+)")


def markdown_of(html: str) -> tuple[str, tuple[str, ...]]:
    """The Markdown of a text in HTML, and what is lost of it, in words. Raises ConfigError without the extra."""
    lost: list[str] = []
    text = _COMMENT.sub("", html)
    if "<p" not in text and "<div" not in text and "\n\n" in text:
        text = _paragraphs(text)
    made = _converter()(lost).convert(text)
    lost += [f"the shortcode {one[:60]} stays text" for one in dict.fromkeys(_SHORTCODE.findall(html))]
    lines = [line.rstrip() for line in made.replace("\xa0", " ").split("\n")]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip() + "\n" if made.strip() else "", tuple(dict.fromkeys(lost))


def _paragraphs(text: str) -> str:
    """A text whose paragraphs are blank lines, as the classic editor of WordPress stores it."""
    return "".join(f"<p>{_breaks(part)}</p>" for part in text.split("\n\n") if part.strip())


def _breaks(part: str) -> str:
    return part.strip() if "<pre" in part else part.strip().replace("\n", "<br>\n")


@lru_cache(maxsize=1)
def _converter() -> Any:
    try:
        from markdownify import MarkdownConverter
    except ImportError as error:
        raise ConfigError(MISSING) from error

    class Converter(MarkdownConverter):
        """Markdown as daycast reads it; what cannot be said is noted."""

        # ruff: noqa: ARG002 - the signature of the library's converters

        def __init__(self, lost: list[str]) -> None:
            super().__init__(
                heading_style="ATX", bullets="-", newline_style="backslash", code_language_callback=_language
            )
            self.lost = lost

        def convert_figure(self, node: Tag, text: str, parent_tags: set[str]) -> str:
            images, caption = node.find_all("img"), node.find("figcaption")
            said = caption.get_text(" ", strip=True) if caption is not None else ""
            if len(images) != 1:
                return f"\n\n{text.strip()}\n\n"
            title = f' "{said.replace(chr(34), chr(39))}"' if said else ""
            return f"\n\n![{_alt(images[0])}]({_destination(str(images[0].get('src') or ''))}{title})\n\n"

        def convert_img(self, node: Tag, text: str, parent_tags: set[str]) -> str:
            return f"![{_alt(node)}]({_destination(str(node.get('src') or ''))})"

        def convert_sup(self, node: Tag, text: str, parent_tags: set[str]) -> str:
            return text

        convert_sub = convert_sup

    def leaves_out(what: str) -> Any:
        def convert(self: Any, node: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG001
            self.lost.append(f"{what} is left out")
            return ""

        return convert

    def links(what: str) -> Any:
        def convert(self: Any, node: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG001
            source = next(_sources(node), "")
            self.lost.append(f"{what} is a link now: {source}" if source else f"{what} is left out")
            return f"\n\n<{source}>\n\n" if source.startswith(("https://", "http://")) else ""

        return convert

    for tag, what in _LOST.items():
        setattr(Converter, f"convert_{tag}", leaves_out(what))
    for tag, what in _LINKED.items():
        setattr(Converter, f"convert_{tag}", links(what))
    return Converter


def _sources(node: Tag) -> Iterator[str]:
    for one in (node, *node.find_all("source")):
        if one.get("src"):
            source = str(one["src"])
            yield f"https:{source}" if source.startswith("//") else source


def _alt(node: Tag) -> str:
    return " ".join(str(node.get("alt") or "").split()).replace("[", "(").replace("]", ")")


def _destination(address: str) -> str:
    return f"<{address}>" if " " in address or "(" in address or ")" in address else address


def _language(node: Tag) -> str:
    for one in (node, *node.find_all("code")):
        found = _LANGUAGE.search(" ".join(one.get("class") or ()))
        if found:
            return found[1]
    return ""
