"""Write a book as EPUB 3.3: a zip of XHTML that every reader of books opens. The same book gives the same bytes."""

from __future__ import annotations

import io
import uuid
import zipfile
from html import escape

from pipeline.book.chapters import Book, Chapter

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """\
body { line-height: 1.5; margin: 0 5%; }
h1 { line-height: 1.2; margin: 1em 0 0.3em; }
h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.4em 0 0.4em; }
p { margin: 0.6em 0; }
.label { color: ACCENT; font-family: monospace; font-weight: bold; margin: 0; }
.date { color: #5f584e; font-size: 0.9em; margin-bottom: 1.6em; }
img { max-width: 100%; height: auto; }
figure { margin: 1.2em 0; }
figcaption { font-size: 0.9em; color: #5f584e; }
pre { white-space: pre-wrap; font-size: 0.85em; background: #f3f1ec; padding: 0.7em; border-radius: 4px; }
blockquote { margin: 1em 0; padding-inline-start: 1em; border-inline-start: 3px solid ACCENT; }
table { border-collapse: collapse; font-size: 0.9em; }
th, td { border-bottom: 1px solid #ddd6c8; padding: 0.3em 0.6em; text-align: start; }
.footnotes { margin-top: 2em; border-top: 1px solid #ddd6c8; font-size: 0.9em; }
.cover { margin: 0; padding: 0; text-align: center; }
.cover img { max-height: 100%; }
.title { margin-top: 25%; text-align: center; }
.title p { margin: 0.8em 0; }
"""
#: The earliest a zip can say: the bytes depend on no clock.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def epub(book: Book, cover: bytes | None) -> bytes:
    """The file. ``cover`` is a PNG; without one the book opens with its title page."""
    files: list[tuple[str, bytes]] = [("META-INF/container.xml", _CONTAINER.encode())]
    pages = [("title.xhtml", _title_page(book))]
    if cover is not None:
        files.append(("EPUB/images/cover.png", cover))
        pages.insert(0, ("cover.xhtml", _cover_page(book)))
    pages += [(f"{chapter.key}.xhtml", _chapter(book, chapter)) for chapter in book.chapters]
    files.append(("EPUB/package.opf", _package(book, [name for name, _ in pages], cover is not None).encode()))
    files.append(("EPUB/nav.xhtml", _nav(book).encode()))
    files.append(("EPUB/style.css", _STYLE.replace("ACCENT", book.accent).encode()))
    files += [(f"EPUB/{name}", text.encode()) for name, text in pages]
    files += [(f"EPUB/{image.name}", image.file.read_bytes()) for image in book.images]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # First and not packed, so that the kind of file can be told by its first bytes (EPUB OCF 3.3, 4.3).
        _put(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name, data in files:
            _put(archive, name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes, how: int) -> None:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = how
    member.create_system = 3
    member.external_attr = 0o644 << 16
    archive.writestr(member, data, compresslevel=9)


def _page(book: Book, title: str, body: str, *, kind: str = "", css: str = "") -> str:
    attributes = (f' epub:type="{kind}"' if kind else "") + (f' class="{css}"' if css else "")
    direction = ' dir="rtl"' if book.rtl else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{escape(book.language)}" xml:lang="{escape(book.language)}"{direction}>\n'
        f"<head><title>{_text(title)}</title>"
        '<link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body{attributes}>\n{body}\n</body>\n</html>\n"
    )


def _cover_page(book: Book) -> str:
    image = f'<div class="cover"><img src="images/cover.png" alt="{_text(book.title)}"/></div>'
    return _page(book, book.title, image, kind="cover")


def _title_page(book: Book) -> str:
    lines = [f"<h1>{_text(book.title)}</h1>"]
    lines += [f"<p>{_text(one)}</p>" for one in (book.subtitle, book.author, book.span) if one]
    if book.link:
        lines.append(f'<p><a href="{_text(book.link)}">{_text(book.link)}</a></p>')
    return _page(book, book.title, _section(lines))


def _section(lines: list[str]) -> str:
    inside = "\n".join(lines)
    return f'<section class="title" epub:type="titlepage">\n{inside}\n</section>'


def _chapter(book: Book, chapter: Chapter) -> str:
    from lxml import etree

    for section in chapter.body.iter("section"):
        if section.get("class") == "footnotes":
            section.set("role", "doc-endnotes")
    inside = etree.tostring(chapter.body, method="xml", encoding="unicode").strip()
    head = [f'<p class="label">{_text(chapter.label)}</p>'] if chapter.label else []
    head.append(f"<h1>{_text(chapter.title)}</h1>")
    said = " · ".join(one for one in (chapter.date, chapter.author) if one)
    if said:
        head.append(f'<p class="date">{_text(said)}</p>')
    return _page(
        book, f"{chapter.label} {chapter.title}".strip(), "\n".join([*head, inside]), kind="bodymatter chapter"
    )


def _nav(book: Book) -> str:
    items = "\n".join(
        f'<li><a href="{chapter.key}.xhtml">{_text(f"{chapter.label} {chapter.title}".strip())}</a></li>'
        for chapter in book.chapters
    )
    body = f'<nav epub:type="toc" id="toc">\n<h1>{_text(book.words.contents)}</h1>\n<ol>\n{items}\n</ol>\n</nav>'
    return _page(book, book.words.contents, body)


def _package(book: Book, pages: list[str], has_cover: bool) -> str:
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.link or 'daycast:'}#{book.series.id}")
    images = {
        image.name: f'<item id="i{number}" href="{image.name}" media-type="{image.media_type}"/>'
        for number, image in enumerate(book.images)
    }
    language = f'xml:lang="{escape(book.language)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" {language}>',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        f'<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>',
        f"<dc:title>{_text(book.title)}</dc:title>",
        f"<dc:language>{escape(book.language)}</dc:language>",
        *([f"<dc:creator>{_text(book.author)}</dc:creator>"] if book.author else []),
        *([f"<dc:description>{_text(book.subtitle)}</dc:description>"] if book.subtitle else []),
        *([f"<dc:source>{_text(book.link)}</dc:source>"] if book.link else []),
        f'<meta property="dcterms:modified">{book.modified:%Y-%m-%dT%H:%M:%SZ}</meta>',
        '<meta property="schema:accessMode">textual</meta>',
        '<meta property="schema:accessibilityFeature">tableOfContents</meta>',
        '<meta property="schema:accessibilityHazard">none</meta>',
        *(['<meta name="cover" content="cover-image"/>'] if has_cover else []),
        "</metadata>",
        "<manifest>",
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        *(
            ['<item id="cover-image" href="images/cover.png" media-type="image/png" properties="cover-image"/>']
            if has_cover
            else []
        ),
        *(
            f'<item id="p{number}" href="{name}" media-type="application/xhtml+xml"/>'
            for number, name in enumerate(pages)
        ),
        *images.values(),
        "</manifest>",
        f"<spine{' page-progression-direction=' + chr(34) + 'rtl' + chr(34) if book.rtl else ''}>",
        *(
            f'<itemref idref="p{number}"/>' + ('\n<itemref idref="nav"/>' if name == "title.xhtml" else "")
            for number, name in enumerate(pages)
        ),
        "</spine>",
        "</package>",
        "",
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    """A text as XML has it, without what XML has no place for."""
    plain = "".join(one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))
    return escape(plain.encode("utf-8", "ignore").decode())
