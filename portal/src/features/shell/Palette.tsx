import { Contrast, Keyboard, LogOut, Moon, Sun, UserRound } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useNavigate } from "react-router";
import { t } from "../../i18n/index.ts";
import { appear, useSession, useSignOut } from "../../session/index.ts";
import { type Command, CommandPalette, showDay } from "../../ui/index.ts";
import { type Found, useFoundPatients } from "./foundPatients.ts";
import type { Place } from "./place.ts";

interface PaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onHelp: () => void;
  readonly places: readonly Place[];
}

/** Everything reachable from anywhere: patients, places, actions. */
export function Palette({ isOpen, onClose, onHelp, places }: PaletteProps): ReactElement {
  const [text, setText] = useState("");
  const session = useSession();
  const mayFind = session.may("Patient.search-type") && !session.isPatientFace;
  const found = useFoundPatients(text, isOpen && mayFind);
  const commands = [...usePatientCommands(found), ...usePlaceCommands(places), ...useActions(onHelp)];
  return (
    <CommandPalette
      isOpen={isOpen}
      onClose={() => {
        setText("");
        onClose();
      }}
      commands={commands}
      onSearch={setText}
      {...(found.message && { message: found.message })}
    />
  );
}

function usePatientCommands({ patients, isRecent, isAnswer }: Found): Command[] {
  const navigate = useNavigate();
  return patients.map(({ id, name, birthDate, identifier }) => ({
    id: `patient-${id}`,
    label: name,
    hint: [birthDate && t("shell.born", { date: showDay(birthDate) }), identifier].filter(Boolean).join(" · "),
    group: isRecent ? t("shell.recent") : t("shell.found"),
    icon: UserRound,
    isFound: isAnswer,
    onRun: () => navigate(`/patients/${id}`),
  }));
}

function usePlaceCommands(places: readonly Place[]): Command[] {
  const navigate = useNavigate();
  return places.map(({ path, name, icon, letter }) => ({
    id: path,
    label: t(name),
    group: t("shell.goTo"),
    icon,
    ...(letter && { keys: `g ${letter}` }),
    onRun: () => navigate(path),
  }));
}

function useActions(onHelp: () => void): Command[] {
  const signOut = useSignOut();
  const group = t("shell.do");
  return [
    {
      id: "light",
      label: t("shell.themeLight"),
      hint: t("shell.appearance"),
      group,
      icon: Sun,
      onRun: () => appear({ theme: "light" }),
    },
    {
      id: "dark",
      label: t("shell.themeDark"),
      hint: t("shell.appearance"),
      group,
      icon: Moon,
      onRun: () => appear({ theme: "dark" }),
    },
    {
      id: "contrast",
      label: t("shell.contrastMore"),
      hint: t("shell.appearance"),
      group,
      icon: Contrast,
      onRun: () => appear({ contrast: "more" }),
    },
    { id: "keys", label: t("shell.keys"), group, icon: Keyboard, keys: "?", onRun: onHelp },
    { id: "sign-out", label: t("shell.signOut"), group, icon: LogOut, onRun: () => signOut.mutate() },
  ];
}
