# /// script
# requires-python = "==3.11.*"
# dependencies = ["sed_eval==0.2.1", "setuptools<81"]
# ///
"""Record what sed_eval says about random alarms: `uv run tests/unit/evaluation/make_sed_eval_cases.py`.

sed_eval needs librosa, numba and a setuptools of before version 81, which we do not want among our packages,
so its figures are kept in sed_eval_cases.json. Its collar is symmetric: an alarm window of 2 s before to
10 s after the due time is a collar of 6 s around the due time plus 4 s.
"""

import json
import random
from pathlib import Path

import dcase_util
import sed_eval

LIMITS_S = {"parking/square": 20.0, "parking/street": 7.5, "loitering/square": 30.0, "fight/street": 0.0}
COLLAR_S, CENTRE_S = 6.0, 4.0


def made(rng: random.Random) -> dict[str, list[dict[str, object]]]:
    """Crowded events, and alarms around their due times: near, far, doubled and out of nowhere."""
    events, alarms = [], []
    for clip in range(rng.randint(1, 4)):
        for what, limit_s in LIMITS_S.items():
            for _ in range(rng.randint(0, 4)):
                start_s = round(rng.uniform(0, 60), 3)
                events.append({"clip": f"{clip}.mp4", "what": what, "start_s": start_s})
                for _ in range(rng.choice([0, 1, 1, 1, 2])):
                    alarm_s = round(start_s + limit_s + rng.gauss(3, 6), 3)
                    alarms.append({"clip": f"{clip}.mp4", "what": what, "alarm_s": max(0.0, alarm_s)})
        for _ in range(rng.randint(0, 2)):
            what = rng.choice(list(LIMITS_S))
            alarms.append({"clip": f"{clip}.mp4", "what": what, "alarm_s": round(rng.uniform(0, 120), 3)})
    return {"events": events, "alarms": alarms}


def judged(case: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, float]]:
    metrics = sed_eval.sound_event.EventBasedMetrics(
        event_label_list=list(LIMITS_S),
        t_collar=COLLAR_S,
        evaluate_onset=True,
        evaluate_offset=False,
        event_matching_type="optimal",
    )
    for clip in sorted({entry["clip"] for entry in case["events"] + case["alarms"]}):
        metrics.evaluate(
            reference_event_list=container(
                clip,
                [
                    (e["what"], e["start_s"] + LIMITS_S[e["what"]] + CENTRE_S)
                    for e in case["events"]
                    if e["clip"] == clip
                ],
            ),
            estimated_event_list=container(
                clip, [(a["what"], a["alarm_s"]) for a in case["alarms"] if a["clip"] == clip]
            ),
        )
    counts = {"all": metrics.overall} | dict(metrics.class_wise)
    return {
        what: {"found": c["Ntp"], "missed": c["Nref"] - c["Ntp"], "false": c["Nsys"] - c["Ntp"]}
        for what, c in counts.items()
    }


def container(clip: str, entries: list[tuple[str, float]]) -> object:
    return dcase_util.containers.MetaDataContainer(
        [
            {"filename": clip, "event_label": what, "onset": onset, "offset": onset + 500}
            for what, onset in entries
        ]
    )


if __name__ == "__main__":
    rng = random.Random(20240921)
    cases = [made(rng) for _ in range(30)]
    recorded = [case | {"sed_eval": judged(case)} for case in cases if case["events"] or case["alarms"]]
    target = Path(__file__).with_name("sed_eval_cases.json")
    target.write_text(json.dumps({"limits_s": LIMITS_S, "cases": recorded}, separators=(",", ":")) + "\n")
