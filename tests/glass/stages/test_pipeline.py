"""The ordered stages of training."""

from glass.config import TrainingConfig
from glass.stages.pipeline import DONE, PIPELINE
from glass.stages.random_draws import step_rng


def test_stages_have_names_schedules_and_random_streams_of_their_own() -> None:
    names = [stage.name for stage in PIPELINE]
    stages = "global matting backdrop anchor shadow facing limb registration pose local"
    assert names == stages.split()
    assert DONE not in names
    for stage in PIPELINE:
        assert stage.schedule_in(TrainingConfig()) == getattr(TrainingConfig(), f"{stage.name}_stage")
        assert stage.title
    streams = [*names, "tracks", "sheet", "codes", "examples", "joint", "a new one"]
    assert len({int(step_rng(0, stream, 0).integers(2**60)) for stream in streams}) == len(streams)
