"""Make small modern copies of pictures, for screens that need no more (the extra ``[images]``; Pillow only here)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.digests import sha256
from pipeline.records import dataclass

#: Below the project's root.
FOLDER = ".daycast/images"
#: Pixels. More than any camera's picture has; a file that claims more is a trap.
MOST_PIXELS = 120_000_000
_WORTH = ("PNG", "JPEG", "WEBP")
#: By media type: how it is called, and how it is written. Slow is fine, since it is written once.
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "image/avif": ("AVIF", {"quality": 60, "speed": 6, "max_threads": 1}),
    "image/webp": ("WEBP", {"quality": 78, "method": 5}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a picture."""

    #: POSIX path below the project's root.
    source: str
    #: ``image/avif`` or ``image/webp``.
    media_type: str
    #: Pixels.
    width: int
    #: The first of its SHA-256, for a name that changes when it does.
    digest: str

    @property
    def ending(self) -> str:
        """Of its file's name: ``800.1a2b3c4d.avif``."""
        return f"{self.width}.{self.digest}.{self.media_type.partition('/')[2]}"


def installed() -> bool:
    """Whether the extra is there that makes them."""
    return find_spec("PIL") is not None


class Copies:
    """The copies of one project's pictures, made when they are first asked for and kept by what they are made from."""

    def __init__(self, root: Path, widths: Sequence[int]) -> None:
        """``widths`` in pixels; no picture is made larger than it is."""
        self._root, self._widths = root, tuple(sorted(set(widths)))
        engine = find_spec("PIL")
        changed = Path(engine.origin).stat().st_mtime_ns if engine and engine.origin else 0
        self._tools = f"{self._widths} {_FORMATS} {changed}"
        self._made: dict[Path, tuple[Copy, ...]] = {}

    def of(self, file: Path) -> tuple[Copy, ...]:
        """The copies of a picture, AVIF before WebP, small before large; none where they would save nothing.

        Raises ValueError that says what is wrong with the file.
        """
        found = self._made.get(file)
        if found is None:
            data = file.read_bytes()
            name = sha256(data + self._tools.encode())[:24]
            found = self._kept(name)
            if found is None:
                found = self._drawn(name, file, len(data))
            self._made[file] = found
        return found

    def _kept(self, name: str) -> tuple[Copy, ...] | None:
        try:
            noted = json.loads((self._root / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
            copies = tuple(Copy(**one) for one in noted)
        except (OSError, ValueError, TypeError):
            return None
        return copies if all((self._root / copy.source).is_file() for copy in copies) else None

    def _drawn(self, name: str, file: Path, size: int) -> tuple[Copy, ...]:
        copies = []
        for media_type, width, data in _copies(file, self._widths, size):
            ending = media_type.partition("/")[2]
            source = f"{FOLDER}/{name}-{width}.{ending}"
            digest = sha256(data)[:8]
            _write(self._root / source, data)
            copies.append(Copy(source=source, media_type=media_type, width=width, digest=digest))
        from dataclasses import asdict

        _write(self._root / FOLDER / f"{name}.json", json.dumps([asdict(copy) for copy in copies]).encode())
        return tuple(copies)


def _copies(file: Path, widths: Sequence[int], size: int) -> list[tuple[str, int, bytes]]:
    import warnings
    from io import BytesIO

    from PIL import Image, ImageOps, UnidentifiedImageError

    made = []
    try:
        with warnings.catch_warnings(), Image.open(file) as opened:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError(
                    f"has {opened.width} × {opened.height} pixels, more than any page needs; make it smaller"
                )
            if opened.format not in _WORTH or getattr(opened, "n_frames", 1) > 1:
                return []
            colours = opened.info.get("icc_profile")
            # As it is meant to be seen; what else the camera wrote, its place among it, stays behind.
            picture = ImageOps.exif_transpose(opened)
            clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            picture = picture.convert("RGBA" if clear else "RGB")
            for media_type, (name, how) in _FORMATS.items():
                for width in dict.fromkeys(min(width, picture.width) for width in widths):
                    height = max(1, round(picture.height * width / picture.width))
                    scaled = (
                        picture.resize((width, height), Image.Resampling.LANCZOS) if width < picture.width else picture
                    )
                    kept = BytesIO()
                    scaled.save(kept, name, icc_profile=colours, **how)
                    if len(kept.getvalue()) < size:
                        made.append((media_type, width, kept.getvalue()))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("cannot be read as a picture; save it anew") from error
    except (OSError, SyntaxError) as error:
        raise ValueError(f"cannot be read as a picture ({error}); save it anew") from error
    return made


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f"{place.name}.{os.getpid()}.new")
    temporary.write_bytes(data)
    temporary.replace(place)
