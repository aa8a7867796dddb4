from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyproj
import pytest
import shapely

from hotspot.errors import NotFoundError
from hotspot.places.boundaries import (
    BoundarySet,
    bundled,
    features,
    folder,
    index,
    load,
    newest_figures,
    population_of,
)
from hotspot.places.districts import DistrictIndex
from hotspot.places.gazetteer import read_places

SETS = ("AG", "BB", "BS", "BZ", "DM", "GD", "GY", "JM", "KN", "LC", "SR", "TT", "VC")

# Places whose record says another district than these coarse outlines do;
# boundaries/README.md lists them. Nothing else may disagree.
DISAGREE = {
    "AG": {
        "All Saints",
        "Barnes Hill",
        "Bendals",
        "Freemans",
        "Jennings",
        "New Winthorpes",
        "Parham",
        "Piggotts",
        "Sea View Farm",
        "Vernons",
    },
    "BB": {"Bathsheba", "Six Cross Roads"},
    "BS": {"Dunmore Town", "Freeport", "Lucaya", "Treasure Cay"},
    "BZ": {"Valley Community"},
    "JM": {"Coleyville", "Kingston", "Mountain View Gardens", "Port Royal", "Porus", "Torrington Park"},
    "KN": {"Trinity"},
    "LC": {"Augier", "Canaries", "Cantonement"},
    "TT": {"Laventille"},
    "VC": {"Biabou", "Edinboro", "Layou", "New Montrose", "Peruvian Vale", "Redemption"},
}


def test_thirteen_countries_are_bundled() -> None:
    assert bundled() == SETS


@pytest.mark.parametrize("name", SETS)
def test_every_bundled_set_is_sound(name: str) -> None:
    found = load(name)
    assert list(found.codes) == sorted(set(found.codes))
    assert all(code.startswith(f"{name}-") for code in found.codes)
    assert all(found.names) and all(found.types)
    assert shapely.is_valid(found.geometry).all()
    assert set(shapely.get_type_id(found.geometry)) <= {3, 6}
    assert ZoneInfo(found.timezone).key.startswith("America/")
    assert "Natural Earth" in found.source and "GeoNames" in found.licence
    assert len(features(name).splitlines()) == len(found) + 2


@pytest.mark.parametrize("name", SETS)
def test_stated_areas_are_those_of_the_outlines(name: str) -> None:
    found = load(name)
    equal = pyproj.Transformer.from_crs("EPSG:4326", "ESRI:54034", always_xy=True)
    flat = shapely.transform(found.geometry, lambda at: np.column_stack(equal.transform(at[:, 0], at[:, 1])))
    assert found.area_km2 == pytest.approx(shapely.area(flat) / 1e6, rel=0.002, abs=0.02)


@pytest.mark.parametrize("name", SETS)
def test_districts_of_a_bundled_set_do_not_overlap(name: str) -> None:
    shapes = load(name).geometry
    together = shapely.area(shapely.union_all(shapes))
    assert shapely.area(shapes).sum() == pytest.approx(together, rel=1e-4)


@pytest.mark.parametrize("name", SETS)
def test_people_are_counted_in_known_districts_with_year_and_source(name: str) -> None:
    found = load(name)
    assert set(found.population["code"]) <= set(found.codes)
    assert not found.population.duplicated(["code", "year"]).any()
    assert (found.population["population"] > 0).all()
    assert found.population["year"].between(2000, 2025).all()
    assert found.population["source"].str.len().gt(10).all()


def test_the_table_of_districts_is_in_degrees() -> None:
    table = load("BZ").districts
    assert table.crs.to_epsg() == 4326
    assert list(table.columns) == ["code", "name", "type", "area_km2", "geometry"]
    assert len(table) == 6


def test_a_country_is_found_in_either_case_and_an_unknown_one_lists_the_known() -> None:
    assert load(" bz ").name == "BZ"
    with pytest.raises(NotFoundError, match=r"'XX'.*AG, BB, BS"):
        load("XX")
    with pytest.raises(NotFoundError):
        load("../BZ")


def test_georgetown_guyana_is_in_demerara_mahaica() -> None:
    located = DistrictIndex(load("GY")).locate([-58.15527], [6.80448])
    assert located.district.tolist() == ["GY-DE"]
    assert load("GY").name_of("GY-DE") == "Demerara-Mahaica"


def test_caye_caulker_is_in_belize_district() -> None:
    located = DistrictIndex(load("BZ")).locate([-88.02761], [17.75045])
    assert located.district.tolist() == ["BZ-BZ"]


