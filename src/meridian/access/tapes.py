"""What a video visit hands over to be kept as a document: telehealth makes it, and documents keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tape:
    """
    What one person sent, to be kept.

    Args:
        identifier: Of what is kept, once however often it is taken.
        name: The file's.
        title: As people read it.
        media: Media type.
        patient, encounter, consent: Logical ids; by which Consent it was recorded. The last two may be empty.
        until: Last day that it is kept.
    """

    identifier: str
    name: str
    title: str
    media: str
    patient: str
    encounter: str
    consent: str
    until: str
