"""What followed what in the training clips gets into the bundle."""

from pathlib import Path
from typing import Any

import pytest

from export.bundle.write import BundleOptions, write_bundle
from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import read_manifest
from tests.export.conftest import EXTRA, Exported


@pytest.mark.slow
def test_counts_are_put_in_the_order_of_the_manifest(
    exported: Exported, quick: dict[str, bytes], tmp_path: Path
) -> None:
    ways = ("left", "right", "up", "down", "stay")
    counted: dict[str, Any] = {
        "directions": {way: {after: 10 * i + j for j, after in enumerate(ways)} for i, way in enumerate(ways)},
        "local_actions": {way: [[i] * 4] * 4 for i, way in enumerate(ways)},
    }
    extra = EXTRA | {"statistics": EXTRA["statistics"] | {"transitions": counted}}
    write_bundle(exported.model, extra, BundleOptions("made", tmp_path, [], licence=None, card=None))
    transitions = read_manifest(tmp_path / "made").transitions
    assert transitions.directions["right"] == (11, 10, 12, 13, 14)
    assert transitions.directions["stay"] == (41, 40, 42, 43, 44)
    assert transitions.local_actions["left"] == ((0,) * 4,) * 4
    assert set(transitions.local_actions) == set(DIRECTIONS)
