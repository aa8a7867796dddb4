"""Workbooks, real ones and hostile ones."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from hotspot.errors import HotspotError, InputError, LimitError
from hotspot.incidents import excel
from hotspot.incidents.columns import guess
from hotspot.incidents.read import read_raw
from tests.incidents.whole import clean


def workbook(fill) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book)
    book.close()
    return buffer.getvalue()


def a_real_one(book) -> None:
    book.add_worksheet("Read me").write(0, 0, "Exported by records")
    sheet = book.add_worksheet("June")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    clock = book.add_format({"num_format": "hh:mm"})
    sheet.write(0, 1, "Burglaries in June")
    sheet.write_row(2, 1, ["Incident No", "Date", "Time", "Reported", "Offence", "Latitude", "Longitude"])
    for i, reported in enumerate([dt.datetime(2024, 6, 2), dt.datetime(2024, 6, 4, 8, 15)]):
        sheet.write(3 + i, 1, 11023904 + i)
        sheet.write_datetime(3 + i, 2, dt.datetime(2024, 6, 1 + i), day)
        sheet.write_datetime(3 + i, 3, dt.time(21, 30), clock)
        sheet.write_datetime(3 + i, 4, reported, moment)
        sheet.write(3 + i, 5, "Burglary")
        sheet.write(3 + i, 6, 17.5)
        sheet.write(3 + i, 7, -88.25)
    sheet.write(6, 1, "007")
    sheet.write(6, 2, "03/06/2024")
    sheet.write(6, 5, "Theft")


def test_dates_ids_and_row_numbers_come_out_as_the_sheet_shows_them(write):
    raw = read_raw(write(workbook(a_real_one), "june.xlsx"))
    assert raw.format == "xlsx"
    assert raw.row.tolist() == [4, 5, 7]
    assert raw.frame["Incident No"].tolist() == ["11023904", "11023905", "007"]
    assert raw.frame["Date"].tolist() == ["2024-06-01", "2024-06-02", "03/06/2024"]
    assert raw.frame["Time"].tolist()[:2] == ["21:30:00", "21:30:00"]
    # A midnight among moments is a moment.
    assert raw.frame["Reported"].tolist()[:2] == ["2024-06-02 00:00:00", "2024-06-04 08:15:00"]
    assert raw.notes == (
        "Read worksheet “June”; not read: Read me.",
        "Left out what stands above the header (row 1).",
    )


def test_a_workbook_goes_all_the_way_to_a_clean_table(write, now):
    raw = read_raw(write(workbook(a_real_one), "june.xlsx"))
    table = clean(raw, guess(raw.frame), timezone="America/Belize", date_order=None, now=now).table
    assert table["source_id"].tolist() == ["11023904", "11023905", "007"]
    assert str(table["occurred_from"].iloc[0]) == "2024-06-02 03:30:00+00:00"
    assert table["lon"].tolist()[:2] == [-88.25, -88.25]


def test_a_sheet_can_be_named_and_a_wrong_name_lists_them(write):
    path = write(workbook(a_real_one), "june.xlsx")
    assert len(read_raw(path, sheet="June").frame) == 3
    with pytest.raises(InputError, match=r"no worksheet 'May'\. The workbook has: Read me, June"):
        read_raw(path, sheet="May")


def test_a_workbook_without_a_table_is_refused(write):
    path = write(workbook(lambda book: book.add_worksheet("Empty")), "empty.xlsx")
    with pytest.raises(InputError, match="No worksheet holds a header"):
        read_raw(path)


def test_a_workbook_packed_again_is_read(write):
    import gzip

    assert len(read_raw(write(gzip.compress(workbook(a_real_one)), "june.xlsx.gz")).frame) == 3


def test_a_cell_in_the_farthest_corner_is_refused_before_it_is_read(write):
    def corner(book) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "date")
        sheet.write("XFD1048576", "x")

    with pytest.raises(LimitError, match="17,179,869,184 cells"):
        read_raw(write(workbook(corner), "corner.xlsx"))


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_far_cell_is_found_however_it_is_written(write, quote):
    sheet = f"<worksheet><sheetData><row><c r = {quote}xfd1048576{quote}/></row></sheetData></worksheet>"
    with pytest.raises(LimitError, match="spans"):
        read_raw(write(package({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": sheet})))


def package(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_bomb_is_refused_by_the_size_it_declares(write, monkeypatch):
    monkeypatch.setattr(excel, "_MAX_UNPACKED", 20 * 1024**2)
    bomb = package({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b" " * (21 * 1024**2)})
    assert len(bomb) < 50_000
    with pytest.raises(LimitError, match="unpacks to more than 20 MB"):
        read_raw(write(bomb, "bomb.xlsx"))


def test_a_part_that_lies_about_its_size_is_refused(write):
    honest = package({"xl/workbook.xml": "<workbook/>" + " " * 100_000})
    entry = zipfile.ZipFile(io.BytesIO(honest)).infolist()[0]
    lie = honest.replace(entry.file_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != honest
    with pytest.raises(InputError, match="damaged"):
        read_raw(write(lie, "lie.xlsx"))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600]
)
def test_a_damaged_workbook_is_refused_in_words(write, content):
    with pytest.raises(InputError, match="damaged"):
        read_raw(write(content, "x.xlsx"))


def test_a_workbook_cut_anywhere_never_breaks_anything_else(write):
    whole = workbook(a_real_one)
    for cut in range(10, len(whole), 307):
        with pytest.raises(HotspotError):
            read_raw(write(whole[:cut], "cut.xlsx"))


def opendocument(rows: str) -> bytes:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def row_of(*cells: str, attributes: str = "") -> str:
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{attributes}>{written}</table:table-row>"


def test_an_opendocument_sheet_is_read(write):
    raw = read_raw(write(opendocument(row_of("id", "date") + row_of("007", "2024-06-01")), "june.ods"))
    assert (raw.format, raw.row.tolist()) == ("ods", [2])
    assert raw.frame.iloc[0].tolist() == ["007", "2024-06-01"]


def test_an_opendocument_row_repeated_without_end_is_refused(write):
    again = ' table:number-rows-repeated="1000000000"'
    bomb = opendocument(row_of("id", "date") + row_of("007", "2024-06-01", attributes=again))
    with pytest.raises(LimitError, match="spans"):
        read_raw(write(bomb, "bomb.ods"))


@pytest.mark.parametrize(
    "content", ["<worksheet><sheetData><row>", "", '<?xml version="1.0" encoding="UTF-K"?><worksheet/>']
)
def test_markup_that_is_not_whole_is_refused_before_a_reader_can_hang_on_it(write, content):
    parts = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": content}
    with pytest.raises(InputError, match="damaged"):
        read_raw(write(package(parts), "broken.xlsx"))
