import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { t } from "../../i18n/index.ts";
import { ComboBox, DateField, type Mistake, TextField } from "../../ui/index.ts";
import { type Diagnosis, diagnoses, recordProblem } from "./api.ts";
import { type RecordProps, RecordTool } from "./RecordTool.tsx";

const REST_MS = 250;
const FREE = "free:";

/** A problem for the list, found by words or by its code; what no code says stands in words. */
export function ProblemTool({ patientId, encounterId, onClose, onSaved }: RecordProps): ReactElement {
  const [written, write] = useState("");
  const [chosen, setChosen] = useState<Diagnosis | null>(null);
  const [onset, setOnset] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const found = useDiagnoses(written);
  const free: Diagnosis = { code: "", display: written.trim() };
  const options = [
    ...(found ?? []).map((one) => ({ value: one.code, label: one.display, hint: one.code })),
    ...(free.display.length > 2
      ? [{ value: FREE + free.display, label: t("visit.problemFree", { text: free.display }) }]
      : []),
    ...(chosen && !(found ?? []).some((one) => one.code === chosen.code) ? [optionOf(chosen)] : []),
  ];

  function choose(value: string | null): void {
    const known = (found ?? []).find((one) => one.code === value);
    setChosen(known ?? (value === null ? null : { code: "", display: value.slice(FREE.length) }));
  }

  function check(): boolean {
    const wrong = chosen ? [] : [{ field: "problem-search", message: t("visit.needed.problem") }];
    setMistakes(wrong);
    return wrong.length === 0;
  }

  return (
    <RecordTool
      title={t("visit.addProblem")}
      done={t("visit.problemSaved")}
      mistakes={mistakes}
      check={check}
      save={() => recordProblem({ patientId, encounterId, diagnosis: chosen ?? free, onset, note })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <ComboBox
        id="problem-search"
        label={t("visit.problemSearch")}
        hint={t("visit.problemSearchHint")}
        error={mistakes[0]?.message}
        options={options}
        value={chosen ? optionOf(chosen).value : null}
        onChange={choose}
        onSearch={write}
      />
      <DateField label={t("visit.onset")} optional value={onset} onChange={setOnset} />
      <TextField label={t("visit.comment")} optional rows={3} value={note} onChange={setNote} />
    </RecordTool>
  );
}

const optionOf = ({ code, display }: Diagnosis) =>
  code ? { value: code, label: display, hint: code } : { value: FREE + display, label: display };

/** Diagnoses for what is written, once it has rested. */
function useDiagnoses(written: string): readonly Diagnosis[] | undefined {
  const [rested, setRested] = useState(written);
  useEffect(() => {
    const timer = setTimeout(() => setRested(written.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [written]);
  return useQuery({
    queryKey: ["diagnoses", rested],
    enabled: rested.length > 1,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => diagnoses(rested, signal),
  }).data;
}
