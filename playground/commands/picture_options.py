"""Options that say what a picture shows and what plays it, for every command that takes a picture."""

from typing import Annotated

import typer

ModelOption = Annotated[str | None, typer.Option(help="Name or path of a model; else chosen by the picture.")]
MaskOption = Annotated[
    str | None, typer.Option(help="Picture of the same size that is white where the agent is.", metavar="FILE")
]
SideOption = Annotated[
    str | None,
    typer.Option(
        help="Side that the agent faces: left, right, or front for one that never turns; else the model looks.",
        metavar="SIDE",
    ),
]
