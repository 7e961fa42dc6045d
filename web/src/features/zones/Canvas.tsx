import { useEffect, useRef, useState, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Canvas.module.css";
import type { GroundPoint, Point, Zone } from "./document";
import { metreGrid, middleOf, moveAll, movePoint, removePoint, snap, splitEdge } from "./geometry";
import { held, inView, zoomed, type View } from "./view";

const SIDE = 1000;
/** Of the screen, in which a point is drawn to another. */
const REACH = 0.012;

export type Mode = "zones" | "ground";

interface CanvasProps {
  picture: string | null;
  /** Height of the picture divided by its width. */
  ratio: number;
  onRatio: (ratio: number) => void;
  view: View;
  onView: (view: View) => void;
  mode: Mode;
  zones: readonly Zone[];
  faulty: ReadonlySet<number>;
  zone: number;
  point: number | null;
  onChoose: (zone: number, point: number | null) => void;
  onPolygon: (zone: number, polygon: Point[], sort?: string) => void;
  ground: readonly GroundPoint[];
  onGround: (points: GroundPoint[], sort?: string) => void;
  onRest: () => void;
}

type Drag =
  | { what: "point"; zone: number; point: number; polygon: Point[] }
  | { what: "zone"; zone: number; polygon: Point[]; from: Point }
  | { what: "ground"; point: number }
  | { what: "view"; from: Point; view: View };

/** The picture with everything that is drawn on it. By keys all of it can be done too; see `?`. */
export function Canvas(props: CanvasProps) {
  const { picture, ratio, view, onView, mode, zones, zone, onRest } = props;
  const { t } = useTranslation();
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const size = 1 / view.scale;
  const unit = SIDE * size;

  // React's own wheel listener cannot keep the page from scrolling.
  useEffect(() => {
    const element = svg.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const box = element?.getBoundingClientRect();
      if (box === undefined) return;
      const at: Point = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      onView(zoomed(view, event.deltaY < 0 ? 1.25 : 0.8, inView(view, at)));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [view, onView]);

  /** Where the pointer is, in fractions of the picture as `shown` shows it. */
  function at(event: PointerEvent, shown: View = view): Point {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined) return [0, 0];
    return inView(shown, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  function grab(event: PointerEvent, what: Drag): void {
    event.stopPropagation();
    svg.current?.setPointerCapture(event.pointerId);
    setDrag(what);
  }

  function move(event: PointerEvent): void {
    if (drag === null) return;
    const now = at(event);
    const others = zones.filter((_, index) => drag.what !== "point" || index !== drag.zone);
    const near = event.altKey ? now : snap(now, others.map(({ polygon }) => polygon), REACH * size, ratio);
    switch (drag.what) {
      case "point":
        return props.onPolygon(drag.zone, movePoint(drag.polygon, drag.point, near), `drag-${String(drag.point)}`);
      case "zone":
        return props.onPolygon(
          drag.zone,
          moveAll(drag.polygon, now[0] - drag.from[0], now[1] - drag.from[1]),
          "drag",
        );
      case "ground":
        return props.onGround(
          props.ground.map((one, index) => (index === drag.point ? { ...one, picture: now } : one)),
          `ground-${String(drag.point)}`,
        );
      case "view": {
        const [x, y] = at(event, drag.view);
        return onView(held({ ...drag.view, x: drag.view.x - (x - drag.from[0]), y: drag.view.y - (y - drag.from[1]) }));
      }
    }
  }

  function drop(): void {
    setDrag(null);
    onRest();
  }

  // The chosen one last, so that nothing lies over its corners.
  const byDepth = zones.map((one, index) => [one, index] as const).sort(([, a], [, b]) => Number(a === zone) - Number(b === zone));
  const corner = [view.x - size / 2, (view.y - size / 2) * ratio];
  return (
    <svg
      ref={svg}
      className={classes.canvas}
      viewBox={[...corner.map((value) => value * SIDE), unit, unit * ratio].join(" ")}
      style={{ aspectRatio: String(1 / ratio) }}
      role="img"
      aria-label={t("zones.canvas", { count: zones.length })}
      data-testid="zone-canvas"
      data-scale={view.scale}
      onPointerDown={(event) => grab(event, { what: "view", from: at(event), view })}
      onPointerMove={move}
      onPointerUp={drop}
      onPointerCancel={drop}
    >
      <rect className={classes.sheet} width={SIDE} height={SIDE * ratio} />
      {picture !== null && <Photo url={picture} ratio={ratio} onRatio={props.onRatio} />}
      {mode === "ground" ? (
        <Ground {...props} unit={unit} onGrab={(event, point) => grab(event, { what: "ground", point })} />
      ) : (
        byDepth.map(([one, index]) => (
          <Outline
            key={index}
            {...props}
            outline={one}
            index={index}
            chosen={index === zone}
            unit={unit}
            onGrabZone={(event) => {
              props.onChoose(index, null);
              grab(event, { what: "zone", zone: index, polygon: one.polygon, from: at(event) });
            }}
            onGrabPoint={(event, point, polygon) => {
              props.onChoose(index, point);
              grab(event, { what: "point", zone: index, point, polygon });
            }}
          />
        ))
      )}
    </svg>
  );
}

function Photo({ url, ratio, onRatio }: { url: string; ratio: number; onRatio: (ratio: number) => void }) {
  useEffect(() => {
    const image = new Image();
    image.onload = () => onRatio(image.naturalHeight / image.naturalWidth);
    image.src = url;
  }, [url, onRatio]);
  return <image href={url} width={SIDE} height={SIDE * ratio} preserveAspectRatio="none" />;
}

interface OutlineProps extends CanvasProps {
  outline: Zone;
  index: number;
  chosen: boolean;
  unit: number;
  onGrabZone: (event: PointerEvent) => void;
  onGrabPoint: (event: PointerEvent, point: number, polygon: Point[]) => void;
}

function Outline({ outline, index, chosen, unit, ratio, point, faulty, ...on }: OutlineProps) {
  const { polygon } = outline;
  const place = ([x, y]: Point) => [x * SIDE, y * SIDE * ratio] as const;
  const [left, top] = place(middleOf(polygon));
  return (
    <g data-testid="outline" data-zone={outline.id} data-chosen={chosen} data-faulty={faulty.has(index)}>
      <polygon
        className={classes.outline}
        points={polygon.map((one) => place(one).join(",")).join(" ")}
        strokeWidth={unit * 0.003}
        onPointerDown={on.onGrabZone}
      />
      <text className={classes.name} x={left} y={top} fontSize={unit * 0.02} textAnchor="middle">
        {outline.id}
      </text>
      {chosen &&
        polygon.map((_, at) => {
          const [split, middle] = splitEdge(polygon, at);
          const [x, y] = place(split[middle] ?? [0, 0]);
          return (
            <circle
              key={at}
              className={classes.middle}
              cx={x}
              cy={y}
              r={unit * 0.006}
              onPointerDown={(event) => {
                on.onPolygon(index, split);
                on.onGrabPoint(event, middle, split);
              }}
            />
          );
        })}
      {chosen &&
        polygon.map((one, at) => {
          const [x, y] = place(one);
          return (
            <circle
              key={at}
              className={classes.corner}
              data-testid="corner"
              data-chosen={at === point}
              cx={x}
              cy={y}
              r={unit * (at === point ? 0.012 : 0.009)}
              strokeWidth={unit * 0.003}
              onPointerDown={(event) => on.onGrabPoint(event, at, polygon)}
              onDoubleClick={() => {
                on.onPolygon(index, removePoint(polygon, at));
                on.onChoose(index, null);
              }}
            />
          );
        })}
    </g>
  );
}

interface GroundProps extends CanvasProps {
  unit: number;
  onGrab: (event: PointerEvent, point: number) => void;
}

/** The four measured points, and the metre grid that follows from them. */
function Ground({ ground, ratio, unit, point, onGrab, onChoose, zone }: GroundProps) {
  const { lines, step_m: step } = metreGrid(ground);
  const place = ([x, y]: Point) => [x * SIDE, y * SIDE * ratio] as const;
  return (
    <g data-testid="metre-grid" data-lines={lines.length} data-step={step}>
      {lines.map(([a, b], index) => {
        const [[x1, y1], [x2, y2]] = [place(a), place(b)];
        return <line key={index} className={classes.grid} {...{ x1, y1, x2, y2 }} strokeWidth={unit * 0.0015} />;
      })}
      {ground.map(({ picture, metres }, index) => {
        const [x, y] = place(picture);
        return (
          <g key={index}>
            <circle
              className={classes.corner}
              data-chosen={index === point}
              cx={x}
              cy={y}
              r={unit * 0.011}
              strokeWidth={unit * 0.003}
              onPointerDown={(event) => {
                onChoose(zone, index);
                onGrab(event, index);
              }}
            />
            <text className={classes.name} x={x} y={y - unit * 0.018} fontSize={unit * 0.02} textAnchor="middle">
              {`${String(index + 1)}: ${metres.join(", ")} m`}
            </text>
          </g>
        );
      })}
    </g>
  );
}
