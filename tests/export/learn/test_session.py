"""From a clip to a model, stopped and gone on with."""

import json
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from export.learn.budget import FEWEST_STEPS
from export.learn.display import Display
from export.learn.folders import LearnFolders
from export.learn.install import steps_taken
from export.learn.options import LearnOptions
from export.learn.session import learn_clips
from glass.core.errors import GlassError
from glass.training.progress import StepProgress
from playground import Action, Engine
from playground.bundles.library import find_bundle
from playground.learning.begun import BegunLearning, begun_from
from playground.learning.messages import LearnProgress, LearnReport, read_message
from tests.export.learn.conftest import Learned, Ordering
from tests.fixtures.own_clips import walk, write_animation, write_folder

HOME = "mine"


def stop_at(stage: str, step: int, patch: pytest.MonkeyPatch) -> None:
    """Let somebody press Ctrl-C after a step."""
    report = Display.report

    def interrupted(self: Display, progress: StepProgress) -> None:
        report(self, progress)
        if (progress.stage, progress.step) == (stage, step):
            assert self.budget
            self.budget.stop_requested = True

    patch.setattr(Display, "report", interrupted)


def test_from_a_clip_to_a_model(learned: Learned, known: Path) -> None:
    for words in ("material     6 seconds in one take", "suggested    ", "begins with  nothing", "local actions"):
        assert words in learned.said
    assert learned.said.splitlines()[-1] == "next         glass-play --model mine"
    folders = LearnFolders.of(HOME, None)
    assert folders.folder == known / "learning" / HOME
    bundle = find_bundle(HOME)
    bundle.verify()
    assert bundle.folder == known / "models" / HOME
    assert bundle.manifest.tick_rate == 10.0
    assert bundle.manifest.training_data == ("6 seconds of clip.gif",)
    assert 1 <= len(bundle.manifest.starts) <= 8
    assert (
        f"{FEWEST_STEPS} steps of the global stage, {FEWEST_STEPS} of the local stage"
        in (bundle.folder / "CARD.md").read_text()
    )
    engine = Engine.load(bundle.folder)
    with Image.open(bundle.folder / bundle.manifest.starts[0]) as start:
        engine.reset(start)
    engine.step(Action(shift=(2, 0), local_action=1))
    with Image.open(folders.folder / "preview.gif") as preview:
        assert preview.is_animated
    with Image.open(folders.report) as report:
        assert report.width == 960
    assert not [path for path in known.rglob(".*")]


@pytest.mark.slow
def test_the_same_command_goes_on(order: Ordering, known: Path) -> None:
    folders = LearnFolders.of(HOME, None)
    frames = (folders.frames / "frames.bin").stat().st_mtime_ns
    learn_clips(order(), live=False)
    assert steps_taken(folders.run)["local"] == 2 * FEWEST_STEPS
    assert steps_taken(folders.run)["global"] == FEWEST_STEPS
    assert (folders.frames / "frames.bin").stat().st_mtime_ns == frames
    record = folders.read_record()
    assert record and record.minutes == pytest.approx(0.0, abs=0.01)
    learn_clips(order(restart=True), live=False)
    assert steps_taken(folders.run)["local"] == FEWEST_STEPS


def test_other_clips_or_settings_need_another_name(order: Ordering, known: Path, tmp_path: Path) -> None:
    other = write_animation(tmp_path / "other.gif", walk(60))
    for changed, words in (
        (order(other), "learned from other clips"),
        (order(seed=3), "learned with other settings"),
        (order(name="sprites"), "a model of this name is in"),
    ):
        with pytest.raises(GlassError, match=words):
            learn_clips(changed, live=False)
    assert steps_taken(LearnFolders.of(HOME, None).run)["local"] == FEWEST_STEPS


def test_a_bundle_made_elsewhere_is_not_replaced(order: Ordering, data: Path, tiny_bundle: Path) -> None:
    (data / "models").mkdir(parents=True)
    (data / "models" / HOME).mkdir()
    (data / "models" / HOME / "manifest.json").write_bytes((tiny_bundle / "manifest.json").read_bytes())
    with pytest.raises(GlassError, match="exists; choose another name, or replace it with --restart"):
        learn_clips(order(), live=False)
    assert not (data / "learning").exists()


