"""Evidence on a real S3 server: saved as a worker does, shown by the API, and the server goes away."""

from __future__ import annotations

from almere_vision.config import Settings
from almere_vision.domain.suggestion import Evidence
from almere_vision.storage.blobs import open_blobs
from tests.integration.api.conftest import MakeStack, arrive
from tests.integration.api.stack import problem
from tests.integration.s3_server import s3_server

PICTURE, CLIP = b"\xff\xd8picture\xff\xd9", bytes(range(256)) * 4000


def test_evidence_in_a_bucket_is_shown_in_parts_and_away_is_told(make_stack: MakeStack) -> None:
    with s3_server() as server:
        where = {"ALMERE_BLOBS_URL": "s3://almere/site-1", "ALMERE_S3_ENDPOINT": server.endpoint}
        stack = make_stack("sqlite", **where)
        settings = Settings(blobs_url=where["ALMERE_BLOBS_URL"], s3_endpoint=server.endpoint)
        blobs = open_blobs(settings.blobs(), settings.s3_endpoint)
        evidence = Evidence("2026/07/01/a/snapshot.jpg", None, "2026/07/01/a/clip.mp4")
        blobs.put("2026/07/01/a/snapshot.jpg", PICTURE)
        blobs.put("2026/07/01/a/clip.mp4", CLIP)
        name = arrive(stack, evidence=evidence)
        lost = arrive(stack, evidence=Evidence(clip="2026/07/01/lost/clip.mp4"))
        assert not (stack.data_dir / "blobs").exists()
        with stack.signed_in("observer") as client:
            address = f"/incidents/{name}/clip"
            assert client.get(f"/incidents/{name}/snapshot").content == PICTURE
            whole = client.get(address)
            assert (whole.status_code, whole.content) == (200, CLIP)
            part = client.get(address, headers={"Range": "bytes=500-1499", "If-Range": whole.headers["ETag"]})
            assert (part.status_code, part.content) == (206, CLIP[500:1500])
            assert part.headers["Content-Range"] == f"bytes 500-1499/{len(CLIP)}"
            behind = client.get(address, headers={"Range": f"bytes={len(CLIP)}-"})
            assert problem(behind) == (416, "range_not_satisfiable")
            assert problem(client.get(f"/incidents/{lost}/clip")) == (404, "not_found")
            server.process.kill()
            server.process.wait()
            for what in ("snapshot", "clip"):
                away = client.get(f"/incidents/{name}/{what}")
                assert problem(away) == (503, "unavailable")
                assert int(away.headers["Retry-After"]) >= 1
            assert client.post(f"/incidents/{name}/claim", json={"version": 1}).status_code == 200
    assert "Traceback" not in stack.api.log()
