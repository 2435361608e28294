import { Check, type LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, Header, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import "./Overlay.css";
import "./Field.css";

interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: LucideIcon;
  readonly onAction: () => void;
  /** Shown with a tick: the one of its group that is in force. */
  readonly isChosen?: boolean;
  readonly isDanger?: boolean;
}

export interface MenuGroup {
  readonly id: string;
  readonly title?: string;
  readonly entries: readonly MenuEntry[];
}

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly groups: readonly MenuGroup[];
}

/** What can be done here, behind one button. */
export function Menu({ trigger, label, groups }: MenuProps): ReactElement {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover" placement="bottom end" offset={4}>
        <AriaMenu className="menu" aria-label={label}>
          {groups.map((group, place) => (
            <MenuSection key={group.id} {...(group.title ? {} : { "aria-label": label })}>
              {place > 0 && !group.title && <Header className="menu-separator" />}
              {group.title && <Header className="menu-section-title">{group.title}</Header>}
              {group.entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ entry }: { entry: MenuEntry }): ReactElement {
  const { id, label, hint, icon: Icon, onAction, isChosen, isDanger } = entry;
  return (
    <MenuItem
      id={id}
      className="option"
      textValue={label}
      onAction={onAction}
      data-danger={isDanger || undefined}
      data-selected={isChosen || undefined}
    >
      {Icon && <Icon aria-hidden="true" size={16} />}
      <span>
        {label}
        {hint && <span className="option-hint">{hint}</span>}
      </span>
      {isChosen && <Check className="option-tick" aria-label="✓" size={16} />}
    </MenuItem>
  );
}
