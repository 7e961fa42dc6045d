"""The figures of a report by name, as gates and comparisons look at them."""

from __future__ import annotations

from almere_vision.evaluation.report import ClipsReport, EventsReport, TrackingReport


def named_figures(
    events: EventsReport | None, clips: ClipsReport | None, tracking: TrackingReport | None
) -> dict[str, float | None]:
    """Figures such as `parking.recall`, `clips.roc_auc` and `tracking.hota_5fps`; None where not defined."""
    found: dict[str, float | None] = {}
    for kind, of_kind in (events.kinds if events else {}).items():
        found |= {
            f"{kind}.precision": of_kind.precision.value,
            f"{kind}.recall": of_kind.recall.value,
            f"{kind}.f1": of_kind.f_alpha["1"].value,
            f"{kind}.false_per_camera_hour": of_kind.false_per_camera_hour.value,
            f"{kind}.alerts_per_observer_hour": of_kind.alerts_per_observer_hour.value,
            f"{kind}.median_delay_s": of_kind.latency.median_s,
            f"{kind}.overlap_f1": of_kind.overlap.f1,
        }
    for kind, left_out in (events.cross_validated if events else {}).items():
        found |= {
            f"{kind}.cross_validated_precision": left_out.precision.value,
            f"{kind}.cross_validated_recall": left_out.recall.value,
            f"{kind}.cross_validated_f1": left_out.f1.value,
        }
    if clips:
        found |= {
            "clips.accuracy": clips.accuracy.value,
            "clips.roc_auc": clips.roc_auc.value,
            "clips.average_precision": clips.average_precision.value,
        }
    if tracking:
        found["tracking.detection_ap50"] = tracking.detection_ap50
        for rate in tracking.rates:
            found |= {
                f"tracking.hota_{rate.rate_fps:g}fps": rate.hota,
                f"tracking.idf1_{rate.rate_fps:g}fps": rate.idf1,
                f"tracking.mota_{rate.rate_fps:g}fps": rate.mota,
            }
    return found
