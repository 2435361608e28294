import { X } from "lucide-react";
import { type ReactElement, useEffect, useState, useSyncExternalStore } from "react";
import { t } from "../i18n/index.ts";
import { Button, IconButton } from "./Button.tsx";
import type { Tone } from "./Surface.tsx";
import "./Toast.css";

export interface Notice {
  readonly text: string;
  readonly tone?: Tone;
  /** Takes back what was just done. */
  readonly onUndo?: () => void;
}

type Shown = Notice & { readonly id: number };

const STAYS_MS = 6000;
let notices: readonly Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

function change(next: typeof notices): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Says in passing that something was done. With `onUndo` it stays long enough to change one's mind. */
export function toast(notice: Notice): void {
  last += 1;
  change([...notices.slice(-2), { ...notice, id: last }]);
}

const dismiss = (id: number): void => change(notices.filter((notice) => notice.id !== id));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear; once on the page. */
export function Toasts(): ReactElement {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <section className="toasts" aria-label={t("ui.notifications")} aria-live="polite">
      {shown.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function Toast({ notice }: { notice: Shown }): ReactElement {
  const [held, setHeld] = useState(false);
  const { id, onUndo } = notice;
  const stays = onUndo ? STAYS_MS * 2 : STAYS_MS;
  // Counted for the notice, whatever else on the page is drawn anew meanwhile.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), stays);
    return () => clearTimeout(timer);
  }, [held, id, stays]);

  function undo(): void {
    onUndo?.();
    dismiss(id);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: reading or reaching for it only keeps it on the page
    <div
      className="toast"
      data-tone={notice.tone ?? "neutral"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="grow">{notice.text}</span>
      {onUndo && (
        <Button kind="quiet" size="small" onPress={undo}>
          {t("ui.undo")}
        </Button>
      )}
      <IconButton icon={X} label={t("ui.dismiss")} size="small" onPress={() => dismiss(id)} />
    </div>
  );
}
