from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotspot.outputs import style

# Machado, Oliveira and Fernandes 2009, doi 10.1109/TVCG.2009.113, severity 1.
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
TRITANOPIA = [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.303900],
]
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
WHITE = np.array([0.9505, 1.0, 1.089])


def seen(colour: str, opacity: float, eye: list[list[float]]) -> np.ndarray:
    """CIE Lab of a colour on the map's land, as an eye with a deficiency sees it."""
    front, back = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for c in (colour, style.LAND))
    mixed = opacity * front + (1 - opacity) * back
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    xyz = np.array(TO_XYZ) @ np.clip(np.array(eye) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colours: list[tuple[str, float]], eye: list[list[float]]) -> float:
    labs = [seen(colour, opacity, eye) for colour, opacity in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(labs, 2))


def test_the_map_fills_districts_with_the_land_that_colours_are_judged_on(repository):
    script = (repository / "hotspot" / "web" / "static" / "map" / "map.js").read_text(encoding="utf-8")
    assert f'fillColor: "{style.LAND}"' in script


def test_classes_stay_apart_for_colour_blind_readers():
    colours = [(each.colour, each.opacity) for each in style.CLASSES]
    for eye in (np.eye(3).tolist(), PROTANOPIA, DEUTERANOPIA, TRITANOPIA):
        assert nearest(colours, eye) > 12


def test_densities_stay_apart_for_colour_blind_readers_and_grow_darker():
    colours = [(each, style.RAMP_OPACITY) for each in style.DENSITY_RAMP]
    for eye in (np.eye(3).tolist(), PROTANOPIA, DEUTERANOPIA, TRITANOPIA):
        assert nearest(colours, eye) > 12
        lightness = [seen(*colour, eye)[0] for colour in colours]
        assert lightness == sorted(lightness, reverse=True)


def test_every_class_has_a_look():
    assert [each.value for each in style.CLASSES] == [3, 2, 1, 0, -1, -2, -3]


def test_a_legend_leaves_out_what_is_not_there():
    legend = style.class_legend({3: 2, -1: 1, 0: 0})
    assert [(each.value, each.count) for each in legend.entries] == [(3, 2), (-1, 1)]


def test_breaks_of_a_known_ramp():
    assert style.density_breaks([10, 20, 30, 40, 51.234]) == (18.0, 26.0, 34.0, 42.0)


def test_one_density_needs_no_break():
    assert style.density_breaks([7.0, 7.0]) == ()
    (entry,) = style.density_legend([7.0, 7.0]).entries
    assert (entry.label, entry.count) == ("all hotspots", 2)


def test_no_density_gives_no_entry():
    assert style.density_legend([]).entries == ()
    assert style.density_legend([np.nan]).entries == ()


def test_large_breaks_are_written_out():
    labels = [each.label for each in style.density_legend([1e6, 2e6, 3e6, 4e6]).entries]
    assert labels[0] == "3,200,000 and more"


@given(st.lists(st.floats(0, 1e6) | st.just(float("nan")), max_size=60))
def test_every_hotspot_is_in_one_entry(densities):
    counted = sum(entry.count for entry in style.density_legend(densities).entries)
    assert counted == int(np.isfinite(densities).sum())


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=60))
def test_breaks_ascend_and_lie_among_the_densities(densities):
    breaks = style.density_breaks(densities)
    assert list(breaks) == sorted(set(breaks))
    assert all(min(densities) < each <= max(densities) for each in breaks)
