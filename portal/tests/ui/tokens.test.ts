import { describe, expect, test } from "vitest";
import css from "../../src/ui/tokens.css?raw";

type Colours = Record<string, string>;

/** The colours of the rule whose selector holds `selector`, for one theme. */
function colours(selector: string, theme: 0 | 1): Colours {
  const start = css.indexOf(selector);
  const body = css.slice(css.indexOf("{", start), css.indexOf("}", start));
  const pairs = body.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g);
  return Object.fromEntries(
    [...pairs].map(([, name = "", light = "", dark = ""]) => [name, theme === 0 ? light : dark]),
  );
}

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const TEXT: readonly (readonly [string, string])[] = [
  ...["text", "text-muted", "text-faint"].flatMap((ink) =>
    ["canvas", "surface", "sunken", "raised", "hover"].map((paper) => [ink, paper] as const),
  ),
  ...["danger", "warning", "success", "info"].flatMap((tone) =>
    ["surface", "raised", `${tone}-soft`].map((paper) => [tone, paper] as const),
  ),
  ["text-inverse", "text"],
  ["text-inverse", "danger"],
  ["accent", "surface"],
  ["accent", "canvas"],
  ["accent", "raised"],
  ["accent", "accent-soft"],
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["rail-text", "rail-bg"],
  ["rail-active", "rail-active-bg"],
];
const SHAPES: readonly (readonly [string, string])[] = [
  ["border-strong", "surface"],
  ["border-strong", "canvas"],
];

const editions = ["careconnect360", "meridian-pms"];
const looks = editions.flatMap((edition) =>
  ([0, 1] as const).flatMap((theme) => [false, true].map((more) => ({ edition, theme, more }))),
);

describe.each(looks)("$edition, theme $theme, more contrast $more", ({ edition, theme, more }) => {
  const all: Colours = {
    ...colours(":root {", theme),
    ...colours(`[data-edition="${edition}"]`, theme),
    ...(more ? colours('[data-contrast="more"]', theme) : {}),
  };
  const of = (name: string): string => all[name] ?? "missing";

  test.each(TEXT)("%s on %s is readable", (ink, paper) => {
    expect(contrast(of(ink), of(paper))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(SHAPES)("%s on %s can be told", (line, paper) => {
    expect(contrast(of(line), of(paper))).toBeGreaterThanOrEqual(3);
  });
});
