import type { LucideIcon } from "lucide-react";
import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import { t } from "../i18n/index.ts";
import { IconButton } from "./Button.tsx";
import "./Surface.css";

export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

export interface CardProps {
  readonly title?: ReactNode;
  /** Beside the title: a count, a time. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Lets a list or table run to the edges. */
  readonly flush?: boolean;
  readonly level?: 2 | 3;
}

/** A section of a page on its own sheet, named by its title. */
export function Card({ title, note, actions, children, flush = false, level = 2 }: CardProps): ReactElement {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className="card" data-flush={flush || undefined} aria-labelledby={title ? id : undefined}>
      {title && (
        <header className="card-head">
          <Heading id={id}>{title}</Heading>
          {note && <span className="card-note">{note}</span>}
          {actions && <div className="card-actions">{actions}</div>}
        </header>
      )}
      <div className="card-body">{children}</div>
    </section>
  );
}

export interface PageHeadProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

/** A page's first heading, with what can be done on the whole page. */
export function PageHead({ title, lead, actions }: PageHeadProps): ReactElement {
  return (
    <header className="page-head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p className="muted">{lead}</p>}
      </div>
      {actions && <div className="row">{actions}</div>}
    </header>
  );
}

/** A word about a thing's state, in a pill: never by colour alone. */
export function Badge({
  tone = "neutral",
  icon: Icon,
  children,
}: {
  tone?: Tone;
  icon?: LucideIcon;
  children: ReactNode;
}): ReactElement {
  return (
    <span className="badge" data-tone={tone}>
      {Icon && <Icon aria-hidden="true" size={13} />}
      {children}
    </span>
  );
}

export interface FlagProps {
  /** One or two letters that stay readable without colour: H, L, HH, LL. */
  readonly mark: string;
  /** What the letters mean, for screen readers and as a title. */
  readonly meaning: string;
  readonly tone: "high" | "low" | "critical";
}

/** A letter in a shape: up, down, or filled for what is critical. */
export function Flag({ mark, meaning, tone }: FlagProps): ReactElement {
  return (
    <abbr className="flag" data-tone={tone} title={meaning}>
      <span aria-hidden="true">{mark}</span>
      <span className="visually-hidden">{meaning}</span>
    </abbr>
  );
}

const icons: Record<Tone, LucideIcon> = {
  neutral: Info,
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
};

export interface BannerProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
  /** `status` is read out when it appears, `alert` at once; absent for what is there from the start. */
  readonly role?: "status" | "alert";
}

/** A sentence the page should not be read without. */
export function Banner({ tone = "info", title, children, actions, onDismiss, role }: BannerProps): ReactElement {
  const Icon = icons[tone];
  return (
    <div className="banner" data-tone={tone} role={role}>
      <Icon aria-hidden="true" size={18} />
      <div className="banner-text">
        {title && <p className="strong">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div className="row banner-actions">{actions}</div>}
      </div>
      {onDismiss && <IconButton icon={X} label={t("ui.dismiss")} size="small" onPress={onDismiss} />}
    </div>
  );
}

/** A person's initials. Decorative: the name always stands beside it. */
export function Avatar({ name, size = "medium" }: { name: string; size?: "small" | "medium" | "large" }): ReactElement {
  const words = name
    .replace(/[^\p{L}\p{M}\s'-]/gu, "")
    .split(/\s+/)
    .filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? "").join("");
  return (
    <span className="avatar" data-size={size} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}

export interface FactsProps {
  readonly facts: readonly { readonly name: string; readonly value: ReactNode }[];
  readonly columns?: 1 | 2;
}

/** Names and values, aligned. */
export function Facts({ facts, columns = 1 }: FactsProps): ReactElement {
  return (
    <dl className="facts" data-columns={columns}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
