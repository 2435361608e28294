import { Fragment, type ReactElement } from "react";
import { t } from "../i18n/index.ts";
import { Dialog } from "./Dialog.tsx";
import { shortcutsNow } from "./keys.ts";
import "./CommandPalette.css";

/** The keys that work on this page. */
export function KeyboardHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactElement {
  return (
    <Dialog title={t("ui.keys")} isOpen={isOpen} onClose={onClose}>
      <dl className="key-list">
        {isOpen &&
          shortcutsNow().map(({ keys, label }) => (
            <div key={keys}>
              <dt>{label}</dt>
              <dd>
                <Keys keys={keys} />
              </dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
}

/** A shortcut as key caps. */
export function Keys({ keys }: { keys: string }): ReactElement {
  const mod = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  return (
    <span className="keys">
      {keys.split(" ").map((stroke, place) => (
        <Fragment key={stroke}>
          {place > 0 && <span className="small muted"> {t("ui.keysThen")} </span>}
          {stroke.split("+").map((key) => (
            <kbd key={key}>{key === "Mod" ? mod : key.length === 1 ? key.toUpperCase() : key}</kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
