"""Everything that can go wrong and that a person can act on, as one tree.

    AlmereError
    ├── InputError            what a person gave us is not usable: exit code 2, HTTP 422
    │   ├── FootageError      a video file or folder
    │   ├── ZoneFileError     a zone or site file
    │   ├── LabelFileError    a label file or a suite
    │   ├── ModelError        a network, its manifest or its hash
    │   ├── SettingsError     the configuration of this installation
    │   ├── MessageError      a message from the queue
    │   ├── AccountMissing    no such account
    │   └── NameTaken         another account has this name
    ├── CameraError           a live camera does not answer, or refuses
    │   ├── CameraRefused     wrong password, or no such stream: trying again at once is useless
    │   └── CameraUnable      it cannot do what is asked: trying again is useless
    ├── StorageError          the place where things are kept
    │   ├── QueueUnavailable  Redis is away
    │   ├── StoreUnavailable  the database is away
    │   └── BlobError         a snapshot or clip cannot be written or read
    │       └── BlobMissing   no such blob
    ├── LeaseLost             another worker watches this camera now; what is late is refused
    ├── DeliveryFailed        a message to somebody outside did not arrive; it is tried again
    │   └── DeliveryRefused   the same, and trying again is useless
    ├── SignInRefused         who came through the identity provider is not let in
    └── ReviewError           a command of a person cannot be carried out
        ├── IncidentMissing   no such incident
        ├── DeliveryMissing   no such delivery
        ├── HandoverMissing   no such hand-over
        ├── FaultMissing      no such fault of a camera
        ├── VersionMissing    no such version of a file
        ├── NotAllowed        the role may not do this
        ├── TransitionRefused not in this state
        └── VersionConflict   somebody else was first

Messages are one line, name the thing and say what to do. They never hold a password.
"""

from __future__ import annotations


class AlmereError(Exception):
    """Base of all our errors; the message is meant for the person who can act."""


class InputError(AlmereError):
    """Something that a person gave us is not usable."""


class FootageError(InputError):
    """A video file or folder that is missing, empty, not a video, or broken."""


class ZoneFileError(InputError):
    """A zone or site file that cannot be used; names file, line and what to do."""


class LabelFileError(InputError):
    """A label file or benchmark suite that cannot be used; names file and line."""


class ModelError(InputError):
    """A network that cannot be used: unknown, wrong hash, wrong form, or not trusted."""


class SettingsError(InputError):
    """A setting of this installation that cannot be used."""


class MessageError(InputError):
    """A message from the queue that does not follow its schema."""


class AccountMissing(InputError):
    """There is no such account."""


class NameTaken(InputError):
    """Another account has this name."""


class CameraError(AlmereError):
    """A live camera that does not answer or breaks off."""


class CameraRefused(CameraError):
    """A camera that answers but refuses: wrong password or no such stream."""


class CameraUnable(CameraError):
    """A camera that cannot do what is asked, or not with these values."""


class StorageError(AlmereError):
    """The place where things are kept cannot be used now."""


class QueueUnavailable(StorageError):
    """The queue (Redis) is away; what is not sent yet stays in the spool."""


class StoreUnavailable(StorageError):
    """The database is away; try again."""


class BlobError(StorageError):
    """A snapshot or clip cannot be written or read."""


class BlobMissing(BlobError):
    """There is no such snapshot or clip."""


class LeaseLost(AlmereError):
    """Another worker was given this camera; what this one still has to say of it comes too late."""


class DeliveryFailed(AlmereError):
    """A message to somebody outside did not arrive; trying again may help."""


class DeliveryRefused(DeliveryFailed):
    """A message that will not arrive until a person changes something: refused, or not allowed to go."""


class SignInRefused(AlmereError):
    """Somebody who came through the identity provider is not let in.

    `reason` is a `domain.identity.Refusal`; the message is for the log of the server.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


class ReviewError(AlmereError):
    """A command of a person that cannot be carried out."""


class IncidentMissing(ReviewError):
    """There is no such incident, or not for this person."""


class DeliveryMissing(ReviewError):
    """There is no such delivery, or not for this person."""


class HandoverMissing(ReviewError):
    """No hand-over has this number."""


class FaultMissing(ReviewError):
    """No reported fault of a camera has this number, or not for this person."""


class VersionMissing(ReviewError):
    """There is no such version of a file."""


class NotAllowed(ReviewError):
    """The role of this person does not allow the command."""


class TransitionRefused(ReviewError):
    """The incident is in a state in which the command makes no sense."""


class VersionConflict(ReviewError):
    """Somebody else changed the incident first; look at it again."""
