"""What a user can type, set or ask for is written down, and what is written down is so."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

import hotspot
from hotspot.analysis.methods import METHODS, REPORTS
from hotspot.cli import COMMANDS, cli
from hotspot.service.settings import PREFIX, Settings
from hotspot.web import create_app

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/reference.md",
    "docs/gis.md",
    "docs/filters.md",
    "docs/methods.md",
    "docs/validation.md",
    "boundaries/README.md",
)
README_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(hotspot [a-z][^`]*|--[a-z][^`]*)`")


def text(repository: Path, *names: str) -> str:
    return "\n".join((repository / name).read_text(encoding="utf-8") for name in names)


def commands() -> dict[str, click.Command]:
    """Every command by its words, such as ``boundaries import``."""
    context = click.Context(cli)
    found = {}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": each for sub, each in command.commands.items()}
        else:
            found[name] = command
    return found


def examples(repository: Path) -> list[str]:
    """Every line of the README and of the guide to GIS tools that calls the command."""
    blocks = README_BLOCK.findall(text(repository, "README.md", "docs/gis.md").replace("\\\n", ""))
    return [line for block in blocks for line in block.splitlines() if line.startswith("hotspot ")]


@pytest.fixture(scope="module")
def writer(repository: Path) -> ModuleType:
    """The script that writes the reference."""
    spec = importlib.util.spec_from_file_location("reference", repository / "docs" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_the_reference_is_what_the_code_says(repository: Path, writer: ModuleType) -> None:
    committed = text(repository, "docs/reference.md")
    assert committed == writer.document(), "run: make reference"


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented_and_helps(repository: Path, name: str) -> None:
    reference = text(repository, "docs/reference.md")
    _, found, section = reference.partition(f"### `hotspot {name}")
    assert found
    command = commands()[name]
    for option in command.params:
        if isinstance(option, click.Option):
            assert f"`{', '.join(option.opts)}`" in section.partition("\n### ")[0]
            assert option.help or option.type is not click.STRING


def test_the_examples_of_the_readme_are_accepted_by_the_commands(repository: Path) -> None:
    known = commands()
    assert len(examples(repository)) >= 8
    for line in examples(repository):
        words = shlex.split(line, comments=True)[1:]
        name = next(each for each in (" ".join(words[:2]), words[0]) if each in known)
        # Unknown options, values and missing ones are errors here, before anything is done.
        known[name].make_context(name, words[len(name.split()) :])


def test_commands_and_options_named_in_the_readme_exist(repository: Path) -> None:
    known = commands()
    options = {word for command in known.values() for p in command.params for word in p.opts}
    for said in INLINE.findall(text(repository, "README.md")):
        for word in re.findall(r"(?:^|\s)(--[a-z-]+)", said):
            assert word in options | {"--help"}, said
        if said.startswith("hotspot "):
            assert said.split()[1] in COMMANDS, said


def test_every_setting_stands_in_the_readme_with_its_default(repository: Path) -> None:
    readme = text(repository, "README.md")
    for name, default in Settings.defaults().items():
        row = re.search(rf"^\| `{PREFIX}{name.upper()}` \| (.*?) \|", readme, re.MULTILINE)
        assert row is not None, name
        if default not in (None, ()):
            assert row[1] == f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def test_every_variable_the_product_reads_is_documented(repository: Path) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (repository / "hotspot").rglob("*.py"))
    variables = set(re.findall(r"\bHOTSPOT_[A-Z_]+[A-Z]\b", sources))
    assert variables
    documented = text(repository, *PAGES)
    assert {name for name in variables if name not in documented} == set()


def test_every_variable_in_the_documents_exists(repository: Path) -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.known()}
    others = {"HOTSPOT_DEBUG", "HOTSPOT_REAL_DATA", "HOTSPOT_SCREENSHOTS"}
    assert set(re.findall(r"\bHOTSPOT_[A-Z_]+[A-Z]\b", text(repository, *PAGES))) <= settings | others


@pytest.mark.parametrize("method", METHODS)
def test_every_parameter_and_field_is_documented_with_its_meaning(repository: Path, method: str) -> None:
    reference = text(repository, "docs/reference.md")
    section = reference.partition(f"`{method}`\n")[2].partition("\n### ")[0]
    for name, spec in METHODS[method].parameters.specs().items():
        assert spec.doc
        assert f"| `{name}` | {spec.bounds} |" in section
    for field in (*METHODS[method].fields, *METHODS[method].hotspot_fields):
        assert field.doc
        assert f"| `{field.name}` | {field.type} |" in section


@pytest.mark.parametrize("name", REPORTS)
def test_every_parameter_of_a_report_is_documented_with_its_meaning(repository: Path, name: str) -> None:
    reference = text(repository, "docs/reference.md")
    section = reference.partition(f": `{name}`\n")[2].partition("\n### ")[0]
    for parameter, spec in REPORTS[name].parameters.specs().items():
        assert spec.doc
        assert f"| `{parameter}` | {spec.bounds} |" in section


@pytest.mark.parametrize("name", [*METHODS, *REPORTS, "changes"])
def test_every_method_is_explained_and_found_from_the_list_of_questions(repository: Path, name: str) -> None:
    guide = text(repository, "docs/methods.md")
    heading = re.search(rf"^##+ (.*: `{name}`)$", guide, re.MULTILINE)
    assert heading is not None
    anchor = re.sub(r"[^\w -]", "", heading[1].lower()).replace(" ", "-")
    assert f"[`{name}`](#{anchor})" in guide
    section = guide.partition(heading[0])[2].partition("\n## ")[0]
    assert "`stats/test_" in section or "`analysis/" in section


def test_the_tests_that_the_guide_to_methods_names_exist(repository: Path) -> None:
    named = set(re.findall(r"`((?:stats|analysis)/[\w/]+\.py)`", text(repository, "docs/methods.md")))
    assert len(named) > 20
    assert {name for name in named if not (repository / "tests" / name).is_file()} == set()


def test_every_address_is_documented(repository: Path, tmp_path: Path, writer: ModuleType) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    app.extensions["hotspot"].store.close()
    rows = re.findall(
        r"^\| ([A-Z, ]+) \| `(/[^`]*)` \| (\S.*?) \|", text(repository, "docs/reference.md"), re.M
    )
    documented = {(way, address) for ways, address, _ in rows for way in ways.split(", ")}
    served = {
        (way, writer.plain_rule(rule.rule))
        for rule in app.url_map.iter_rules()
        for way in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == documented


def test_every_public_name_is_documented(repository: Path) -> None:
    reference = text(repository, "docs/reference.md")
    assert [name for name in hotspot.__all__ if f"\n| `{name}` | " not in reference] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_between_documents_lead_somewhere(repository: Path, page: str) -> None:
    here = (repository / page).parent
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", text(repository, page))
    assert [target for target in targets if not (here / target).exists()] == []


def test_the_targets_of_make_that_documents_name_exist(repository: Path) -> None:
    makefile = text(repository, "Makefile")
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text(repository, *PAGES), re.MULTILINE))
    assert {"run", "test", "lint"} <= named
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_the_changelog_tells_of_this_version(repository: Path) -> None:
    assert re.search(
        rf"^## {re.escape(hotspot.__version__)}\b", text(repository, "CHANGELOG.md"), re.MULTILINE
    )
