import { Check, CircleAlert, Copy, type LucideIcon } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { t } from "../i18n/index.ts";
import { Button, IconButton } from "./Button.tsx";
import "./Surface.css";

/** Grey lines where text will be; shown only after a quarter of a second, so that quick answers do not flicker. */
export function Skeleton({ lines = 3 }: { lines?: number }): ReactElement {
  const sizes = ["long", "medium", "short"] as const;
  return (
    <div className="skeletons" role="status">
      <span className="visually-hidden">{t("ui.loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are alike
        <span key={line} className="skeleton" data-size={sizes[line % 3]} aria-hidden="true" />
      ))}
    </div>
  );
}

/** How far something long has come, and what it is doing. Without `value` nobody knows how long it takes. */
export function Progress({ label, value, max = 100 }: { label: string; value?: number; max?: number }): ReactElement {
  return (
    <div className="progress" role="status">
      <span className="small muted">{label}</span>
      <progress className="progress-track" aria-label={label} max={max} {...(value !== undefined && { value })} />
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** It is the whole page, so its title is the page's. */
  readonly isPage?: boolean;
  /** The first step, in a sentence. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Nothing is here yet, and what to do about it. */
export function EmptyState({ icon: Icon, title, isPage = false, children, actions }: EmptyStateProps): ReactElement {
  return (
    <div className="state">
      {Icon && <Icon aria-hidden="true" size={28} strokeWidth={1.5} />}
      <StateTitle title={title} isPage={isPage} />
      {children && <p>{children}</p>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  /** What happened. */
  readonly title: string;
  /** It is the whole page, so its title is the page's. */
  readonly isPage?: boolean;
  /** What to do. */
  readonly children?: ReactNode;
  readonly requestId?: string | undefined;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
}

/** Something failed: what happened, what to do, and the request id to hand to support. */
export function ErrorState({
  title,
  isPage = false,
  children,
  requestId,
  onRetry,
  actions,
}: ErrorStateProps): ReactElement {
  return (
    <div className="state" role="alert">
      <CircleAlert aria-hidden="true" size={28} strokeWidth={1.5} />
      <StateTitle title={title} isPage={isPage} />
      {children && <p>{children}</p>}
      <div className="row">
        {onRetry && <Button onPress={onRetry}>{t("ui.retry")}</Button>}
        {actions}
      </div>
      {requestId && <RequestId id={requestId} />}
    </div>
  );
}

function StateTitle({ title, isPage }: { title: string; isPage: boolean }): ReactElement {
  return isPage ? <h1 className="state-title">{title}</h1> : <p className="state-title">{title}</p>;
}

/** A request's id with a button that copies it. */
export function RequestId({ id }: { id: string }): ReactElement {
  return (
    <span className="request-id">
      {t("ui.requestId", { id })}
      <CopyButton text={id} label={t("ui.copyRequestId")} />
    </span>
  );
}

/** Copies `text`; the tick says that it did. */
export function CopyButton({ text, label }: { text: string; label: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  return (
    <IconButton icon={copied ? Check : Copy} label={copied ? t("ui.copied") : label} size="small" onPress={copy} />
  );
}
