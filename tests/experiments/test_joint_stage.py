"""Both stages trained together, stopped and gone on."""

from pathlib import Path

import pytest
import torch

from experiments.joint_stage import JOINT_PIPELINE
from glass.model import Glass
from glass.training.checkpoint import AVERAGED, load_model
from tests.glass.conftest import Silent
from tests.glass.training.test_trainer import STEPS, assert_same_weights, short, train


@pytest.mark.slow
def test_stages_train_jointly(tmp_path: Path) -> None:
    config = short()
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "stopped", config, Silent(("joint", 3)), save_every=2, pipeline=JOINT_PIPELINE)
    train(tmp_path / "stopped", config, save_every=2, pipeline=JOINT_PIPELINE)
    seen = train(tmp_path / "whole", config, pipeline=JOINT_PIPELINE).seen
    assert [(p.stage, p.step) for p in seen] == [("joint", step) for step in range(1, STEPS + 1)]
    assert {"reconstruction", "colour", "persistence"} <= seen[0].losses.keys()
    assert_same_weights(tmp_path / "whole", tmp_path / "stopped")
    model, _ = load_model(tmp_path / "whole" / AVERAGED)
    torch.manual_seed(config.training.seed)
    fresh = Glass(config).state_dict()
    learned = {name.split(".")[0] for name, value in model.state_dict().items() if not torch.equal(value, fresh[name])}
    assert learned == {"gma", "lma"} and model.lma.quantiser.initialised
