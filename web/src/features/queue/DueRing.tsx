import type { Incident } from "../../api/types";
import { useNow } from "../../time/clock";
import { dueShare } from "./dueShare";
import classes from "./IncidentCard.module.css";

const SOON = 0.5;

/** Fills as the deadline comes near, and is whole once it has passed; the words stand beside it. */
export function DueRing({ incident }: { incident: Incident }) {
  const share = dueShare(incident, useNow());
  if (share === null) return null;
  const tone = share >= 1 ? "late" : share >= SOON ? "soon" : "calm";
  return (
    <svg className={classes.ring} viewBox="0 0 20 20" aria-hidden data-tone={tone} data-testid="due-ring">
      <circle cx="10" cy="10" r="7.5" />
      <circle
        className={classes.passed}
        cx="10"
        cy="10"
        r="7.5"
        pathLength={100}
        strokeDasharray={`${Math.min(1, share) * 100} 100`}
        transform="rotate(-90 10 10)"
      />
    </svg>
  );
}
