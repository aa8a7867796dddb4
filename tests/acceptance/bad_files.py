"""Files as they should not be, one a fault, and what an analyst must be told."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass

HEAD = "Incident ID,Offence,Occurred from,Latitude,Longitude\n"
GOOD = "SYNTHETIC-1,Theft,2026-03-14 21:30,17.25,-88.77\n"


@dataclass(frozen=True)
class Case:
    """One faulty file.

    Attributes
    ----------
    outcome
        ``refused``: nothing is stored. ``aside``: the row is set aside, the good one is stored.
        ``accepted``: every row is stored.
    says
        Pattern that the refusal, the row's message, or a note must match.
    row, column
        Where the fault is, for a row set aside.
    query
        Options of the import.
    """

    name: str
    filename: str
    content: bytes
    outcome: str
    says: str
    row: int = 3
    column: str = ""
    query: tuple[tuple[str, str], ...] = ()


def lines(*rows: str, head: str = HEAD) -> bytes:
    return (head + GOOD + "".join(row + "\n" for row in rows)).encode()


def row(*, when: str = "2026-03-15 08:00", lat: str = "17.26", lon: str = "-88.78") -> str:
    return f"SYNTHETIC-2,Theft,{when},{lat},{lon}"


def geojson(properties: str = "{}", coordinates: str = "[-88.77, 17.25]") -> bytes:
    feature = (
        '{"type":"Feature","geometry":{"type":"Point","coordinates":%s},"properties":%s}'  # noqa: UP031
        % (coordinates, properties)
    )
    return ('{"type":"FeatureCollection","features":[%s]}' % feature).encode()  # noqa: UP031


def workbook(sheet: bytes) -> bytes:
    """Return the smallest xlsx around the XML of one sheet."""
    parts = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        b'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName='
        b'"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
        b'.sheet.main+xml"/>'
        b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        b'2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        b'<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        b'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData>' + sheet + b"</sheetData></worksheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def bomb() -> bytes:
    """Return a workbook of half a megabyte that grows to more than 500 MB."""
    cell = b'<row><c t="inlineStr"><is><t>' + b"A" * 1_000_000 + b"</t></is></c></row>"
    return workbook(cell * 520)


def far_cell() -> bytes:
    """Return a workbook whose two cells span the whole sheet, 17 billion cells."""
    return workbook(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Offence</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )


VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"<SrcLayer>passwd</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
)
KML = (
    b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Point>'
    b"<coordinates>-88.77,17.25</coordinates></Point></Placemark></kml>"
)
PROPERTIES = json.dumps({"Offence": "Theft", "Occurred from": "2026-03-14 21:30"})
LONDON = (("timezone", "Europe/London"),)

REFUSED = (
    Case("empty file", "empty.csv", b"", "refused", r"empty"),
    Case("empty gzip", "empty.csv.gz", gzip.compress(b"", mtime=0), "refused", r"empty"),
    Case("header only", "header.csv", HEAD.encode(), "refused", r"no (data )?rows|header"),
    Case("cut gzip", "cut.csv.gz", gzip.compress(lines(), mtime=0)[:-12], "refused", r"\.gz"),
    Case(
        "mixed day and month orders",
        "mixed.csv",
        b"Offence,Date\nTheft,25/03/2026\nTheft,03/25/2026\n",
        "refused",
        r"(?s)25/03/2026.*03/25/2026|03/25/2026.*25/03/2026",
    ),
    Case(
        "100,000 levels of JSON",
        "deep.geojson",
        b"[" * 100_000 + b"]" * 100_000,
        "refused",
        r"nest|deep|levels",
    ),
    Case("xlsx bomb", "bomb.xlsx", bomb(), "refused", r"MB"),
    Case("a cell at XFD1048576", "far.xlsx", far_cell(), "refused", r"XFD1048576|cells|columns"),
    Case("GDAL VRT named .geojson", "map.geojson", VRT, "refused", r"JSON|XML"),
    Case("KML", "places.kml", KML, "refused", r"KML|XML"),
    Case("nothing recognised", "photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "refused", r"."),
)

ASIDE = (
    Case(
        "impossible date",
        "a.csv",
        lines(row(when="2026-02-31 10:00")),
        "aside",
        r"2026-02-31",
        column="Occurred from",
    ),
    Case(
        "time without a date",
        "a.csv",
        lines(row(when="12:30"), *(row().replace("-2,", f"-{i},") for i in range(3, 9))),
        "aside",
        r"12:30",
        column="Occurred from",
    ),
    Case(
        "JSON with NaN as a coordinate",
        "nan.geojson",
        geojson(PROPERTIES, "[NaN, 17.25]"),
        "aside",
        r"NaN",
        row=1,
    ),
    Case("year 0001", "a.csv", lines(row(when="0001-01-01 00:00")), "aside", r"0001", column="Occurred from"),
    Case(
        "far future", "a.csv", lines(row(when="2999-01-01 00:00")), "aside", r"2999", column="Occurred from"
    ),
    Case(
        "a time that the clocks skip",
        "a.csv",
        lines(row(when="2026-03-29 01:30")),
        "aside",
        r"2026-03-29 01:30",
        column="Occurred from",
        query=LONDON,
    ),
    Case(
        "text in a coordinate",
        "a.csv",
        lines(row(lat="see sketch")),
        "aside",
        r"see sketch",
        column="Latitude",
    ),
    Case("NaN in a coordinate", "a.csv", lines(row(lat="inf")), "aside", r"inf", column="Latitude"),
    Case("1e400 in a coordinate", "a.csv", lines(row(lon="1e400")), "aside", r"1e400", column="Longitude"),
    Case("out of range", "a.csv", lines(row(lat="97.25")), "aside", r"97\.25", column="Latitude"),
    Case("ragged row", "a.csv", lines(row() + ",one,two"), "aside", r"7|fields|columns"),
    Case(
        "ends before it starts",
        "a.csv",
        b"Offence,Occurred from,Occurred to\nTheft,2026-03-14 08:00,2026-03-14 09:00\n"
        b"Theft,2026-03-14 08:00,2026-03-13 09:00\n",
        "aside",
        r"before",
        column="Occurred to",
    ),
)

ACCEPTED = (
    Case(
        "duplicate header",
        "twice.csv",
        lines(head=HEAD.replace("Longitude", "Longitude,Longitude")).replace(b"-88.77", b"-88.77,-88.77"),
        "accepted",
        r"Two columns are called .Longitude.",
    ),
    Case(
        "5000-digit number in JSON",
        "digits.geojson",
        geojson(PROPERTIES[:-1] + ', "n": ' + "9" * 5000 + "}"),
        "accepted",
        r"",
    ),
    Case("utf-16", "a.csv", lines(row()).decode().encode("utf-16"), "accepted", r""),
    Case("utf-8 with a mark", "a.csv", b"\xef\xbb\xbf" + lines(row()), "accepted", r""),
    Case(
        "cp1252",
        "a.csv",
        lines(row().replace("Theft", "Vol à main armée")).decode().encode("cp1252"),
        "accepted",
        r"",
    ),
    Case(
        "semicolons and decimal commas",
        "a.csv",
        lines(row()).decode().replace(",", ";").replace(".", ",").encode(),
        "accepted",
        r"",
    ),
    Case("zero coordinates", "a.csv", lines(row(lat="0", lon="0")), "accepted", r"\(?0, ?0\)?"),
    Case(
        "swapped coordinates",
        "a.csv",
        (HEAD + "S-1,Theft,2026-03-14,-88.77,17.25\nS-2,Theft,2026-03-15,-88.78,17.26\n").encode(),
        "accepted",
        r"(?i)swap",
        query=(("area", "BZ"),),
    ),
    Case(
        "mixed offsets",
        "a.csv",
        lines(row(when="2026-03-15T08:00:00-06:00"), row(when="2026-03-15T14:00:00Z").replace("-2", "-3")),
        "accepted",
        r"",
    ),
    Case(
        "a time that the clocks repeat",
        "a.csv",
        lines(row(when="2026-10-25 01:30")),
        "accepted",
        r"(?i)twice|repeat|ambiguous|first",
        query=LONDON,
    ),
    Case("ids with leading zeros", "a.csv", lines(row().replace("SYNTHETIC-2", "000123")), "accepted", r""),
)
