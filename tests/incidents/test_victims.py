"""Sex and age of victims."""

from __future__ import annotations


def test_victims_are_put_in_the_same_words(cleaned):
    result = cleaned(
        "date,victim sex,victim age\n"
        "2024-03-17,F,17\n2024-03-17,male,25.0\n2024-03-17,U,34 years\n2024-03-17,X,999\n2024-03-17,trans,\n"
    )
    assert result.table["victim_sex"].fillna("-").tolist() == ["female", "male", "-", "-", "other"]
    assert result.table["victim_age"].fillna(-1).tolist() == [17, 25, 34, -1, -1]
    assert any("Ages" in note and "row 5" in note for note in result.notes)
