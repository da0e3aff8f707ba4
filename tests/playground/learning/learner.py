"""Stands in for glass-learn: tells what a clip's name asks for. Run as a program with glass-learn's arguments."""

import os
import sys
import time
from pathlib import Path

from playground.learning.messages import LearnedModel, LearnNote, LearnProgress, LearnReport, LearnView, write_message


def tell(*messages: LearnProgress | LearnReport | LearnNote | LearnedModel) -> None:
    for message in messages:
        print(write_message(message), flush=True)


def main(clip: str, *options: str) -> int:
    name = options[options.index("--name") + 1]
    assert {"--json", "--minutes"} <= set(options)
    asked = [
        *(["restart"] if "--restart" in options else []),
        *([options[options.index("--agent") + 1]] if "--agent" in options else []),
    ]
    tell(LearnProgress("looking", 0.1, 570.0))
    if "hopeless" in clip:
        print(f"{clip}: nothing moves by itself", file=sys.stderr)
        return 2
    print("a line of somebody else")
    view = LearnView((10.0, 10.0, 40.0, 30.0), (100.0, 0.0, 80.0, 60.0), 1.5)
    lines, warnings = (f"agent        about 9 pixels large {' '.join(asked)}".strip(),), ("the camera zooms",)
    tell(LearnReport(lines, warnings, str(Path(clip).with_suffix(".png")), (view,)))
    tell(LearnNote("begins with  nothing"), LearnProgress("masks and shifts", 0.5, 300.0, "12/40"))
    if "endless" in clip:
        time.sleep(600)
    while (waits_for := os.environ.get("LEARNER_WAITS_FOR")) and not Path(waits_for).exists():
        time.sleep(0.02)
    tell(LearnedModel(name, str(Path(clip).parent / "painted"), ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
