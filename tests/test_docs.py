"""README and docs: what they show runs, and what they name exists."""

import re
import shlex
import shutil
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
import typer
from PIL import Image

from export.commands import evaluate, export, figures, learn
from glass.commands import data as data
from glass.commands import train
from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import LocalAction, Manifest, read_manifest
from playground.commands import analyse, label, models, play, sheet, transfer
from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP
from playground.input.keymap_file import read_keymap
from playground.scripts.language import parse_script

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EVALUATION = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
OWN_CLIPS = (ROOT / "docs" / "own_clips.md").read_text(encoding="utf-8")
MODELS = (ROOT / "models" / "README.md").read_text(encoding="utf-8")
KEYS = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
BUNDLES = (ROOT / "docs" / "bundles.md").read_text(encoding="utf-8")
SHEETS = (ROOT / "docs" / "sprite_sheets.md").read_text(encoding="utf-8")
TRAINING = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "models").rglob("*.md")]
)
COMMANDS = {
    "glass-play": play.app,
    "glass-models": models.app,
    "glass-analyse": analyse.app,
    "glass-transfer": transfer.app,
    "glass-label": label.app,
    "glass-sheet": sheet.app,
    "glass-figures": figures.app,
    "glass-data": data.app,
    "glass-train": train.app,
    "glass-export": export.app,
    "glass-learn": learn.app,
    "glass-evaluate": evaluate.app,
}


def section(text: str, title: str) -> str:
    """The part of a document below a heading, up to the next one of its level."""
    level = title.split(" ")[0]
    return text.split(f"\n{title}\n")[1].split(f"\n{level} ")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def options(app: typer.Typer) -> set[str]:
    """The names of all options of a command and its sub-commands."""
    command = typer.main.get_command(app)
    parts = [command, *getattr(command, "commands", {}).values()]
    return {name for part in parts for param in part.params for name in param.opts}


@pytest.fixture
def place(tmp_path: Path, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture `me.png`, where the tiny model goes by the name of the shipped one."""
    shutil.copytree(tiny_bundle, tmp_path / "models" / "sprites")
    monkeypatch.setenv("GLASS_MODELS", str(tmp_path / "models"))
    work = tmp_path / "work"
    work.mkdir()
    shutil.copyfile(next((tiny_bundle / "starts").iterdir()), work / "me.png")
    monkeypatch.chdir(work)
    return work


def test_there_are_exactly_two_commands() -> None:
    commands = [line for block in blocks(section(README, "## Two commands"), "sh") for line in block.splitlines()]
    assert commands == ["pip install . && glass-play", "pip install -e '.[dev]' && python -m pytest"]


def test_the_smaller_install_has_all_that_playing_needs() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[>=]", line)[0] for line in wanted} - {"onnxruntime-gpu"}
    line = re.search(r"`pip install ([^`]*) && pip install --no-deps \.`", README)
    assert line is not None and set(line[1].split()) == names


def test_python_example_runs(place: Path) -> None:
    (example,) = blocks(README, "python")
    exec(compile(example, "README.md", "exec"), {})
    with Image.open("next.png") as picture:
        assert picture.size == read_manifest(place.parent / "models" / "sprites").frame_size


def test_scripts_of_the_readme_are_understood(tiny_bundle: Path) -> None:
    manifest = read_manifest(tiny_bundle)
    transitions = replace(manifest.transitions, local_actions={way: ((1,) * 10,) * 10 for way in DIRECTIONS})
    manifest = replace(manifest, local_actions=(LocalAction("any", 1),) * 10, transitions=transitions)
    scripts = re.findall(r'--script "([^"]*)"', README)
    assert len(scripts) == 2
    assert all(parse_script(script, manifest) for script in scripts)


def test_line_without_a_display_runs(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = re.findall(r"^(glass-play --headless .* play\.gif)$", section(README, "## Play"), re.MULTILINE)
    assert play.main(shlex.split(line)[1:]) == 0, capsys.readouterr().err
    with Image.open("play.gif") as recording:
        assert recording.is_animated


@pytest.mark.parametrize("text", [README, EVALUATION, FORMATS, MODELS, OWN_CLIPS, KEYS, BUNDLES, TRAINING, SHEETS])
def test_options_exist(text: str) -> None:
    code = re.findall(r"`([^`\n]+)`", text) + [line for block in blocks(text, "sh") for line in block.splitlines()]
    for line in code:
        name, _, rest = line.partition("#")[0].partition(" ")
        if name in COMMANDS:
            assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= options(COMMANDS[name]), line


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    place = ROOT / document
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", place.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (place.parent / link).exists(), link


def test_paths_of_the_architecture_exist() -> None:
    for row in re.findall(r"^\| .* \| (.*) \|$", ARCHITECTURE, re.MULTILINE):
        names = re.findall(r"`([\w/.]+)`", row)
        for name in names:
            folder = Path(names[0]).parent if "/" not in name else Path()
            assert (ROOT / folder / name).exists(), name


def test_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [path.name for path in pages if f"]({path.name})" not in index] == []


def test_keys_are_those_of_the_game() -> None:
    assert DEFAULT_KEYMAP.for_game([10]).markdown() in KEYS


def test_every_key_of_the_manifest_is_described() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section(BUNDLES, "## manifest.json"), re.MULTILINE)
    assert sorted(rows) == sorted(field.name for field in fields(Manifest))


def test_scripts_of_the_formats_are_understood(tiny_bundle: Path) -> None:
    (examples,) = blocks(section(FORMATS, "## Scripts"), "")
    for line in examples.splitlines():
        assert parse_script(line.split("  ")[0], read_manifest(tiny_bundle))


def test_keymap_of_the_formats_is_understood(tmp_path: Path) -> None:
    part = section(FORMATS, "## Keymaps")
    (example,) = blocks(part, "toml")
    (tmp_path / "keys.toml").write_text(example, encoding="utf-8")
    keymap = read_keymap(tmp_path / "keys.toml", DEFAULT_KEYMAP, lambda name: True)
    assert keymap.for_game([10]).intent(("v",)) is Command.RECORD
    rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert named == {*(str(command) for command in Command), "1", "16"}
