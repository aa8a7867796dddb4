"""Write docs/reference.md: ``make reference``.

Every command, setting, parameter, field, address and Python name, taken from
the code itself, so that the reference cannot say what the code does not do. A
test fails while the committed file is not what this writes.
"""

from __future__ import annotations

import inspect
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hotspot.analysis.methods import Method, ReportKind

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PAGE = Path(__file__).with_name("reference.md")


def document() -> str:
    """Return the whole reference as Markdown."""
    parts = [
        "# Reference",
        "Written by `make reference` from the code; a test holds it so. The [README](../README.md) explains.",
        "## Commands",
        *commands(),
        "## Settings",
        table(("variable", "default", "meaning"), settings()),
        "## Methods",
        "[Methods](methods.md) says what each asks, how it is defined, and when to leave it alone.",
        *methods(),
        "## Reports",
        "Answers in sentences and tables; `hotspot NAME`, `/reports/NAME` and `POST /api/v1/reports/NAME`.",
        *reports(),
        "## Columns of an import",
        "Fields for `--column FIELD=COLUMN`, or `?column=FIELD=COLUMN` over HTTP.",
        table(("field", "meaning"), import_fields()),
        "## Addresses",
        "Who may use them: `local` is whoever sits at this machine.",
        table(("method", "address", "what", "who"), addresses()),
        "## Python",
        table(("name", "what"), names()),
    ]
    return "\n\n".join(parts) + "\n"


def commands() -> Iterator[str]:
    """Give each command with its arguments and options."""
    from hotspot.cli import COMMANDS, cli

    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        inner = command.commands.items() if isinstance(command, click.Group) else [("", command)]
        for sub, each in inner:
            yield from described(f"hotspot {name} {sub}".strip(), each)


def described(name: str, command: click.Command) -> Iterator[str]:
    """Give one command as a heading, its sentence and a table of options."""
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    words = [name, *(p.make_metavar(click.Context(command)) for p in arguments)]
    yield f"### `{' '.join(words)}`"
    yield first_line(command.help or "")
    rows = [(f"`{', '.join(p.opts)}`", meaning(p)) for p in command.params if isinstance(p, click.Option)]
    if rows:
        yield table(("option", "meaning"), rows)


def meaning(option: click.Option) -> str:
    """Say what an option is for, what it takes, and whether it must be given."""
    said = [option.help or ""]
    if isinstance(option.type, click.Choice):
        said.append(f"One of {', '.join(f'`{choice}`' for choice in option.type.choices)}.")
    if option.required:
        said.append("Required.")
    if isinstance(option.default, str) and option.default:
        said.append(f"Default: `{option.default}`.")
    return " ".join(filter(None, said))


def settings() -> Iterator[tuple[str, ...]]:
    """Give each setting: variable, default, meaning."""
    from hotspot.service.settings import PREFIX, Settings

    defaults = Settings.defaults()
    for name, known in Settings.known().items():
        default = f"`{defaults[name]}`" if defaults[name] not in (None, ()) else ""
        yield f"`{PREFIX}{name.upper()}`", default, known.description
    yield "`HOTSPOT_DEBUG`", "", "Set to anything: the command shows a fault of its own with its traceback."


def methods() -> Iterator[str]:
    """Give each method with its parameters and the fields of its features and of its ranked table."""
    from hotspot.analysis.methods import METHODS

    for method in METHODS.values():
        yield f"### {method.title}: `{method.name}`"
        yield method.summary
        yield parameters(method)
        for title, fields in (
            ("field of a feature", method.fields),
            ("column of the ranked table", method.hotspot_fields),
        ):
            rows = ((f"`{f.name}`", f.type, f.unit, f.doc) for f in fields)
            yield table((title, "type", "unit", "meaning"), rows)


def reports() -> Iterator[str]:
    """Give each report with its parameters."""
    from hotspot.analysis.methods import REPORTS

    for kind in REPORTS.values():
        yield f"### {kind.title}: `{kind.name}`"
        yield kind.summary
        yield parameters(kind)


def parameters(kind: Method | ReportKind) -> str:
    """Return the parameters of a method or a report as a table: bounds, default and meaning."""
    defaults = kind.parameters.defaults()
    return table(
        ("parameter", "bounds", "default", "meaning"),
        (
            (f"`{name}`", spec.bounds, default_of(defaults[name], spec.automatic), spec.doc)
            for name, spec in kind.parameters.specs().items()
        ),
    )


def default_of(value: object, automatic: str) -> str:
    """Return a default in words."""
    if value is None or value == ():
        return f"automatic: {automatic}" if automatic else "none"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def import_fields() -> Iterator[tuple[str, ...]]:
    """Give the fields that a column of a file can be mapped to."""
    from hotspot.incidents.columns import FIELDS

    yield from ((f"`{name}`", doc) for name, doc in FIELDS.items())


def addresses() -> Iterator[tuple[str, ...]]:
    """Give each route: method, address, its sentence, and the roles that may use it."""
    from hotspot.service.access import ACCESS
    from hotspot.service.settings import read_settings
    from hotspot.web import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings(data_dir=Path(folder)))
        app.extensions["hotspot"].store.close()
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        ways = ", ".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        what = first_line(inspect.getdoc(app.view_functions[rule.endpoint]) or OURS.get(rule.endpoint, ""))
        yield ways, f"`{plain_rule(rule.rule)}`", what, ", ".join(sorted(ACCESS[rule.endpoint]))


OURS = {
    "static": "Scripts, styles and pictures of the pages.",
    "api-docs.openapi_json": "The OpenAPI document of `/api/v1`.",
}
"""What is said of routes that libraries bring."""


def plain_rule(rule: str) -> str:
    """Return a route without its converters: ``/imports/<import_id>``."""
    return re.sub(r"<[^<>]*?(\w+)>", r"<\1>", rule)


def names() -> Iterator[tuple[str, ...]]:
    """Give each public name of ``import hotspot`` with the first line of its docstring."""
    import hotspot

    for name in hotspot.__all__:
        thing = getattr(hotspot, name)
        said = first_line(inspect.getdoc(thing) or "") if callable(thing) else OBJECTS[name]
        yield f"`{name}`", said


OBJECTS = {
    "__version__": "The version.",
    "METHODS": "Every method by name.",
    "REPORTS": "Every report by name.",
}


def first_line(text: str) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join(text.replace("\b", "").strip().split("\n\n")[0].split())


def table(head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
    print(f"Wrote {PAGE}")
