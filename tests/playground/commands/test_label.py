"""`glass-label`: local actions are named."""

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.bundles import library
from playground.bundles.action_names import name_local_actions
from playground.bundles.bundle import open_bundle
from playground.bundles.manifest import read_manifest
from playground.bundles.own_facts import acts_file, carry_names, names_file
from playground.commands.label import main
from playground.scripts.language import parse_script


def labels(folder: Path) -> list[str]:
    return [action.label for action in open_bundle(folder).manifest.local_actions]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def test_names_are_the_users(own_bundle: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(own_bundle)
    assert main(["--model", str(own_bundle), "--name", "2=Slash left"]) == 0
    assert main(["--model", str(own_bundle), "--name", "4= wave "]) == 0
    assert labels(own_bundle) == ["shade 1", "Slash left", "shade 3", "wave"]
    assert str(data / "glass-playground" / "names") in capsys.readouterr().out
    assert contents(own_bundle) == before


def change(bundle: Path, pattern: str, by: str) -> None:
    """Change the manifest of a bundle, as an update does."""
    place = bundle / "manifest.json"
    place.write_text(re.sub(pattern, by, place.read_text()))


OTHER_WEIGHTS = r'(step.onnx": ")[^"]*', r"\g<1>0123"


def test_names_survive_an_update(own_bundle: Path) -> None:
    name_local_actions(open_bundle(own_bundle), {2: "Slash left", 4: "wave"})
    update = own_bundle.rename(own_bundle.with_name("update"))
    change(update, "shade 3", "jump")
    assert labels(update) == ["shade 1", "Slash left", "jump", "wave"]
    change(update, *OTHER_WEIGHTS)  # exported again
    assert labels(update) == ["shade 1", "Slash left", "jump", "wave"]
    change(update, '"label": "shade 1"', '"label": "for a moment"')
    change(update, '"label": "shade 4"', '"label": "shade 1"')
    change(update, '"label": "for a moment"', '"label": "shade 4"')  # numbers are others now
    assert labels(update) == ["wave", "Slash left", "jump", "shade 1"]
    change(update, '"label": "shade 2"', '"label": "hop"')  # it shows something else
    assert labels(update) == ["wave", "hop", "jump", "shade 1"]


def test_labels_that_say_nothing_are_those_of_the_same_weights(own_bundle: Path) -> None:
    change(own_bundle, '"label": "shade ', '"label": "action ')
    name_local_actions(open_bundle(own_bundle), {2: "hop"})
    before = read_manifest(own_bundle)
    assert labels(own_bundle) == ["action 1", "hop", "action 3", "action 4"]
    change(own_bundle, *OTHER_WEIGHTS)
    assert labels(own_bundle) == ["action 1", "action 2", "action 3", "action 4"]
    carry_names(before, read_manifest(own_bundle))  # learned on
    assert labels(own_bundle) == ["action 1", "hop", "action 3", "action 4"]


def test_names_of_earlier_versions_are_read(own_bundle: Path, data: Path) -> None:
    step = read_manifest(own_bundle).files["step.onnx"]
    place = data / "glass-playground" / "names" / f"{step[:32]}.json"
    place.parent.mkdir(parents=True)
    place.write_text('{"model": "painted", "names": {"2": "wave", "99": "x"}}')
    assert labels(own_bundle) == ["shade 1", "wave", "shade 3", "shade 4"]
    name_local_actions(open_bundle(own_bundle), {3: "hop"})
    change(own_bundle, *OTHER_WEIGHTS)
    assert labels(own_bundle) == ["shade 1", "wave", "hop", "shade 4"]


def test_a_damaged_file_of_names_hinders_nobody_and_is_kept(
    own_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", str(own_bundle), "--name", "2=wave"]) == 0
    place = names_file(open_bundle(own_bundle).manifest)
    for text in ("{", "[]", '{"names": {"2": 3}}', '{"names": {"x": "wave"}}'):
        place.write_text(text)
        assert labels(own_bundle) == ["shade 1", "shade 2", "shade 3", "shade 4"]
        capsys.readouterr()
        assert main(["--model", str(own_bundle), "--name", "2=wave"]) == 2
        assert capsys.readouterr().err == f"{place}: holds no names of local actions; mend or delete it\n"
        assert place.read_text() == text


def test_names_go_into_the_bundle_where_asked(own_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(own_bundle)
    assert main(["--model", str(own_bundle), "--name", "2=mine"]) == 0
    names = ("--name", "2=Slash left", "--name", "4= wave ")
    assert main(["--model", str(own_bundle), "--in-bundle", *names]) == 0
    assert labels(own_bundle) == ["shade 1", "Slash left", "shade 3", "wave"]
    assert "slash_left" in capsys.readouterr().out
    open_bundle(own_bundle).verify()
    after = contents(own_bundle)
    assert {name for name in after if after[name] != before.get(name)} == {"manifest.json"}
    manifest = read_manifest(own_bundle)
    assert parse_script("slash_left*6 wave", manifest) == parse_script("2*6 4", manifest)
    assert [action.length for action in manifest.local_actions] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["2=left"], "use no word of scripts"),
        (["2=random"], "use no word of scripts"),
        (["2=3 hands"], "begin with a letter"),
        (["2="], "1 to 24 letters"),
        (["2=" + "a" * 25], "1 to 24 letters"),
        (["2=a\tb"], "1 to 24 letters"),
        (["2=a\u200bb"], "all of them visible"),
        (["2=random(3)"], "leave out ( ) * + #"),
        (["2=wave*2"], "leave out ( ) * + #"),
        (["2=shade-3"], "as that of 3 is"),
        (["2=wave", "3=WAVE"], "give another name"),
        (["5=wave"], "has 1..4"),
        (["0=wave"], "has 1..4"),
        (["wave"], "--name 'wave'"),
        (["x=wave"], "--name 'x=wave'"),
        ([], "in a terminal"),
    ],
)
def test_bad_names_change_nothing(
    own_bundle: Path, names: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(own_bundle)
    assert main(["--model", str(own_bundle), *(part for name in names for part in ("--name", name))]) == 2
    out, errors = capsys.readouterr()
    assert (out, errors.count("\n")) == ("", 1)
    assert said in errors
    assert contents(own_bundle) == before


def test_names_given_meanwhile_stay(own_bundle: Path) -> None:
    bundle = open_bundle(own_bundle)
    name_local_actions(open_bundle(own_bundle), {1: "wave"})
    name_local_actions(bundle, {2: "jump"})
    assert labels(own_bundle)[:2] == ["wave", "jump"]


def test_names_may_change_places(own_bundle: Path) -> None:
    bundle, _ = name_local_actions(open_bundle(own_bundle), {1: "shade 2", 2: "shade 1"})
    assert [action.label for action in bundle.manifest.local_actions] == labels(own_bundle)
    assert labels(own_bundle)[:2] == ["shade 2", "shade 1"]


def test_an_old_name_that_scripts_cannot_say_is_no_hindrance(own_bundle: Path) -> None:
    place = own_bundle / "manifest.json"
    place.write_text(place.read_text().replace("shade 1", "left"))
    name_local_actions(open_bundle(own_bundle), {2: "wave"})
    assert labels(own_bundle)[:2] == ["left", "wave"]


def test_a_bundle_that_cannot_be_written(own_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(own_bundle)

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("glass.core.atomic_files.os.replace", refuse)
    with pytest.raises(GlassError, match="Read-only"):
        name_local_actions(open_bundle(own_bundle), {2: "wave"})
    assert contents(own_bundle) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def asked(
    own_bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str]]:
    """Runs the command on a terminal at which somebody types; gives its exit code and what was shown."""
    monkeypatch.setattr(library, "model_folders", lambda: (own_bundle.parent,))

    def run(typed: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        return main(["--model", "painted"]), capsys.readouterr().out

    return run


def test_a_person_is_asked(own_bundle: Path, asked: Callable[[str], tuple[int, str]]) -> None:
    code, shown = asked("dark\n\nleft\ndark\nwave arms\nshade 4\n")
    assert code == 0
    assert labels(own_bundle) == ["dark", "shade 2", "wave arms", "shade 4"]
    assert "3 [shade 3]" in shown
    assert "use no word of scripts" in shown
    assert "as that of 1 is" in " ".join(shown.split())


def test_leaving_early_changes_nothing(own_bundle: Path, asked: Callable[[str], tuple[int, str]]) -> None:
    before = contents(own_bundle)
    assert asked("dark\n")[0] == 130
    assert contents(own_bundle) == before


def test_acts_are_measured_and_are_the_users(own_bundle: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(own_bundle)
    assert main(["--model", str(own_bundle), "--act", "2=4 2*2", "--name", "2=wave"]) == 0
    said = capsys.readouterr().out
    assert "  2  shade 2: 4*1 2*2, back " in said and f"wrote 4 acts into {data / 'glass-playground' / 'acts'}" in said
    action = open_bundle(own_bundle).manifest.local_actions[1]
    assert action.label == "wave" and action.act is not None and action.act.rise == (4, 2, 2)
    assert contents(own_bundle) == before
    place = acts_file(open_bundle(own_bundle).manifest)
    for text in ("{", '{"acts": {"2": 3}}', '{"acts": {"2": {"rise": [9]}}}', '{"acts": {"1": {"same_as": 2}}}'):
        place.write_text(text)
        assert open_bundle(own_bundle).manifest.local_actions[1].act is None


def test_acts_go_into_the_bundle_where_asked(own_bundle: Path) -> None:
    assert main(["--model", str(own_bundle), "--act", "3=3"]) == 0
    assert main(["--model", str(own_bundle), "--act", "3=3*4", "--in-bundle"]) == 0
    act = read_manifest(own_bundle).local_actions[2].act
    assert act is not None and act.rise == (3,) * 4
    assert open_bundle(own_bundle).manifest == read_manifest(own_bundle)
    open_bundle(own_bundle).verify()


@pytest.mark.parametrize("text", ["2", "9=1", "0=1", "x=1", "2=", "2=7", "2=right", "2=1+right", "2=stay", "2=1*21"])
def test_no_such_act(own_bundle: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", str(own_bundle), "--act", text]) == 2
    assert capsys.readouterr().err.startswith("--act") and capsys.readouterr().out == ""
