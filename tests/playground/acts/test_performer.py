"""An agent that stands plays acts to their end; one that moves does what is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from playground.acts.performer import Performer, act_actions, has_card
from playground.bundles.manifest import Act, Manifest, read_manifest
from playground.core.action import Action

ACTS = {1: Act((1, 1), (3,)), 2: Act((2, 2), (3,), "right"), 3: Act((4, 3), ()), 4: Act(same_as=1)}
REST = Action(hold=True, afresh=True)
STILL = Action(hold=True)


@pytest.fixture
def manifest(painted_bundle: Path) -> Manifest:
    return read_manifest(painted_bundle).with_acts(ACTS)


def tick(code: int, afresh: bool = False, shift: tuple[float, float] = (0, 0)) -> Action:
    return Action(shift, local_action=code, afresh=afresh, in_place=True)


def played(performer: Performer, asked: list[Action]) -> list[Action]:
    return [performer.take(one) for one in asked]


def test_a_tap_plays_the_act_and_rests(manifest: Manifest) -> None:
    performer = Performer(manifest)
    seen = played(performer, [Action(local_action=1), *[Action()] * 4])
    assert seen == [tick(1, True), tick(1), tick(3), REST, STILL]
    assert not performer.busy


def test_an_act_may_begin_with_what_leads_to_it(manifest: Manifest) -> None:
    assert played(Performer(manifest), [Action(local_action=3), *[Action()] * 2]) == [tick(4, True), tick(3), REST]
    assert act_actions(manifest, 3) == (tick(4, True), tick(3))


def test_held_it_goes_on_and_ends_when_let_go(manifest: Manifest) -> None:
    performer = Performer(manifest)
    seen = played(performer, [Action(local_action=1)] * 4 + [Action()] * 4)
    assert seen == [tick(1, True), tick(1), tick(3), tick(1, True), tick(1), tick(3), REST, STILL]


def test_a_held_walk_goes_on_in_place(manifest: Manifest) -> None:
    going = (manifest.speed, 0)
    seen = played(Performer(manifest), [Action(local_action=2)] * 4 + [Action()] * 2)
    assert seen == [tick(2, True, going), *[tick(2, shift=going)] * 3, tick(3), REST]


def test_one_that_shows_the_same_is_played_instead(manifest: Manifest) -> None:
    performer = Performer(manifest)
    assert performer.take(Action(local_action=4)) == tick(1, True)
    assert performer.local_action == 1
    assert act_actions(manifest, 4) == act_actions(manifest, 1)


def test_one_that_shows_rest_is_rest(manifest: Manifest) -> None:
    manifest = manifest.with_acts({3: Act()})
    assert played(Performer(manifest), [Action(local_action=3), Action()]) == [REST, STILL]
    assert [has_card(manifest, code) for code in (1, 2, 3, 4)] == [True, True, False, False]
    assert act_actions(manifest, 3) == ()


def test_another_number_begins_at_once_and_the_same_one_after_the_height(manifest: Manifest) -> None:
    performer = Performer(manifest)
    one, two, none = Action(local_action=1), Action(local_action=2), Action()
    assert played(performer, [one, two])[1] == tick(2, True, (manifest.speed, 0))
    performer = Performer(manifest)
    assert played(performer, [one, none, one]) == [tick(1, True), tick(1), tick(1, True)]
    performer = Performer(manifest)
    assert played(performer, [two, none, none, two])[3] == tick(2, True, (manifest.speed, 0))


def test_a_move_ends_an_act_and_is_what_is_asked(manifest: Manifest) -> None:
    performer, right = Performer(manifest), Action((2, 0), (0, 1))
    assert played(performer, [Action(local_action=1), right, right, Action()]) == [
        tick(1, True),
        replace(right, afresh=True),
        right,
        STILL,
    ]


def test_an_act_on_the_way_ends_clean(manifest: Manifest) -> None:
    going, acting = Action((2, 0)), Action((2, 0), local_action=3)
    assert played(Performer(manifest), [acting, going, Action()]) == [acting, replace(going, afresh=True), STILL]
    assert played(Performer(manifest), [acting, Action(), Action()]) == [acting, REST, STILL]


def test_pans_go_on_meanwhile(manifest: Manifest) -> None:
    performer = Performer(manifest)
    performer.take(Action(local_action=1))
    assert performer.take(Action(pan=(0, 2))) == replace(tick(1), pan=(0, 2))
    assert performer.busy


def test_from_another_moment_an_act_comes_to_rest(manifest: Manifest) -> None:
    performer = Performer(manifest)
    performer.take(Action(local_action=1))
    performer.go_on_after(tick(1))
    assert played(performer, [Action(), Action()]) == [REST, STILL]
    for last in (None, Action((2, 0)), REST):
        performer.go_on_after(last)
        assert performer.take(Action()) == STILL


def test_after_a_walk_what_keeps_its_side_rests(manifest: Manifest) -> None:
    going = Action((2, 0))
    performer = Performer(manifest, keeps_side=True)
    assert played(performer, [going, going]) == [going, going] and performer.settles and not performer.busy
    assert played(performer, [Action(pan=(0, 2)), Action()]) == [replace(REST, pan=(0, 2)), STILL]
    assert not performer.settles
    assert played(performer, [going, Action(local_action=1)]) == [going, tick(1, True)]
    performer = Performer(manifest, keeps_side=True)
    performer.go_on_after(going)
    assert played(performer, [Action(), Action()]) == [REST, STILL]
    assert played(Performer(manifest), [going, Action()]) == [going, STILL]


def test_without_measured_acts_everything_is_as_it_is_asked(painted_bundle: Path) -> None:
    performer, manifest = Performer(read_manifest(painted_bundle)), read_manifest(painted_bundle)
    asked = [Action(local_action=2), Action((2, 0), local_action=1), Action((1, 0)), Action(pan=(1, 0))]
    assert played(performer, asked) == [*asked[:3], Action(pan=(1, 0), hold=True)]
    assert not performer.busy and act_actions(manifest, 2) == ()
