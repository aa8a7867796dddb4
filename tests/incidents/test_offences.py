"""Local words become codes of the international classification."""

from __future__ import annotations

import pandas as pd
import pytest

from hotspot.incidents.offences import _WORDS, ICCS_TITLES, iccs

BELIZE = {
    "Murder": "0101",
    "Attempted Murder": "0102",
    "Manslaughter": "0103",
    "Rape": "0301",
    "Unlawful Sexual Intercourse": "0301",
    "Carnal knowledge": "0301",
    "Robbery": "0401",
    "Burglary": "0501",
    "Theft": "0502",
    "Praedial larceny": "0502",
    "Grievous harm": "0201",
    "Wounding": "0201",
    "Possession of firearm": "0901",
    "Drug trafficking": "0601",
}
UK = {
    "Anti-social behaviour": "0801",
    "Bicycle theft": "0502",
    "Criminal damage and arson": "0504",
    "Drugs": "0601",
    "Other theft": "0502",
    "Possession of weapons": "0901",
    "Public order": "0801",
    "Shoplifting": "0502",
    "Theft from the person": "0502",
    "Vehicle crime": "0502",
}
US = {
    "HOMICIDE": "0101",
    "CRIM SEXUAL ASSAULT": "0301",
    "BATTERY": "0201",
    "ASSAULT": "0201",
    "Assault with a deadly weapon": "0201",
    "MOTOR VEHICLE THEFT": "0502",
    "DECEPTIVE PRACTICE": "0701",
    "Identity theft": "0701",
    "NARCOTICS": "0601",
    "WEAPONS VIOLATION": "0901",
    "CRIMINAL TRESPASS": "0509",
    "STALKING": "0208",
    "KIDNAPPING": "0202",
    "ARSON": "0504",
    "LIQUOR LAW VIOLATION": "0602",
    "PROSTITUTION": "0802",
    "Murder and Nonnegligent Manslaughter": "0101",
    "Voluntary manslaughter": "0101",
    "Involuntary manslaughter": "0103",
    "DRIVING UNDER THE INFLUENCE": "0207",
    "Drunk driving": "0207",
    "Dangerous driving": "0207",
    "Driving without a licence": "0907",
    "Drunk and disorderly": "0801",
    "Affray": "0801",
    "Cyberstalking": "0208",
    "Computer misuse": "0903",
    "personal robbery": "0401",
    "Attempted robbery": "0401",
}


@pytest.mark.parametrize(("name", "code"), [*BELIZE.items(), *UK.items(), *US.items()])
def test_the_words_of_belize_britain_and_america(name, code):
    assert iccs(pd.Series([name], dtype="str")).tolist() == [code]


@pytest.mark.parametrize(
    "name",
    [
        "Violence and sexual offences",
        "Other crime",
        "Other offence",
        "NON-CRIMINAL",
        "Piracy",
        "xyz",
        "{{7*7}}",
    ],
)
def test_what_mixes_classes_or_says_nothing_has_no_code(name):
    assert iccs(pd.Series([name], dtype="str")).isna().all()


def test_missing_stays_missing_on_the_same_index():
    found = iccs(pd.Series(["Murder", None, "Murder"], index=[5, 6, 7], dtype="str"))
    assert found.isna().tolist() == [False, True, False]
    assert found.index.tolist() == [5, 6, 7]


def test_every_code_has_a_title():
    assert {code for code, _ in _WORDS if code} <= ICCS_TITLES.keys()
    assert all(len(code) == 4 and code.isdigit() for code in ICCS_TITLES)


def test_no_offences_have_no_codes():
    assert len(iccs(pd.Series([], dtype="str"))) == 0
