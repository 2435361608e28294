import { type FormEvent, type ReactElement, useState } from "react";
import { type Key, t } from "../../i18n/index.ts";
import { Button, Card, DateField, isoDay, Select, TextField } from "../../ui/index.ts";
import { FIELDS, type Field, type Filter, OUTCOMES, VIEWS, viewOf } from "./filter.ts";

type Changes = Partial<Record<Field | "since" | "until", string>>;

interface FiltersProps {
  readonly filter: Filter;
  readonly onChange: (changes: Changes) => void;
  readonly onView: (address: URLSearchParams) => void;
}

const TEXTS: readonly Exclude<Field, "outcome">[] = FIELDS.filter((field) => field !== "outcome");
const DAY_MS = 86_400_000;

/** What is looked for; each change is an address that can be kept. */
export function Filters({ filter, onChange, onView }: FiltersProps): ReactElement {
  const view = viewOf(filter);
  const key = JSON.stringify(filter);
  return (
    <Card>
      <div className="oversight-filter">
        <Select
          label={t("oversight.view")}
          value={view}
          onChange={(chosen) => onView(new URLSearchParams(VIEWS.find((one) => one.id === chosen)?.by))}
          options={[
            ...VIEWS.map(({ id, name }) => ({ value: id, label: t(name) })),
            ...(view === "own" ? [{ value: "own", label: t("oversight.view.own") }] : []),
          ]}
        />
        <DateField
          label={t("oversight.since")}
          value={isoDay(new Date(filter.since))}
          onChange={(day) => onChange({ since: day ? String(startOf(day)) : "" })}
        />
        <DateField
          label={t("oversight.until")}
          value={isoDay(new Date(filter.until - 1))}
          onChange={(day) => onChange({ until: day ? String(startOf(day) + DAY_MS) : "" })}
        />
        <Select
          label={t("oversight.field.outcome")}
          value={filter.outcome ?? "any"}
          onChange={(outcome) => onChange({ outcome: outcome === "any" ? "" : outcome })}
          options={[
            { value: "any", label: t("oversight.anyOutcome") },
            ...OUTCOMES.map((one) => ({ value: one, label: t(`oversight.outcome.${one}`) })),
          ]}
        />
      </div>
      <details className="oversight-further" open={TEXTS.some((field) => filter[field]) || undefined}>
        <summary>{t("oversight.further")}</summary>
        <Further key={key} filter={filter} onChange={onChange} />
      </details>
    </Card>
  );
}

/** Ids and codes; they count once they are sent off, so that no half-written id is looked for. */
function Further({ filter, onChange }: Pick<FiltersProps, "filter" | "onChange">): ReactElement {
  const [said, setSaid] = useState<Changes>(() => Object.fromEntries(TEXTS.map((one) => [one, filter[one] ?? ""])));
  function submit(event: FormEvent): void {
    event.preventDefault();
    onChange(Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value.trim()])));
  }
  return (
    <form className="oversight-filter" onSubmit={submit}>
      {TEXTS.map((field) => (
        <TextField
          key={field}
          label={t(`oversight.field.${field}` satisfies Key)}
          value={said[field] ?? ""}
          onChange={(value) => setSaid({ ...said, [field]: value })}
          maxLength={128}
          autoComplete="off"
          spellCheck="false"
        />
      ))}
      <div className="oversight-filter-send">
        <Button type="submit" kind="primary">
          {t("oversight.look")}
        </Button>
        <Button onPress={() => onChange(Object.fromEntries([...FIELDS, "since", "until"].map((field) => [field, ""])))}>
          {t("oversight.clear")}
        </Button>
      </div>
    </form>
  );
}

const startOf = (day: string): number => new Date(`${day}T00:00:00`).getTime();
