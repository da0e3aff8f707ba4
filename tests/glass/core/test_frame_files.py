"""Natural order of frames."""

from pathlib import Path

from glass.core.frame_files import frame_files


def test_natural_order(tmp_path: Path) -> None:
    names = ["a2b9.png", "a2b10.png", "a10b1.jpg", "walk.png", "01.png", "1.png", "9.png", "10.png", "11.PNG"]
    for name in reversed(names):
        (tmp_path / name).touch()
    for other in (".2.png", "2.txt"):
        (tmp_path / other).touch()
    (tmp_path / "3.png").mkdir()
    found = [path.name for path in frame_files(tmp_path)]
    assert found == names
