"""`glass-train`: learn a model from clips."""

import sys
from functools import partial

from glass.core.console import new_command, run_command, takes_options
from glass.core.errors import GlassError
from glass.training.run_options import RunOptions

app = new_command("Learn a model from unlabelled clips: first masks and shifts, then local actions.")


@app.command()
@takes_options(RunOptions)
def train(options: RunOptions) -> None:
    """Learn a model; stop and go on whenever you like."""
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        raise GlassError(
            "glass-train: torch is not installed; install the training packages: pip install 'glass-playground[train]'"
        ) from None
    from glass.training.runs import start_run

    start_run(options, live=sys.stdout.isatty())


main = partial(run_command, app, "glass-train")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
