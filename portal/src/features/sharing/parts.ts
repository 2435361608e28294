/** What a patient may let others read, in words and in order. */
import type { Schemas } from "../../api/index.ts";
import { currentLocale, t } from "../../i18n/index.ts";

export type Part = Schemas["ShareWish"]["parts"][number];

export const PARTS = [
  "medicines",
  "allergies",
  "problems",
  "immunizations",
  "results",
  "visits",
  "documents",
] as const satisfies readonly Part[];

/** `medicines, allergies and results`, as the reader's language joins them. */
export const listed = (words: readonly string[]): string =>
  new Intl.ListFormat(currentLocale(), { type: "conjunction" }).format(words);

export const partsText = (parts: readonly string[]): string => listed(parts.map((part) => t("sharing.part", { part })));
