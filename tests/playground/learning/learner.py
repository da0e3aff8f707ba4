"""Stands in for glass-learn: tells what a clip's name asks for. Run as a program with glass-learn's arguments."""

import sys
import time
from pathlib import Path

from playground.learning.messages import LearnedModel, LearnNote, LearnProgress, LearnReport, write_message


def tell(*messages: LearnProgress | LearnReport | LearnNote | LearnedModel) -> None:
    for message in messages:
        print(write_message(message), flush=True)


def main(clip: str, *options: str) -> int:
    name = options[options.index("--name") + 1]
    assert {"--json", "--restart", "--minutes"} <= set(options)
    tell(LearnProgress("looking", 0.1, 570.0))
    if "hopeless" in clip:
        print(f"{clip}: nothing moves by itself", file=sys.stderr)
        return 2
    print("a line of somebody else")
    tell(
        LearnReport(("agent        about 9 pixels large",), ("the camera zooms",), str(Path(clip).with_suffix(".png")))
    )
    tell(LearnNote("begins with  nothing"), LearnProgress("masks and shifts", 0.5, 300.0, "12/40"))
    if "endless" in clip:
        time.sleep(600)
    tell(LearnedModel(name, str(Path(clip).parent / "painted"), ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
