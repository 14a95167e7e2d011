"""Texts to vectors with all-MiniLM-L6-v2. The only place that runs the model, so the only one to change with it."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2 import Encoder
from ctranslate2.specs import (
    Activation,
    EmbeddingsMerge,
    TransformerEncoderModelSpec,
    TransformerEncoderSpec,
)
from numpy.typing import NDArray
from tokenizers import Tokenizer

from search.documents import DIMENSIONS
from search.meaning.weights import Arrays, NoModel, find, look
from search.tokens import language_code

__all__ = ["MiniLM", "NoModel"]

Floats = NDArray[np.float32]
_Part = tuple[int, list[int]]  # which text, and the numbers of the tokens of a part of it

_LAYERS, _HEADS, _WORDS = 6, 12, 30_522
_READS = 256  # tokens at once, as the model was trained; a longer text is read in parts
_PARTS, _LONGEST = 8, 20_000  # so many parts, and characters, of a text are read
# Small batches of texts of one length, each on a core of its own: 1.6 times as fast as large ones on all cores.
_BATCH = 4


class MiniLM:
    """English only. Small enough for a machine without a graphics card: 22 MB of weights in eight bits.

    threads is how many texts are read at once; 0 means as many as there are cores. Raises NoModel where the weights
    are not installed; they are loaded, in a second, with the first text, and then NoModel says that they are not those
    we know. May be called by several threads at once.
    """

    name = "all-MiniLM-L6-v2 int8"  # raise a number in it with every change of how texts are read

    def __init__(self, threads: int = 0) -> None:
        look()
        self._threads = threads or len(os.sched_getaffinity(0))

    def knows(self, language: str | None) -> bool:
        return language is None or language_code(language) == "en"

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        parts = [(place, ids) for place, text in enumerate(texts) for ids in self._parts(text)]
        parts.sort(key=lambda part: len(part[1]))  # what is read together is as long as the longest of it
        batches = [parts[at : at + _BATCH] for at in range(0, len(parts), _BATCH)]
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        for batch, means in zip(batches, self._all_means(batches), strict=True):
            for (place, ids), mean in zip(batch, means, strict=True):
                sums[place] += mean * len(ids)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return [row.tobytes() for row in (sums / lengths).astype("<f2")]

    def _parts(self, text: str) -> list[list[int]]:
        """The numbers of the text's tokens, in parts that the model can read at once; never none."""
        clean = text[:_LONGEST].encode("utf-8", "ignore").decode()  # no half of a surrogate pair
        read = _loaded(self._threads)[1].encode(clean)
        return [part.ids for part in [read, *read.overflowing[: _PARTS - 1]]]

    def _all_means(self, batches: Sequence[Sequence[_Part]]) -> Iterator[Floats]:
        if len(batches) == 1:  # a question: no threads need to be made for it
            return map(self._means, batches)
        with ThreadPoolExecutor(self._threads) as pool:
            return iter(list(pool.map(self._means, batches)))

    def _means(self, batch: Sequence[_Part]) -> Floats:
        """What the model says of each token, and the mean of that for each part: one row each, of length one."""
        ids = [part[1] for part in batch]
        states = np.array(_loaded(self._threads)[0].forward_batch(ids).last_hidden_state)
        means = np.stack([state[: len(part)].mean(axis=0) for state, part in zip(states, ids, strict=True)])
        unit: Floats = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit


@cache
def _loaded(threads: int) -> tuple[Encoder, Tokenizer]:
    """Once for each process: it takes a second. What CTranslate2 reads is made anew each time, in a folder that is gone
    when this returns: nobody can exchange it."""
    found = find()
    spec = _spec(found.arrays)
    with tempfile.TemporaryDirectory() as folder:
        spec.save(folder)
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    encoder = Encoder("meaning", device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1, files=files)
    tokenizer = Tokenizer.from_str(found.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(_READS)
    return encoder, tokenizer


def _spec(arrays: Arrays) -> TransformerEncoderModelSpec:
    """BERT's layers under CTranslate2's names."""
    encoder = TransformerEncoderSpec(
        _LAYERS, _HEADS, pre_norm=False, activation=Activation.GELU, layernorm_embedding=True,
        num_source_embeddings=2, embeddings_merge=EmbeddingsMerge.ADD,
    )  # fmt: skip
    for place, kind in enumerate(("word", "token_type")):
        encoder.embeddings[place].weight = arrays[f"embeddings.{kind}_embeddings.weight"]
    encoder.scale_embeddings = False  # on where nobody says so, and then nothing fails and nothing fits
    encoder.position_encodings.encodings = arrays["embeddings.position_embeddings.weight"]
    _normed(encoder.layernorm_embedding, arrays, "embeddings")
    for number, layer in enumerate(encoder.layer):
        name = f"encoder.layer.{number}"
        first, last = layer.self_attention.linear
        asked = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        first.weight = np.concatenate([arrays[f"{part}.weight"] for part in asked])
        first.bias = np.concatenate([arrays[f"{part}.bias"] for part in asked])
        _linear(last, arrays, f"{name}.attention.output.dense")
        _normed(layer.self_attention.layer_norm, arrays, f"{name}.attention.output")
        _linear(layer.ffn.linear_0, arrays, f"{name}.intermediate.dense")
        _linear(layer.ffn.linear_1, arrays, f"{name}.output.dense")
        _normed(layer.ffn.layer_norm, arrays, f"{name}.output")
    spec = TransformerEncoderModelSpec(encoder)
    spec.config.layer_norm_epsilon = 1e-12
    spec.config.unk_token = "[UNK]"  # noqa: S105  a word for what no word stands for
    spec.register_vocabulary([str(number) for number in range(_WORDS)])  # texts come as numbers, never as words
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def _linear(part: Any, arrays: Arrays, name: str) -> None:
    part.weight, part.bias = arrays[f"{name}.weight"], arrays[f"{name}.bias"]


def _normed(part: Any, arrays: Arrays, name: str) -> None:
    part.gamma, part.beta = arrays[f"{name}.LayerNorm.weight"], arrays[f"{name}.LayerNorm.bias"]
