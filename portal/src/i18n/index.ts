/**
 * Every word the portal shows. `t("shell.signOut")` answers in the person's language.
 *
 * English is the catalogue that defines the keys and is always loaded; another language is a module with the same keys
 * in `catalogues`, loaded when chosen. What it lacks is answered in English.
 */
import { en, type Key } from "./en/index.ts";
import { type Message, say, type Values } from "./message.ts";

export type { Key } from "./en/index.ts";

type Catalogue = Partial<Record<Key, Message>>;

const catalogues: Readonly<Record<string, () => Promise<Catalogue>>> = {
  es: async () => (await import("./es/index.ts")).es,
  "en-XA": async () => (await import("./pseudo.ts")).pseudo(en),
};

/** The languages a person can choose, each named in itself. */
export const LANGUAGES = { en: "English", es: "Español" } as const;

export type Language = keyof typeof LANGUAGES;

const CHOSEN = "meridian.language";

let locale = "en-GB";
let words: Catalogue = en;

/** The sentence under `key`, with its places filled and its form chosen. */
export function t(key: Key, values: Values = {}): string {
  return say(words[key] ?? en[key], values, locale);
}

/** The locale in force, for dates and numbers. */
export const currentLocale = (): string => locale;

/** The language in force, as one of those that can be chosen. */
export const currentLanguage = (): Language => (locale.startsWith("es") ? "es" : "en");

/** The language chosen on this device, if one was. */
export const chosenLanguage = (): string | null => localStorage.getItem(CHOSEN);

/** Speaks `language` from now on, on this device: the page is loaded anew in it. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(CHOSEN, language);
  if (language !== currentLanguage()) location.reload();
}

/** Right-to-left or left-to-right, for the `dir` of the page. */
export function direction(tag: string): "ltr" | "rtl" {
  return ["ar", "fa", "he", "ur"].includes(new Intl.Locale(tag).language) ? "rtl" : "ltr";
}

/** Where a language is spoken here, for dates and numbers. */
const LOCALES: Readonly<Record<string, string>> = { es: "es-US" };

/** Makes `tag` the language from now on; call it before the page is drawn. */
export async function speak(tag: string): Promise<void> {
  const name = tag in catalogues ? tag : (tag.split("-")[0] ?? "en");
  const load = catalogues[name];
  words = load ? await load() : en;
  locale = load ? (LOCALES[name] ?? name) : "en-GB";
  document.documentElement.lang = locale;
  document.documentElement.dir = direction(locale);
}
