"""Hashes of what the commands make, to see that a change of the code changes nothing that a user sees.

    python benchmarks/fingerprints.py --out before.json       # on the code before the change
    python benchmarks/fingerprints.py --against before.json   # after it, on the same machine

Hashed are the frames of a 60-tick script with each shipped model, the masks and the `motion.json` of those frames, the
weights of a training of a few steps a stage from those of `sprites`, and the frames of a script with the bundle that
is exported from it. Everything is done by the installed commands, in one thread, so that two versions of the code can
be compared. The last bits of floating point differ from one kind of processor to another: compare on one machine only.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file

ROOT = Path(__file__).parent.parent
MODELS = ("robot", "sprites")
SCRIPT = "right*8 2*6 left+1*8 up*4 3*6 down+right*5 shift(-2.5,1)*4 pan(2,0)*4 stay*5 1*5 left*5"
SHORT = "right*4 2*4 left+1*4 up*4 stay*4"
SETTINGS = {
    "training": {
        "global_stage": {"steps": 20, "batch": 2},
        "matting_stage": {"steps": 6, "batch": 4, "lengths": [2]},
        "backdrop_stage": {"steps": 4, "batch": 4, "lengths": [2]},
        "anchor_stage": {"steps": 6, "batch": 4, "lengths": [8]},
        "shadow_stage": {"steps": 4, "batch": 4, "lengths": [2]},
        "local_stage": {"steps": 20, "batch": 2, "lengths": [4, 6], "warm_up": 8},
        "matting_clips": 8,
        "track_clips": 16,
        "track_length": 12,
    },
    "shadow": {"cast": True},
}


def run(command: str, *arguments: str | Path) -> None:
    """Run an installed command of this environment in one thread."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "GLASS_MODELS": str(ROOT / "models")}
    place = Path(sys.executable).parent / command
    done = subprocess.run([place, *map(str, arguments)], env=environment, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.strip()}")


def digest(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of some bytes, one part after the other."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part)
    return total.hexdigest()


def hash_pictures(folder: Path) -> str:
    """Return the hash of the pixels of a folder's pictures, in order of name."""
    return digest(np.asarray(Image.open(path)).tobytes() for path in sorted(folder.glob("*.png")))


def hash_weights(path: Path) -> str:
    """Return the hash of a checkpoint's tensors, in order of name."""
    return digest(name.encode() + tensor.tobytes() for name, tensor in sorted(load_file(path).items()))


def play(model: str | Path, picture: Path, script: str, frames: Path) -> str:
    """Play a script on a picture and return the hash of its frames."""
    run("glass-play", picture, "--model", model, "--headless", "--script", script, "--frames", frames, "--seed", "0")
    return hash_pictures(frames)


def fingerprints(work: Path) -> dict[str, str]:
    """Return the hash of each thing, by what it is."""
    found: dict[str, str] = {}
    for model in MODELS:
        start = min((ROOT / "models" / model / "starts").glob("*.png"))
        found[f"{model}: frames of a script"] = play(model, start, SCRIPT, work / model)
        run("glass-analyse", work / model, "--model", model, "--out", work / f"{model}-read")
        found[f"{model}: masks"] = hash_pictures(work / f"{model}-read" / "masks")
        found[f"{model}: motion.json"] = digest([(work / f"{model}-read" / "motion.json").read_bytes()])
    warm, settings = ROOT / "models" / "sprites" / "weights.safetensors", work / "settings.json"
    with safe_open(warm, framework="np") as file:
        settings.write_text(json.dumps(json.loads(file.metadata()["config"]) | SETTINGS))
    trained, bundles = work / "run", work / "bundles"
    run("glass-train", "--data", "folk:split=train", "--out", trained, "--config", settings, "--warm-start", warm)
    found["training: weights"] = digest(hash_weights(path).encode() for path in sorted(trained.glob("*.safetensors")))
    starts = ("--starts", "folk:split=test", "--start-count", "2")
    run("glass-export", trained, "--name", "short", "--out", bundles, *starts)
    first = min((bundles / "short" / "starts").glob("*.png"))
    mask = work / "mask.png"
    levels = np.zeros(Image.open(first).size[::-1], np.uint8)
    levels[24:72, 40:80] = 255
    agent = np.dstack([np.asarray(Image.open(first).convert("RGB")), levels])
    Image.fromarray(agent).save(mask)
    found["export: frames of a script"] = play(bundles / "short", mask, SHORT, work / "exported")
    return found


def main() -> int:
    """Take the hashes, print or write or compare them, and return an exit code: 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="JSON file to write the hashes to")
    parser.add_argument("--against", type=Path, help="JSON file of hashes to compare with")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = fingerprints(Path(work))
    before: dict[str, str] = json.loads(arguments.against.read_text()) if arguments.against else {}
    for name, value in found.items():
        verdict = "" if not before else " same" if before.get(name) == value else " DIFFERS"
        print(f"{name:28} {value[:16]}{verdict}")
    if arguments.out:
        arguments.out.write_text(json.dumps(found, indent=2) + "\n")
    return int(any(before.get(name, value) != value for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
