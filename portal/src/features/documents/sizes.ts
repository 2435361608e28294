import { currentLocale, t } from "../../i18n/index.ts";

const KILO = 1024;

/** `12 bytes`, `340 kB`, `4.2 MB`: as people compare files. */
export function sizeText(bytes: number): string {
  const written = (value: number, digits: number) =>
    new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits }).format(value);
  if (bytes < KILO) return t("documents.bytes", { size: written(bytes, 0) });
  if (bytes < KILO * KILO) return t("documents.kilobytes", { size: written(bytes / KILO, 0) });
  return t("documents.megabytes", { size: written(bytes / KILO / KILO, 1) });
}

/** Whole percent, which says 100 only when all of it is there. */
export const percentOf = (offset: number, size: number): number =>
  size === 0 ? 0 : offset >= size ? 100 : Math.min(99, Math.floor((offset / size) * 100));
