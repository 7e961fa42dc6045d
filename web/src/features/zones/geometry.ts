/** Points and outlines in fractions of the picture; distances count its height as `ratio` of its width. */
import type { GroundPoint, Point } from "./document";

export function distance([x1, y1]: Point, [x2, y2]: Point, ratio: number): number {
  return Math.hypot(x2 - x1, (y2 - y1) * ratio);
}

/** Held within the picture, to a ten-thousandth. */
export function held([x, y]: Point): Point {
  const hold = (value: number) => Math.round(Math.min(Math.max(value, 0), 1) * 10_000) / 10_000;
  return [hold(x), hold(y)];
}

/** The point of the line from `a` to `b` that lies nearest. */
export function nearestOn(point: Point, a: Point, b: Point, ratio: number): Point {
  const [dx, dy] = [b[0] - a[0], (b[1] - a[1]) * ratio];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * ratio * dy) / length;
  const share = Math.min(Math.max(along, 0), 1);
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

function edges(polygon: readonly Point[]): [Point, Point][] {
  return polygon.map((point, index) => [point, polygon[(index + 1) % polygon.length] ?? point]);
}

/** The point drawn to a corner, else to an edge, of other outlines or of the picture, within `reach`. */
export function snap(point: Point, others: readonly (readonly Point[])[], reach: number, ratio: number): Point {
  const frame: Point[] = [[0, 0], [1, 0], [1, 1], [0, 1]];
  const outlines = [...others, frame];
  const nearest = (points: readonly Point[]) => {
    let best: Point | null = null;
    for (const one of points) {
      const near = distance(point, one, ratio);
      if (near <= reach && (best === null || near < distance(point, best, ratio))) best = one;
    }
    return best;
  };
  const corner = nearest(outlines.flat());
  if (corner !== null) return corner;
  const onEdges = outlines.flatMap((outline) => edges(outline).map(([a, b]) => nearestOn(point, a, b, ratio)));
  return held(nearest(onEdges) ?? point);
}

/** The outline with a point in the middle of the edge that begins at a corner. */
export function splitEdge(polygon: readonly Point[], corner: number): [Point[], number] {
  const a = polygon[corner] ?? [0, 0];
  const b = polygon[(corner + 1) % polygon.length] ?? a;
  const middle = held([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  return [[...polygon.slice(0, corner + 1), middle, ...polygon.slice(corner + 1)], corner + 1];
}

export function movePoint(polygon: readonly Point[], index: number, to: Point): Point[] {
  return polygon.map((point, at) => (at === index ? held(to) : point));
}

/** Without a corner; a triangle keeps its three. */
export function removePoint(polygon: readonly Point[], index: number): Point[] {
  return polygon.length <= 3 ? [...polygon] : polygon.filter((_, at) => at !== index);
}

/** Moved as a whole, held within the picture without changing its form. */
export function moveAll(polygon: readonly Point[], dx: number, dy: number): Point[] {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const limit = (by: number, values: number[]) => Math.min(Math.max(by, -Math.min(...values)), 1 - Math.max(...values));
  const [stepX, stepY] = [limit(dx, xs), limit(dy, ys)];
  return polygon.map(([x, y]) => held([x + stepX, y + stepY]));
}

/** A rectangle in the middle of what is shown. */
export function freshOutline(middle: Point, size: number): Point[] {
  const [x, y] = middle;
  const half = size / 2;
  return [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]].map((point) =>
    held(point as Point),
  );
}

/** The mean of the points; the middle of the picture for none. */
export function middleOf(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1) => points.reduce((sum, one) => sum + one[axis], 0) / points.length;
  return points.length === 0 ? [0.5, 0.5] : [mean(0), mean(1)];
}

type Matrix = readonly (readonly number[])[];

/** Solves a square system by elimination with pivots; null where it has no one answer. */
function solve(rows: number[][]): number[] | null {
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = rows.slice(column).reduce((best, row) =>
      Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best,
    );
    if (Math.abs(pivot[column] ?? 0) < 1e-12) return null;
    const at = rows.indexOf(pivot);
    [rows[column], rows[at]] = [pivot, rows[column] ?? pivot];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (let index = column; index <= size; index += 1) row[index] = (row[index] ?? 0) - factor * (pivot[index] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

/** From metres on the street to fractions of the picture, through four points; null if they fit no view. */
export function streetToPicture(points: readonly GroundPoint[]): Matrix | null {
  const rows = points.flatMap(({ picture: [u, v], metres: [x, y] }) => [
    [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
    [0, 0, 0, x, y, 1, -v * x, -v * y, v],
  ]);
  const found = rows.length === 8 ? solve(rows) : null;
  if (found === null) return null;
  return [found.slice(0, 3), found.slice(3, 6), [...found.slice(6), 1]];
}

/** Where a point of the street lies in the picture; null behind the camera. */
export function onPicture(matrix: Matrix, [x, y]: Point): Point | null {
  const [u, v, depth] = matrix.map(([a = 0, b = 0, c = 0]) => a * x + b * y + c);
  return depth === undefined || depth <= 1e-9 ? null : [(u ?? 0) / depth, (v ?? 0) / depth];
}

/** Lines of the metre grid over the measured stretch, in the picture; at most about forty each way. */
export function metreGrid(points: readonly GroundPoint[]): { lines: [Point, Point][]; step_m: number } {
  const matrix = streetToPicture(points);
  if (matrix === null) return { lines: [], step_m: 1 };
  const span = (axis: 0 | 1) => {
    const values = points.map(({ metres }) => metres[axis]);
    return [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values))] as const;
  };
  const [[left, right], [near, far]] = [span(0), span(1)];
  const step = Math.max(1, Math.ceil(Math.max(right - left, far - near) / 40));
  const lines: [Point, Point][] = [];
  const draw = (from: Point, to: Point) => {
    const [a, b] = [onPicture(matrix, from), onPicture(matrix, to)];
    if (a !== null && b !== null) lines.push([a, b]);
  };
  for (let x = left; x <= right; x += step) draw([x, near], [x, far]);
  for (let y = near; y <= far; y += step) draw([left, y], [right, y]);
  return { lines, step_m: step };
}
