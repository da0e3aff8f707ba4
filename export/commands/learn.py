"""`glass-learn`: from a clip to a model that can be played."""

import sys
from functools import partial

from export.learn.options import LearnOptions
from glass.core.console import check_packages, new_command, run_command, takes_options

app = new_command("Learn to play what a clip shows: one agent before a background, in minutes.")


@app.command()
@takes_options(LearnOptions)
def learn(options: LearnOptions) -> None:
    """Read clips, look at them, learn, and install a model that can be played.

    Ctrl-C ends it early and keeps what was reached; the same command goes on.
    """
    check_packages("glass-learn", ("onnxscript", "torch"), "training packages", "train")
    from export.learn.session import learn_clips

    learn_clips(options, live=sys.stdout.isatty() and not options.json)


main = partial(run_command, app, "glass-learn")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
