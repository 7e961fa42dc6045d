/** How pictures share a wall: as large as they can be while all of them are in sight. */

const PROPORTION = 16 / 9;

export interface Room {
  /** Of the wall, in pixels. */
  width: number;
  height: number;
  /** Between tiles. */
  gap: number;
  /** Of what stands below each picture. */
  caption: number;
  /** Narrower than this nothing is to be seen: then the wall scrolls. */
  least: number;
}

export interface Layout {
  columns: number;
  /** Width of a tile in pixels. */
  tile: number;
}

/** For `count` pictures; at least one. */
export function layOut(count: number, { width, height, gap, caption, least }: Room): Layout {
  const wide = (columns: number) => (width - gap * (columns - 1)) / columns;
  let best: Layout = { columns: 1, tile: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const high = ((height - gap * (rows - 1)) / rows - caption) * PROPORTION;
    const tile = Math.min(wide(columns), high);
    if (tile > best.tile) best = { columns, tile };
  }
  if (best.tile >= least) return best;
  const columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
  return { columns, tile: wide(columns) };
}
