"""From the options of glass-play to a prepared game: pictures, saved games and the models that play them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

import numpy as np
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle, find_bundles, known_bundles
from playground.commands.play_options import PlayOptions
from playground.engine.inference import InferenceEngine
from playground.gameplay.players import STILL
from playground.pictures.box_cut import AgentQuestion, Asker, enlarged_mask, reduced
from playground.pictures.faces import Faces, read_faces
from playground.pictures.picture import Part, Picture, as_picture, load_mask, load_picture, put_before
from playground.pictures.scenes.catalogue import SCENES, before_scene, scene_for
from playground.pictures.sheets.sprite_sheet import CellSheet
from playground.pictures.sheets.standing_cell import Cell
from playground.pictures.start import NoAgentError, Start, UnsureError, agreement, is_sure_enough
from playground.scripts.language import parse_script
from playground.selection.model_choice import Choice, choose_engine, warn_if_ruined
from playground.world.prepared_game import CellChoice, PreparedGame, Sides
from playground.world.world import World

_ADVICE = "--mask FILE, --crop X,Y,W,H or --model NAME tells where it is"
_NOBODY_IS_SURE = (
    "no model is sure where its agent is; mark it with --mask FILE, put --crop X,Y,W,H around it, or take what stands "
    "out with --whole"
)
UNSURE_OF_SIDE = "not sure which side it faces, so it never turns; --faces left or --faces right tells"
"""What is said of a picture whose agent could turn."""
_PASTED = "the clipboard"
"""What a pasted picture is called."""
_STANDS_OUT = "what stands out is its agent"
_SAME = 0.95
"""Agreement from which on what is marked is what was guessed, whose edges are known better."""


def prepare_game(
    options: PlayOptions,
    ask: Asker | None = None,
    pasted: Image.Image | None = None,
    second_faces: Faces | None = None,
) -> PreparedGame:
    """Load a saved game, or the pictures and scripts of one player or two; or take a picture that was `pasted`.

    A script file has been read into the options' `script`. The player is asked where no model is sure of an
    agent, but in a run that follows a script or is recorded. The second player's picture faces `second_faces`, if that
    was told.

    Raises:
        GlassError: something cannot be read, understood or played.
    """
    if options.replay is not None:
        from playground.world.save_file import open_engines, open_world, read_save

        save = read_save(Path(options.replay))
        return PreparedGame(save.path.name, open_world(save, open_engines(save, options.model)), save.actions)
    image = options.image or pasted
    pictures, choices = zip(*_players(options, ask, image, second_faces), strict=True)
    sources = ((options.script, options.script_file or "script"), (options.script2, "script2"))
    scripts = [
        parse_script(text, choice.engine.manifest, source)
        for choice, (text, source) in zip(choices, sources, strict=False)
    ]
    world = World([choice.engine for choice in choices])
    world.open([choice.start for choice in choices])
    names = [picture.name for picture in pictures]
    players = tuple(zip(names, choices, strict=True))
    notes = tuple(f"{name}: {choice.note}" for name, choice in players if choice.note)
    unsure_of_side = len(choices) == 1 and image is not None and _is_unsure_of_side(choices[0], world, options.image)
    if unsure_of_side:
        notes += (f"{names[0]}: {UNSURE_OF_SIDE}",)
    brief = tuple(choice.note.replace(choice.refusals, "") for _, choice in players if choice.note)
    warnings = tuple(f"{name}: {choice.warning}" for name, choice in players if choice.warning)
    turns = tuple(zip_longest(*scripts, fillvalue=STILL))  # who is done stands still until the others are
    cells = None
    sheet, cell = pictures[0].sheet, pictures[0].cell
    if sheet is not None and cell is not None:
        cells = CellChoice(sheet, cell, partial(_with_cell, options, pasted, sheet, cell))
    return PreparedGame(
        " and ".join(names),
        world,
        turns,
        notes,
        warnings,
        partial(_with_model, options, pasted),
        cells,
        brief,
        unsure_of_side,
    )


def _with_cell(
    options: PlayOptions, pasted: Image.Image | None, sheet: CellSheet, played: Cell, cell: Cell, sides: Sides
) -> PreparedGame:
    """Prepare another cell than is played; see `CellChoice.play`."""
    faces = sides[0] if sheet.same_view(played, cell) else None
    own = replace(options, cell=f"{cell[0]},{cell[1]}", script="", script2="", faces=faces)
    return prepare_game(own, None, pasted, *sides[1:])


def _with_model(
    options: PlayOptions, pasted: Image.Image | None, folder: Path, sides: Sides, ask: Asker
) -> PreparedGame:
    """Prepare the same for another model; see `PreparedGame.with_model`."""
    own = replace(options, model=str(folder.resolve()), script="", script_file=None, script2="", faces=sides[0])
    return prepare_game(own, ask, pasted, *sides[1:])


def candidates(model: str | None) -> tuple[Bundle, ...]:
    """Return the bundle of that name or path, or all there are.

    Raises:
        GlassError: there is none.
    """
    return find_bundles() if model is None else (find_bundle(model),)


def _players(
    options: PlayOptions, ask: Asker | None, image: str | Image.Image | None, second_faces: Faces | None
) -> list[tuple[Picture, Choice]]:
    """Return each player's picture, the first one's of `image` or else a start frame, and the model that plays it."""
    players = [_open_start(options) if image is None else _open(options, image, ask)]
    if options.second_image is not None:
        second = replace(load_picture(options.second_image, Part(whole=options.whole)), faces=second_faces)
        players.append((second, _choose_second(options, second, options.second_image, players[0][1].engine)))
    return players


def _open(options: PlayOptions, image: str | Image.Image, ask: Asker | None) -> tuple[Picture, Choice]:
    """Load a picture, and the model asked for or else the one that suits it."""
    bundles = candidates(options.model)
    part, file = options.part, image if isinstance(image, str) else ""
    picture = told_picture(file, part, options.mask) if isinstance(image, str) else as_picture(image, _PASTED, part)
    if options.background is not None:
        picture = _before(picture, options.background)
    views = tuple(load_picture(view) for view in options.view or ())
    picture = replace(picture, views=views, faces=read_faces(options.faces, "--faces"))
    answer = ask if options.paint or not options.plays_alone else None
    try:
        choice = _confirmed(choose_engine(picture, bundles), picture, file)
    except NoAgentError as error:
        marked = with_standing_out(picture) if options.whole or part.crop is not None else None
        if marked is not None:
            return marked, choose_engine(marked, bundles)
        if answer is None:
            if isinstance(error, UnsureError):
                raise GlassError(f"{picture.name}: {_NOBODY_IS_SURE}") from None
            raise
        engine = _engine_for_any(bundles)
    else:
        unsure = _is_unsure(picture, choice)
        if answer is None or not (unsure or options.paint):
            choice = replace(choice, note=f"{choice.note}; {_ADVICE}") if unsure else choice
            return picture, _warned(choice, picture, file, bundles[0]) if options.model is not None else choice
        engine = choice.engine
    start = _marked_start(picture, engine, answer)
    return picture, Choice(engine, start, "its agent was marked by hand")


def _marked_start(picture: Picture, engine: InferenceEngine, answer: Asker) -> Start:
    """Return the start of a picture whose agent the player marks, or confirms as guessed.

    Raises:
        GlassError: nothing is marked.
    """
    guess = picture.standing_out
    if picture.cut_out is not None:
        alpha = np.asarray(picture.cut_out.image.getchannel("A"), np.float32) / np.float32(255)
        guess = enlarged_mask(alpha, picture.image.size)
    pixels = reduced(picture.image)
    question = AgentQuestion(picture.name, pixels, enlarged_mask(guess, (pixels.shape[1], pixels.shape[0])))
    mask = answer(question)
    if mask is None:
        raise GlassError(f"{picture.name}: no agent was marked")
    if agreement(mask, question.guess) < _SAME:
        return engine.find_agent(picture, enlarged_mask(mask, picture.image.size))
    return engine.find_agent(picture, None if picture.cut_out is not None else guess)


def _before(picture: Picture, background: str) -> Picture:
    """Put a picture before a file, or else a scene of that name."""
    if not Path(background).exists():
        if background in SCENES:
            return before_scene(picture, background)
        raise GlassError(f"{background}: no such file; give a picture, or one of {', '.join(SCENES)}")
    return put_before(picture, load_picture(background, Part(whole=True)))


def _engine_for_any(bundles: Sequence[Bundle]) -> InferenceEngine:
    """Load what plays any agent best: what moves its own pixels, or at least does not reach in from an edge.

    Raises:
        GlassError: every model is damaged.
    """
    engines: list[InferenceEngine] = []
    problems: list[GlassError] = []
    for bundle in bundles:
        try:
            engines.append(InferenceEngine(bundle))
        except GlassError as error:
            problems.append(error)
        else:
            if engines[-1].keeps_own_size:
                break
    if not engines:
        raise problems[0]
    return min(engines, key=lambda engine: (not engine.keeps_own_size, engine.manifest.enters is not None))


def _confirmed(choice: Choice, picture: Picture, image: str) -> Choice:
    """Return a choice, unless its model moves whatever it takes for the agent and is not sure of that.

    A model's own start frames are taken as they are.

    Raises:
        UnsureError: it is not sure.
    """
    own = _is_part_of(choice.engine.bundle, image)
    if choice.engine.keeps_own_size and not own and _is_unsure(picture, choice):
        raise UnsureError(picture.name)
    return choice


def _is_part_of(bundle: Bundle, file: str) -> bool:
    """Say whether a picture's file, empty where it has none, is a start frame of a bundle."""
    return bool(file) and Path(file).resolve().is_relative_to(bundle.folder.resolve())


