from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from hotspot.errors import ParameterError
from hotspot.service.settings import Settings, read_settings


def test_everything_has_a_default_that_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOTSPOT_DATA_DIR", "HOTSPOT_HOST", "HOTSPOT_PORT"):
        monkeypatch.delenv(name, raising=False)
    settings = read_settings()
    assert settings.host == "127.0.0.1"
    assert settings.url == "http://127.0.0.1:8000"
    assert settings.database == Path("hotspot-data/hotspot.sqlite")


def test_the_environment_is_read_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOT_PORT", "9000")
    monkeypatch.setenv("HOTSPOT_TRUSTED_HOSTS", "maps.police.bz, intranet")
    monkeypatch.setenv("HOTSPOT_BASE_URL", "https://maps.police.bz/")
    settings = read_settings()
    assert (settings.port, settings.trusted_hosts) == (9000, ("maps.police.bz", "intranet"))
    assert settings.url == "https://maps.police.bz"
    assert read_settings(port=7000).port == 7000
    assert read_settings(port=None).port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("MAX_UPLOAD_MB", "0"),
        ("BASE_URL", "maps.police.bz"),
        ("PARSE_MEMORY_MB", "12"),
        ("PARSE_MEMORY_MB", "9" * 14),
        ("PARSE_MEMORY_MB", "4e3"),
        ("PARSE_SECONDS", "inf"),
        ("MAX_ROWS", "1" * 5000),
        ("BUSY_SECONDS", "nan"),
        ("DATA_DIR", "  "),
        ("HOST", ""),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HOTSPOT_{name}", value)
    with pytest.raises(ParameterError, match=f"HOTSPOT_{name} cannot be used") as refused:
        read_settings()
    assert refused.value.parameter == name.lower()


def test_a_list_of_what_is_no_name_is_refused_too() -> None:
    with pytest.raises(ParameterError, match="HOTSPOT_TRUSTED_HOSTS cannot be used"):
        read_settings(trusted_hosts=[5])


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        read_settings().port = 1  # type: ignore[misc]


def test_plain_values_make_the_same_settings() -> None:
    settings = read_settings(port=9000, trusted_hosts=("intranet",), data_dir=Path("elsewhere"))
    assert Settings(**json.loads(json.dumps(settings.to_dict()))) == settings


def test_every_setting_says_what_it_is_for_and_what_it_takes() -> None:
    assert all(known.description.endswith(".") and known.takes for known in Settings.known().values())