@pytest.mark.slow
def test_interrupted_before_there_is_anything_to_play(order: Ordering, data: Path) -> None:
    run, taken = LearnFolders.of(HOME, None).run, {}
    for place in (("global", 3), ("examples", 1), ("anchor", 2)):
        with pytest.MonkeyPatch.context() as patch:
            stop_at(*place, patch)
            with pytest.raises(KeyboardInterrupt):
                learn_clips(order(), live=False)
        assert not (data / "models").exists(), place
        before, taken = taken, steps_taken(run)
        assert all(taken[stage] >= steps for stage, steps in before.items()), place
        assert begun_from(order().clips[0]) == BegunLearning(HOME, "", finished=False)
    learn_clips(order(), live=False)
    find_bundle(HOME).verify()
    again = steps_taken(run)
    assert all(again[stage] >= steps for stage, steps in taken.items())


@pytest.mark.slow
def test_interrupted_while_there_is_something_to_play(order: Ordering) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_at("local", 2, patch)
        learn_clips(order(), live=False)
    find_bundle(HOME).verify()
    assert steps_taken(LearnFolders.of(HOME, None).run)["local"] == 3


@pytest.mark.slow
@pytest.mark.parametrize("had_one", [False, True], ids=["new", "known"])
def test_ctrl_c_leaves_a_whole_model_or_none(order: Ordering, learned: Learned, data: Path, had_one: bool) -> None:
    if had_one:
        shutil.copytree(learned.folder, data)
    for doing in ("reading", "looking", "timing", "masks and shifts", "masks to the pixel", "paths", "exporting"):
        interrupt_at(doing, order(restart=had_one))
        assert not list(data.rglob(".*")), f"half-written files after {doing}"
        if (data / "models" / HOME).exists():
            find_bundle(HOME).verify()
        else:
            assert not had_one and doing != "exporting"
    learn_clips(order(), live=False)
    find_bundle(HOME).verify()


def interrupt_at(doing: str, options: LearnOptions) -> None:
    """Learn, and press Ctrl-C when something begins to be done."""
    show, pressed = Display.show, []

    def interrupted(self: Display, what: str, figures: str = "") -> None:
        show(self, what, figures)
        if what == doing and not pressed:
            pressed.append(what)
            signal.raise_signal(signal.SIGINT)

    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(Display, "show", interrupted)
        learn_clips(options, live=False)
    assert pressed == [doing]


def test_hopeless_material_leaves_nothing(order: Ordering, tmp_path: Path, data: Path) -> None:
    still = write_folder(tmp_path / "still", np.repeat(walk(1), 60, 0))
    with pytest.raises(GlassError, match=r"nothing moves by itself .* film .*--anyway"):
        learn_clips(order(still), live=False)
    with pytest.raises(GlassError, match="too short"):
        learn_clips(order(write_folder(tmp_path / "few", walk(3))), live=False)
    assert not data.exists()


@pytest.mark.slow
def test_only_looking(order: Ordering, data: Path) -> None:
    learn_clips(order(only_look=True), live=False)
    folders = LearnFolders.of(HOME, None)
    assert sorted(path.name for path in folders.folder.iterdir()) == ["frames", "report.png"]
    assert not (data / "models").exists()
    learn_clips(order(), live=False)


def test_another_program_is_told_in_json(order: Ordering, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn_clips(order(only_look=True, json=True), live=False)
    messages = [read_message(line) for line in capsys.readouterr().out.splitlines()]
    assert None not in messages
    progress = [message for message in messages if isinstance(message, LearnProgress)]
    assert {"reading", "looking"} <= {message.doing for message in progress}
    assert all(0 <= message.share <= 1 and message.seconds_left >= 0 for message in progress)
    (report,) = (message for message in messages if isinstance(message, LearnReport))
    assert report.picture == str(LearnFolders.of(HOME, None).report) and Path(report.picture).is_file()
    assert any(line.startswith("agent") for line in report.lines)
    assert len(report.views) == 5 and all(view.place(*view.box[:2]) for view in report.views)


def test_a_damaged_record_is_told(order: Ordering, known: Path) -> None:
    record = LearnFolders.of(HOME, None).folder / "learn.json"
    content = json.loads(record.read_text())
    for text in ("", "[]", json.dumps(content | {"more": 1})):
        record.write_text(text)
        with pytest.raises(GlassError, match="begin anew with --restart"):
            learn_clips(order(), live=False)
    record.write_text(json.dumps(content | {"config": {"other": 1}}))
    with pytest.raises(GlassError, match="another version"):
        learn_clips(order(), live=False)


def test_from_nothing_is_not_from_something(order: Ordering, known: Path) -> None:
    folders = LearnFolders.of(HOME, None)
    record = folders.read_record()
    assert record
    folders.write_record(msgspec.structs.replace(record, started_from="sprites"))
    with pytest.raises(GlassError, match="began with sprites"):
        learn_clips(order(), live=False)
