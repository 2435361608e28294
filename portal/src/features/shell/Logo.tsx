import type { ReactElement } from "react";

/** The product's sign: a meridian over a horizon, drawn in the accent of the edition. */
export function Logo({ size = 26 }: { size?: number }): ReactElement {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect className="logo-ground" width="32" height="32" rx="8" />
      <path className="logo-line" d="M7 23V11.5c0-1.4 1.8-2 2.6-.9L16 19.5l6.4-8.9c.8-1.1 2.6-.5 2.6.9V23" />
    </svg>
  );
}
