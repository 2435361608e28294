/** An organisation's people, and changing them. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import type { Role } from "../../session/index.ts";
import { type Option, toast } from "../../ui/index.ts";

export type Person = Schemas["Person"];

export const PEOPLE_KEY = ["people"] as const;

/** The roles an administrator hands out: patients are invited from their record, programs from the command line. */
export const STAFF_ROLES = [
  "front-desk",
  "nurse",
  "clinician",
  "lab",
  "pharmacist",
  "security-officer",
  "administrator",
] as const satisfies readonly Role[];

export type StaffRole = (typeof STAFF_ROLES)[number];
export type RoleFilter = StaffRole | "all";

export const roleOptions = (): Option<StaffRole>[] =>
  STAFF_ROLES.map((role) => ({ value: role, label: t(`role.${role}`), hint: t(`people.roleHint.${role}`) }));

/** Those of a role whose name or address holds every word of `text`, without regard to case and accents. */
export function matchingPeople(people: readonly Person[], text: string, role: RoleFilter): readonly Person[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return people.filter((person) => {
    const name = plain(`${person.name} ${person.email}`);
    return (role === "all" || person.role === role) && words.every((word) => name.includes(word));
  });
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Changes of a membership; each says what it did, and suspending can be taken back. */
export function usePersonChange(person: Person) {
  const client = useQueryClient();
  const path = { membership: person.membership };
  const { name } = person;
  const onSettled = (): Promise<void> => client.invalidateQueries({ queryKey: PEOPLE_KEY });
  const onError = (): void => toast({ tone: "danger", text: t("people.changeFailed") });

  const change = useMutation({
    mutationFn: (body: Schemas["PersonChange"]) =>
      answer(api.PATCH("/api/people/{membership}", { params: { path }, body })),
    onError,
    onSettled,
  });
  const resetSecond = useMutation({
    mutationFn: () => answer(api.POST("/api/people/{membership}/second-factor-reset", { params: { path } })),
    onSuccess: () => toast({ text: t("people.secondReset", { name }) }),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE("/api/people/{membership}", { params: { path } })),
    onSuccess: () => toast({ text: t("people.removed", { name }) }),
    onError,
    onSettled,
  });

  const resume = (): void =>
    change.mutate({ status: "active" }, { onSuccess: () => toast({ text: t("people.resumed", { name }) }) });
  const suspend = (): void =>
    change.mutate(
      { status: "disabled" },
      { onSuccess: () => toast({ text: t("people.suspended", { name }), onUndo: resume }) },
    );
  const giveRole = (role: StaffRole): void =>
    change.mutate(
      { role },
      {
        onSuccess: () =>
          toast({
            text: t("people.roleChanged", { name, role: t(`role.${role}`) }),
            onUndo: () => change.mutate({ role: person.role }),
          }),
      },
    );
  return { suspend, resume, giveRole, resetSecond, remove };
}