def told_picture(file: str, part: Part, mask: str | None) -> Picture:
    """Load a part of a picture's file, and where its agent is from another, if any.

    Raises:
        GlassError: one of them cannot be read, or they do not fit.
    """
    picture = load_picture(file, part)
    return picture if mask is None else replace(picture, mask=load_mask(mask, picture, part.crop))


def with_standing_out(picture: Picture) -> Picture | None:
    """Return an opaque picture with what stands out of it as its agent; None for a cut-out."""
    if picture.mask is not None or picture.cut_out is not None:
        return None
    note = "; ".join(filter(None, (picture.note, _STANDS_OUT)))
    return replace(picture, mask=picture.standing_out, note=note)


def _is_unsure_of_side(choice: Choice, world: World, file: str | None) -> bool:
    """Say whether nobody told which side a picture faces, and its model is not sure; its own start frames stay so."""
    known = choice.start.faces is not None or world.agents[0].side != 0
    return not known and not _is_part_of(choice.engine.bundle, file or "")


def _is_unsure(picture: Picture, choice: Choice) -> bool:
    """Say whether a model may have taken something else for the agent of a picture whose background is not known."""
    if picture.image.mode == "RGBA" or is_sure_enough(choice.start.confidence, choice.engine.manifest):
        return False
    return picture.cut_out is None


