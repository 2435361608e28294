import { CirclePause, CirclePlay, Ellipsis, KeyRound, Trash2, UserCog } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Confirm, Dialog, IconButton, Menu, RadioGroup } from "../../ui/index.ts";
import { type Person, roleOptions, STAFF_ROLES, type StaffRole, usePersonChange } from "./people.ts";

type Asking = "role" | "second" | "remove" | null;

/** What can be done about one person. */
export function PersonActions({ person }: { person: Person }): ReactElement {
  const { organisation } = useSession();
  const [asking, setAsking] = useState<Asking>(null);
  const { suspend, resume, giveRole, resetSecond, remove } = usePersonChange(person);
  const { name, status } = person;
  const close = (): void => setAsking(null);
  const isStaff = STAFF_ROLES.some((role) => role === person.role);
  const isInvited = status === "invited";
  return (
    <>
      <Menu
        label={t("people.actionsFor", { name })}
        trigger={<IconButton icon={Ellipsis} label={t("people.actionsFor", { name })} size="small" />}
        groups={[
          {
            id: "change",
            entries: [
              ...(isStaff
                ? [{ id: "role", label: t("people.changeRole"), icon: UserCog, onAction: () => setAsking("role") }]
                : []),
              ...(status === "active"
                ? [{ id: "suspend", label: t("people.suspend"), icon: CirclePause, onAction: suspend }]
                : []),
              ...(status === "disabled"
                ? [{ id: "resume", label: t("people.resume"), icon: CirclePlay, onAction: resume }]
                : []),
              ...(isInvited
                ? []
                : [
                    {
                      id: "second",
                      label: t("people.resetSecond"),
                      icon: KeyRound,
                      onAction: () => setAsking("second"),
                    },
                  ]),
            ],
          },
          {
            id: "end",
            entries: [
              {
                id: "remove",
                label: t(isInvited ? "people.withdraw" : "people.remove"),
                icon: Trash2,
                isDanger: true,
                onAction: () => setAsking("remove"),
              },
            ],
          },
        ]}
      />
      {asking === "role" && (
        <RoleDialog
          person={person}
          onClose={close}
          onGive={(role) => {
            giveRole(role);
            close();
          }}
        />
      )}
      <Confirm
        title={t("people.resetSecondTitle", { name })}
        action={t("people.resetSecond")}
        isOpen={asking === "second"}
        isPending={resetSecond.isPending}
        onConfirm={() => resetSecond.mutate(undefined, { onSettled: close })}
        onClose={close}
      >
        {t("people.resetSecondLead")}
      </Confirm>
      <Confirm
        title={t(isInvited ? "people.withdrawTitle" : "people.removeTitle", { name, organisation: organisation.name })}
        action={t(isInvited ? "people.withdraw" : "people.remove")}
        isOpen={asking === "remove"}
        isPending={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: close })}
        onClose={close}
      >
        {t(isInvited ? "people.withdrawLead" : "people.removeLead")}
      </Confirm>
    </>
  );
}

interface RoleDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onGive: (role: StaffRole) => void;
}

function RoleDialog({ person, onClose, onGive }: RoleDialogProps): ReactElement {
  const [role, setRole] = useState<StaffRole>(person.role as StaffRole);
  return (
    <Dialog
      title={t("people.changeRoleTitle", { name: person.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" isDisabled={role === person.role} onPress={() => onGive(role)}>
            {t("people.changeRole")}
          </Button>
        </>
      }
    >
      <RadioGroup label={t("people.role")} hideLabel options={roleOptions()} value={role} onChange={setRole} />
    </Dialog>
  );
}
