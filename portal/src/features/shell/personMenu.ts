import {
  Building2,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  Contrast,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Rows3,
  ShieldCheck,
  Sun,
  Target,
  UserRound,
} from "lucide-react";
import { useNavigate } from "react-router";
import { t } from "../../i18n/index.ts";
import { PRESENCES, type Presence, useOwnPresence } from "../../live/index.ts";
import { type Appearance, appear, useAppearance, useSession, useSignOut, useSwitch } from "../../session/index.ts";
import { type MenuGroup, toast } from "../../ui/index.ts";

/** What stands under one's name: for whom, where, how it looks, security, sign-out. */
export function usePersonMenu(): readonly MenuGroup[] {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const groups = [useHowOneIsSeen(), usePatients(), useOrganisations(), usePurposes(), useLooks()].filter(
    (group) => group.entries.length > 0,
  );
  const end: MenuGroup = {
    id: "account",
    entries: [
      { id: "security", label: t("shell.security"), icon: ShieldCheck, onAction: () => navigate("/security") },
      { id: "sign-out", label: t("shell.signOut"), icon: LogOut, onAction: () => signOut.mutate() },
    ],
  };
  return [...groups, end];
}

const SIGNS: Readonly<Record<Presence, LucideIcon>> = { available: CircleCheck, busy: CircleMinus, away: CircleDashed };

/** Whether colleagues are to find one available; nothing while nobody can be told. */
function useHowOneIsSeen(): MenuGroup {
  const [now, become] = useOwnPresence();
  const choose = (state: Presence): Promise<void> =>
    become(state).then(
      () => toast({ text: t("live.stateNow", { state }) }),
      () => toast({ tone: "danger", text: t("live.stateFailed") }),
    );
  return {
    id: "presence",
    title: t("live.presence"),
    entries:
      now === null
        ? []
        : PRESENCES.map((state) => ({
            id: `presence-${state}`,
            label: t("live.state", { state }),
            icon: SIGNS[state],
            isChosen: state === now,
            onAction: () => void choose(state),
          })),
  };
}

function usePatients(): MenuGroup {
  const { patients, patient } = useSession();
  const choose = useSwitch();
  const navigate = useNavigate();
  const go = (id: string, name: string): void =>
    choose.mutate(
      { patient: id },
      {
        onSuccess: () => {
          navigate("/");
          toast({ text: t("shell.switchedPatient", { name }) });
        },
        onError: () => toast({ tone: "danger", text: t("shell.switchFailed") }),
      },
    );
  return {
    id: "patients",
    title: t("shell.actingFor"),
    entries:
      patients.length < 2
        ? []
        : patients.map(({ id, name }) => ({
            id: `patient-${id}`,
            label: name,
            icon: UserRound,
            isChosen: id === patient,
            onAction: () => go(id, name),
          })),
  };
}

function useOrganisations(): MenuGroup {
  const session = useSession();
  const choose = useSwitch();
  const navigate = useNavigate();
  const isCurrent = (one: (typeof session.memberships)[number]): boolean =>
    one.organisation.id === session.organisation.id && one.role === session.role && one.person === session.person;
  const go = (membership: string): void =>
    choose.mutate(
      { membership },
      {
        onSuccess: (now) => {
          navigate("/");
          toast({ text: t("shell.switched", { organisation: now.organisation.name, role: t(`role.${now.role}`) }) });
        },
        onError: () => toast({ tone: "danger", text: t("shell.switchFailed") }),
      },
    );
  return {
    id: "organisations",
    title: t("shell.organisations"),
    entries: session.memberships.map((one) => ({
      id: `membership-${one.id}`,
      label: one.organisation.name,
      hint: t(`role.${one.role}`),
      icon: Building2,
      isChosen: isCurrent(one),
      onAction: () => {
        if (!isCurrent(one)) go(one.id);
      },
    })),
  };
}

/** For what one looks, where the role has more than one purpose: what is opened is recorded with it. */
function usePurposes(): MenuGroup {
  const { purposes, purpose } = useSession();
  const choose = useSwitch();
  const go = (next: string): void =>
    choose.mutate(
      { purpose: next },
      {
        onSuccess: (now) => toast({ text: t("purpose.now", { name: t("purpose.name", { purpose: now.purpose }) }) }),
        onError: () => toast({ tone: "danger", text: t("purpose.failed") }),
      },
    );
  return {
    id: "purposes",
    title: t("purpose.title"),
    entries: purposes.map((one) => ({
      id: `purpose-${one}`,
      label: t("purpose.name", { purpose: one }),
      icon: Target,
      isChosen: one === purpose,
      onAction: () => {
        if (one !== purpose) go(one);
      },
    })),
  };
}

function useLooks(): MenuGroup {
  const now = useAppearance();
  const { isPatientFace } = useSession();
  const theme = (id: Appearance["theme"], label: string, icon: LucideIcon) => ({
    id: `theme-${id}`,
    label,
    icon,
    isChosen: now.theme === id,
    onAction: () => appear({ theme: id }),
  });
  const density = {
    id: "density",
    label: t("shell.densityCompact"),
    icon: Rows3,
    isChosen: now.density === "compact",
    onAction: () => appear({ density: now.density === "compact" ? "comfortable" : "compact" }),
  };
  return {
    id: "looks",
    title: t("shell.appearance"),
    entries: [
      theme("system", t("shell.themeSystem"), Monitor),
      theme("light", t("shell.themeLight"), Sun),
      theme("dark", t("shell.themeDark"), Moon),
      {
        id: "contrast",
        label: t("shell.contrastMore"),
        icon: Contrast,
        isChosen: now.contrast === "more",
        onAction: () => appear({ contrast: now.contrast === "more" ? "system" : "more" }),
      },
      ...(isPatientFace ? [] : [density]),
    ],
  };
}
