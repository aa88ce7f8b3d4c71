"""One file that shows a reviewer what a day becomes: its posts, its page and its checks, with all it needs inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser
from mimetypes import guess_type
from urllib.parse import unquote, urldefrag, urljoin

from pipeline import host
from pipeline.last_good import FOLDER
from pipeline.model import Entry, Series
from pipeline.one_entry import EntryArtifacts, render_entry
from pipeline.output import OUTPUT, SHARED, Output
from pipeline.preview.views import PostView, Seen, card_of, channels_of, file_of, posts_of
from pipeline.publish.approval import approval_of
from pipeline.records import dataclass
from pipeline.render.pages import coloured
from pipeline.render.templates import Templates, built_in, folders

_DROPPED = frozenset({"script", "source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A file for reviewers."""

    #: Below ``output/``.
    path: str
    #: HTML, UTF-8.
    data: bytes
    #: Pictures that are not in the project, and so not in the file.
    left_out: tuple[str, ...]
    #: What ``approve`` would write of the day as it is; empty where a post cannot be made.
    mark: str


def share(seen: Seen, series: Series, entry: Entry) -> Shared:
    """What a day becomes, as one HTML file that asks nobody for anything. It is to be found by no search engine.

    The same input gives the same bytes. Raises ContentError and RenderError where the page cannot be made.
    """
    templates = Templates(folders(seen.project.root, seen.project.config.site.theme))
    made = render_entry(seen.project, series, entry, seen.now, channels={"blog"}, keep=False, on_its_day=True)
    posts = posts_of(seen, series, entry)
    left_out: list[str] = []
    page = "" if made.page is None else _closed(seen, series, entry, made, templates, left_out)
    calendar = next(one for one in seen.calendars if one.slug == series.slug)
    broken = any(one.error for one in posts)
    mark = "" if broken else _mark(seen, series, entry)
    text = Templates((built_in() / "preview",)).render(
        "share.html.j2",
        {
            "series": series,
            "entry": entry,
            "calendar": calendar,
            "day": next(one for one in calendar.days if one.day == entry.day),
            "posts": posts,
            "pictures": {one.channel: _picture(seen, series, entry, one) for one in posts},
            "problems": seen.problems.get(entry.path, ()),
            "page": page,
            "style": (built_in() / "preview" / "preview.css").read_text(encoding="utf-8"),
            "mark": mark,
            "approved": bool(mark) and entry.approved == mark,
        },
    )
    return Shared(
        path=f"{SHARED}/{series.slug}/{entry.key}.html",
        data=text.encode(),
        left_out=tuple(dict.fromkeys(left_out)),
        mark=mark,
    )


def write(seen: Seen, shared: Shared) -> None:
    """Put the file where it belongs."""
    with host.locked(seen.project.home / FOLDER / "build.lock"):
        output = Output(seen.project.home / OUTPUT)
        output.write(shared.path, shared.data)
        output.finish(remove_stale=False)


def _mark(seen: Seen, series: Series, entry: Entry) -> str:
    source = seen.project.sources.get(entry.path, b"")
    return approval_of(seen.project, channels_of(seen.project), series, entry, seen.now, source)


def _picture(seen: Seen, series: Series, entry: Entry, post: PostView) -> str:
    """The picture that goes with a post, as a ``data:`` address; empty where none does."""
    if post.post is None or not post.post.images:
        return ""
    source = post.post.images[0].source
    file = seen.project.root / source
    data = file.read_bytes() if file.is_file() else card_of(seen, series, entry)
    return _inside(source, data) if data else ""


def _inside(name: str, data: bytes) -> str:
    return f"data:{guess_type(name)[0] or 'image/png'};base64,{b64encode(data).decode()}"


def _closed(
    seen: Seen, series: Series, entry: Entry, made: EntryArtifacts, templates: Templates, left_out: list[str]
) -> str:
    """The day's page with its styles and pictures inside, without scripts, its links leading to the blog."""
    place = made.posted.place
    assert place is not None, "what has a page has a place"
    static = coloured(templates.static(), seen.project.config.site.accent)
    root = urljoin(seen.project.config.site.url.rstrip("/") + "/", ".")

    def local(address: str) -> tuple[str, bytes] | None:
        """A file of the blog, by its address: its name and bytes."""
        if not address.startswith(root):
            return None
        path = unquote(urldefrag(address.removeprefix(root)).url.partition("?")[0])
        if path in static:
            return path, static[path]
        file = file_of(seen, path)
        if file is not None:
            return file.name, file.read_bytes()
        drawn = card_of(seen, series, entry) if path.endswith("card.png") else b""
        return (path, drawn) if drawn else None

    writer = _Closing(place.absolute, local, left_out)
    writer.feed(made.page or "")
    writer.close()
    return "".join(writer.out)


class _Closing(HTMLParser):
    """Writes a page as it reads it, with what it would fetch put inside."""

    def __init__(self, base: str, local: Callable[[str], tuple[str, bytes] | None], left_out: list[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._base, self._local, self._left_out = base, local, left_out
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self._silent = True
        elif tag == "link":
            self._link(given)
        elif tag == "img":
            self._tag(tag, {**self._without(given, "srcset", "sizes", "loading"), "src": self._image(given)})
        elif tag == "a" and given.get("href"):
            self._tag(tag, {**given, "href": self._led(str(given["href"])), "rel": "noopener noreferrer"})
        elif tag not in _DROPPED:
            self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._silent = False
        elif tag not in _DROPPED:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._say(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._say(f"<!{decl}>")

    def _say(self, text: str) -> None:
        if not self._silent:
            self.out.append(text)

    def _tag(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        told = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attributes.items()
        )
        self.out.append(f"<{tag}{told}>")

    def _link(self, given: Mapping[str, str | None]) -> None:
        if given.get("rel") != "stylesheet":
            return
        address = urljoin(self._base, given.get("href") or "")
        found = self._local(address)
        if found is None:
            self._left_out.append(address)
            return
        style = found[1].decode("utf-8").replace("</", "<\\/")
        self.out.append(f"<style>{style}</style>")

    def _image(self, given: Mapping[str, str | None]) -> str:
        source = given.get("src") or ""
        if source.startswith("data:"):
            return source
        address = urljoin(self._base, source)
        found = self._local(address)
        if found is None:
            self._left_out.append(address)
            return "data:,"
        return _inside(*found)

    def _led(self, href: str) -> str:
        return href if href.startswith("#") else urljoin(self._base, href)

    @staticmethod
    def _without(given: Mapping[str, str | None], *names: str) -> dict[str, str | None]:
        return {name: value for name, value in given.items() if name not in names}
