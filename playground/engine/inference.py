"""The inference engine: runs a bundle's graphs on frames, masks, crops and actions. It is stateless."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.directions import EDGES, direction_of
from glass.core.errors import GlassError
from glass.core.images import flatten
from glass.core.limbs import BODY
from glass.core.masks import SOLID
from playground.bundles.bundle import Bundle
from playground.bundles.manifest import LIMB_OUTPUTS, SHADOW, Manifest
from playground.core.action import Action
from playground.engine.agent_state import AgentState, DeviceArray, Rest, ShadowContext
from playground.engine.compositing import Layer, cut_window, outline_of, without_shadow
from playground.engine.graphs import Graphs, Value
from playground.engine.hole_filling import filled_behind
from playground.engine.layered_warp import ROOM, WarpLayers, WarpSource
from playground.engine.limbs.acting import gait_of, on_ground
from playground.engine.limbs.rig import Rig
from playground.engine.strain_limit import StrainLimit
from playground.pictures.box_cut import refined_mask
from playground.pictures.crop_search import find_start
from playground.pictures.crop_window import CropWindow, resampled_mask
from playground.pictures.faces import TOLD
from playground.pictures.frame_fitting import fit_picture
from playground.pictures.mask_cleaning import without_border_lines
from playground.pictures.own_size import masked_start, seen_by_model, start_at_own_size
from playground.pictures.picture import Mask, Part, Picture, as_picture, mask_levels
from playground.pictures.start import OwnSize, Start, agreement, is_sure_enough, start_from_mask

_WARP = ("mirrored", "fields", "weights", "paint")
"""Outputs of step.onnx of models that move pixels."""


class InferenceEngine:
    """Runs a bundle's graphs; stateless: `World` holds what is played. `manifest` says what the bundle is."""

    def __init__(self, bundle: Bundle, providers: Sequence[str] | None = None) -> None:
        """Check a bundle's files and make its graphs ready, for the execution providers as for `Graphs`.

        Raises:
            GlassError: a file of it is missing, changed or not the graph it should be.
        """
        bundle.verify()
        self.bundle = bundle
        """The files that it runs."""
        self.manifest: Manifest = bundle.manifest
        self._graphs = Graphs(bundle, providers)

    @property
    def provider(self) -> str:
        """The provider that runs the steps, as onnxruntime names it."""
        return self._graphs.provider

    @property
    def provider_name(self) -> str:
        """The same for people: "CPU" or "CUDA"."""
        return self.provider.removesuffix("ExecutionProvider")

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the frame in pixels."""
        return self.manifest.frame_size

    @property
    def tick_rate(self) -> float:
        """Ticks a second."""
        return self.manifest.tick_rate

    @property
    def moves_pixels(self) -> bool:
        """Whether the model moves the picture's own pixels, at its own size, and does not paint them anew."""
        return self._graphs.gives("step.onnx", "fields")

    @property
    def keeps_own_size(self) -> bool:
        """Whether it plays pictures at their own size: it moves their pixels, and its agents may stand anywhere."""
        return self.moves_pixels and self.manifest.enters is None

    @property
    def takes_faces(self) -> bool:
        """Whether it can be told which side a picture faces."""
        return self._graphs.takes("start.onnx", "faces")

    def segment(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the masks, (N, H, W) in [0, 1], of frames (N, H, W, 3), without lines along the frame's edges."""
        found = self._graphs.run("segment.onnx", {"frame": _planes(frames)}, to_cpu=("mask",))
        return without_border_lines(_array(found["mask"])[:, 0])

    def locate(self, frames: NDArray[np.uint8], masks: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return where the agent is, (N, 2) pixels, x and y, in frames (N, H, W, 3) with masks (N, H, W) in [0, 1].

        It is the centre of the window around the agent: one spot of its body, the same in every pose.
        """
        inputs = {"frame": _planes(frames), "mask": np.ascontiguousarray(masks[:, None])}
        return _array(self._graphs.run("locate.onnx", inputs, to_cpu=("position",))["position"]).astype(np.float64)

    def observe(self, crops: Layer, next_crops: Layer) -> NDArray[np.int64]:
        """Return the local actions, (N,) in 1..K, seen between crops and next crops.

        Both are (N, S, S, 4), premultiplied RGBA in [0, 1], cut around the agent's tracked path.
        """
        pair = {"crop": crops, "next_crop": next_crops}
        inputs = {name: np.ascontiguousarray(value.transpose(0, 3, 1, 2)) for name, value in pair.items()}
        out = self._graphs.run("observe.onnx", inputs, to_cpu=("local_action",))
        return np.asarray(out["local_action"].numpy(), np.int64)

    def find_agent(self, picture: Picture | Image.Image | NDArray[np.uint8], mask: Mask | None = None) -> Start:
        """Fit a picture to the frame and find its agent.

        That is where the mask says that is given, or that of the picture; else what its alpha or a plain ground leaves,
        before the background that is known then; else what the model finds: see `find_start`. An opaque picture of the
        frame's size, a frame maybe, is not searched for a plain ground, unless the model moves pixels.

        A model of several views looks at those given with the picture, too, or at the standing cells of its sheet. What
        is told of the side that it faces counts for models that take it, see `takes_faces`.

        Raises:
            GlassError: the picture cannot be used, no agent is found in it or in a view, or there are too many views.
        """
        picture = as_picture(picture, part=Part(whole=mask is not None))
        name, most = self.manifest.name, self.manifest.views
        if len(picture.views) >= most:
            given = len(picture.views) + 1
            takes = (
                f"{most} pictures of a character at most, and {given} were"
                if most > 1
                else "one picture alone, and views were"
            )
            raise GlassError(
                f"{picture.name}: model {name!r} takes {takes} given; leave some out, or choose another --model"
            )
        views = tuple(self._find_agent(view, None) for view in picture.other_sides[: most - 1])
        return replace(self._find_agent(picture, mask), views=views, faces=picture.faces)

    def _find_agent(self, picture: Picture, mask: Mask | None) -> Start:
        """Do what `find_agent` says with a single picture."""
        mask = picture.mask if mask is None else mask
        is_frame = picture.image.mode == "RGB" and picture.image.size == self.frame_size and not self.keeps_own_size
        if mask is None and not is_frame and picture.cut_out is not None:
            start = self._start_from_cut(picture.cut_out)
            if picture.image.mode == "RGB":
                trust = start.confidence if self.keeps_own_size else self._trust(start)
                start = replace(start, confidence=trust, note=picture.cut_out.note)
            return start
        if mask is not None and self.keeps_own_size:
            levels = mask_levels(mask, picture.name)
            if levels.shape == picture.image.size[::-1] and (levels > SOLID).any():
                return masked_start(picture, levels, self.manifest, filled_behind)
        frame, given = fit_picture(picture, self.frame_size, self.manifest.window, mask, self.manifest.mask_size)
        if given is not None:
            return start_from_mask(picture.name, frame, given, self.manifest)
        start = find_start(picture, frame, self.manifest, self.segment)
        sure = is_sure_enough(start.confidence, self.manifest)
        return self._found_at_own_size(picture, start) if self.keeps_own_size and sure else start

    def with_mask(self, start: Start, mask: NDArray[np.float32]) -> Start:
        """Return a start with another mask of its agent, (H, W), or (H', W') of one at its picture's own size."""
        marked = replace(start, confidence=1.0, note="")
        if start.own is None:
            return replace(marked, mask=mask)
        marked = seen_by_model(replace(marked, own=replace(start.own, mask=mask)), self.manifest)
        return replace(marked, background=filled_behind(start.own.frame, mask)) if start.own.inpainted else marked

    def open(self, start: Start) -> tuple[AgentState, Layer]:
        """Return the agent of a start, and the background behind it as the model inpaints it, smoothly, (H, W, 3)."""
        pictures = (start, *start.views)
        frames, masks = (np.stack(parts) for parts in zip(*((each.frame, each.mask) for each in pictures), strict=True))
        inputs: dict[str, Value] = {"frame": _planes(frames), "mask": masks[:, None]}
        if self.takes_faces:
            inputs["faces"] = np.array([[TOLD[start.faces]]], np.float32)
        out = self._graphs.run(
            "start.onnx", inputs, to_cpu=("crop", "position", "inpainted_background", "side", *LIMB_OUTPUTS)
        )
        x, y = _array(out["position"])[0]
        appearance = {name: value for name, value in out.items() if name.startswith("appearance_")}
        rest, side = Rest(out["state"], out["crop"]), int(_array(out["side"])[0, 0]) if "side" in out else None
        place = (float(x), float(y))
        agent = AgentState(appearance, rest.state, rest.crop, rest, place, self.manifest.enters, side=side)
        background = np.ascontiguousarray(_array(out["inpainted_background"])[0].transpose(1, 2, 0))
        if start.own is not None:
            agent = self._at_own_size(agent, start.own, _rig(out))
        if start.background is not None:
            background = start.background / np.float32(255)
        elif self.manifest.casts_shadow:  # a background that is known has no shadow of the agent, and stays as it is
            context = self._shadow_context(start, agent.position)
            agent = self._with_shadow(agent, context, context.first)
            if (shadow := agent.shadow_layer) is not None:
                background = without_shadow(background, shadow, agent.position)
        return agent, background

    def act(self, agent: AgentState, action: Action) -> AgentState:
        """Return an agent of this model after one more tick, without `render_shadow` yet.

        Its window moves by exactly the action's shift; the model is told the shift within the manifest's `max_shift`.
        An agent that was turned faces as the model says from the first tick on in which it goes left or right.

        Raises:
            GlassError: a local action outside 1..K.
        """
        if action.afresh:
            agent = agent.at_rest()
        inputs = self._step_inputs(agent, action)
        if not action.hold:
            out = self._graphs.run("step.onnx", inputs, to_cpu=("crop", *_WARP))
            turned = agent.turned and not action.shift[0]
            agent = replace(agent, state=out["next_state"], crop=out["crop"], turned=turned)
            if agent.source is not None:
                mirrored, fields, weights, paint = (_array(out[name])[0] for name in _WARP)
                warp = WarpLayers(bool(mirrored[0] > 0.5), fields, weights, paint).with_room()
                agent, warp = self._moved_limbs(agent, action, warp)
                if agent.strain_limit is not None:
                    warp = agent.strain_limit.limited(warp)
                agent = replace(agent, warp=warp.mirror_image() if turned else warp)
        return agent.moved(action.travel)

    def faced(self, agent: AgentState, start: Start, way: int = 0) -> AgentState:
        """Return an agent at rest where it is, begun anew from a start that says which side its picture faces.

        It is turned the way it went last: 1 right, -1 left, 0 neither.
        """
        begun, _ = self.open(start)
        begun = replace(begun.at_scale(agent.scale), position=agent.position)
        if way:
            begun = self.act(begun, Action((way * self.manifest.max_shift[0], 0.0), in_place=True)).at_rest()
        return self.render_shadow(begun)

    def render_shadow(self, agent: AgentState) -> AgentState:
        """Return an agent of this model with the shadow that it casts where it is now, if the model knows any."""
        context = agent.shadow_context
        if context is None:
            return agent
        outline = outline_of(agent.layer, agent.position, self.frame_size)
        return self._with_shadow(agent, context, _square(outline, agent.position, context.offset, context.side))

    def pose(
        self, agent: AgentState, state: NDArray[np.float32], crop: NDArray[np.float32], position: tuple[float, float]
    ) -> AgentState:
        """Return an agent of this model with another state and crop of the same shapes elsewhere, as a file kept them.

        `position` is (x, y) in pixels.
        """
        posed = replace(
            agent,
            state=self._graphs.device_array(state),
            crop=self._graphs.device_array(crop, on_cpu=True),
            position=position,
        )
        return self.render_shadow(posed)

    def _found_at_own_size(self, picture: Picture, start: Start) -> Start:
        """Return the start of an opaque picture in which an agent was found, at its own size.

        A large one's outline is refined.
        """
        assert start.crop is not None
        size = picture.image.size
        rough = resampled_mask(start.mask, start.crop, CropWindow(1.0, (size[0] / 2, size[1] / 2)), size)
        levels = rough  # Of a few pixels colours tell less than the model does: they would cost its legs.
        if not self.manifest.has_small_agents:
            levels = refined_mask(np.asarray(flatten(picture.image, picture.background)), rough)
        own = masked_start(picture, levels, self.manifest, filled_behind)
        return replace(own, confidence=start.confidence)

    def _start_from_cut(self, cut: Picture) -> Start:
        """Return the start of a cut-out picture, at its own size if the model moves pixels; its background is known."""
        if self.keeps_own_size and cut.image.getchannel("A").getbbox() is not None:
            return start_at_own_size(cut, self.manifest)
        frame, alpha = fit_picture(cut, self.frame_size, self.manifest.window, mask_size=self.manifest.mask_size)
        assert alpha is not None  # what is cut out is transparent elsewhere
        background = flatten(Image.new("RGBA", self.frame_size), cut.background)
        return replace(start_from_mask(cut.name, frame, alpha, self.manifest), background=np.asarray(background))

    def _trust(self, start: Start) -> float:
        """Return in 0..1 how well the mask that the model finds agrees with that of a start."""
        return agreement(self.segment(start.frame[None])[0], start.mask)

    def _at_own_size(self, agent: AgentState, own: OwnSize, rig: Rig | None) -> AgentState:
        """Return an agent whose pixels are fetched from its picture at its own size, its limbs cut out by a rig."""
        alpha = own.mask[..., None]
        shown = np.concatenate([own.frame / np.float32(255) * alpha, alpha], 2)
        agent = agent.moved((own.corner[0] / own.scale, own.corner[1] / own.scale))
        position = agent.position[0] * own.scale, agent.position[1] * own.scale
        room = round(ROOM * self.manifest.window)
        side = max(1, round(self.manifest.window * own.scale)) + 2 * round(room * own.scale)
        pixels = cut_window(shown, position, side)
        if rig is not None:
            rig = rig.stepping(agent.crop.numpy()[0, 3] > SOLID).with_room(room)
        source = WarpSource(pixels, own.pixel_art, rig)
        return replace(agent, source=source, strain_limit=StrainLimit(source), scale=own.scale)

    def _shadow_context(self, start: Start, position: tuple[float, float]) -> ShadowContext:
        """Return what a start says of the shadow of its agent at `position` (x, y)."""
        x, y = EDGES.get(self.manifest.enters or "", (0, 0))
        offset = x * self.manifest.window // 2, y * self.manifest.window // 2
        mask = start.mask[..., None]
        shown = np.concatenate([start.frame / np.float32(255), np.ones_like(mask)], 2)
        side = self._graphs.side(SHADOW, "view")
        view, first = (_square(layer, position, offset, side) for layer in (shown, mask))
        return ShadowContext(self._graphs.device_array(view), self._graphs.device_array(first), offset, side)

    def _with_shadow(self, agent: AgentState, context: ShadowContext, now: Value) -> AgentState:
        out = self._graphs.run(SHADOW, {"view": context.view, "first": context.first, "now": now}, to_cpu=("shadow",))
        return replace(agent, shadow_context=context, shadow=out["shadow"])

    def _moved_limbs(self, agent: AgentState, action: Action, warp: WarpLayers) -> tuple[AgentState, WarpLayers]:
        """Return an agent whose limbs do what an action makes them do, and a tick's layers with its limbs moved.

        What limbs tell is all that is seen then; a local action that they have no action for is seen as the model has
        learned it, with the limbs of travelling.
        """
        if agent.source is None or agent.source.rig is None:
            return agent, warp
        rig = agent.source.rig
        code = self._code(action)
        doing = self.manifest.limb_action(code)
        told = action.local_action is None or doing is not None
        act = agent.limb_act.after(gait_of(direction_of(action.shift)) if doing is None else doing)
        backwards = not agent.side and action.shift[0] < 0  # it goes left, and never turns
        before = agent.warp.limbs if agent.warp else np.zeros_like(rig.motions[0, 0])
        limbs = act.limbs(rig.motions, before, backwards)
        if told:
            warp = replace(warp.at_rest(), mirrored=warp.mirrored)
            limbs = limbs if doing is None else on_ground(limbs, agent.source.hull)
        else:
            limbs[BODY] = 0
        return replace(agent, limb_act=act), replace(warp, limbs=limbs)

    def _code(self, action: Action) -> int:
        code = action.local_action
        return self.manifest.default_local_action(action.shift) if code is None else code

    def _step_inputs(self, agent: AgentState, action: Action) -> dict[str, Value]:
        code = self._code(action)
        if not 1 <= code <= self.manifest.codes:
            raise GlassError(f"local action {code}: model {self.manifest.name!r} has 1..{self.manifest.codes}")
        clamped = [min(max(s, -m), m) for s, m in zip(action.shift, self.manifest.max_shift, strict=True)]
        inputs: dict[str, Value] = {"state": agent.state, **agent.appearance}
        return inputs | {"local_action": np.array([code], np.int64), "shift": np.array([clamped], np.float32)}


def _rig(out: Mapping[str, DeviceArray]) -> Rig | None:
    """Return what cuts out an agent's limbs, of what start.onnx gives; None where it tells none."""
    return Rig(*(_array(out[name])[0] for name in LIMB_OUTPUTS)) if LIMB_OUTPUTS[0] in out else None


def _planes(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return frames (N, H, W, 3) as graphs take them, (N, 3, H, W) in [0, 1]."""
    return np.ascontiguousarray(frames.transpose(0, 3, 1, 2), np.float32) / np.float32(255)


def _square(layer: Layer, position: tuple[float, float], offset: tuple[int, int], side: int) -> NDArray[np.float32]:
    """Return what a frame's layer (H, W, C) shows around `position` + `offset`, (x, y): (1, C, side, side)."""
    crop = cut_window(layer, (position[0] + offset[0], position[1] + offset[1]), side)
    return np.ascontiguousarray(crop.transpose(2, 0, 1)[None])


def _array(value: DeviceArray) -> NDArray[np.float32]:
    return value.numpy()
