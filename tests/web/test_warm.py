"""Each kind of page is asked for once, so that no reader is the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot.web import warm

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient

HERE = "http://127.0.0.1:8000"


def test_every_page_that_is_asked_for_is_there(app: Flask, client: FlaskClient) -> None:
    asked = list(warm.addresses(app.extensions["hotspot"]))
    assert len(asked) > 20
    assert {address: client.get(address).status_code for address in asked} == dict.fromkeys(asked, 200)
    assert warm.warm(app, url=HERE) == len(asked)


def test_the_features_of_the_latest_layers_are_held_and_cut_before_anybody_asks(app: Flask) -> None:
    warm.behind(app, url=HERE).join()
    catalogue = app.extensions["hotspot"]
    for record in catalogue.layers()[: warm.MOST]:
        ready = catalogue.features(record.id)
        assert "_places" in vars(ready)
        assert {"shapes", "tree"} <= vars(ready.columns).keys()


def test_a_store_without_layers_is_warmed_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "MOST", 0)
    assert warm.warm(app, url=HERE) > 5
