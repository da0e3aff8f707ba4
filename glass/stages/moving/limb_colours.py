"""Colours of drawn puppets, varied limb by limb, as artists dress them: sleeves, boots, belts, hair, outlines, shade.

Code that draws puppets gives each bone one texture; pictures of others show trousers of two legs in one colour, hands
at arms, caps on heads. Each variation is drawn for each picture by itself.
"""

import torch
from torch import Tensor
from torch.nn import functional

from glass.core.limbs import BODY, LIMBS

LEGS, ARMS = (tuple(LIMBS.index(limb) for limb in LIMBS if limb.startswith(kind)) for kind in ("leg", "arm"))
HEAD = LIMBS.index("head")


def recoloured(crops: Tensor, seen: Tensor, joints: Tensor) -> Tensor:
    """Vary the colours of crops ``(N, 4, S, S)``, premultiplied RGBA, by where their limbs are.

    Args:
        crops: of puppets at rest.
        seen: ``(N, S, S)`` the limb that is seen at a pixel, and
        joints: ``(N, 2, S, S)`` where its joint is, as `glass.data.puppets.limbs.Limbs` says them.
    """
    count, side = len(crops), crops.shape[-1]
    colours, alpha = crops.split([3, 1], 1)
    colours = torch.where(alpha > 0, colours / alpha.clamp(min=1e-3), 0)
    solid, far = alpha[:, 0] > 0.5, joints.norm(dim=1)
    line = torch.linspace(0, 1, side)
    x, y = line.expand(count, side, side), line[:, None].expand(count, side, side)
    body, head, arms, legs = seen == BODY, seen == HEAD, _among(seen, ARMS), _among(seen, LEGS)
    top, bottom = _ends(y, solid)
    high = (bottom - top).clamp(min=0.1)

    def dye(here: Tensor, share: float) -> None:
        """Dye a share of the pictures where ``here`` ``(N, S, S)`` is, each in one colour, at times in noise."""
        nonlocal colours
        noise = 0.85 + 0.3 * torch.rand(count, 1, side, side) * (torch.rand(count, 1, 1, 1) < 0.3)
        dyed = (torch.rand(count, 3, 1, 1) * noise).clamp(max=1)
        colours = torch.where((here & _some(count, share))[:, None], dyed, colours)

    def between(low: float, upper: float) -> Tensor:
        return low + (upper - low) * torch.rand(count, 1, 1)

    dye((body | legs) & (y > top + high * between(0.45, 0.8)), 0.35)  # Trousers, skirts.
    dye(body & ((y - top - high * between(0.3, 0.8)).abs() < between(0.02, 0.07)), 0.25)  # Belts.
    for limbs in (arms, legs, arms, legs):  # Sleeves and gloves, boots.
        cut = (far * limbs).amax((1, 2), keepdim=True) * between(0.15, 0.95)
        dye(limbs & torch.where(_some(count, 0.5), far < cut, far > cut), 0.35)
    dye(body | (arms & (far < (far * arms).amax((1, 2), keepdim=True) * between(0.2, 1))), 0.25)
    dye(legs | arms | head | body, 0.05)
    for place, share in ((y, 0.35), (x, 0.25)):  # Hair and caps, from above and from behind.
        first, last = _ends(place, head & solid)
        dye(head & (place < first + (last - first) * between(0.15, 0.6)), share)
    for _ in range(2):  # Spots.
        away = (x - between(0, 1)).square() + (y - top - high * between(0, 1)).square()
        dye(away.sqrt() < between(0.02, 0.09), 0.3)
    slope = (torch.rand(count, 1, 1) - 0.5) * 1.2 * (x - 0.5) + (torch.rand(count, 1, 1) - 0.5) * 1.2 * (y - 0.5)
    colours = (colours * (1 + _some(count, 0.4) * slope)[:, None]).clamp(0, 1)
    return _coarser(torch.cat([_outlined(colours, alpha, seen) * alpha, alpha], 1))


def _some(count: int, share: float) -> Tensor:
    """Draw which of ``count`` pictures are changed, ``(N, 1, 1)``."""
    return torch.rand(count, 1, 1) < share


def _among(seen: Tensor, limbs: tuple[int, ...]) -> Tensor:
    return torch.isin(seen, torch.tensor(limbs))


def _ends(place: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
    """Return the least and the largest of places ``(N, S, S)`` where anything is, ``(N, 1, 1)``."""
    return (
        torch.where(where, place, 2.0).amin((1, 2), keepdim=True),
        torch.where(where, place, -1.0).amax((1, 2), keepdim=True),
    )


def _outlined(colours: Tensor, alpha: Tensor, seen: Tensor) -> Tensor:
    """Draw dark lines around some pictures ``(N, 3, S, S)``, and around the limbs of some."""
    count = len(seen)
    rim = 1 + functional.max_pool2d(-alpha, 3, 1, 1)[:, 0] > 0.5
    limbs = torch.zeros_like(rim)
    limbs[:, 1:] |= seen[:, 1:] != seen[:, :-1]
    limbs[:, :, 1:] |= seen[:, :, 1:] != seen[:, :, :-1]
    lines = (rim & _some(count, 0.25)) | (limbs & _some(count, 0.12))
    return torch.where(lines[:, None], 0.3 * torch.rand(count, 3, 1, 1), colours)


def _coarser(crops: Tensor) -> Tensor:
    """Show some crops in fewer, larger pixels."""
    side = int(torch.randint(14, 40, ()))
    coarse = functional.interpolate(functional.adaptive_avg_pool2d(crops, side), size=crops.shape[-1])
    return torch.where(_some(len(crops), 0.2)[:, None], coarse, crops)