def _warned(choice: Choice, picture: Picture, image: str, asked_for: Bundle) -> Choice:
    """Warn of what a picture loses with the model asked for; its own start frames are taken as they are."""
    if _is_part_of(asked_for, image):
        return choice
    return replace(choice, warning=warn_if_ruined(choice, picture, known_bundles()))


def _choose_second(options: PlayOptions, picture: Picture, image: str, first: InferenceEngine) -> Choice:
    """Choose the model for the second player's picture among those that fit the first one's world."""
    home = first.manifest
    bundles = [
        bundle
        for bundle in candidates(options.model)
        if (bundle.manifest.frame_size, bundle.manifest.tick_rate) == (home.frame_size, home.tick_rate)
    ]
    choice = choose_engine(picture, bundles, loaded=first)
    return _warned(choice, picture, image, bundles[0]) if len(bundles) == 1 else choice


def _open_start(options: PlayOptions) -> tuple[Picture, Choice]:
    """Load one of the start frames and its model."""
    for option in ("background", "mask", "crop", "whole"):
        if getattr(options, option):
            raise GlassError(f"--{option} is for a picture of your own; give one")
    starts = [(bundle, name) for bundle in candidates(options.model) for name in bundle.manifest.starts]
    if not starts:
        raise GlassError("no model has a start frame; give a picture")
    bundle, name = starts[0] if options.seed is None else random.Random(options.seed).choice(starts)
    picture, engine = load_picture(bundle.folder / name), InferenceEngine(bundle)
    if picture.image.mode == "RGBA":
        picture = before_scene(picture, scene_for(Path(name).stem))
    return picture, Choice(engine, engine.find_agent(picture), picture.note)
