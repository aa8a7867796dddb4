"""Folium's map and layers, made to work offline and to keep text literal.

What draws is ``static/map/map.js``; Folium holds the structure, so that a user
of the Python API can add to the map what else Folium offers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

from hotspot.outputs.assets import NONCE, Assets
from hotspot.outputs.folium_safety import literal_text

if TYPE_CHECKING:
    from collections.abc import Mapping


def script_json(value: Any) -> str:
    r"""Return JSON that may stand inside a script element.

    >>> print(script_json("<b>&"))
    "\u003cb\u003e\u0026"
    """
    return in_script(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def in_script(text: str) -> str:
    """Return JSON with an escape for each sign that could end a script element or a line of it."""
    # In JSON these can only stand within a text, where they may be written so.
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@dataclass(frozen=True)
class Page:
    """What stands around the map's canvas; each is HTML already, with its text escaped."""

    title: str
    header: str
    aside: str
    data: str = ""
    kind: str = "layer"
    """``layer`` or ``index``."""


class MapFigure(Figure):
    """The HTML document of a map: language, title, heading, canvas, list and scripts."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{{ this.page.title }}</title>\n"
        "{{ this.assets.styles() }}\n{{ this.header.render(**kwargs) }}\n</head>\n"
        '<body class="hs-page hs-{{ this.page.kind }}">\n{{ this.page.header }}\n<main class="hs-main">\n'
        '<div class="hs-canvas">\n{{ this.html.render(**kwargs) }}\n'
        "<noscript><p>The map needs JavaScript; the list beside it does not.</p></noscript>\n</div>\n"
        "{{ this.page.aside }}\n</main>\n{{ this.page.data }}\n{{ this.assets.scripts() }}\n"
        "{{ this.nonce }}>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n</html>\n"
    )

    def __init__(self, page: Page, assets: Assets) -> None:
        super().__init__(height="560px")
        self._id = "hotspot"
        self.page = page
        self.assets = assets
        self.nonce = NONCE
        # The charset is in the template, where it comes first.
        self.header._children.clear()
        for part, name in ((self.header, "header"), (self.html, "html"), (self.script, "script")):
            part._id = f"hotspot_{name}"

    def render(self, **kwargs: Any) -> str:
        """Return the document; no text in it is taken for a template."""
        with literal_text():
            return str(super().render(**kwargs))


class HotspotMap(folium.Map):
    """A Folium map that loads nothing but its own Leaflet, draws on a canvas and has no tiles of others."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - declared so by folium
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template("""
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} role="region"
                aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, Object.assign(
                { center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }} },
                HotspotMap.options, {{ this.options|tojavascript }}));
            HotspotMap.begin({{ this.get_name() }}, {{ this.settings }});
        {% endmacro %}
        """)

    def __init__(self, page: Page, assets: Assets, *, label: str, settings: Mapping[str, Any]) -> None:
        super().__init__(location=(0.0, 0.0), zoom_start=2, tiles=None, prefer_canvas=True)
        self._id = "hotspot"
        self.label = label
        self.settings = script_json(dict(settings))
        MapFigure(page, assets).add_child(self, name="map")


class MapLayer(folium.map.Layer):
    """One layer of the map, drawn by a function of ``map.js`` from a source of data."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} =
                HotspotMap.{{ this.draw }}({{ this._parent.get_name() }}, {{ this.options }});
        {% endmacro %}
        """)

    def __init__(
        self, draw: str, *, name: str, options: Mapping[str, Any] | None = None, control: bool = True
    ) -> None:
        super().__init__(name=name, overlay=True, control=control, show=True)
        self._name = "Layer"
        self._id = draw
        self.draw = draw
        self.options = script_json(dict(options or {}))


class Finish(MacroElement):
    """The last words of the map's script: controls, legend, fit."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            HotspotMap.finish({{ this._parent.get_name() }});
        {% endmacro %}
        """)

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Finish"
        self._id = "hotspot"


def layer_control() -> folium.LayerControl:
    """Folium's layer control under a name that is the same each time."""
    control = folium.LayerControl(position="topright", collapsed=True)
    control._id = "hotspot"
    return control
