"""Whether a picture shows the same view as a reference picture, and how far it lies from it.

Two ways lead to an offset. The edges of both are laid over each other, which finds small shifts, precisely
and also where most of the view is plain or hidden. And corners are compared by ORB descriptors (Rublee et
al., ICCV 2011) with a similarity fitted by RANSAC, which also finds large shifts, turns and zoom. Each offset
is then held against the direction of the edges everywhere, and the one at which they are more alike counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.offset import STRAIGHT, Offset
from almere_vision.scene.edges import (
    Directions,
    EdgeMap,
    Grey,
    Matrix,
    directions,
    edge_map,
    held_against,
    laid_over,
)

Picture = NDArray[np.uint8]

WIDTH_PX: Final = 320
_CORNERS: Final = 300
_RATIO: Final = 0.8
"""A corner that is not clearly more like one than like any other says nothing (Lowe, IJCV 2004)."""
_FIT_PX: Final = 1.5
_FEWEST: Final = 12
"""Corners that must fit, of those compared."""

_SURE_AGREEMENT: Final = 0.7
_SURE_LIKENESS: Final = 0.6
"""What edges that are laid over each other must have. They are always laid where they fit best, so this is
more than is asked of an offset that corners found: views that are off by zoom reach 0.55.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture offers at once to be recognised by.

    Attributes:
        grey: small and evened out in light, uint8.
        edges: their directions.
        gist: the picture in 24 by 14 pixels, as a vector of length 1.
    """

    grey: Grey
    edges: Directions
    gist: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """Corners of a picture, which cost more than all of `Look`.

    Attributes:
        points: (n, 2) float32, pixels of `Look.grey`.
        descriptors: (n, 32) uint8; None without any corner.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8] | None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A reference picture, ready to be compared with."""

    look: Look
    corners: Corners
    edges: EdgeMap

    def glance(self, look: Look) -> float:
        """How alike both are at a glance, -1..1."""
        mine, other = self.look.gist, look.gist
        return float(mine @ other)


@dataclass(frozen=True, slots=True)
class Match:
    """How a picture compares with a reference picture.

    Attributes:
        offset: from the reference picture to the picture.
        agreement: share of the cells of the reference picture whose edges run alike, 0..1.
        likeness: of all edges, -1..1.
    """

    offset: Offset
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
        return Look(grey, directions(grey), _gist(grey))

    def corners(self, look: Look) -> Corners:
        """Find the corners of a picture."""
        found, descriptors = self._orb.detectAndCompute(look.grey, None)
        points = np.asarray(cv2.KeyPoint.convert(found), np.float32).reshape(-1, 2)
        kept: Any = descriptors
        return Corners(points, kept)

    def reference(self, image: Picture) -> Reference:
        """Prepare a reference picture."""
        look = self.look(image)
        return Reference(look, self.corners(look), edge_map(look.grey))

    def compare(self, reference: Reference, look: Look) -> Match | None:
        """Where the view of the reference picture lies in the picture, by both ways; None if by neither."""
        laid, fitted = self.lay(reference, look), self.fit(reference, look, self.corners(look))
        if laid is None or fitted is None:
            return laid or fitted
        return max(laid, fitted, key=lambda match: match.likeness)

    def lay(self, reference: Reference, look: Look) -> Match | None:
        """The offset by edges; None if they fit at no small shift."""
        if reference.look.grey.shape != look.grey.shape:
            return None
        matrix = laid_over(reference.edges, look.edges)
        match = None if matrix is None else _match(reference, look, matrix)
        if match is None or match.agreement < _SURE_AGREEMENT or match.likeness < _SURE_LIKENESS:
            return None
        return match

    def straight(self, reference: Reference, look: Look) -> Match:
        """How alike both are as they lie, without any offset."""
        if reference.look.grey.shape != look.grey.shape:
            return Match(STRAIGHT, 0.0, 0.0)
        return _match(reference, look, np.eye(3))

    def fit(self, reference: Reference, look: Look, corners: Corners) -> Match | None:
        """The offset by corners, which may be large; None if too few fit. Its likeness may be small."""
        theirs, ours = reference.corners, corners
        if theirs.descriptors is None or ours.descriptors is None:
            return None
        if reference.look.grey.shape != look.grey.shape:
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
        if fitted is None or int(fits.sum()) < _FEWEST:
            return None
        return _match(reference, look, np.vstack([np.asarray(fitted, np.float64), [0.0, 0.0, 1.0]]))


def thinned(image: Picture, width_px: int) -> Picture:
    """Every nth pixel of a large picture, so that it is still at least twice as wide as asked."""
    step = max(1, image.shape[1] // (2 * width_px))
    return np.ascontiguousarray(image[::step, ::step]) if step > 1 else image


def _match(reference: Reference, look: Look, matrix: Matrix) -> Match:
    agreement, likeness = held_against(reference.edges, look.edges, matrix)
    return Match(Offset.of(_in_fractions(matrix, look.grey)), agreement, likeness)


def _in_fractions(matrix: Matrix, grey: Grey) -> Matrix:
    """Pixels have their middle at +0.5."""
    height_px, width_px = grey.shape
    to_pixels = np.array([[width_px, 0, -0.5], [0, height_px, -0.5], [0, 0, 1.0]])
    made: NDArray[np.float64] = np.linalg.inv(to_pixels) @ matrix @ to_pixels
    return made


def _gist(grey: Grey) -> NDArray[np.float32]:
    tiny = cv2.GaussianBlur(cv2.resize(grey, (24, 14), interpolation=cv2.INTER_AREA), (3, 3), 0)
    vector = tiny.astype(np.float32).ravel() - float(tiny.mean())
    return vector / max(1e-6, float(np.linalg.norm(vector)))
