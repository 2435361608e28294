import { CircleCheck, CircleDashed, CirclePause, Mail } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Avatar, Badge, showMoment, Table } from "../../ui/index.ts";
import { PersonActions } from "./PersonActions.tsx";
import type { Person } from "./people.ts";

/** Everybody with a membership or an open invitation. */
export function PeopleTable({ people, empty }: { people: readonly Person[]; empty: ReactNode }): ReactElement {
  const { account } = useSession();
  return (
    <Table
      caption={t("people.title")}
      rows={people}
      rowKey={(person) => person.membership}
      empty={empty}
      columns={[
        {
          id: "name",
          label: t("people.name"),
          sort: (person) => person.name,
          cell: (person) => <Who person={person} isSelf={person.account === account.id} />,
        },
        {
          id: "role",
          label: t("people.role"),
          sort: (person) => person.role,
          cell: (person) => t(`role.${person.role}`),
        },
        {
          id: "status",
          label: t("people.status"),
          sort: (person) => person.status,
          cell: (person) => <Status status={person.status} />,
        },
        {
          id: "second",
          label: t("people.second"),
          sort: (person) => Number(person.secondFactor),
          cell: (person) => <SecondFactor isOn={person.secondFactor} />,
        },
        {
          id: "last",
          label: t("people.lastSignIn"),
          sort: (person) => person.lastSignIn ?? 0,
          cell: (person) =>
            person.lastSignIn ? (
              <span className="nowrap">{showMoment(person.lastSignIn)}</span>
            ) : (
              <span className="muted">{t("people.never")}</span>
            ),
        },
        {
          id: "actions",
          label: t("people.actions"),
          hideLabel: true,
          align: "end",
          cell: (person) => person.account !== account.id && <PersonActions person={person} />,
        },
      ]}
    />
  );
}

function Who({ person, isSelf }: { person: Person; isSelf: boolean }): ReactElement {
  return (
    <span className="people-who">
      <Avatar name={person.name} size="small" />
      <span>
        <span className="strong">{person.name}</span> {isSelf && <Badge>{t("people.you")}</Badge>}
        <span className="people-email">{person.email}</span>
      </span>
    </span>
  );
}

function Status({ status }: { status: Person["status"] }): ReactElement {
  const looks = {
    active: { tone: "success", icon: CircleCheck },
    invited: { tone: "info", icon: Mail },
    disabled: { tone: "warning", icon: CirclePause },
  } as const;
  return <Badge {...looks[status]}>{t(`people.status.${status}`)}</Badge>;
}

function SecondFactor({ isOn }: { isOn: boolean }): ReactElement {
  return isOn ? (
    <span className="row" data-gap="1">
      <CircleCheck aria-hidden="true" size={15} />
      {t("people.secondOn")}
    </span>
  ) : (
    <span className="row muted" data-gap="1">
      <CircleDashed aria-hidden="true" size={15} />
      {t("people.secondOff")}
    </span>
  );
}
