"""What a process does that decodes one source; it comes from `almere_vision.sources.nursery`.

FFmpeg may hang or crash on what a camera sends; here it can be killed and replaced. What to open comes
over the socket, never in the arguments; the process ends when the other side of the socket is gone.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from types import TracebackType

from almere_vision.sources.decoder import Decoder
from almere_vision.sources.gate import Gate
from almere_vision.sources.handover import Handover
from almere_vision.sources.messages import (
    Cut,
    Cutting,
    NoClip,
    Orders,
    Rate,
    Shoot,
    Shooting,
    ToDecoder,
    Want,
)


def listen(connection: Connection, parent: int, decoder: Decoder, handover: Handover) -> None:
    """Carry out what the camera asks for; end the process when the camera is gone.

    A killed parent closes its end of the socket, unless another process has inherited that end.
    """
    try:
        gone = os.pidfd_open(parent)
    except ProcessLookupError:
        os._exit(0)
    while gone not in select.select([connection.fileno(), gone], [], [])[0]:
        try:
            message: ToDecoder = connection.recv()
        except (EOFError, OSError):
            break
        if isinstance(message, Want):
            handover.want(message.pictures)
        elif isinstance(message, Rate):
            decoder.set_rate(message.fps)
        else:
            work = _cut if isinstance(message, Cut) else _shoot
            threading.Thread(target=work, args=(message, decoder, handover), daemon=True).start()
    os._exit(0)


def _cut(cut: Cut, decoder: Decoder, handover: Handover) -> None:
    handover.say(Cutting(cut.ticket, decoder.cut(cut)))


def _shoot(shoot: Shoot, decoder: Decoder, handover: Handover) -> None:
    result = decoder.shoot(shoot)
    if isinstance(result, NoClip):
        handover.say(Shooting(shoot.ticket, result))
    else:
        handover.show(Shooting(shoot.ticket, result[0]), result[1])


def _crash(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """A fault of ours ends the process; what it tells about it holds no login.

    Without memory it can tell nothing, and ends all the same.
    """
    try:
        from almere_vision.logs import redact  # Costs a fifth of the start of every decoder; rarely needed.

        sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))
        sys.stderr.flush()
    finally:
        os._exit(1)


def main(descriptor: int) -> None:
    """Decode what the camera at the other end of this socket orders."""
    sys.excepthook = _crash
    threading.excepthook = lambda args: _crash(args.exc_type, args.exc_value, args.exc_traceback)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us.
    connection = Connection(descriptor)
    orders: Orders = connection.recv()
    gate = None if orders.keep_alive_s is None else Gate(orders.keep_alive_s)
    handover = Handover(connection, orders.parent, orders.slots, gate, live=orders.live)
    decoder = Decoder(orders, handover)
    threading.Thread(target=handover.run, daemon=True).start()
    threading.Thread(target=listen, args=(connection, orders.parent, decoder, handover), daemon=True).start()
    handover.say(decoder.run())
    threading.Event().wait()  # Clips of a recording may be asked for until the camera is closed.
