from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analysis.methods import METHODS, Field
from hotspot.outputs import style

RAMP, CLASSES = METHODS["dbscan"], METHODS["gi_star"]
WORDS = replace(
    CLASSES, style="categories", colour_by="quadrant", fields=(Field("quadrant", "string", "Quadrant"),)
)
DIVERGING = replace(
    CLASSES, style="diverging", colour_by="log_ratio", fields=(Field("log_ratio", "number", "Log ratio"),)
)

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
EYES = (np.eye(3).tolist(), PROTANOPIA, DEUTERANOPIA, TRITANOPIA)
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
    for eye in EYES:
        assert nearest(colours, eye) > 12


def test_densities_stay_apart_for_colour_blind_readers_and_grow_darker():
    colours = [(each, style.RAMP_OPACITY) for each in style.RAMP]
    for eye in EYES:
        assert nearest(colours, eye) > 12
        lightness = [seen(*colour, eye)[0] for colour in colours]
        assert lightness == sorted(lightness, reverse=True)


@pytest.mark.parametrize("field", ["quadrant", "direction"])
def test_few_categories_stay_apart_for_colour_blind_readers(field):
    colours = [(each.colour, each.opacity) for each in style.CATEGORIES[field]]
    for eye in EYES:
        assert nearest(colours, eye) > 12


def test_differences_stay_apart_for_colour_blind_readers():
    looks = style.scale(DIVERGING, [-4, -2, -1, 0.5, 0, 0.5, 1, 2, 4]).looks
    for eye in EYES:
        assert nearest([(each.colour, each.opacity) for each in looks], eye) > 12


def test_hot_patterns_are_never_taken_for_cold_ones_nor_for_none():
    """Seventeen cannot all be told apart by colour: their words are in every tooltip and legend."""
    looks = style.CATEGORIES["pattern"]
    ways = [[(x.colour, x.opacity) for x in looks if x.value.endswith(way)] for way in (" hot", " cold")]
    none = [(each.colour, each.opacity) for each in looks if each.quiet]
    for eye in EYES:
        labs = [[seen(*colour, eye) for colour in group] for group in (*ways, none)]
        for one, other in itertools.combinations(labs, 2):
            assert min(float(np.linalg.norm(a - b)) for a in one for b in other) > 12


def test_the_patterns_are_the_seventeen_of_an_emerging_hotspot():
    kinds = [
        "new",
        "consecutive",
        "intensifying",
        "persistent",
        "diminishing",
        "sporadic",
        "oscillating",
        "historical",
    ]
    words = {look.value for look in style.CATEGORIES["pattern"]}
    assert words == {f"{kind} {way}" for kind in kinds for way in ("hot", "cold")} | {"none"}
    assert len({look.colour for look in style.CATEGORIES["pattern"]}) == 17


def test_every_look_has_words():
    for looks in (style.CLASSES, *style.CATEGORIES.values()):
        assert all(look.label and look.to_dict()["sentence"] for look in looks)
        assert len({look.label for look in looks}) == len(looks)


def test_every_class_has_a_look():
    assert [each.value for each in style.CLASSES] == [3, 2, 1, 0, -1, -2, -3]


def test_a_legend_leaves_out_what_is_not_there():
    legend = style.scale(CLASSES, [3, 3, -1, None, float("nan")]).legend
    assert [(each.value, each.count) for each in legend.entries] == [(3, 2), (-1, 1)]


def test_categories_come_in_their_order_and_a_new_word_last():
    legend = style.scale(WORDS, ["low-low", "high-high", "unheard of", "low-low"]).legend
    assert [(each.label, each.count) for each in legend.entries] == [
        ("High among high", 1),
        ("Low among low", 2),
        ("Unheard of", 1),
    ]
    assert (legend.title, legend.noun) == ("Quadrant", "cells")


def test_differences_have_the_same_breaks_on_both_sides_of_zero():
    found = style.scale(DIVERGING, [-4, -3, -2, -1, 0, 0.5, 8, None, float("nan")])
    assert found.breaks == tuple(-each for each in reversed(found.breaks))
    assert found.looks[len(found.looks) // 2].quiet
    assert sum(entry.count for entry in found.legend.entries) == 7
    assert found.legend.entries[0].label.endswith("and more")
    assert found.legend.entries[-1].label.startswith("below −")


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [None], [float("nan")]])
def test_no_difference_needs_no_break(values):
    found = style.scale(DIVERGING, values)
    assert found.breaks == ()
    assert [look.colour for look in found.looks] == [style.CLASSES[3].colour]


def test_breaks_of_a_known_ramp():
    assert style.breaks_of([10, 20, 30, 40, 51.234]) == (18.0, 26.0, 34.0, 42.0)


def test_one_density_needs_no_break():
    found = style.scale(RAMP, [7.0, 7.0])
    assert found.breaks == ()
    (entry,) = found.legend.entries
    assert (entry.label, entry.count) == ("7, all hotspots", 2)


def test_no_density_gives_no_entry():
    assert style.scale(RAMP, []).legend.entries == ()
    assert style.scale(RAMP, [np.nan, None]).legend.entries == ()


def test_large_breaks_are_written_out():
    labels = [each.label for each in style.scale(RAMP, [1e6, 2e6, 3e6, 4e6]).legend.entries]
    assert labels[0] == "3,200,000 and more"


def test_title_and_unit_are_those_of_the_field():
    legend = style.scale(RAMP, [1.0, 2.0]).legend
    assert (legend.title, legend.unit) == ("Density", "incidents per km²")


@given(st.lists(st.floats(0, 1e6) | st.just(float("nan")), max_size=60))
def test_every_hotspot_is_in_one_entry(densities):
    counted = sum(entry.count for entry in style.scale(RAMP, densities).legend.entries)
    assert counted == int(np.isfinite(densities).sum())


@given(st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=60))
def test_breaks_ascend_and_lie_among_the_densities(densities):
    breaks = style.breaks_of(densities)
    assert list(breaks) == sorted(set(breaks))
    assert all(min(densities) < each <= max(densities) for each in breaks)