def test_spanish_wells_is_in_its_own_district() -> None:
    located = DistrictIndex(load("BS")).locate([-76.76405], [25.54717])
    assert located.district.tolist() == ["BS-SW"]


def test_all_places_of_the_gazetteer_are_in_or_near_a_district() -> None:
    total = 0
    for name in SETS:
        places = read_places(name)
        located = DistrictIndex(load(name)).locate([p.lon for p in places], [p.lat for p in places])
        assert located.found.all(), name
        total += len(places)
    assert total == 523


@pytest.mark.parametrize("name", SETS)
def test_places_fall_in_the_district_of_their_record_but_for_known_ones(name: str) -> None:
    places = read_places(name)
    located = DistrictIndex(load(name)).locate([p.lon for p in places], [p.lat for p in places])
    wrong = {
        place.name
        for place, code in zip(places, located.district.tolist(), strict=True)
        if place.district != code
    }
    assert wrong == DISAGREE.get(name, set())


def test_population_of_takes_the_newest_complete_year() -> None:
    guyana = population_of(load("GY"))
    assert set(guyana["year"]) == {2002}
    assert guyana["code"].tolist() == list(load("GY").codes)
    assert set(population_of(load("BZ"))["year"]) == {2019}


def test_population_of_a_year_takes_the_nearest_figure_of_each_district() -> None:
    guyana = population_of(load("GY"), 2012).set_index("code")
    assert guyana.loc["GY-DE", "year"] == 2012
    assert guyana.loc["GY-BA", "year"] == 2002
    assert set(population_of(load("BZ"), 2011)["population"]) >= {95292}


def test_population_of_a_set_without_figures_is_empty(islands: BoundarySet) -> None:
    assert population_of(islands).empty
    assert population_of(load("DM")).columns.tolist() == ["code", "population", "year", "source"]


def test_the_readme_of_the_boundaries_names_every_country_and_every_note() -> None:
    text = (folder() / "README.md").read_text(encoding="utf-8")
    for name, about in index().items():
        assert f"| {name} | {about.title} |" in text
    for names in DISAGREE.values():
        assert all(name in text for name in names)
    assert "Made with Natural Earth" in text and "CC BY 4.0" in text


def test_no_file_of_the_boundaries_is_odd(repository: Path) -> None:
    found = sorted(path.name for path in (repository / "boundaries").iterdir())
    assert found == sorted([*SETS, "README.md", "index.json"])
    for name in SETS:
        with (repository / "boundaries" / name / "gazetteer.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert len({row["geonames"] for row in rows}) == len(rows) > 0


@pytest.mark.parametrize("name", SETS)
def test_the_newest_figures_are_those_of_the_table(name: str) -> None:
    table = population_of(load(name))
    rows = table[["code", "population", "year", "source"]].itertuples(index=False)
    assert newest_figures(load(name)) == {code: tuple(rest) for code, *rest in rows}


def test_without_a_year_that_has_all_districts_each_has_its_newest_figure() -> None:
    figures = (("A", 10, 2001, "s"), ("A", 11, 2005, "s"), ("B", 20, 2010, "s"))
    twins = BoundarySet(
        name="x", title="X", codes=("A", "B"), names=("A", "B"), types=("", ""),
        area_km2=np.ones(2), geometry=np.array([None, None]), figures=figures,
    )  # fmt: skip
    assert newest_figures(twins) == {"A": (11, 2005, "s"), "B": (20, 2010, "s")}


def test_a_part_of_a_set_holds_those_districts_alone_and_is_made_once() -> None:
    belize = load("BZ")
    part = belize.part(["BZ-TOL", "BZ-BZ", "elsewhere"])
    assert part.codes == ("BZ-BZ", "BZ-TOL")
    assert part.names == ("Belize", "Toledo")
    assert part.name_of("BZ-TOL") == "Toledo"
    assert part.geometry.tolist() == [belize.geometry[0], belize.geometry[5]]
    assert part.area_km2.tolist() == [belize.area_km2[0], belize.area_km2[5]]
    assert belize.part(["BZ-BZ", "BZ-TOL", "elsewhere"]) is part
    assert belize.part(belize.codes) is belize


def test_an_index_is_made_once_for_a_set_and_another_for_its_part() -> None:
    belize = load("BZ")
    assert DistrictIndex.of(belize) is DistrictIndex.of(load("bz"))
    part = belize.part(["BZ-TOL"])
    assert DistrictIndex.of(part) is DistrictIndex.of(belize.part(["BZ-TOL"]))
    assert DistrictIndex.of(part).locate([-88.19], [17.5]).district.tolist() == [None]
    assert DistrictIndex.of(belize).locate([-88.19], [17.5]).district.tolist() == ["BZ-BZ"]
