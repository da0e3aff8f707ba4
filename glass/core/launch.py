"""Entry points of all commands: Ctrl-C is heard before their modules are loaded, which takes a third of a second."""

import importlib
import os
import signal
from functools import partial

_INTERRUPTED = 130

BRIEF_SPINNING = {"GOMP_SPINCOUNT": "10000", "KMP_BLOCKTIME": "1"}
"""Environment in which threads of a computation that wait for each other sleep after a moment: after a tenth of a
millisecond with GNU's OpenMP, one with LLVM's. Longer they would keep a core from the thread that is waited for, where
another program has the other; if they slept at once, a step of many small operations would take twice as long."""


def _start(command: str, module: str) -> int:
    """Load the module of a command, run its `main`, and return the exit code; Ctrl-C meanwhile ends the process."""

    def leave(*_: object) -> None:
        os.write(2, f"{command}: interrupted\n".encode())
        os._exit(_INTERRUPTED)  # nothing has begun that could be left half done

    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, leave)
    for name, value in BRIEF_SPINNING.items():
        os.environ.setdefault(name, value)  # read while torch is loaded
    main = importlib.import_module(module).main
    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return int(main())


play = partial(_start, "glass-play", "playground.commands.play")
models = partial(_start, "glass-models", "playground.commands.models")
analyse = partial(_start, "glass-analyse", "playground.commands.analyse")
transfer = partial(_start, "glass-transfer", "playground.commands.transfer")
label = partial(_start, "glass-label", "playground.commands.label")
sheet = partial(_start, "glass-sheet", "playground.commands.sheet")
data = partial(_start, "glass-data", "glass.commands.data")
train = partial(_start, "glass-train", "glass.commands.train")
export = partial(_start, "glass-export", "export.commands.export")
learn = partial(_start, "glass-learn", "export.commands.learn")
figures = partial(_start, "glass-figures", "export.commands.figures")
evaluate = partial(_start, "glass-evaluate", "export.commands.evaluate")
