import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ComboBox } from "../../ui/index.ts";
import { type Coded, type CodeList, choices } from "./api.ts";

export interface CodedFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly list: CodeList;
  /** Only what the list has. */
  readonly isClosed?: boolean;
  readonly value: Coded;
  readonly onChange: (value: Coded) => void;
}

const OWN = "own:";

/** One of a list of codes, or in one's own words what the list does not have. */
export function CodedField({
  id,
  label,
  hint,
  error,
  list,
  isClosed = false,
  value,
  onChange,
}: CodedFieldProps): ReactElement {
  const offered = useQuery({
    queryKey: ["charting", list],
    queryFn: ({ signal }) => choices(list, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [written, write] = useState("");
  const all = offered.data ?? [];
  const words = written.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matching = all.filter((one) => words.every((word) => one.text.toLocaleLowerCase().includes(word)));
  const own = written.trim();
  const isNew =
    !isClosed && own.length > 1 && !all.some((one) => one.text.toLocaleLowerCase() === own.toLocaleLowerCase());
  const chosen = value.text === "" ? null : value.code || OWN + value.text;
  const options = [
    ...matching.map((one) => ({ value: one.code, label: one.text })),
    ...(isNew ? [{ value: OWN + own, label: own }] : []),
  ];
  const shown =
    chosen === null || options.some((one) => one.value === chosen)
      ? options
      : [...options, { value: chosen, label: value.text }];
  return (
    <ComboBox
      id={id}
      label={label}
      {...(hint && { hint })}
      error={error}
      options={shown}
      value={chosen}
      onSearch={write}
      onChange={(picked) => {
        const known = all.find((one) => one.code === picked);
        onChange(known ?? { code: "", text: picked?.slice(OWN.length) ?? "" });
      }}
    />
  );
}
