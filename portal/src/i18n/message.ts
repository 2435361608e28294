/** What a catalogue holds: a sentence with `{places}`, or forms of it chosen by a number or by a word. */
export type Message = string | Plural | Choice;

interface Plural {
  readonly kind: "plural";
  readonly by: string;
  readonly forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
}

interface Choice {
  readonly kind: "choice";
  readonly by: string;
  readonly forms: Readonly<Record<string, string>> & { readonly other: string };
}

/** A catalogue with just the keys of another. */
export type Same<Catalogue> = { readonly [K in keyof Catalogue]: Message };

export type Values = Readonly<Record<string, string | number>>;

/** Forms by number, under the locale's own plural rules: `plural("count", { one: "{count} day", other: "{count} days" })`. */
export const plural = (by: string, forms: Plural["forms"]): Plural => ({ kind: "plural", by, forms });

/** Forms by word, such as a gender: `choice("gender", { female: "her", male: "his", other: "their" })`. */
export const choice = (by: string, forms: Choice["forms"]): Choice => ({ kind: "choice", by, forms });

/** The sentence for `values`; a place without a value stays visible, so that a mistake is seen. */
export function say(message: Message, values: Values, locale: string): string {
  const text = typeof message === "string" ? message : form(message, values, locale);
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function form(message: Plural | Choice, values: Values, locale: string): string {
  const value = values[message.by];
  if (message.kind === "choice") return message.forms[String(value)] ?? message.forms.other;
  return message.forms[new Intl.PluralRules(locale).select(Number(value))] ?? message.forms.other;
}
