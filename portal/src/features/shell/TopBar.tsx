import { ChevronDown, Keyboard, Search } from "lucide-react";
import type { ReactElement } from "react";
import { Button as AriaButton } from "react-aria-components";
import { t } from "../../i18n/index.ts";
import { useOwnPresence } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import { Avatar, IconButton, Keys, Menu } from "../../ui/index.ts";
import { LiveChip } from "./LiveChip.tsx";
import { usePersonMenu } from "./personMenu.ts";

interface TopBarProps {
  readonly onFind: () => void;
  readonly onHelp: () => void;
}

/** Search, and who one is. */
export function TopBar({ onFind, onHelp }: TopBarProps): ReactElement {
  const session = useSession();
  const groups = usePersonMenu();
  const [presence] = useOwnPresence();
  const chosen = session.patients.find((patient) => patient.id === session.patient);
  const { name } = session.account;
  const mayFind = session.may("Patient.search-type") && !session.isPatientFace;
  return (
    <header className="topbar">
      <AriaButton className="topbar-search" onPress={onFind}>
        <Search aria-hidden="true" size={16} />
        <span className="topbar-search-text">{t(mayFind ? "shell.search" : "shell.searchShort")}</span>
        <span className="topbar-keys" aria-hidden="true">
          <Keys keys="Mod+k" />
        </span>
      </AriaButton>
      <LiveChip />
      <span className="topbar-organisation">{session.organisation.name}</span>
      <span className="topbar-help">
        <IconButton icon={Keyboard} label={t("shell.keys")} onPress={onHelp} />
      </span>
      <Menu
        label={t("shell.personMenu", { name })}
        groups={groups}
        trigger={
          <AriaButton className="topbar-person">
            <Avatar name={name} size="small" />
            <span className="topbar-name">
              <span>{name}</span>
              <span className="topbar-role">
                {chosen && session.role === "proxy" ? chosen.name : t(`role.${session.role}`)}
                {presence && presence !== "available" && ` · ${t("live.state", { state: presence })}`}
              </span>
            </span>
            <ChevronDown aria-hidden="true" size={14} />
          </AriaButton>
        }
      />
    </header>
  );
}
