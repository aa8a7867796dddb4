"""Requests drawn from our own OpenAPI documents: none is answered with a 500, all as the document says."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.acceptance.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.conftest import Site

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("acceptance")]

# Files that the API takes beside those that schemathesis knows how to send.
schemathesis.serializer.alias(["application/gzip", "application/geo+json"], "application/octet-stream")

MODES = tuple(schemathesis.GenerationMode)
EXAMPLES = 6
"""Of each kind an operation, besides the edges of every parameter."""

KNOWN = 3
"""Times that an address of the HTTP API is asked by names that the service knows."""

KINDS = ("gi_star", "dbscan", "districts", "latest", "incidents")
"""Of which one collection each is asked: the others are alike."""

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def own_site(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over a copy of the sample, which may be changed."""
    folder = tmp_path_factory.mktemp("fuzzed") / "data"
    shutil.copytree(site.data_dir, folder)
    with serving(folder) as running:
        yield running


def operations(site: Site, path: str, *, some: Callable[[str], bool] = lambda _: True) -> Iterator[Any]:
    document = site.ask(path).json
    document["paths"] = {name: each for name, each in document["paths"].items() if some(name)}
    stem = urlsplit(document["servers"][0]["url"]).path.rstrip("/")
    generation = GenerationConfig(modes=list(MODES), deterministic=True, max_examples=EXAMPLES)
    project = ProjectConfig(base_url=f"{site.url}{stem}", generation=generation)
    config = schemathesis.Config(seed=1, projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_dict(document, config=config)
    for found in schema.get_all_operations():
        yield found.ok()


def one_of_each_kind(site: Site) -> Callable[[str], bool]:
    """Whether a path is of the service, or of the collection that stands for its kind."""
    methods = {layer["id"]: layer["method"] for layer in site.layers()}
    names = [each["id"] for each in site.ask("/ogc/collections").json["collections"]]
    kinds = {methods.get(name, name.partition("-")[0]): name for name in reversed(names)}
    others = set(names) - {kinds[kind] for kind in kinds if kind in KINDS}
    return lambda path: path.removeprefix("/collections/").partition("/")[0] not in others


def edges(operation: Any) -> Iterator[Any]:
    """Each parameter left out, at its bounds, beyond them and of another type."""
    config = operation.schema.config.generation
    return operation.schema.iter_coverage_cases(
        operation, generation_modes=list(MODES), generation_config=config
    )


def drawn(operation: Any, check: Any) -> None:
    """Send what Hypothesis draws: what the document allows, then what it does not."""
    still = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for mode in MODES:
        # Where nothing is asked for, nothing can be asked wrongly.
        with suppress(Unsatisfiable):
            still(given(operation.as_strategy(generation_mode=mode))(check))()


def test_the_ogc_api_answers_as_its_definition_says(site: Site) -> None:
    answered: dict[int, int] = {}

    answered = Counter[int]()

    def check(case: Any) -> None:
        answered[case.call_and_validate(checks=CHECKS).status_code] += 1

    for operation in operations(site, "/ogc/api", some=one_of_each_kind(site)):
        for case in edges(operation):
            check(case)
        drawn(operation, check)
    assert answered[200] > 100, answered
    assert answered[400] > 100, answered


def test_the_http_api_answers_as_its_definition_says(own_site: Site) -> None:
    """Drawn names are unknown to the service, so each case is sent again with names that it knows."""
    known = {
        "layer_id": own_site.layers()[0]["id"],
        "name": "belize-synthetic",
        "table": "weekdays",
        "import_id": 1,
    }
    answered: dict[int, int] = {}

    answered, sent = Counter[int](), Counter[str]()

    def check(case: Any) -> None:
        answered[case.call_and_validate(checks=CHECKS).status_code] += 1

    def check_known(case: Any) -> None:
        check(case)
        names = {name: known[name] for name in case.path_parameters or {} if name in known}
        real = dict(case.body, dataset="belize-synthetic") if isinstance(case.body, dict) else None
        label = case.operation.label
        if sent[label] >= KNOWN or (not names and real is None):
            return
        sent[label] += 1
        case.path_parameters.update(names)
        if real is not None:
            case.body = real
        check(case)

    for operation in operations(own_site, "/api/v1/openapi.json"):
        # A file is read in a process of its own, which takes a second.
        step = 5 if operation.path.endswith("/imports") else 1
        for case in islice(edges(operation), 0, None, step):
            check(case)
        # Once a layer is withdrawn, nothing of it can be asked.
        drawn(operation, check if operation.method == "delete" else check_known)
    assert answered[200] > 30, answered
    assert answered[400] > 10, answered
    assert answered[404] > 50, answered
    assert answered[422] > 100, answered


WORDS = (
    "incidents", "offence", '"name"', "geometry", "(", ")", "((", "))", "AND", "OR", "NOT", "=", "<>", ">=",
    "1", "-5", "1e999", "0.1", "'x'", "'", '"', "''", "%", "_", "\\", "LIKE", "IN", "BETWEEN", "IS", "NULL",
    "TRUE", ",", "+", "/", "^", "CASEI", "S_INTERSECTS", "POINT(0 0)", "BBOX(0,0,1,1)", "BBOX(1,1,0,0)",
    "POLYGON((0 0,1 1,0 1,0 0))", "POLYGON((0 0,1 1))", "T_AFTER", "T_DURING",
    "DATE('2026-01-31')", "DATE('x')", "TIMESTAMP('2026-01-31T00:00:00Z')", "INTERVAL('..','2026-01-31')",
    ";--", "\x00", "\n", "é", "𝟙", "\u202e", "${x}", "{{7*7}}",
)  # fmt: skip
"""Of these, and of any text, nonsense is made."""

NONSENSE = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join), st.text(max_size=60)
)


@pytest.mark.parametrize(
    "name", ["filter", "datetime", "bbox", "sortby", "properties", "crs", "limit", "f", "occurred"]
)
def test_no_nonsense_is_a_500(name: str, site: Site) -> None:
    kinds = ("districts-bz", "incidents-belize-synthetic", site.layers()[0]["id"])

    @settings(max_examples=200, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(NONSENSE, st.sampled_from(kinds))
    def check(text: str, collection: str) -> None:
        answer = site.ask(f"/ogc/collections/{collection}/items?{urlencode({'limit': 5, name: text})}")
        assert answer.status in (200, 400), (collection, text, answer.body)
        if answer.status == 400:
            assert answer.headers["Content-Type"] == "application/problem+json"

    check()
