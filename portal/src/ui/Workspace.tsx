import { X } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { t } from "../i18n/index.ts";
import { IconButton } from "./Button.tsx";
import "./Overlay.css";

export interface WorkspaceProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, and when the draft was saved. */
  readonly foot?: ReactNode;
}

/** A panel to write in beside the page that is read: not modal. On a phone it covers the page. */
export function Workspace({ title, onClose, children, foot }: WorkspaceProps): ReactElement {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    head.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <section className="workspace" aria-label={title}>
      <header className="workspace-head">
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon={X} label={t("ui.close")} onPress={onClose} />
      </header>
      <div className="workspace-body">{children}</div>
      {foot && <footer className="workspace-foot">{foot}</footer>}
    </section>
  );
}
