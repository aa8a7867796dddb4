"""The demonstration: both files imported, and layers that show what the product can say.

A second run changes nothing: a file is known by its hash, a layer by its question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hotspot.demo.files import demo_file
from hotspot.service.progress import silent

if TYPE_CHECKING:
    from hotspot.service.progress import Progress
    from hotspot.service.store import LayerRecord, Store

BELIZE: Final = "belize-synthetic"
YORKSHIRE: Final = "west-yorkshire-2018-07"

IMPORTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "file": "belize",
        "dataset": BELIZE,
        "title": "Belize (SYNTHETIC)",
        "area": "BZ",
        "timezone": "America/Belize",
    },
    {
        "file": "west-yorkshire",
        "dataset": YORKSHIRE,
        "title": "West Yorkshire street crime, July 2018 (data.police.uk, Open Government Licence v3.0)",
        "area": None,
        "timezone": "Europe/London",
    },
)
"""What is imported into which dataset."""

_SYNTHETIC: Final = {"dataset": BELIZE, "start": "2026-05-01", "end": "2026-10-31"}

QUESTIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        **_SYNTHETIC,
        "start": "2025-11-01",
        "title": "Robbery in Belize District, twelve months (SYNTHETIC)",
        "method": "gi_star",
        "parameters": {"cell_size": 500},
        "area": "BZ/BZ-BZ",
        "offences": ["Robbery"],
    },
    {
        **_SYNTHETIC,
        "title": "Burglary in Cayo, six months, hexagons (SYNTHETIC)",
        "method": "gi_star",
        "parameters": {"cell_shape": "hexagon", "cell_size": 400},
        "area": "BZ/BZ-CY",
        "offences": ["Burglary"],
    },
    {
        **_SYNTHETIC,
        "title": "Theft clusters in Belize, six months (SYNTHETIC)",
        "method": "dbscan",
        "parameters": {"eps": 250},
        "area": "BZ",
        "offences": ["Theft"],
    },
    {
        **_SYNTHETIC,
        "start": "2025-05-01",
        "title": "Violent nights in Belize District, 18 months (SYNTHETIC)",
        "method": "dbscan",
        "parameters": {"eps": 200, "min_samples": 8},
        "area": "BZ/BZ-BZ",
        "offences": ["Robbery", "Murder"],
        "hours": [18, 4],
        "weekdays": ["fri", "sat", "sun"],
    },
    {
        **_SYNTHETIC,
        "title": "All six offences in the country, six months (SYNTHETIC)",
        "method": "gi_star",
        "parameters": {"cell_shape": "hexagon", "cell_size": 2000},
        "area": "BZ",
        "offences": [],
    },
    {
        **_SYNTHETIC,
        "title": "Density of theft in Belize District, six months (SYNTHETIC)",
        "method": "kde",
        "parameters": {"output": "contours"},
        "area": "BZ/BZ-BZ",
        "offences": ["Theft"],
    },
    {
        **_SYNTHETIC,
        "start": "2025-05-01",
        "title": "Lasting and new hotspots in Belize District, 18 months (SYNTHETIC)",
        "method": "emerging",
        "parameters": {"cell_shape": "hexagon", "cell_size": 250},
        "area": "BZ/BZ-BZ",
        "offences": ["Burglary", "Theft"],
    },
    {
        **_SYNTHETIC,
        "title": "Where burglary may follow burglary in Belize (SYNTHETIC)",
        "method": "near_repeat",
        "parameters": {"metric": "euclidean"},
        "area": "BZ",
        "offences": ["Burglary"],
    },
    {
        **_SYNTHETIC,
        "start": "2025-05-01",
        "title": "Burglary clusters of any density in Belize District, 18 months (SYNTHETIC)",
        "method": "hdbscan",
        "parameters": {},
        "area": "BZ/BZ-BZ",
        "offences": ["Burglary"],
    },
    {
        "dataset": YORKSHIRE,
        "title": "Burglary in West Yorkshire, July 2018",
        "method": "gi_star",
        "parameters": {"cell_size": 500},
        "area": "hull",
        "offences": ["Burglary"],
        "start": "2018-07-01",
        "end": "2018-07-31",
    },
    {
        "dataset": YORKSHIRE,
        "title": "Robbery clusters in West Yorkshire, July 2018",
        "method": "dbscan",
        "parameters": {"eps": 300},
        "area": "hull",
        "offences": ["Robbery"],
        "start": "2018-07-01",
        "end": "2018-07-31",
    },
)
"""What is asked."""


def load_demo(store: Store, progress: Progress | None = None) -> tuple[LayerRecord, ...]:
    """Import both demonstration files and publish their layers; return the layers.

    Parameters
    ----------
    store
        An open store; what it holds already stays.
    progress
        Called with the stage, the steps done and all steps.
    """
    from hotspot.analysis.question import Question
    from hotspot.service import intake, publish

    say = progress or silent
    for number, wanted in enumerate(IMPORTS):
        say("Importing demonstration files", number, len(IMPORTS))
        path = demo_file(wanted["file"])
        intake.import_file(
            store,
            path,
            dataset=wanted["dataset"],
            title=wanted["title"],
            area=wanted["area"],
            timezone=wanted["timezone"],
        )
    made = []
    layers = store.layers.list(withdrawn=True)
    known = {Question.from_dict(record.question).canonical(): record for record in layers}
    for number, wanted in enumerate(QUESTIONS):
        say("Making layers", number, len(QUESTIONS))
        question = Question.from_dict(wanted)
        made.append(known.get(question.canonical()) or publish.make_layer(store, question))
    say("Making layers", len(QUESTIONS), len(QUESTIONS))
    return tuple(made)
