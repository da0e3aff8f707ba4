"""The evaluation report as a table for the terminal."""

from rich.table import Table

from export.evaluate.code_usage import COMMON_SHARE
from export.evaluate.measure import Report
from export.evaluate.replay import REPLAY_TICKS, LikenessFigures
from export.evaluate.shifts import ShiftFigures
from glass.data.core.clip import ACTIONS


def table_of(report: Report) -> Table:
    """Lay the figures out, one a row; what was not measured has a dash."""
    amount = report.amount
    title = f"{report.model}: {amount.clips} clips of {amount.frames} frames of {report.data}, seed {report.seed}"
    table = Table("figure", title=title, title_justify="left")
    table.add_column("value", justify="right")
    table.add_column("to compare", justify="right")
    _add_reading(table, report)
    table.add_section()
    for name, likeness in (("frame", report.replay.frame), ("agent's cell", report.replay.agent)):
        _add_likeness(table, name, likeness)
    table.add_row("clips refused for replay", str(report.replay.refused))
    table.add_section()
    _add_shift(table, "control: shift", report.replay.foreground_control)
    _add_shift(table, "control: pan", report.replay.background_control)
    table.add_section()
    _add_play(table, report)
    return table


def _add_reading(table: Table, report: Report) -> None:
    reading, codes = report.reading, report.reading.local_actions
    table.add_row("mask IoU", _text(reading.mask_iou))
    _add_shift(table, "foreground shift", reading.foreground_shift)
    _add_shift(table, "background shift", reading.background_shift)
    table.add_row("NMI of local and true actions", _text(codes.nmi))
    chance = f"chance {_text(codes.nmi_per_character_by_chance)}"
    table.add_row("NMI within a character", _text(codes.nmi_per_character), chance)
    table.add_row(f"local actions above {COMMON_SHARE:.0%} of steps", f"{codes.used} of {len(codes.shares)}")


def _add_shift(table: Table, name: str, figures: ShiftFigures) -> None:
    table.add_row(f"{name}, mean error, px", _text(figures.error))
    table.add_row(f"{name}, direction right", _text(figures.direction))


def _add_likeness(table: Table, name: str, likeness: LikenessFigures) -> None:
    ticks = [tick for tick in REPLAY_TICKS if tick in likeness.psnr]
    for tick in ticks:
        first = f"first frame {_text(likeness.psnr_of_first[tick], 2)}"
        table.add_row(f"PSNR of the {name}, tick {tick}, dB", _text(likeness.psnr[tick], 2), first)
    for tick in ticks:
        first = f"first frame {_text(likeness.ssim_of_first[tick])}"
        table.add_row(f"SSIM of the {name}, tick {tick}", _text(likeness.ssim[tick]), first)


def _add_play(table: Table, report: Report) -> None:
    obedience, drift = report.obedience, report.drift
    if obedience:
        standing = f"standing still {_text(obedience.standing)}"
        table.add_row("obedience", _text(obedience.rate), standing)
        reachable = f"{obedience.reachable} of {len(ACTIONS)} have one"
        table.add_row("obedience, mean of true actions", _text(obedience.over_actions), reachable)
        for meaning in report.reading.local_actions.meanings:
            name = f"  local action {meaning.local_action}: {ACTIONS[meaning.action]}"
            rate = obedience.by_local_action[meaning.local_action]
            table.add_row(name, _text(rate), f"of its steps {meaning.share:.2f}")
    if report.cut_out:
        whole = f"mean of true actions {_text(report.cut_out.over_actions)}"
        table.add_row("obedience of cut-out sprites", _text(report.cut_out.rate), whole)
    if drift:
        for tick, value in drift.psnr.items():
            table.add_row(f"cell by nearest true frame, tick {tick}, dB", _text(value, 2))
        table.add_row("drift, dB", _text(drift.loss, 2))
    if report.lite0_frechet is not None:
        table.add_row("lite0_frechet", _text(report.lite0_frechet, 2))


def _text(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
