import { expect, test } from "vitest";
import { en } from "../../src/i18n/en/index.ts";
import { direction, speak, t } from "../../src/i18n/index.ts";
import { choice, type Message, plural, say } from "../../src/i18n/message.ts";

test("places are filled, numbers in the locale's own form", () => {
  expect(say("{n} of {what}", { n: 12345, what: "them" }, "en-GB")).toBe("12,345 of them");
});

test("a forgotten value stays visible", () => {
  expect(say("by {name}", {}, "en-GB")).toBe("by {name}");
});

test("plural forms follow the locale's rules, not English ones", () => {
  const days = plural("count", {
    one: "{count} dzień",
    few: "{count} dni",
    many: "{count} dni",
    other: "{count} dnia",
  });
  expect([1, 2, 5, 22].map((count) => say(days, { count }, "pl"))).toEqual(["1 dzień", "2 dni", "5 dni", "22 dni"]);
});

test("forms can be chosen by a word", () => {
  const whose = choice("gender", { female: "her", other: "their" });
  expect(say(whose, { gender: "female" }, "en-GB")).toBe("her");
  expect(say(whose, { gender: "unknown" }, "en-GB")).toBe("their");
});

test("what a form is chosen by is among its places or stands alone", () => {
  for (const message of Object.values<Message>(en))
    if (typeof message !== "string") expect(Object.keys(message.forms)).toContain("other");
});

test("an unknown language is answered in English, a known one marks the page", async () => {
  await speak("tlh");
  expect(t("ui.close")).toBe("Close");
  await speak("en-XA");
  expect(t("ui.close")).toContain("⟦");
  expect(t("ui.step", { step: 1, count: 2 })).toContain("1");
  expect(document.documentElement.lang).toBe("en-XA");
  await speak("en");
});

test("Arabic runs from right to left", () => {
  expect(direction("ar-EG")).toBe("rtl");
  expect(direction("pl")).toBe("ltr");
});
