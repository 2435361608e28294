"""
Why somebody could see or change a record, in words: one line for each rule of the policy, in English and in Spanish.

An entry names the rules that open its interaction to the role; `why` says what they mean to whoever reads the log, and
to the patient whose record it is. A test holds that no rule lacks its words.
"""

from typing import Final, Literal

Language = Literal["en", "es"]

_TREATS = ("Treats patients of the clinic", "Atiende a pacientes de la clínica")
_TEAM = ("Belongs to the patient's care team", "Pertenece al equipo de atención del paciente")
_DESK = ("Books visits and keeps contact data at the front desk", "Gestiona citas y datos de contacto en recepción")
_LAB = ("Works on orders in the laboratory", "Trabaja en las peticiones del laboratorio")
_PHARMACY = ("Dispenses and checks medicines", "Dispensa y revisa medicamentos")
_OWN = ("It is one's own record, or entrusted to one", "Es la propia historia, o confiada a la persona")
_ASKED = ("A request by the patient", "Una petición del paciente")
_RUNS = ("Runs the clinic's premises and timetables", "Administra los locales y horarios de la clínica")
_OVERSEES = ("Oversees who looked and who agreed", "Supervisa quién consultó y quién consintió")
_MESSAGES = ("Answers the patient's messages", "Responde a los mensajes del paciente")
_DOCUMENTS = ("Files documents and results", "Archiva documentos y resultados")
_VIDEO = ("Takes part in a video visit", "Participa en una visita por vídeo")
_EMERGENCY = (
    "Emergency access to this one record, which is reviewed",
    "Acceso de emergencia a esta única historia, que se revisa",
)
_DISCLOSES = ("Accounts for disclosures of records", "Rinde cuentas de las comunicaciones de historias")

