import type { LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps, Link, type LinkProps } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { Tooltip } from "./Tooltip.tsx";
import "./Button.css";

interface Look {
  /** `primary` once a screen; `danger` for what cannot be undone; `quiet` beside text. */
  readonly kind?: "primary" | "secondary" | "quiet" | "danger" | undefined;
  readonly size?: "small" | "medium" | "large" | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly wide?: boolean | undefined;
}

export type ButtonProps = Omit<AriaButtonProps, "className" | "style" | "children"> & Look & { children: ReactNode };

const marks = ({ kind = "secondary", size = "medium", wide }: Look) => ({
  "data-kind": kind,
  "data-size": size,
  "data-wide": wide || undefined,
});

/**
 * A push button. While `isPending` it keeps its focus and width, refuses presses and says so to screen readers.
 *
 * React Aria's own pending state announces by a reference to the button, which points nowhere once a dialog has closed.
 */
export function Button(props: ButtonProps): ReactElement {
  const { kind, size, wide, icon: Icon, children, isPending = false, type, onPress, ...rest } = props;
  return (
    <AriaButton
      {...rest}
      {...(onPress && !isPending && { onPress })}
      type={isPending ? "button" : (type ?? "button")}
      className="button"
      data-pending={isPending || undefined}
      {...marks({ kind, size, wide })}
    >
      {isPending && <span className="button-spinner" aria-hidden="true" />}
      {Icon && !isPending && <Icon aria-hidden="true" size={16} />}
      <span className="button-text">{children}</span>
      {isPending && <span className="visually-hidden">{t("ui.loading")}</span>}
    </AriaButton>
  );
}

export type ButtonLinkProps = Omit<LinkProps, "className" | "style" | "children"> & Look & { children: ReactNode };

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function ButtonLink({ kind, size, wide, icon: Icon, children, ...rest }: ButtonLinkProps): ReactElement {
  return (
    <Link {...rest} className="button" {...marks({ kind, size, wide })}>
      {Icon && <Icon aria-hidden="true" size={16} />}
      <span className="button-text">{children}</span>
    </Link>
  );
}

export type IconButtonProps = Omit<AriaButtonProps, "className" | "style" | "children"> & {
  readonly icon: LucideIcon;
  /** What it does; shown as a tooltip and read by screen readers. */
  readonly label: string;
  readonly kind?: "secondary" | "quiet";
  readonly size?: "small" | "medium";
};

/** A square button with a picture only. */
export function IconButton({
  icon: Icon,
  label,
  kind = "quiet",
  size = "medium",
  ...rest
}: IconButtonProps): ReactElement {
  return (
    <Tooltip text={label}>
      <AriaButton {...rest} aria-label={label} className="button icon-button" data-kind={kind} data-size={size}>
        <Icon aria-hidden="true" size={size === "small" ? 15 : 18} />
      </AriaButton>
    </Tooltip>
  );
}
