"""Whether a picture shows the same view as a reference picture, and how far it lies from it.

Corners of both are compared by ORB descriptors (Rublee et al., ICCV 2011), the offset is fitted by RANSAC,
and then held against the direction of the edges everywhere, which neither light nor a clock that is written
into the picture can fake: at the right offset they run alike in most cells, at a wrong one in few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.offset import Offset

Grey = NDArray[np.uint8]
Picture = NDArray[np.uint8]

WIDTH_PX: Final = 320
_CORNERS: Final = 300
_RATIO: Final = 0.8
"""A corner that is not clearly more like one than like any other says nothing (Lowe, IJCV 2004)."""
_FIT_PX: Final = 1.5
_FEWEST: Final = 12
"""Corners that must fit, of those compared."""
_CELLS: Final = (6, 4)
_EDGY: Final = 0.04
"""Share of a cell that must be edges for it to be asked."""
_ALIKE: Final = 0.35
_STRONGEST: Final = 0.2
"""Share of the pixels that count as edges."""
_LEAST_EDGE: Final = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture offers to be recognised by.

    Attributes:
        grey: small and evened out in light, uint8.
        points: (n, 2) float32, pixels of `grey`.
        descriptors: (n, 32) uint8; None without any corner.
        gist: the picture in 24 by 14 pixels, as a vector of length 1.
    """

    grey: Grey
    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8] | None
    gist: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A reference picture, ready to be compared with.

    Attributes:
        look: its corners.
        cos, sin: of twice the direction of its edges, float32 at half the size.
        edges: where they are.
        share: of edges in each cell.
    """

    look: Look
    cos: NDArray[np.float32]
    sin: NDArray[np.float32]
    edges: NDArray[np.bool_]
    share: NDArray[np.float32]

    @property
    def cells(self) -> int:
        """Cells, of 24, that have edges enough to be recognised by."""
        return int((self.share > _EDGY).sum())

    def glance(self, look: Look) -> float:
        """How alike both are at a glance, -1..1."""
        mine, other = self.look.gist, look.gist
        return float(mine @ other)

    @property
    def corners(self) -> int:
        """Corners, of at most 300."""
        return len(self.look.points)


@dataclass(frozen=True, slots=True)
class Match:
    """How a picture compares with a reference picture.

    Attributes:
        offset: from the reference picture to the picture.
        corners: that fit.
        agreement: share of the cells of the reference picture whose edges run alike, 0..1.
        likeness: of all edges, -1..1.
    """

    offset: Offset
    corners: int
    agreement: float
    likeness: float


class Eye:
    """Looks at pictures; keep one per thread."""

    def __init__(self) -> None:
        self._orb = cv2.ORB.create(_CORNERS, 1.2, 3, 15, patchSize=21, fastThreshold=10)
        self._even = cv2.createCLAHE(3.0, (8, 8))
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING)

    def look(self, image: Picture) -> Look:
        """Find what a picture can be recognised by.

        Args:
            image: (height_px, width_px, 3) uint8, BGR.
        """
        height_px = max(32, round(WIDTH_PX * image.shape[0] / image.shape[1]))
        small = cv2.resize(thinned(image, WIDTH_PX), (WIDTH_PX, height_px), interpolation=cv2.INTER_AREA)
        grey = self._even.apply(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)).astype(np.uint8, copy=False)
        found, descriptors = self._orb.detectAndCompute(grey, None)
        points = np.array([corner.pt for corner in found], np.float32).reshape(-1, 2)
        kept: Any = descriptors
        return Look(grey, points, kept, _gist(grey))

    def reference(self, image: Picture) -> Reference:
        """Prepare a reference picture."""
        look = self.look(image)
        cos, sin, strength = _directions(_halved(look.grey))
        least = max(_LEAST_EDGE, float(np.quantile(strength, 1 - _STRONGEST)))
        edges = strength > least
        share = _by_cell(edges.astype(np.float32))
        return Reference(look, cos, sin, edges, share)

    def compare(self, reference: Reference, look: Look) -> Match | None:
        """Where the view of the reference picture lies in the picture; None if it is not found in it."""
        theirs, ours = reference.look, look
        if theirs.descriptors is None or ours.descriptors is None or theirs.grey.shape != ours.grey.shape:
            return None
        if min(len(theirs.points), len(ours.points)) < _FEWEST:
            return None
        pairs = self._matcher.knnMatch(ours.descriptors, theirs.descriptors, k=2)
        clear = [two[0] for two in pairs if len(two) == 2 and two[0].distance < _RATIO * two[1].distance]
        if len(clear) < _FEWEST:
            return None
        cv2.setRNGSeed(1)  # the same pictures give the same answer
        fitted, fits = cv2.estimateAffinePartial2D(
            theirs.points[[pair.trainIdx for pair in clear]],
            ours.points[[pair.queryIdx for pair in clear]],
            method=cv2.RANSAC,
            ransacReprojThreshold=_FIT_PX,
            maxIters=300,
            confidence=0.995,
        )
        corners = 0 if fitted is None else int(fits.sum())
        if corners < _FEWEST:
            return None
        matrix = np.vstack([np.asarray(fitted, np.float64), [0.0, 0.0, 1.0]])
        agreement, likeness = _held_against(reference, ours.grey, matrix)
        return Match(Offset.of(_in_fractions(matrix, ours.grey)), corners, agreement, likeness)


def thinned(image: Picture, width_px: int) -> Picture:
    """Every nth pixel of a large picture, so that it is still at least twice as wide as asked."""
    step = max(1, image.shape[1] // (2 * width_px))
    return np.ascontiguousarray(image[::step, ::step]) if step > 1 else image


def _in_fractions(matrix: NDArray[np.float64], grey: Grey) -> NDArray[np.float64]:
    """Pixels have their middle at +0.5."""
    height_px, width_px = grey.shape
    to_pixels = np.array([[width_px, 0, -0.5], [0, height_px, -0.5], [0, 0, 1.0]])
    made: NDArray[np.float64] = np.linalg.inv(to_pixels) @ matrix @ to_pixels
    return made


def _held_against(reference: Reference, grey: Grey, matrix: NDArray[np.float64]) -> tuple[float, float]:
    """Share of the cells whose edges run alike at this offset, and the mean likeness of all edges."""
    half = _halved(grey)
    halving = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1.0]])
    offset = (np.linalg.inv(halving) @ matrix @ halving)[:2]
    size = half.shape[1], half.shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(half, offset, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    cos, sin, _ = _directions(back.astype(np.uint8, copy=False))
    alike = np.where(reference.edges, cos * reference.cos + sin * reference.sin, 0).astype(np.float32)
    asked = reference.share > _EDGY
    if not asked.any():
        return 0.0, 0.0
    per_cell = _by_cell(alike)[asked] / reference.share[asked]
    return float((per_cell > _ALIKE).mean()), float(alike.sum() / max(1, int(reference.edges.sum())))


def _directions(
    grey: Grey,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Cosine and sine of twice the direction of the edges, since light and dark may change; and strength."""
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    squared = across * across + down * down
    faint = squared + 50.0
    cos = (across * across - down * down) / faint
    sin = 2 * across * down / faint
    return cos.astype(np.float32), sin.astype(np.float32), np.sqrt(squared).astype(np.float32)


def _gist(grey: Grey) -> NDArray[np.float32]:
    tiny = cv2.GaussianBlur(cv2.resize(grey, (24, 14), interpolation=cv2.INTER_AREA), (3, 3), 0)
    vector = tiny.astype(np.float32).ravel() - float(tiny.mean())
    return vector / max(1e-6, float(np.linalg.norm(vector)))


def _halved(grey: Grey) -> Grey:
    half = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return half.astype(np.uint8, copy=False)


def _by_cell(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return cv2.resize(values, _CELLS, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
