"""Why a camera is offline or not watched, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from almere_vision.domain.delivery import Language
from almere_vision.domain.reason import Reason, ReasonCode

DUTCH: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.OTHER: "{text}",
    ReasonCode.LOGIN_REFUSED: "de camera weigert deze gebruiker of dit wachtwoord: controleer ze",
    ReasonCode.NOT_ALLOWED: "deze gebruiker mag niet meekijken met de camera: controleer zijn rechten",
    ReasonCode.NO_SUCH_STREAM: "de camera kent deze stream niet: controleer het pad in het adres",
    ReasonCode.NOTHING_ANSWERS: "er antwoordt niets op deze host en poort: controleer adres en voeding",
    ReasonCode.NO_ANSWER: "de camera antwoordt niet",
    ReasonCode.CONNECTION_BROKEN: "de camera verbrak de verbinding",
    ReasonCode.REQUEST_REFUSED: "de camera neemt het verzoek niet aan: controleer het pad in het adres",
    ReasonCode.CAMERA_ERROR: "de camera meldt zelf een fout: start hem opnieuw",
    ReasonCode.FORMAT_UNKNOWN: "de camera stuurt video in een onbekend formaat: kies H.264",
    ReasonCode.NO_RTSP: "de camera antwoordt niet, of niet met RTSP: controleer adres, poort en voeding",
    ReasonCode.UNREACHABLE: "de camera is niet te bereiken: {detail}",
    ReasonCode.HOST_UNKNOWN: "de hostnaam is onbekend: controleer de naam, en de nameserver",
    ReasonCode.HOST_LINK_LOCAL: "de host is een link-local adres: noem de host van de camera",
    ReasonCode.HOST_NO_MACHINE: "de host is niet het adres van één machine: noem de host van de camera",
    ReasonCode.STREAM_ENDED: "de camera beëindigde de stream",
    ReasonCode.STOPPED_SENDING: "de camera stuurt niets meer",
    ReasonCode.SIZE_CHANGED: "de grootte van het beeld is veranderd",
    ReasonCode.NO_VIDEO_FOR: "geen video gedurende {duration}",
    ReasonCode.NO_PICTURE_FOR: "geen beeld gedurende {duration}",
    ReasonCode.UNDECODABLE: "de video is niet te decoderen: controleer de instellingen van de encoder",
    ReasonCode.NO_VIDEO: "er zit geen video in",
    ReasonCode.NO_TIME_STAMPS: "de video heeft geen tijdstempels",
    ReasonCode.TOO_LARGE: "het beeld is breder of hoger dan {most} pixels",
    ReasonCode.FILE_FORMAT_UNKNOWN: "het videoformaat is onbekend: zet de video om naar H.264",
    ReasonCode.FILE_NO_VIDEO: "dit is geen leesbare video, of de opname brak af voordat de index er was",
    ReasonCode.FILE_UNREADABLE: "het bestand is niet te lezen: {detail}",
    ReasonCode.FILE_NO_PICTURE: "er is geen enkel beeld te lezen: kopieer de video opnieuw, of zet hem om",
    ReasonCode.FILE_NOTHING_TO_SHOW: "er is geen enkel beeld te lezen: noem een ander bestand",
    ReasonCode.FILE_BROKEN_OFF: "afgebroken op {at}: wat ervoor kwam is gebruikt",
    ReasonCode.FILE_CUT_SHORT: "afgebroken op {at} van {whole}: wat ervoor kwam is gebruikt",
    ReasonCode.FILE_STALLED: "gedurende {duration} niet verder te lezen: controleer de schijf",
    ReasonCode.NO_DECODER: "de decoder start niet: kijk of de machine nog geheugen heeft",
    ReasonCode.DECODER_ENDED: "de decoder stopte onverwacht, met code {exit}",
    ReasonCode.DECODER_KILLED: "de decoder stopte onverwacht, door signaal {signal}",
    ReasonCode.WORKER_SILENT: "de verwerker van deze camera zwijgt",
    ReasonCode.FROZEN: "het beeld staat stil sinds {since}: kijk naar de camera",
    ReasonCode.BLACK: "het beeld is zwart sinds {since}: kijk naar de camera",
    ReasonCode.COVERED: "de lens is afgedekt sinds {since}: kijk naar de camera",
    ReasonCode.BLURRED: "het beeld is onscherp sinds {since}: kijk naar de camera",
    ReasonCode.MOVED: (
        "het beeld is {much} verschoven sinds {since}: richt de camera terug, of teken de zones opnieuw"
    ),
    ReasonCode.MOVED_ZOOM: (
        "het beeld is {much} in- of uitgezoomd sinds {since}: "
        "richt de camera terug, of teken de zones opnieuw"
    ),
    ReasonCode.ANOTHER_PLACE: (
        "het beeld toont een andere plek sinds {since}: richt de camera terug, of teken de zones opnieuw"
    ),
    ReasonCode.NOT_LOOKED_YET: "nog niet gekeken",
    ReasonCode.NOT_LEARNT: "geen preset heeft een referentiebeeld: leer er een in",
    ReasonCode.FITS_NONE: "het beeld past bij geen enkele preset",
    ReasonCode.FITS_BOTH: "het beeld past bij {first} en {second}",
    ReasonCode.OFF_PRESET: "het beeld ligt {much} naast preset {preset}",
    ReasonCode.OFF_PRESET_ZOOM: "het beeld ligt {much} zoom naast preset {preset}",
    ReasonCode.STAYS_OFF_PRESET: "al een tijd {much} naast preset {preset}: bewaar de preset opnieuw",
    ReasonCode.PICTURE_MOVES: "het beeld beweegt, of staat net stil",
    ReasonCode.CAMERA_MOVES: "de camera zegt dat hij beweegt",
    ReasonCode.HEADING_UNKNOWN: "de camera zegt niet waar hij kijkt",
    ReasonCode.HEADING_ELSEWHERE: (
        "het beeld toont preset {preset}, en de camera zegt dat hij ergens anders kijkt"
    ),
    ReasonCode.CLOCK_AHEAD: (
        "de klok van de camera loopt {much} voor sinds {since}: zet hem goed, of zijn tijdserver"
    ),
    ReasonCode.CLOCK_BEHIND: (
        "de klok van de camera loopt {much} achter sinds {since}: zet hem goed, of zijn tijdserver"
    ),
}


def why(reason: Reason | None, language: Language) -> str:
    """A reason in the language of the reader; empty for none."""
    if reason is None:
        return ""
    return reason.text if language == "en" else DUTCH[reason.code].format(**reason.values)