WORDS: Final[dict[str, tuple[str, str]]] = {
    "shared-reference": ("What everybody here may look up", "Lo que aquí todos pueden consultar"),
    "premises": _RUNS,
    "questionnaires": ("Keeps the clinic's forms", "Mantiene los formularios de la clínica"),
    "rosters": _RUNS,
    "apparatus": _RUNS,
    "formulary": ("Keeps the list of medicines", "Mantiene la lista de medicamentos"),
    "import-by-hand": ("Brings records in from a file", "Incorpora historias desde un archivo"),
    "treatment": _TREATS,
    "treatment-care-team": _TEAM,
    "clinician-writes": _TREATS,
    "clinician-writes-team": _TEAM,
    "quality-work": ("Looks at how care went", "Revisa cómo fue la atención"),
    "clinician-formulary": ("Keeps the list of medicines", "Mantiene la lista de medicamentos"),
    "note-templates": ("Keeps templates for notes", "Mantiene plantillas de notas"),
    "nurse-writes": _TREATS,
    "nurse-writes-team": _TEAM,
    "emergency": _EMERGENCY,
    "emergency-medicines": _EMERGENCY,
    "emergency-asked": ("Asked for emergency access", "Pidió acceso de emergencia"),
    "emergency-told": ("Asked for emergency access", "Pidió acceso de emergencia"),
    "front-desk": _DESK,
    "front-desk-writes": _DESK,
    "front-desk-tasks": _DESK,
    "front-desk-unbooks": _DESK,
    "front-desk-visits": _DESK,
    "laboratory": _LAB,
    "laboratory-results": _LAB,
    "laboratory-orders": _LAB,
    "pharmacy": _PHARMACY,
    "pharmacy-dispensing": _PHARMACY,
    "pharmacy-orders": _PHARMACY,
    "pharmacy-lists": _PHARMACY,
    "oversight": _OVERSEES,
    "oversight-consent": _OVERSEES,
    "oversight-names": _OVERSEES,
    "own-oversight": _OVERSEES,
    "emergency-reviews": ("Reviews emergency access", "Revisa los accesos de emergencia"),
    "emergency-patients": ("Reviews emergency access", "Revisa los accesos de emergencia"),
    "access-explained": ("Explains who can see a record", "Explica quién puede ver una historia"),
    "bulk-export": ("Exports records as an officer", "Exporta historias como responsable de seguridad"),
    "own-record": _OWN,
    "own-answers": ("One's own answers to a form", "Las propias respuestas a un formulario"),
    "helped-record": ("Looks after the patient's appointments", "Se ocupa de las citas del paciente"),
    "self-booking-finds": ("Looks for an appointment", "Busca una cita"),
    "services-offered": ("Looks for an appointment", "Busca una cita"),
    "self-booking": ("Books an appointment of one's own", "Reserva una cita propia"),
    "self-booking-asks": _ASKED,
    "self-check-in": ("Checks in for a visit", "Registra su llegada a una visita"),
    "own-profile": ("Keeps one's own contact data", "Mantiene los propios datos de contacto"),
    "own-amendments": ("Asks for the record to be corrected", "Pide que se corrija la historia"),
    "own-amendments-told": ("Asks for the record to be corrected", "Pide que se corrija la historia"),
    "own-trust": ("Decides whom to trust with the record", "Decide a quién confiar la historia"),
    "own-consents": ("Agrees or refuses", "Consiente o rechaza"),
    "consent-papers": ("Takes down what the patient agreed to", "Anota lo que el paciente consintió"),
    "shared-record": (
        "The patient lets this organisation read the record",
        "El paciente permite que esta organización lea la historia",
    ),
    "own-sharing": ("Lets another organisation read", "Permite leer a otra organización"),
    "shares-in-force": ("Looks at what patients let others read", "Consulta lo que los pacientes dejan leer a otros"),
    "own-record-seen": ("Looks at who saw the record", "Consulta quién vio la historia"),
    "own-disclosures": ("Asks for an accounting of disclosures", "Pide la relación de comunicaciones"),
    "own-disclosures-asked": ("Asks for an accounting of disclosures", "Pide la relación de comunicaciones"),
    "disclosures": _DISCLOSES,
    "disclosures-entered": _DISCLOSES,
    "messages-sent": ("Writes a message to the clinic", "Escribe un mensaje a la clínica"),
    "messages-routed": ("Writes a message to the clinic", "Escribe un mensaje a la clínica"),
    "messages-answered": _MESSAGES,
    "messages-answered-team": _MESSAGES,
    "messages-at-the-desk": _MESSAGES,
    "messages-privacy": ("Answers questions about privacy", "Responde a preguntas sobre privacidad"),
    "attachments-at-the-desk": _MESSAGES,
    "inbox": ("Does a task that was given to the team", "Hace una tarea asignada al equipo"),
    "documents-sent": _DOCUMENTS,
    "documents-to-match": _DOCUMENTS,
    "documents-filed": _DOCUMENTS,
    "own-documents": ("Sends a document of one's own", "Envía un documento propio"),
    "own-documents-told": ("Sends a document of one's own", "Envía un documento propio"),
    "own-documents-back": ("Takes a document of one's own back", "Retira un documento propio"),
    "results-told": _DOCUMENTS,
    "results-matched": _DOCUMENTS,
    "signing": ("Signs a note", "Firma una nota"),
    "signing-team": ("Signs a note", "Firma una nota"),
    "check-looks-further": ("A check of medicines for harm", "Una comprobación de seguridad de medicamentos"),
    "asks-refill": ("Asks for more of a medicine", "Pide más de un medicamento"),
    "sees-refill": ("Asks for more of a medicine", "Pide más de un medicamento"),
    "forms-sent": ("Sends a form to the patient", "Envía un formulario al paciente"),
    "own-forms": ("Fills in a form", "Rellena un formulario"),
    "own-forms-told": ("Fills in a form", "Rellena un formulario"),
    "video-guest": _VIDEO,
    "video-guest-chat": _VIDEO,
    "video-chat": _VIDEO,
    "video-chat-staff": _VIDEO,
    "video-chat-staff-team": _VIDEO,
    "video-recorded": ("Answers whether a visit is recorded", "Responde si se graba una visita"),
    "merging": ("Puts two records of one person together", "Une dos historias de una misma persona"),
    "destruction": ("Destroys a record, together with somebody else", "Destruye una historia, junto con otra persona"),
    "import": ("A program or a job of the platform", "Un programa o una tarea de la plataforma"),
}
"""English and Spanish, by the name of a rule."""


def why(rule: str, language: Language = "en") -> list[str]:
    """
    What the rules of an entry mean, each sentence once; what is no rule of the policy is left out.

    Emergency access is said alone: the others were not enough, or it would not have been asked for.

    >>> why("treatment|treatment-care-team")
    ['Treats patients of the clinic', "Belongs to the patient's care team"]
    >>> why("emergency|treatment", "es")
    ['Acceso de emergencia a esta única historia, que se revisa']
    """
    names = rule.split("|")
    if names[0] == "emergency":
        names = names[:1]
    at = 0 if language == "en" else 1
    return list(dict.fromkeys(WORDS[name][at] for name in names if name in WORDS))
