"""Spanish."""

_NOT_YOU = "Si no fue usted, establezca enseguida una contraseña nueva y avise a su clínica."
_ACCOUNT = "Su cuenta de {product}"

_LOOK = "El registro de auditoría dice desde dónde y cuándo, y la página de estado cómo va todo:\n{link}"

MAILS: dict[str, tuple[str, tuple[str, ...]]] = {
    "invitation": (
        "Tiene una invitación a {product}",
        (
            "{organisation} le invita a {product}.",
            "Abra este enlace en un plazo de siete días:\n{link}",
            "Si no sabe por qué recibe este mensaje, no haga nada.",
        ),
    ),
    "recovery": (
        "Establezca una contraseña nueva para {product}",
        (
            "Alguien, probablemente usted, ha pedido una contraseña nueva.",
            "Abra este enlace en un plazo de 30 minutos:\n{link}",
            "Si no fue usted, no haga nada: su contraseña sigue siendo la misma.",
        ),
    ),
    "new-device": (
        "Nuevo inicio de sesión en {product}",
        (
            "Se ha iniciado sesión en su cuenta desde un dispositivo nuevo.",
            "Cuándo: {when}\nDirección: {address}\nPrograma: {agent}",
            "Si no fue usted, cambie su contraseña y cierre esa sesión en {link}, y avise a su clínica.",
        ),
    ),
    "new-region": (
        "Inicio de sesión en {product} desde un lugar nuevo",
        (
            "Se ha iniciado sesión en su cuenta desde un lugar nuevo.",
            "Cuándo: {when}\nDirección: {address}\nPrograma: {agent}",
            "Si no fue usted, cambie su contraseña y cierre esa sesión en {link}, y avise a su clínica.",
        ),
    ),
    "alert-sign-in-failures": (
        "{product}: muchos inicios de sesión fallidos",
        ("Más de cinco inicios de sesión desde una misma dirección han fallado en diez minutos.", _LOOK),
    ),
    "alert-new-region": (
        "{product}: inicio de sesión desde un lugar nuevo",
        ("Alguien ha iniciado sesión desde un lugar nuevo para su cuenta. También se le ha avisado.", _LOOK),
    ),
    "alert-token-algorithm": (
        "{product}: se ha rechazado un token falsificado",
        ("Una petición traía un token de acceso con un algoritmo que no es el nuestro, y se rechazó.", _LOOK),
    ),
    "alert-record-probing": (
        "{product}: alguien pide historiales que no son suyos",
        ("Una cuenta ha pedido en diez minutos más de veinte registros que no son suyos o no existen.", _LOOK),
    ),
    "alert-egress": (
        "{product}: se ha impedido una conexión prohibida",
        ("Se intentó que el servidor conectara con una dirección donde una nube guarda credenciales.", _LOOK),
    ),
    "alert-break-glass": (
        "{product}: se ha abierto un historial en una emergencia",
        ("Alguien ha usado el acceso de emergencia para abrir el historial de un paciente. Debe revisarlo.", _LOOK),
    ),
    "alert-break-glass-unreviewed": (
        "{product}: un acceso de emergencia espera revisión",
        ("Un acceso de emergencia no se ha revisado a tiempo.", _LOOK),
    ),
    "alert-incident": (
        "{product}: se ha declarado un incidente",
        ("Se ha declarado un incidente de seguridad. Su guía dice qué hay que hacer y en qué plazo.", _LOOK),
    ),
    "destruction-asked": (
        "{product}: alguien pide destruir la clave de un paciente",
        (
            "Un administrador o responsable de seguridad pide que se destruya la clave de la historia de un paciente.",
            "Decide una segunda persona con el otro papel. Vea lo que se perdería:\n{link}",
        ),
    ),
    "destruction-approved": (
        "{product}: se aprobó una destrucción",
        (
            "Una segunda persona aprobó que se destruya la clave de la historia de un paciente.",
            "Hasta que se lleve a cabo puede retirarse, y una retención legal la detiene:\n{link}",
        ),
    ),
    "destruction-refused": (
        "{product}: se rechazó una destrucción",
        (
            "Una segunda persona rechazó que se destruya la clave de la historia de un paciente.",
            "Quién pidió qué y quién decidió está aquí:\n{link}",
        ),
    ),
    "destruction-withdrawn": (
        "{product}: se retiró una destrucción",
        (
            "Se retiró la solicitud de destruir la clave de la historia de un paciente.",
            "Quién pidió qué y quién decidió está aquí:\n{link}",
        ),
    ),
    "destruction-stopped": (
        "{product}: se detuvo una destrucción",
        (
            "Se puso una retención legal, o se encontró algo que nadie había visto. No se destruyó nada.",
            "Véalo, y pídalo de nuevo si aún se quiere:\n{link}",
        ),
    ),
    "destruction-done": (
        "{product}: se destruyó la clave de un paciente",
        (
            "Lo que aprobaron dos personas está hecho: la clave de una historia ya no existe, ni en las copias.",
            "El registro guarda quién lo pidió y quién lo aprobó:\n{link}",
        ),
    ),
    "alert-own-record": (
        "{product}: alguien del personal abrió su propio historial",
        ("Un miembro del personal ha abierto un historial propio o que tiene a su cargo.", _LOOK),
    ),
    "alert-own-family": (
        "{product}: alguien abrió un historial con su mismo apellido",
        ("Un miembro del personal ha abierto el historial de un paciente con su mismo apellido.", _LOOK),
    ),
    "alert-protected-record": (
        "{product}: se ha abierto un historial protegido",
        ("Alguien que no atiende al paciente ha abierto un historial marcado como protegido.", _LOOK),
    ),
    "alert-no-relation": (
        "{product}: se han abierto historiales sin motivo aparente",
        ("Una cuenta ha abierto varios historiales de pacientes con los que no hay nada en curso.", _LOOK),
    ),
    "alert-bulk-reading": (
        "{product}: se han abierto muchos historiales en una hora",
        ("Una cuenta ha abierto en una hora más historiales de lo habitual en su función.", _LOOK),
    ),
    "alert-bulk-listing": (
        "{product}: muchas listas de pacientes en una hora",
        ("Una cuenta ha recibido muchas listas largas de pacientes en una hora.", _LOOK),
    ),
    "alert-bulk-export": (
        "{product}: varias exportaciones en un día",
        ("Una cuenta ha iniciado en un día más exportaciones de lo habitual.", _LOOK),
    ),
    "alert-shared-address": (
        "{product}: muchas cuentas desde una dirección",
        ("Un número inusual de cuentas ha iniciado sesión desde una misma dirección en una hora.", _LOOK),
    ),
    "alert-odd-hours": (
        "{product}: se han abierto historiales de noche",
        ("Alguien ha abierto historiales con la clínica cerrada.", _LOOK),
    ),
    "password": (_ACCOUNT, ("Se ha cambiado la contraseña de su cuenta.", _NOT_YOU)),
    "factor-added": (_ACCOUNT, ("Se ha añadido a su cuenta una forma de demostrar quién es.", _NOT_YOU)),
    "factor-removed": (_ACCOUNT, ("Se ha quitado de su cuenta una forma de demostrar quién es.", _NOT_YOU)),
    "factors-reset": (
        _ACCOUNT,
        ("Un administrador ha restablecido los segundos factores de su cuenta; tendrá que crear otros.", _NOT_YOU),
    ),
    "recovery-code": (
        _ACCOUNT,
        ("Se ha usado un código de recuperación de su cuenta. Cree otros antes de que se acaben.", _NOT_YOU),
    ),
    "appointment-booked": (
        "Su cita está reservada",
        ("Su cita está reservada.", "Vea cuándo y dónde, cámbiela o cancélela:\n{link}", "{settings}"),
    ),
    "appointment-reminder": (
        "Pronto tiene una cita",
        ("Pronto tiene una cita.", "Vea cuándo y dónde, confírmela o cancélela:\n{link}", "{settings}"),
    ),
    "appointment-offer": (
        "Hay una hora libre",
        (
            "Hay libre una hora que usted espera. Se la guardamos durante poco tiempo.",
            "Véala y acéptela o déjela:\n{link}",
            "{settings}",
        ),
    ),
    "appointment-changed": (
        "Su cita ha cambiado",
        ("Una de sus citas ha cambiado o se ha cancelado.", "Vea qué ha cambiado:\n{link}", "{settings}"),
    ),
    "visit-waiting": (
        "Le esperan en su visita por video",
        ("Su visita por video ha empezado y le esperan.", "Entre aquí:\n{link}", "{settings}"),
    ),
    "visit-guest": (
        "Le invitan a una visita por video",
        (
            "Alguien le pide que entre en una visita por video en {product}.",
            "Este enlace funciona una vez, durante 15 minutos:\n{link}",
            "Si no sabe por qué lo recibe, no haga nada.",
        ),
    ),
    "message": (
        "Tiene un mensaje nuevo",
        ("Tiene un mensaje nuevo. Léalo aquí:\n{link}", "Por favor, no responda a este correo.", "{settings}"),
    ),
    "result-released": (
        "Hay algo nuevo en su historial",
        ("Hay algo nuevo en su historial. Véalo aquí:\n{link}", "{settings}"),
    ),
    "form": (
        "Tiene un formulario por rellenar",
        ("Su clínica le pide que rellene un formulario antes de su visita:\n{link}", "{settings}"),
    ),
    "refill-decided": (
        "Hay una respuesta a su petición",
        ("Hay una respuesta a lo que pidió. Véala aquí:\n{link}", "{settings}"),
    ),
    "document": (
        "Hay algo nuevo en su historial",
        ("Hay algo nuevo en su historial. Véalo aquí:\n{link}", "{settings}"),
    ),
    "task": (
        "Le han asignado una tarea",
        ("Un colega le ha asignado una tarea. Está en su bandeja:\n{link}", "{settings}"),
    ),
}

SETTINGS = "Elija de qué le avisamos y cómo:\n{link}"

# Without á, í, ó and ú, which the alphabet of text messages lacks.
NOTES: dict[str, str] = {
    "appointment-booked": "{product}: tiene una cita reservada. Detalles: {link}",
    "appointment-reminder": "{product}: pronto tiene una cita. Confirme o cancele: {link}",
    "appointment-offer": "{product}: hay libre una hora que usted espera: {link}",
    "appointment-changed": "{product}: su cita ha cambiado. Detalles: {link}",
    "visit-waiting": "{product}: le esperan en su visita por video. Entre: {link}",
    "visit-guest": "{product}: le invitan a una visita por video (15 min): {link}",
    "message": "{product}: tiene un mensaje nuevo. Léalo: {link}",
    "result-released": "{product}: hay algo nuevo en su historial: {link}",
    "form": "{product}: tiene un formulario por rellenar: {link}",
    "refill-decided": "{product}: hay una respuesta para usted: {link}",
    "document": "{product}: hay algo nuevo en su historial: {link}",
    "task": "{product}: le han asignado una tarea: {link}",
}
