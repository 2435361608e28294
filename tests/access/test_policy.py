"""The policy: what its rows say, that silence is no, and that the database's form of it means the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.access.interaction import LOOK, WRITE, Interaction
from meridian.access.kinds import CLINICAL, EVERY, LOG, OPENABLE
from meridian.access.policy import Allowed, Denied, Facts, decide
from meridian.access.recording import rule_names
from meridian.access.rules import CHOSEN, PURPOSE_OF, RULES, Relation
from meridian.access.scope import admits, scope
from meridian.access.subject import Role, Subject, Window
from meridian.fhir.types import SUPPORTED

OWNERS = {Role.PATIENT, Role.PROXY, Role.HELPER}
PATIENT_NUMBERS = {"ann": 1, "ben": 2, "cleo": 3}


def subject(role: Role, **changes: object) -> Subject:
    own = ("ann",) if role in OWNERS else ()
    values: dict[str, object] = {
        "account": "a1", "org": 7, "organisation": "clinic", "role": role, "who": "Practitioner/p1", "patients": own,
        "purpose": PURPOSE_OF[role],
    } | changes  # fmt: skip
    return Subject(**values)  # type: ignore[arg-type]  # the factory's defaults have the fields' types


OPEN = Facts(7, frozenset({"ann"}))

MATRIX = """
clinician          read         Observation        open        yes
clinician          read         Observation        restricted  no
clinician          read         Observation        team        yes
clinician          create       MedicationRequest  open        yes
clinician          delete       Condition          open        yes
clinician          update       Organization       open        no
clinician          read         AuditEvent         open        no
nurse              read         MedicationRequest  open        yes
nurse              create       MedicationRequest  open        no
nurse              create       Observation        open        yes
nurse              delete       Observation        open        no
front-desk         read         Patient            open        yes
front-desk         create       Appointment        open        yes
front-desk         read         Observation        open        no
front-desk         search-type  Condition          open        no
front-desk         delete       Patient            open        no
lab                read         Patient            open        yes
lab                create       DiagnosticReport   open        yes
lab                update       Patient            open        no
lab                read         MedicationRequest  open        no
pharmacist         read         AllergyIntolerance open        yes
pharmacist         update       MedicationRequest  open        yes
pharmacist         create       MedicationRequest  open        no
pharmacist         read         Condition          open        no
security-officer   search-type  AuditEvent         open        yes
security-officer   read         Consent            restricted  yes
security-officer   read         Patient            open        no
security-officer   read         Observation        open        no
administrator      update       Practitioner       open        yes
administrator      read         Patient            open        no
patient            read         Observation        open        yes
patient            read         Observation        restricted  yes
patient            read         Observation        other       no
patient            create       QuestionnaireResponse open     yes
patient            create       QuestionnaireResponse other    no
patient            create       QuestionnaireResponse shared   no
patient            create       Communication      open        no
clinician          create       Communication      open        no
clinician          update       Communication      open        no
nurse              update       Communication      open        no
front-desk         read         Communication      open        no
front-desk         read         Task               open        no
front-desk         update       Task               open        no
patient            read         Communication      shared      yes
patient            create       Observation        open        no
patient            read         Practitioner       none        yes
patient            read         Group              open        no
proxy              read         Condition          open        yes
proxy              read         Condition          other       no
service            update-create Patient           restricted  yes
service            read         AuditEvent         open        no
clinician          update-create Patient           open        no
platform-operator  read         Patient            open        no
platform-operator  read         Organization       none        no
"""

FACTS = {
    "open": OPEN,
    "restricted": Facts(7, frozenset({"ann"}), restricted=True),
    "team": Facts(7, frozenset({"ann"}), restricted=True, cared_for=True),
    "other": Facts(7, frozenset({"ben"})),
    "shared": Facts(7, frozenset({"ann", "ben"})),
    "none": Facts(7),
}


LINES = [tuple(line.split()) for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize(("role", "interaction", "kind", "facts", "answer"), LINES)
def test_the_policy_answers_as_a_clinician_would_read_it(
    role: str, interaction: str, kind: str, facts: str, answer: str
) -> None:
    decision = decide(subject(Role(role)), Interaction(interaction), kind, FACTS[facts])

    assert isinstance(decision, Allowed) is (answer == "yes")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("interaction", Interaction)
def test_nobody_reaches_another_organisation(role: Role, interaction: Interaction) -> None:
    assert decide(subject(role), interaction, "Patient", Facts(8, frozenset({"ann"}))) == Denied("organisation")


@pytest.mark.parametrize("kind", sorted(EVERY | LOG))
def test_a_platform_operator_reaches_nothing(kind: str) -> None:
    assert not any(isinstance(decide(subject(Role.PLATFORM_OPERATOR), i, kind, OPEN), Allowed) for i in Interaction)


@pytest.mark.parametrize("kind", sorted(CLINICAL - {"Task"}))
@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.SECURITY_OFFICER])
def test_office_roles_see_nothing_clinical(role: Role, kind: str) -> None:
    assert not any(isinstance(decide(subject(role), i, kind, OPEN), Allowed) for i in Interaction)


def test_a_purpose_the_row_does_not_name_is_refused() -> None:
    marketing = subject(Role.CLINICIAN, purpose="HMARKT")

    assert decide(marketing, Interaction.READ, "Observation", OPEN) == Denied("purpose")


@pytest.mark.parametrize("kind", sorted(LOG))
def test_nobody_writes_the_log(kind: str) -> None:
    writes = WRITE | {Interaction.UPSERT}

    assert not any(isinstance(decide(subject(r), i, kind, OPEN), Allowed) for r in Role for i in writes)


def test_every_kept_type_stands_in_a_group() -> None:
    assert EVERY | LOG == SUPPORTED


def test_what_may_be_written_may_be_seen() -> None:
    for rule in RULES:
        for role in rule.roles - OWNERS - {Role.OUTSIDE_CLINICIAN}:
            who = replace(subject(role), within=next(iter(rule.within), ""))
            for kind in rule.types:
                assert isinstance(decide(who, Interaction.READ, kind, OPEN), Allowed)


def test_what_a_window_opens_is_of_one_patient_of_the_types_agreed_to_and_not_labelled() -> None:
    looking = subject(
        Role.OUTSIDE_CLINICIAN, patients=("ann",), window=window(frozenset({"Observation"}), labelled=False)
    )
    wider = replace(looking, window=window(frozenset({"Observation"}), labelled=True))
    withheld = Facts(7, frozenset({"ann"}), withheld=True)

    def opens(who: Subject, kind: str, about: Facts, interaction: Interaction = Interaction.READ) -> bool:
        return isinstance(decide(who, interaction, kind, about), Allowed)

    assert opens(looking, "Observation", OPEN)
    assert opens(wider, "Observation", FACTS["restricted"])
    for who, kind, about in [
        (looking, "Condition", OPEN), (looking, "Observation", FACTS["restricted"]), (wider, "Observation", withheld),
        (looking, "Observation", FACTS["other"]), (replace(looking, window=None), "Observation", OPEN),
    ]:  # fmt: skip
        assert not opens(who, kind, about)
    assert not any(opens(wider, "Observation", OPEN, one) for one in WRITE | {Interaction.UPSERT})


def test_an_emergency_opens_nothing_but_a_look_into_one_record() -> None:
    rows = [rule for rule in RULES if rule.relation is Relation.EMERGENCY]

    assert {one for rule in rows for one in rule.interactions} == LOOK
    for role in {role for rule in rows for role in rule.roles}:
        ours, theirs = subject(role, emergency="ann"), Facts(7, frozenset({"ben"}), restricted=True)
        for kind in {kind for rule in rows if role in rule.roles for kind in rule.types}:
            hidden = FACTS["restricted"]
            assert not isinstance(decide(subject(role), Interaction.READ, kind, hidden), Allowed)
            assert isinstance(decide(ours, Interaction.READ, kind, hidden), Allowed)
            assert not isinstance(decide(ours, Interaction.READ, kind, theirs), Allowed)
            assert not any(isinstance(decide(ours, one, kind, hidden), Allowed) for one in WRITE)
            assert rule_names(role, "TREAT", Interaction.READ, kind), "a type the role does not see otherwise"


def test_an_emergency_is_treatment_and_nothing_else() -> None:
    operating = subject(Role.CLINICIAN, emergency="ann", purpose="HOPERAT")

    assert not isinstance(decide(operating, Interaction.READ, "Observation", FACTS["restricted"]), Allowed)


def test_the_roles_purposes_open_their_rows() -> None:
    for rule in RULES:
        for role in rule.roles:
            assert {PURPOSE_OF[role], *CHOSEN.get(role, ())} & rule.purposes


@pytest.mark.parametrize("role", sorted(CHOSEN))
def test_a_purpose_that_can_be_chosen_opens_something_and_no_more_than_the_roles_own(role: Role) -> None:
    for purpose in CHOSEN[role]:
        opened = {
            (kind, one)
            for kind in EVERY | LOG
            for one in Interaction
            if isinstance(decide(subject(role, purpose=purpose), one, kind, OPEN), Allowed)
        }
        own = {(kind, one) for kind, one in opened if isinstance(decide(subject(role), one, kind, OPEN), Allowed)}
        assert opened
        assert opened == own


facts = st.builds(
    Facts,
    org=st.just(7),
    patients=st.frozensets(st.sampled_from(sorted(PATIENT_NUMBERS))),
    restricted=st.booleans(),
    withheld=st.booleans(),
    cared_for=st.booleans(),
)


def window(types: frozenset[str], labelled: bool) -> Window:  # noqa: FBT001  # drawn
    return Window("s", types, labelled, org=8, who="Practitioner/p8", role=Role.CLINICIAN, ends=1)


subjects = st.builds(
    subject,
    st.sampled_from(Role),
    patients=st.lists(st.sampled_from(sorted(PATIENT_NUMBERS)), unique=True, max_size=2).map(tuple),
    purpose=st.sampled_from(["TREAT", "PATRQT", "HOPERAT", "HMARKT", "FAMRQT"]),
    emergency=st.sampled_from(["", "", *sorted(PATIENT_NUMBERS)]),
    window=st.none() | st.builds(window, st.frozensets(st.sampled_from(sorted(OPENABLE))), st.booleans()),
    within=st.sampled_from(sorted({"", *(name for rule in RULES for name in rule.within)})),
)


@given(subjects, st.sampled_from(sorted(LOOK)), st.sampled_from(sorted(EVERY | LOG)), facts)
def test_the_scope_of_a_look_means_what_decide_means(
    who: Subject, interaction: Interaction, kind: str, about: Facts
) -> None:
    numbers = tuple(PATIENT_NUMBERS[p] for p in who.patients)
    broken = (PATIENT_NUMBERS[who.emergency],) if who.emergency else ()
    reach = scope(who, interaction, numbers, broken).of(kind)

    reached = reach is not None and admits(
        reach,
        numbers=frozenset(PATIENT_NUMBERS[p] for p in about.patients),
        restricted=about.restricted,
        withheld=about.withheld,
        cared_for=about.cared_for,
    )

    assert reached is isinstance(decide(who, interaction, kind, about), Allowed)
