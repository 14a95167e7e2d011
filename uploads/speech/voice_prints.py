"""Voice prints: what a network makes of a second and a half of somebody's voice. Biometric data, so never kept.

The network is the LSTM encoder of Wan, Wang, Papir and Lopez Moreno, "Generalized End-to-End Loss for Speaker
Verification" (2018), as resemblyzer trained it. We compute it in numpy: torch would be hundreds of megabytes for one
matrix product after the other.
"""

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uploads.media.sound import SAMPLE_RATE
from uploads.speech.voice_weights import Arrays, network_weights

WINDOW_MS = 1_600  # what the network was trained on
WINDOW_SAMPLES = WINDOW_MS * SAMPLE_RATE // 1000
_FRAME, _STEP = 400, 160  # samples: 25 ms, every 10 ms
_BANDS = 40
_LAYERS, _WIDTH = 3, 256
_LOUDNESS = 10 ** (-30 / 20)  # RMS; for training, quiet recordings were raised to 30 dB below full scale

Floats = NDArray[np.float32]


class Network:
    """Raises CannotTell where its weights are missing or not the ones we know, from everything that needs them."""

    def prints(self, windows: Floats) -> Floats:
        """(n, WINDOW_SAMPLES) of sound from -1 to 1 → (n, 256), each of length 1."""
        hidden = _mel(_raised(windows)).transpose(1, 0, 2)
        for layer in self._layers:
            hidden = layer.run(hidden)
        weight, bias = self._head
        raw = np.maximum(hidden[-1] @ weight + bias, 0)
        return np.asarray(raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9))

    @cached_property
    def _arrays(self) -> Arrays:
        return network_weights()

    @cached_property
    def _layers(self) -> list["_Layer"]:
        return [_Layer(self._arrays, number) for number in range(_LAYERS)]

    @cached_property
    def _head(self) -> tuple[Floats, Floats]:
        return np.ascontiguousarray(self._arrays["linear.weight"].T), self._arrays["linear.bias"]


class _Layer:
    """One LSTM layer over a whole batch.

    Its four gates (in, forget, new, out, in torch's order) come out of one product and one tanh: the logistic function
    is (1 + tanh(x/2)) / 2, so the weights of the three logistic gates are halved beforehand.
    """

    def __init__(self, arrays: Arrays, number: int) -> None:
        half = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), _WIDTH)
        self._of_input = np.ascontiguousarray((arrays[f"lstm.weight_ih_l{number}"] * half[:, None]).T)
        self._of_state = np.ascontiguousarray((arrays[f"lstm.weight_hh_l{number}"] * half[:, None]).T)
        self._bias = (arrays[f"lstm.bias_ih_l{number}"] + arrays[f"lstm.bias_hh_l{number}"]) * half

    def run(self, inputs: Floats) -> Floats:
        """(frames, n, inputs) → (frames, n, 256)."""
        frames, count, _ = inputs.shape
        told = inputs @ self._of_input + self._bias
        state, cell = np.zeros((count, _WIDTH), np.float32), np.zeros((count, _WIDTH), np.float32)
        states = np.empty((frames, count, _WIDTH), np.float32)
        for frame in range(frames):
            gates = np.tanh(told[frame] + state @ self._of_state)
            let_in, keep, new, out = (gates[:, at : at + _WIDTH] for at in range(0, 4 * _WIDTH, _WIDTH))
            cell = (0.5 + 0.5 * keep) * cell + (0.5 + 0.5 * let_in) * new
            state = (0.5 + 0.5 * out) * np.tanh(cell)
            states[frame] = state
        return states


def _raised(windows: Floats) -> Floats:
    """Quiet windows brought to the loudness the network knows; loud ones as they are. Its input is not logarithmic."""
    loudness = np.sqrt(np.mean(windows**2, axis=1, keepdims=True))
    return np.asarray(windows * np.maximum(_LOUDNESS / np.maximum(loudness, 1e-5), 1))


def _mel(windows: Floats) -> Floats:
    """(n, WINDOW_SAMPLES) → (n, 158, 40): the power in each band, 100 times a second."""
    frames = sliding_window_view(windows, _FRAME, axis=1)[:, ::_STEP] * _HANN
    power = (np.abs(np.fft.rfft(frames)) ** 2).astype(np.float32)
    return np.asarray(power @ _BANK)


def mel_bank() -> Floats:
    """(201, 40): triangles between 42 points that lie evenly in mel from 0 to half the sample rate, each of area 1."""
    points = _hertz(np.linspace(0, _mels(SAMPLE_RATE / 2), _BANDS + 2))
    low, middle, high = points[:-2], points[1:-1], points[2:]
    bins = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE)[:, None]
    triangles = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
    return np.asarray((np.maximum(triangles, 0) * 2 / (high - low)).astype(np.float32))


# Slaney's mel scale (Auditory Toolbox, 1998): even up to 1 kHz at 3 mel for 200 Hz, then 27 mel for a factor of 6.4.
_BEND_HZ, _BEND_MEL, _LOG_STEP = 1_000.0, 15.0, np.log(6.4) / 27


def _mels(hertz: float) -> float:
    return float(_BEND_MEL + np.log(hertz / _BEND_HZ) / _LOG_STEP) if hertz > _BEND_HZ else hertz * 3 / 200


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _BEND_HZ * np.exp(_LOG_STEP * (mels - _BEND_MEL))
    return np.where(mels > _BEND_MEL, above, mels * 200 / 3)


_BANK = mel_bank()
_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)).astype(np.float32)
