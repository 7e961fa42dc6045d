"""Decoders come from one process; what happens to it, or to one of them, reaches no other camera."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil

from almere_vision.sources import Camera, Options, State, read_address
from tests.integration.sources.footage_stage import until


def playing(name: str, street: Path) -> Camera:
    return Camera(name, read_address(str(street)), Options(play=True, offline_after_s=3))


def online(camera: Camera) -> bool:
    camera.next_frame(0.2)
    return camera.status.state is State.ONLINE


def nursery_of(camera: Camera) -> psutil.Process:
    return psutil.Process(camera.decoder_pid).parent()


def test_fault_06_a_killed_decoder_is_replaced_and_its_neighbour_goes_on(street: Path) -> None:
    with playing("one", street) as one, playing("two", street) as two:
        until(lambda: online(one) and online(two), 40, "both give pictures")
        neighbour, victim = two.decoder_pid, one.decoder_pid
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        until(lambda: one.decoder_pid not in (None, victim) and online(one), 40, "another decoder works")
        assert two.decoder_pid == neighbour
        assert online(two)


def test_fault_06_decoders_outlive_their_nursery_and_a_new_one_is_made(street: Path) -> None:
    with playing("one", street) as one, playing("two", street) as two:
        until(lambda: online(one) and online(two), 40, "both give pictures")
        nursery, decoder = nursery_of(one), one.decoder_pid
        assert decoder is not None
        nursery.kill()
        nursery.wait(10)
        before = two.next_frame(5.0)
        until(lambda: (two.next_frame(1.0) or before) is not before, 10, "pictures go on")
        os.kill(decoder, signal.SIGKILL)
        until(lambda: one.decoder_pid not in (None, decoder) and online(one), 40, "another decoder works")
        assert nursery_of(one).pid != nursery.pid


def test_decoders_share_the_memory_of_what_they_load(street: Path) -> None:
    with playing("one", street) as one, playing("two", street) as two:
        until(lambda: online(one) and online(two), 40, "both give pictures")
        for camera in (one, two):
            memory = psutil.Process(camera.decoder_pid).memory_full_info()
            assert memory.pss < 0.6 * memory.rss


def test_a_closed_camera_leaves_no_process(street: Path) -> None:
    camera = playing("one", street).open()
    until(lambda: online(camera), 40, "pictures")
    decoder = psutil.Process(camera.decoder_pid)
    began_s = time.monotonic()
    camera.close()
    assert not decoder.is_running()
    assert time.monotonic() - began_s < 5
