"""The scripts and styles of a map: linked from the service, or embedded in one file."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

NONCE = '<script nonce="HOTSPOT-NONCE"'
"""How each script tag of a map begins. No text of a user can hold it: there ``<`` is always escaped."""

STATIC = "/static"
"""Where the service serves its assets."""

_STYLES = ("vendor/leaflet/leaflet.css", "map/map.css")
_SCRIPTS = ("vendor/leaflet/leaflet.js", "map/map.js")


def with_nonce(html: bytes, nonce: str) -> bytes:
    """Return a map's page with the nonce of this answer in every script tag.

    >>> with_nonce(b'<script nonce="HOTSPOT-NONCE" src="/a.js"></script>', "r4nd")
    b'<script nonce="r4nd" src="/a.js"></script>'
    """
    return html.replace(NONCE.encode(), f'<script nonce="{nonce}"'.encode())


def shared(html: bytes, *, source: str) -> bytes:
    """Return a map's page for pages of others: heading and list stay, and a link tells where it is from.

    Parameters
    ----------
    html
        The page as it was stored.
    source
        Address of the page that says how the layer was made.

    >>> shared(b'<html lang="en"><header><h1>Thefts</h1></header>', source="/layers/x")[:34]
    b'<html lang="en" class="hs-shared">'
    """
    link = f'<p><a href="{escape(source)}" target="_blank" rel="noopener">How this was made</a></p>'
    page = html.replace(b'<html lang="en">', b'<html lang="en" class="hs-shared">', 1)
    # Titles are escaped: the first end of a header is that of the page's own.
    return page.replace(b"</header>", f"{link}</header>".encode(), 1)


@dataclass(frozen=True)
class Assets:
    """Where a map's scripts and styles come from: below a path, or inside the document."""

    static: str = STATIC
    inline: bool = False

    def styles(self) -> str:
        """Style elements or links, in order."""
        if self.inline:
            return "\n".join(f"<style>{_embedded_style(name)}</style>" for name in _STYLES)
        return "\n".join(f'<link rel="stylesheet" href="{self._url(name)}">' for name in _STYLES)

    def scripts(self) -> str:
        """Script elements, in order."""
        if self.inline:
            return "\n".join(f"{NONCE}>{_embedded_script(name)}</script>" for name in _SCRIPTS)
        return "\n".join(f'{NONCE} src="{self._url(name)}"></script>' for name in _SCRIPTS)

    def _url(self, name: str) -> str:
        # A map is stored once and read for years; its address names the very version it needs.
        return f"{self.static.rstrip('/')}/{name}?v={version_of(name)}"


def _file(name: str) -> Path:
    return Path(__file__).parent.parent / "web" / "static" / name


@lru_cache(maxsize=128)
def version_of(name: str) -> str:
    """Return what an address says of the version of a file of the site; empty for one that is not there.

    >>> len(version_of("map/map.js")), version_of("map/none.js"), version_of("../serve.py")
    (8, '', '')
    """
    path = _file(name)
    inside = path.resolve().is_relative_to(_file("").resolve()) and path.is_file()
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if inside else ""


@lru_cache(maxsize=4)
def _embedded_script(name: str) -> str:
    text = _file(name).read_text(encoding="utf-8")
    # Without the source map's name: nobody shall go and look for that file.
    return re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text)


@lru_cache(maxsize=4)
def _embedded_style(name: str) -> str:
    folder = _file(name).parent

    def embedded(match: re.Match[str]) -> str:
        picture = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\((images/[a-z0-9-]+\.png)\)", embedded, _file(name).read_text(encoding="utf-8"))
