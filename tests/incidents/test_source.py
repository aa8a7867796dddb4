"""The text of a file, by field."""

from __future__ import annotations

import pytest

HEAD = "id,date,offence,latitude,longitude\n"


@pytest.mark.parametrize("word", ["NA", "N/A", "NULL", "null", "None", "#N/A", "-"])
def test_words_for_not_known_are_missing(cleaned, word):
    result = cleaned(HEAD + f"{word},2024-03-17,Theft,{word},{word}\n")
    assert result.table["source_id"].isna().all()
    assert result.table["location_precision"].tolist() == ["none"]


def test_ids_stay_text(cleaned):
    result = cleaned(HEAD + "007,2024-03-17,Theft,,\n11023904.0,2024-03-17,Theft,,\n1e5,2024-03-17,Theft,,\n")
    assert result.table["source_id"].tolist() == ["007", "11023904.0", "1e5"]


def test_text_is_kept_to_the_letter(cleaned):
    nasty = "{{7*7}} <script>alert(1)</script> =cmd() \u202e ${x} `y`"
    assert cleaned(f"date,place\n2024-03-17,{nasty}\n").table["place"].tolist() == [nasty]
