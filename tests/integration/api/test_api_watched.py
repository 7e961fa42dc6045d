"""Blind time at the API: of all cameras today, and of one by rule and reason; a restart loses none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.watched import Watched
from almere_vision.storage.watched_feed import WatchedFeed
from api.blind import Blind
from tests.integration.api.conftest import MakeStack, on_sqlite
from tests.integration.api.stack import Stack, problem, wait_until

DAY = datetime.now(CITY_TIME).date() - timedelta(days=30)


def put_camera(made: Stack) -> None:
    notices = Notices(made.redis.url)
    notices.set_camera_status(CameraStatus("mast", "Mast", "online", datetime.now(UTC), None, preset="bay"))
    notices.close()


def test_a_day_adds_up_and_outlives_the_process_and_redis(make_stack: MakeStack) -> None:
    made = make_stack("sqlite")
    put_camera(made)
    begin, end = Blind(Watched(made.engine), lambda: datetime.now(UTC)).period(DAY)
    count = round((end.astimezone(UTC) - begin.astimezone(UTC)).total_seconds() / 3600)
    hours = [begin.astimezone(UTC) + timedelta(hours=number) for number in range(-1, count)]
    lines = [WatchedTime("r", hour, "mast", "bay", "parking", "watched", 3000.0) for hour in hours]
    lines += [WatchedTime("r", hour, "mast", "bay", "parking", "unknown", 600.0) for hour in hours[:-1]]
    Watched(made.engine).keep(lines)
    made.api.kill()
    made.redis.kill(forget=True)
    made.redis.start()
    put_camera(made)
    made.api.start()
    with made.signed_in("supervisor") as client:
        told = client.get("/cameras/mast/watched", params={"day": f"{DAY}"}).json()
        (rule,) = told["rules"]
        seconds = rule["watched_s"], rule["unknown_s"], rule["uncounted_s"]
        assert seconds == (3000.0 * count, 600.0 * (count - 1), 600.0)
        whole = datetime.fromisoformat(told["end"]) - datetime.fromisoformat(told["begin"])
        assert sum(value for name, value in rule.items() if name.endswith("_s")) == whole.total_seconds()
        other = {"day": f"{DAY - timedelta(days=3)}"}
        assert client.get("/cameras/mast/watched", params=other).json()["rules"] == []
        assert problem(client.get("/cameras/mast/watched", params={"day": "soon"})) == (422, "invalid")
        assert problem(client.get("/cameras/mast/watched", params={"day": "9999-12-31"})) == (422, "invalid")


@on_sqlite
def test_what_a_worker_tells_is_shown_today_within_half_a_minute(stack: Stack) -> None:
    put_camera(stack)
    feed, hour = WatchedFeed(stack.redis.url), datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    feed.tell([WatchedTime("r", hour, "mast", "bay", "parking", "moving", 90.0)])
    feed.close()
    with stack.signed_in("observer") as client:

        def blind() -> list[dict[str, object]]:
            (camera,) = [one for one in client.get("/cameras").json()["items"] if one["id"] == "mast"]
            assert camera["turns"] is False
            found: list[dict[str, object]] = camera["blind_today"]
            return found

        wait_until(lambda: blind() != [], "the blind time is there", limit_s=60)
        assert (blind()[0]["preset"], blind()[0]["rule"]) == ("bay", "parking")
        assert float(str(blind()[0]["blind_s"])) >= 90.0
    stack.add_person("elsewhere", Role.OBSERVER, Scope(cameras=frozenset({"elsewhere"})))
    with stack.signed_in("elsewhere") as client:
        assert client.get("/cameras").json()["items"] == []
        assert problem(client.get("/cameras/mast/watched")) == (404, "not_found")
