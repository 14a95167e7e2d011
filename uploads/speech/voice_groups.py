"""Which voice prints are of one person: as many groups as there are people, or as many as differ clearly.

Spectral clustering after Wang, Downey, Wan, Mansfield and Lopez Moreno, "Speaker Diarization with LSTM" (2018), but for
more groups than there are people; then those that sound most alike are joined. Left to find the groups in one go, it
cuts whoever speaks most in two rather than part them from somebody who says little.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_Labels = NDArray[np.intp]

# Cosine of two groups' means. Halves of one person's speech are at .84 to .99, two people at .76 and less (16 people).
# Where people talk at once, two come as near as .86: whoever says how many there are is believed up to .9.
_ALIKE, _SAME = 0.78, 0.9
_MOST_COMPARED = 1_500  # prints; every pair of them is compared: 18 MB, some seconds
_MORE_GROUPS = 10  # than people, at first
_GROUPS = 12  # at first, where nobody says how many people there were
_FEWEST = 4  # prints of a group: fewer are a cough, or two people at once
_NEAREST = 0.1  # of all prints: those that count as near one


def mean_prints(prints: Floats, people: int | None) -> Floats:
    """(n, 256) prints of length 1, in order of time → (k, 256), one for each person, of length 1. n is at least 1.

    k is people, or less where there are not that many different prints. The same prints give the same means.
    """
    few = prints[np.linspace(0, len(prints) - 1, min(len(prints), _MOST_COMPARED)).astype(int)]
    wanted = people + _MORE_GROUPS if people else _GROUPS
    count = max(min(wanted, len(few) // _FEWEST), min(people or 1, len(few)))
    labels = _nearest_means(_spectrum(few, count), count)
    labels = _without_small(few, labels, people or 1)
    for _ in range(2):  # settling can show that two groups are one person's
        labels = _settled(few, _joined(few, labels, people))
    return _voices(few, labels)


def _spectrum(prints: Floats, count: int) -> Floats:
    """(n, count): the prints as the first eigenvectors of their likeness see them, each row of length 1."""
    likeness = (prints @ prints.T).astype(np.float64)
    np.fill_diagonal(likeness, 0)
    np.fill_diagonal(likeness, likeness.max(axis=1))
    near = np.quantile(likeness, 1 - _NEAREST, axis=1, keepdims=True)
    likeness[likeness < near] *= 0.01
    likeness = np.maximum(likeness, likeness.T)
    likeness = likeness @ likeness.T
    likeness /= np.maximum(likeness.max(axis=1, keepdims=True), 1e-12)
    vectors = np.linalg.eigh((likeness + likeness.T) / 2).eigenvectors
    return _unit(vectors[:, ::-1][:, :count].astype(np.float32))


def _nearest_means(points: Floats, count: int, starts: int = 8, rounds: int = 50) -> _Labels:
    """K-means without chance: begun at a few places of the recording, each time with points far from one another."""
    tried: list[tuple[float, int, _Labels]] = []
    for start in range(starts):
        means = _far_apart(points, count, start * len(points) // starts)
        for _ in range(rounds):
            labels = np.argmin(_distances(points, means), axis=1)
            before, means = means, _means(points, labels, means)
            if np.allclose(before, means):
                break
        distances = _distances(points, means)
        tried.append((float(distances.min(axis=1).sum()), start, np.argmin(distances, axis=1)))
    return min(tried, key=lambda each: each[:2])[2]


def _far_apart(points: Floats, count: int, first: int) -> Floats:
    chosen = [first]
    distance = _distances(points, points[[first]])[:, 0]
    for _ in range(count - 1):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, _distances(points, points[[chosen[-1]]])[:, 0])
    return points[chosen]


def _distances(points: Floats, means: Floats) -> Floats:
    """(n, k) squared, from each point to each mean."""
    squares = (points**2).sum(axis=1)[:, None] + (means**2).sum(axis=1)[None]
    return np.asarray(np.maximum(squares - 2 * points @ means.T, 0))


def _means(points: Floats, labels: _Labels, otherwise: Floats) -> Floats:
    """The mean of each label's points; a label without any keeps what it had."""
    means = otherwise.copy()
    for label in np.unique(labels):
        means[label] = points[labels == label].mean(axis=0)
    return means


def _without_small(prints: Floats, labels: _Labels, at_least: int) -> _Labels:
    """Prints of groups smaller than _FEWEST go to the group they are most like; at_least groups stay, as 0, 1, …"""
    found, sizes = np.unique(labels, return_counts=True)
    by_size = found[np.argsort(-sizes, kind="stable")]
    kept = np.sort(by_size[: max(at_least, int((sizes >= _FEWEST).sum()))])
    stay = np.isin(labels, kept)
    likeness = prints @ _voices(prints[stay], labels[stay]).T
    return np.where(stay, np.searchsorted(kept, labels), likeness.argmax(axis=1))


def _joined(prints: Floats, labels: _Labels, people: int | None) -> _Labels:
    """The two groups that sound most alike become one, again and again, until all left are different people."""
    labels, limit = labels.copy(), _SAME if people else _ALIKE
    while True:
        found = np.unique(labels)
        means = _voices(prints, labels)
        likeness = means @ means.T - 2 * np.eye(len(found), dtype=np.float32)
        if len(found) == 1 or (len(found) <= (people or len(found)) and likeness.max() < limit):
            return labels
        one, other = np.unravel_index(int(likeness.argmax()), likeness.shape)
        labels[labels == found[other]] = found[one]


def _settled(prints: Floats, labels: _Labels, rounds: int = 5) -> _Labels:
    """Each print goes to the mean it is most like, as often as that changes anything."""
    for _ in range(rounds):
        before, labels = labels, (prints @ _voices(prints, labels).T).argmax(axis=1)
        if np.array_equal(before, labels):
            break
    return labels


def _voices(prints: Floats, labels: _Labels) -> Floats:
    """(k, 256): the mean of each label that occurs, in their order, of length 1."""
    return _unit(np.array([prints[labels == label].mean(axis=0) for label in np.unique(labels)]))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9)))
