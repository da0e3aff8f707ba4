"""Configs travel as JSON and refuse what they do not know."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from glass.config import RENAMED, RETIRED, Config, StageConfig, TrainingConfig, current_settings, from_dict, to_dict
from glass.networks.decoder import LmaConfig
from tests.fixtures.tiny_world import tiny_config


@pytest.mark.parametrize("config", [Config(), tiny_config(3, 4), Config(frame_size=(64, 48), lma=LmaConfig(window=32))])
def test_round_trip_through_json(config: Config) -> None:
    again = from_dict(Config, json.loads(json.dumps(to_dict(config))))
    assert again == config
    assert hash(again) == hash(config)


def test_missing_keys_take_their_defaults() -> None:
    config = from_dict(Config, {"lma": {"window": 32}, "training": {"local_stage": {"lengths": [3, 5]}}})
    assert config == Config(lma=LmaConfig(window=32), training=TrainingConfig(local_stage=StageConfig(lengths=(3, 5))))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"windw": 3}, "unknown setting 'windw' in Config"),
        ({"lma": {"windw": 3}}, "unknown setting 'windw' in LmaConfig"),
        ({"training": {"global_stage": {"step": 3}}}, "unknown setting 'step' in StageConfig"),
    ],
)
def test_an_unknown_key_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_dict(Config, values)


@pytest.mark.parametrize(
    "values",
    [
        {"frame_size": [100, 96]},
        {"frame_size": [8, 8]},
        {"training": {"global_stage": {"steps": -1}}},
        {"training": {"local_stage": {"batch": 0}}},
        {"training": {"local_stage": {"lengths": [4, 1]}}},
        {"training": {"local_stage": {"lengths": []}}},
        {"training": {"track_length": 12}},
    ],
)
def test_impossible_values_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        from_dict(Config, values)


def test_a_value_of_the_wrong_kind_is_named() -> None:
    for values in ({"lma": 5}, {"training": {"global_stage": {"lengths": 4}}}, {"frame_size": "big"}):
        with pytest.raises(ValueError, match=r"'(lma|lengths|frame_size)'"):
            from_dict(Config, values)


def test_configs_are_frozen() -> None:
    config = Config()
    with pytest.raises(AttributeError):
        config.frame_size = (64, 48)  # type: ignore[misc]
    assert replace(config, frame_size=(64, 48)).frame_size == (64, 48)


TINY = Path(__file__).parent.parent / "fixtures" / "tiny"


def test_weights_with_old_keys_are_read() -> None:
    with safe_open(TINY / "weights.safetensors", framework="np") as file:
        old = json.loads(file.metadata()["config"])
    config = from_dict(Config, old)
    assert old["anchor"]["reach"] == 0.25 and not hasattr(config.anchor, "reach")
    assert config.anchor.enters_from_edge == old["anchor"].get("enters", "")
    assert config.lma.code_switch_cost == old["lma"].get("patience", 4.0)
    assert config.local_weights.temporal_info_nce == old["local_weights"]["persistence"]
    assert from_dict(Config, to_dict(config)) == config


def test_old_keys_override_defaults_in_settings() -> None:
    old = {"lma": {"gait": False, "warps": 3}, "matting": {"along": True}, "path": {"centres": 100}}
    new = {"lma": {"locomotion_codes": False, "warp_fields": 3}, "matting": {"require_co_motion": True}, "path": {}}
    assert current_settings(Config, old) == new
    assert current_settings(Config, new) == new


def test_old_keys_are_gone_and_new_ones_are_there() -> None:
    for kind, renamed in RENAMED.items():
        names = {field.name for field in fields(kind)}
        assert set(renamed.values()) <= names and not renamed.keys() & names
    for kind, retired in RETIRED.items():
        assert not retired.keys() & {field.name for field in fields(kind)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"lma": {"gait": True, "locomotion_codes": True}},
            "settings 'gait' and 'locomotion_codes' in LmaConfig are one: give 'locomotion_codes' alone",
        ),
        (
            {"local_weights": {"persistence_gap": 7}},
            "setting 'persistence_gap' in LocalWeights cannot be 7: 6 is all that is left",
        ),
        (
            {"lma": {"feedback": "both"}},
            "setting 'feedback' in LmaConfig cannot be 'both': 'first' is all that is left",
        ),
        (
            {"training": {"order": "joint"}},
            "setting 'order' in TrainingConfig cannot be 'joint': 'stages' is all that is left",
        ),
        ({"training": {"precision": "half"}}, "setting 'precision' in TrainingConfig cannot be 'half'"),
        ({"training": {"seed": True}}, "setting 'seed' in TrainingConfig cannot be True"),
        ({"training": {"global_stage": {"steps": 3.0}}}, "setting 'steps' in StageConfig cannot be 3.0"),
    ],
)
def test_what_cannot_be_is_told(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as told:
        from_dict(Config, values)
    assert str(told.value) == message
