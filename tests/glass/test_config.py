"""Configs travel as JSON and refuse what they do not know."""

import json
from dataclasses import replace
from typing import Any

import pytest

from glass.config import Config, StageConfig, TrainingConfig, from_dict, to_dict
from glass.networks.local_motion import LmaConfig
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
