"""Start frames may be larger than a model's frames where it moves their pixels."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from export.bundle.write import BundleOptions, StartFrame, write_bundle
from glass.core.errors import GlassError
from glass.model import Glass
from tests.fixtures.tiny_world import tiny_config


@pytest.mark.parametrize(
    ("renderer", "enters", "size", "refused"),
    [
        ("paint", "", (64, 48), True),
        ("move", "", (64, 48), False),
        ("move", "", (64, 49), True),
        ("move", "", (16, 12), True),
        ("move", "top", (64, 48), True),
    ],
)
def test_whole_multiples(
    renderer: Literal["paint", "move"],
    enters: str,
    size: tuple[int, int],
    refused: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def written(*arguments: object) -> None:
        raise NotImplementedError("written")

    monkeypatch.setattr("export.bundle.write._write_files", written)
    model, config = Glass(tiny_config(1, 1)), tiny_config(1, 1)
    model.config = replace(
        config,
        lma=replace(config.lma, renderer=renderer, warp_fields=4),
        anchor=replace(config.anchor, enters_from_edge=enters),
    )
    start = StartFrame("one", np.zeros((size[1], size[0], 3), np.uint8))
    options = BundleOptions("made", tmp_path, [start], licence=None, card=None)
    wanted = (GlassError, "the model has 32x24") if refused else (NotImplementedError, "written")
    with pytest.raises(wanted[0], match=wanted[1]):
        write_bundle(model, {"statistics": {"transitions": {}}}, options)
