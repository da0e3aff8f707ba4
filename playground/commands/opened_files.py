"""From files that were dropped, pasted or chosen in the window to what glass-play is asked for."""

from pathlib import Path

from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import NotAPictureError, open_image
from playground.clips.reading import first_frame
from playground.commands.play_options import PlayOptions
from playground.gameplay.kept_pictures import keep_picture
from playground.world.save_file import SUFFIX

_PLAYERS = 2


def options_for(files: tuple[Path, ...], model: str | None) -> tuple[PlayOptions, str]:
    """Return how to play files: a saved game alone, or a picture, or two for two players; and what to tell of it.

    Of a video its first frame is played.

    Raises:
        GlassError: a saved game with others, or a video that cannot be read.
    """
    if any(path.suffix.lower() == SUFFIX for path in files):
        if len(files) > 1:
            raise GlassError("a saved game is opened alone, without other files")
        return PlayOptions(replay=str(files[0]), model=model), ""
    notes, images = [], []
    for path in files[:_PLAYERS]:
        frame = _video_frame(path)
        if frame is not None:
            notes.append(f"{path.name}: its first frame is played; glass-learn makes a model of what moves in a clip")
        images.append(str(path if frame is None else keep_picture(frame, path.stem)))
    if len(files) > _PLAYERS:
        notes.append(f"at most two can play; {len(files) - _PLAYERS} more were left out")
    return PlayOptions(images=images, model=model), "; ".join(notes)


def _video_frame(path: Path) -> Image.Image | None:
    """Return the first frame of a video; None for what is no video, or no file."""
    try:
        with open_image(path):
            return None
    except NotAPictureError as picture:
        try:
            return first_frame(path)
        except GlassError as error:
            raise (error if "PyAV" in str(error) else picture) from None
    except GlassError:  # it is told when the picture is read
        return None
