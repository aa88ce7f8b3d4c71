"""Two small projects beside the sample: one with all that a page may hold, one that is read from right to left."""

from __future__ import annotations

import struct
import zlib

#: A line of code and a word that no narrow screen holds.
LONG_LINE = "answer = ask(model, " + ", ".join(f"argument_{number}={number}" for number in range(12)) + ")"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
#: What stands in the second block of code, to the letter: markup, tabs, quotes, an empty line.
CODE = "if a < b && c > \"d\":\n\treturn '<script>alert(1)</script>'\n\n# é 日本 🚀 \\n &amp;"
POST = "https://www.linkedin.com/feed/update/urn:li:share:7400000000000000001/"

EVERYTHING = f"""\
## First things

Text with **strong**, *emphasis*, ~~deleted~~, `code`, a [link](https://example.org/), a note[^one], and {LONG_WORD}.

```python
def greet(name: str) -> str:
    \"\"\"Say hello.\"\"\"
    # A comment.
    return f"Hello, {{name}}" if name else None
{LONG_LINE}
```

```
{CODE}
```

### Below the first

> A quotation
>
> of two paragraphs.

> [!WARNING]
> An alert.

1. one
2. two
   - inner

- [x] done
- [ ] to do

## {LONG_WORD}

| {" | ".join(f"Column {number}" for number in range(9))} |
| {" | ".join(":---:" for _ in range(9))} |
| {" | ".join(f"value-{number}" * 2 for number in range(9))} |

![A square](square.png "A caption of the square.")

## Last things

Again the same note[^one], and another[^two].

```diff
- before
+ after
```

[^one]: What is said below.
[^two]: With `code`.
"""

_INDEX = """\
---
id: {slug}
title: {title}
length: {length}
start: {start}
time: "09:00"
author: {author}
language: {language}
description: "{description}"
---
{description}
"""


def square() -> bytes:
    """A PNG of 600 × 300 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xb0\x38\x1a" * 600 for _ in range(300))
    head = struct.pack(">IIBBBBB", 600, 300, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def full() -> dict[str, str | bytes]:
    """Files of a project with two authors, two series, tags, a post that is out, and an entry of everything."""
    files: dict[str, str | bytes] = {
        "daycast.toml": '[site]\ntitle = "Full of it"\nurl = "https://full.example"\ndescription = "All there is."\n'
        'author = "Ada Example"\naccent = "#2255dd"\n',
        "series/words/_index.md": _INDEX.format(
            slug="words",
            title="Thirty words",
            length=30,
            start="2026-11-25",
            author="Ada Example",
            language="en",
            description="One word a day.",
        ),
        "series/words/day-01.md": f"---\ntitle: Everything at once\ntags: [All, C++]\n---\n{EVERYTHING}",
        "series/words/square.png": square(),
        "series/words/day-02.md": f"---\ntitle: {LONG_WORD}\ntags: [All]\ncategories: [Craft]\n---\nA long title.\n",
        "series/words/day-03.md": "---\ntitle: Crème brûlée\ntags: [Food]\nauthor: Bo Guest\n---\nBurnt cream.\n",
        "series/words/receipts.jsonl": '{"at": "2026-11-25T09:00:05.000000Z", "event": "published", '
        f'"key": "words/day-01/linkedin", "url": "{POST}"}}\n',
        "series/tools/_index.md": _INDEX.format(
            slug="tools",
            title="A hundred tools",
            length=100,
            start="2026-11-20",
            author="Bo Guest",
            language="de",
            description="Ein Werkzeug am Tag.",
        ),
    }
    for day in range(1, 6):
        files[f"series/tools/day-{day:02}.md"] = f"---\ntitle: Werkzeug {day}\ntags: [Werkzeug]\n---\nNummer {day}.\n"
    return files


def arabic() -> dict[str, str | bytes]:
    """Files of a project in Arabic, whose code and link texts are in English."""
    return {
        "daycast.toml": '[site]\ntitle = "دفتر المشي"\nurl = "https://walk.example"\nlanguage = "ar"\n'
        'author = "ليلى حداد"\ndescription = "نزهة كل يوم."\n',
        "series/walks/_index.md": _INDEX.format(
            slug="walks",
            title="ثلاثون يوماً من المشي",
            length=30,
            start="2026-11-27",
            author="ليلى حداد",
            language="ar",
            description="نزهة قصيرة كل صباح، وما رأيته فيها.",
        ),
        "series/walks/day-01.md": "---\ntitle: النهر عند الفجر\ntags: [نهر, طبيعة]\n---\n"
        "مشيت على ضفة النهر قبل شروق الشمس، وكان الضباب فوق الماء.[^1]\n\n"
        "## ما رأيت\n\n- طيور بيضاء\n- قارب قديم\n\n> الماء لا ينتظر أحداً.\n\n"
        "## كيف حسبت المسافة\n\n```python\nprint(steps * 0.7)\n" + LONG_LINE + "\n```\n\n"
        "| اليوم | الخطوات |\n| --- | --- |\n| الأول | 4200 |\n\n## غداً\n\nأكتب عن الجسر، واقرأ [the map](https://example.org/).\n\n"
        "[^1]: درجة الحرارة كانت خمس درجات.\n",
        "series/walks/day-02.md": "---\ntitle: الجسر القديم\ntags: [نهر]\n---\nعبرت الجسر مرتين.\n",
        "series/walks/day-03.md": '---\ntitle: "React و Vue: مقارنة"\n---\nنص فيه كلمات English في وسطه.\n',
    }
