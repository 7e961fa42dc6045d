/** How to show the part of a picture that matters on something as small as a card. */

export interface CloseUp {
  /** Point that stays where it is while the picture grows, as fractions of the card's picture. */
  origin: readonly [x: number, y: number];
  /** Centre of the box, as fractions of the snapshot. */
  centre: readonly [x: number, y: number];
  zoom: number;
}

/** The larger side of the box fills about this part of the card, if the zoom allows. */
const BOX_SHARE = 0.45;
const LARGEST_ZOOM = 2.5;

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Point to grow from, so that `at` ends up in the middle or as near to it as the edge of the picture allows. */
function originFor(at: number, zoom: number): number {
  return zoom === 1 ? 0.5 : clamp((zoom * at - 0.5) / (zoom - 1), 0, 1);
}

/** `box` is x1, y1, x2, y2 as fractions of the snapshot. */
export function closeUpOf(box: readonly number[]): CloseUp {
  const [x1 = 0, y1 = 0, x2 = 1, y2 = 1] = box;
  const zoom = clamp(BOX_SHARE / Math.max(x2 - x1, y2 - y1, 0.01), 1, LARGEST_ZOOM);
  const centre = [(x1 + x2) / 2, (y1 + y2) / 2] as const;
  return { centre, zoom, origin: [originFor(centre[0], zoom), originFor(centre[1], zoom)] };
}
