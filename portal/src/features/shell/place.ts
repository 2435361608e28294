import type { LucideIcon } from "lucide-react";
import type { Key } from "../../i18n/index.ts";

/** A place the rail leads to. */
export interface Place {
  readonly path: string;
  readonly name: Key;
  readonly icon: LucideIcon;
  /** The letter after `g` that goes there. */
  readonly letter?: string;
  /** How much waits there; shown when it is more than none. */
  readonly count?: number;
  /** Below the others, under its own heading. */
  readonly isAdministration?: boolean;
  /** In the group of those who watch over what is done with records. */
  readonly isOversight?: boolean;
}
