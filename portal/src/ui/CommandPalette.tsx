import type { LucideIcon } from "lucide-react";
import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useId, useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { Keys } from "./KeyboardHelp.tsx";
import "./Overlay.css";
import "./CommandPalette.css";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly group: string;
  readonly icon?: LucideIcon;
  readonly keys?: string;
  readonly onRun: () => void;
  /** Found by a server, so shown whatever was written. */
  readonly isFound?: boolean;
}

export interface CommandPaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly commands: readonly Command[];
  /** Called with what is written, for results that a server finds. */
  readonly onSearch?: (text: string) => void;
  /** What to say about the search: that it runs, or failed. */
  readonly message?: string;
}

/** Everything one can go to or do, found by writing a part of its name. */
export function CommandPalette({ isOpen, onClose, ...finder }: CommandPaletteProps): ReactElement {
  return (
    <ModalOverlay
      className="overlay"
      data-place="top"
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable
    >
      <Modal className="dialog-box palette-box">
        <AriaDialog className="palette" aria-label={t("ui.commands")}>
          <Finder {...finder} onClose={onClose} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder({ commands, onClose, onSearch, message }: Omit<CommandPaletteProps, "isOpen">): ReactElement {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const found = matching(commands, text);
  const current = found[Math.min(active, found.length - 1)];

  useEffect(() => onSearch?.(text), [text, onSearch]);
  useEffect(() => {
    if (current) document.getElementById(`${id}-${current.id}`)?.scrollIntoView({ block: "nearest" });
  }, [id, current]);

  function run(command: Command | undefined): void {
    if (!command) return;
    onClose();
    command.onRun();
  }

  function steer(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step) setActive((found.indexOf(current as Command) + step + found.length) % Math.max(found.length, 1));
    if (event.key === "Enter") run(current);
    if (step || event.key === "Enter") event.preventDefault();
  }

  return (
    <>
      <div className="palette-search">
        <Search aria-hidden="true" size={18} />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={current ? `${id}-${current.id}` : undefined}
          aria-label={t("ui.commands")}
          aria-autocomplete="list"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: a dialog that was asked for takes the focus
          autoFocus
          placeholder={t("ui.commandsPlaceholder")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={steer}
        />
        <kbd>Esc</kbd>
      </div>
      <span className="visually-hidden" role="status">
        {message ?? t("ui.commandsCount", { count: found.length })}
      </span>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label={t("ui.commands")}>
        {message && <p className="option-empty">{message}</p>}
        {found.length === 0 && !message && <p className="option-empty">{t("ui.commandsEmpty")}</p>}
        {found.map((command, place) => (
          <Row
            key={command.id}
            id={`${id}-${command.id}`}
            command={command}
            title={command.group !== found[place - 1]?.group ? command.group : undefined}
            isActive={command === current}
            onRun={() => run(command)}
            onPoint={() => setActive(place)}
          />
        ))}
      </div>
    </>
  );
}

interface RowProps {
  readonly id: string;
  readonly command: Command;
  readonly title: string | undefined;
  readonly isActive: boolean;
  readonly onRun: () => void;
  readonly onPoint: () => void;
}

function Row({ id, command, title, isActive, onRun, onPoint }: RowProps): ReactElement {
  const { icon: Icon, label, hint, keys } = command;
  return (
    <>
      {title && (
        <div className="menu-section-title" role="presentation">
          {title}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter is the input's */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option */}
      <div
        id={id}
        role="option"
        aria-selected={isActive}
        className="option"
        data-focused={isActive || undefined}
        onClick={onRun}
        onPointerMove={onPoint}
      >
        {Icon && <Icon aria-hidden="true" size={16} />}
        <span className="grow">
          {label}
          {hint && <span className="palette-hint">{hint}</span>}
        </span>
        {keys && <Keys keys={keys} />}
      </div>
    </>
  );
}

/** Those that have every written word in their label, group or hint, in the order given. */
function matching(commands: readonly Command[], text: string): readonly Command[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return commands.filter((command) => {
    if (command.isFound) return true;
    const name = plain(`${command.label} ${command.hint ?? ""} ${command.group}`);
    return words.every((word) => name.includes(word));
  });
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
