"""English."""

_LOOK = "The audit log says from where and when, and the status page how the platform fares:\n{link}"

MAILS: dict[str, tuple[str, tuple[str, ...]]] = {
    "invitation": (
        "You are invited to {product}",
        (
            "{organisation} invites you to {product}.",
            "Open this link within seven days:\n{link}",
            "If you do not know why you get this, do nothing.",
        ),
    ),
    "recovery": (
        "Set a new password for {product}",
        (
            "Somebody, probably you, asked for a new password.",
            "Open this link within 30 minutes:\n{link}",
            "If it was not you, do nothing: your password stays as it is.",
        ),
    ),
    "new-device": (
        "New sign-in to {product}",
        (
            "Your account was signed in from a device that it was not signed in from before.",
            "When: {when}\nAddress: {address}\nProgram: {agent}",
            "If it was not you, change your password and end that session at {link}, and tell your clinic.",
        ),
    ),
    "new-region": (
        "Sign-in to {product} from a new place",
        (
            "Your account was signed in from a place that it was not signed in from before.",
            "When: {when}\nAddress: {address}\nProgram: {agent}",
            "If it was not you, change your password and end that session at {link}, and tell your clinic.",
        ),
    ),
    "alert-sign-in-failures": (
        "{product}: many failed sign-ins",
        ("More than five sign-ins from one address failed within ten minutes.", _LOOK),
    ),
    "alert-new-region": (
        "{product}: sign-in from a new place",
        ("Somebody signed in from a place that is new for their account. They were told, too.", _LOOK),
    ),
    "alert-token-algorithm": (
        "{product}: a forged token was refused",
        ("A request brought an access token with an algorithm that is not ours, and was refused.", _LOOK),
    ),
    "alert-record-probing": (
        "{product}: somebody asks for records that are not theirs",
        ("One account asked for more than twenty records that are not theirs or not there, in ten minutes.", _LOOK),
    ),
    "alert-egress": (
        "{product}: a connection to a forbidden address was stopped",
        ("The server was made to connect to an address where a cloud keeps credentials. It was stopped.", _LOOK),
    ),
    "alert-break-glass": (
        "{product}: a record was opened in an emergency",
        ("Somebody used emergency access to open one patient's record. It needs your review.", _LOOK),
    ),
    "alert-break-glass-unreviewed": (
        "{product}: emergency access waits for a review",
        ("A use of emergency access has not been reviewed in time.", _LOOK),
    ),
    "alert-incident": (
        "{product}: an incident was declared",
        ("A security incident was declared. Its runbook says what is to be done, and by when.", _LOOK),
    ),
    "destruction-asked": (
        "{product}: somebody asks to destroy a patient's key",
        (
            "An administrator or security officer asks that the key of one patient's record be destroyed.",
            "A second person in the other role decides. Look at what would be lost:\n{link}",
        ),
    ),
    "destruction-approved": (
        "{product}: a destruction was approved",
        (
            "A second person approved that the key of one patient's record be destroyed.",
            "Until it is carried out it can be taken back, and a legal hold stops it:\n{link}",
        ),
    ),
    "destruction-refused": (
        "{product}: a destruction was refused",
        (
            "A second person refused that the key of one patient's record be destroyed.",
            "Who asked what, and who decided, is here:\n{link}",
        ),
    ),
    "destruction-withdrawn": (
        "{product}: a destruction was taken back",
        (
            "The request to destroy the key of one patient's record was taken back.",
            "Who asked what, and who decided, is here:\n{link}",
        ),
    ),
    "destruction-stopped": (
        "{product}: a destruction was stopped",
        (
            "A legal hold was set, or something was found that nobody had seen. No key was destroyed.",
            "Look at it, and ask again if it is still wanted:\n{link}",
        ),
    ),
    "destruction-done": (
        "{product}: a patient's key was destroyed",
        (
            "What two people approved was carried out: the key of one patient's record is destroyed, in backups too.",
            "The log keeps who asked and who approved:\n{link}",
        ),
    ),
    "alert-own-record": (
        "{product}: somebody opened their own record as staff",
        ("A member of staff opened a record that is their own or entrusted to them.", _LOOK),
    ),
    "alert-own-family": (
        "{product}: somebody opened a record of their own family name",
        ("A member of staff opened the record of a patient who has the same family name.", _LOOK),
    ),
    "alert-protected-record": (
        "{product}: a protected record was opened",
        ("Somebody who does not care for the patient opened a record that is labelled as protected.", _LOOK),
    ),
    "alert-no-relation": (
        "{product}: records were opened without an evident reason",
        ("One account opened several records of patients for whom nothing is being done.", _LOOK),
    ),
    "alert-bulk-reading": (
        "{product}: many records were opened in an hour",
        ("One account opened more patients' records in an hour than its role usually does.", _LOOK),
    ),
    "alert-bulk-listing": (
        "{product}: many lists of patients in an hour",
        ("One account was given many long lists of patients within an hour.", _LOOK),
    ),
    "alert-bulk-export": (
        "{product}: several exports in a day",
        ("One account started more exports in a day than are usual.", _LOOK),
    ),
    "alert-shared-address": (
        "{product}: many accounts from one address",
        ("Unusually many accounts signed in from one address within an hour.", _LOOK),
    ),
    "alert-odd-hours": (
        "{product}: records were opened at night",
        ("Somebody opened records while the clinic is closed.", _LOOK),
    ),
    "password": (
        "Your {product} account",
        (
            "The password of your account was changed.",
            "If it was not you, set a new password at once and tell your clinic.",
        ),
    ),
    "factor-added": (
        "Your {product} account",
        (
            "A way to prove who you are was added to your account.",
            "If it was not you, set a new password at once and tell your clinic.",
        ),
    ),
    "factor-removed": (
        "Your {product} account",
        (
            "A way to prove who you are was removed from your account.",
            "If it was not you, set a new password at once and tell your clinic.",
        ),
    ),
    "factors-reset": (
        "Your {product} account",
        (
            "The second factors of your account were reset by an administrator; you will set up new ones.",
            "If it was not you, set a new password at once and tell your clinic.",
        ),
    ),
    "recovery-code": (
        "Your {product} account",
        (
            "A recovery code of your account was used. Make new ones before they run out.",
            "If it was not you, set a new password at once and tell your clinic.",
        ),
    ),
    "appointment-booked": (
        "Your appointment is booked",
        ("Your appointment is booked.", "See when and where, move it or cancel it:\n{link}", "{settings}"),
    ),
    "appointment-reminder": (
        "You have an appointment soon",
        ("You have an appointment soon.", "See when and where, confirm it or cancel it:\n{link}", "{settings}"),
    ),
    "appointment-offer": (
        "An earlier time is free",
        (
            "A time that you are waiting for is free. It is kept for you for a short while.",
            "See it and take it or leave it:\n{link}",
            "{settings}",
        ),
    ),
    "appointment-changed": (
        "Your appointment has changed",
        ("One of your appointments was changed or cancelled.", "See what changed:\n{link}", "{settings}"),
    ),
    "visit-waiting": (
        "You are awaited for your video visit",
        ("Your video visit has begun, and you are awaited.", "Join it here:\n{link}", "{settings}"),
    ),
    "visit-guest": (
        "You are invited to a video visit",
        (
            "Somebody asks you to join a video visit at {product}.",
            "This link works once, for 15 minutes:\n{link}",
            "If you do not know why you get this, do nothing.",
        ),
    ),
    "message": (
        "You have a new message",
        ("You have a new message. It waits for you here:\n{link}", "Please do not answer this mail.", "{settings}"),
    ),
    "result-released": (
        "There is something new in your record",
        ("There is something new in your record. See it here:\n{link}", "{settings}"),
    ),
    "form": (
        "There is a form for you to fill in",
        ("Your clinic asks you to fill in a form before your visit:\n{link}", "{settings}"),
    ),
    "refill-decided": (
        "There is an answer to your request",
        ("There is an answer to what you asked for. See it here:\n{link}", "{settings}"),
    ),
    "document": (
        "There is something new in your record",
        ("There is something new in your record. See it here:\n{link}", "{settings}"),
    ),
    "task": (
        "Something was given to you to do",
        ("A colleague gave you something to do. It is in your inbox:\n{link}", "{settings}"),
    ),
}

SETTINGS = "Choose what we tell you about, and how:\n{link}"
"""The last words of every notification, so that nobody gets more of them than they want."""

NOTES: dict[str, str] = {
    "appointment-booked": "{product}: your appointment is booked. Details: {link}",
    "appointment-reminder": "{product}: you have an appointment soon. Confirm or cancel: {link}",
    "appointment-offer": "{product}: a time you wait for is free. Take or leave it: {link}",
    "appointment-changed": "{product}: your appointment has changed. Details: {link}",
    "visit-waiting": "{product}: you are awaited for your video visit. Join: {link}",
    "visit-guest": "{product}: join a video visit, within 15 minutes: {link}",
    "message": "{product}: you have a new message. Read it: {link}",
    "result-released": "{product}: there is something new in your record: {link}",
    "form": "{product}: there is a form for you to fill in: {link}",
    "refill-decided": "{product}: there is an answer to your request: {link}",
    "document": "{product}: there is something new in your record: {link}",
    "task": "{product}: something was given to you to do: {link}",
}
