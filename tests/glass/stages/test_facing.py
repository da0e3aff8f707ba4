"""What the facing stage learns from."""

import torch

from glass.stages.facing import last_sideways


def test_an_agent_faces_as_it_last_travelled() -> None:
    shifts = torch.tensor([[[0.0, 0.0], [-3.0, 0.0], [0.0, 0.0], [0.0, 3.0], [3.0, 0.0]]])
    assert last_sideways(shifts).tolist() == [[0, 0, -1, -1, -1, 1]]
