/** The clinic's formulary as its keepers see it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";

export type Line = Schemas["KeptLine"];
type NewMedicine = Schemas["NewMedicine"];

export const FORMS = [
  "tablet",
  "capsule",
  "liquid",
  "drops",
  "spray",
  "inhaler",
  "patch",
  "cream",
  "suppository",
  "injection",
  "pen",
  "pack",
  "device",
] as const satisfies readonly NewMedicine["form"][];
export type Form = (typeof FORMS)[number];

/** Forms that are given out in whole packs, whose content must be known. */
const PACKED: ReadonlySet<Form> = new Set(["spray", "inhaler", "pen", "pack"]);
export const isPacked = (form: Form): boolean => PACKED.has(form);

export interface Fields {
  readonly name: string;
  readonly form: Form;
  readonly strength: string;
  /** With commas between them. */
  readonly ingredients: string;
  readonly pack: string;
}

export const BLANK: Fields = { name: "", form: "tablet", strength: "", ingredients: "", pack: "" };

export type Mistake = "name" | "ingredients" | "pack";

const SHORTEST_NAME = 3;
const MOST_IN_PACK = 10_000;

const substances = (text: string): string[] =>
  text
    .split(/[,;+]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** What the form says as the server takes it, or what is wrong with it. */
export function medicineOf(fields: Fields): { medicine: NewMedicine; wrong: readonly Mistake[] } {
  const ingredients = substances(fields.ingredients);
  const pack = isPacked(fields.form) ? Number(fields.pack) : null;
  const isPackWrong = pack !== null && !(Number.isInteger(pack) && pack >= 1 && pack <= MOST_IN_PACK);
  const wrong: Mistake[] = [];
  if (fields.name.trim().length < SHORTEST_NAME) wrong.push("name");
  if (ingredients.length === 0 || ingredients.some((one) => one.length < 2)) wrong.push("ingredients");
  if (isPackWrong) wrong.push("pack");
  const { form } = fields;
  return {
    medicine: { name: fields.name.trim(), form, strength: fields.strength.trim(), ingredients, pack, route: "" },
    wrong,
  };
}

export type Show = "all" | "added" | "hidden";

/** Lines of which every word begins a word of the name or of a substance. */
export function matching(lines: readonly Line[], text: string, show: Show): readonly Line[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    if ((show === "added" && !line.added) || (show === "hidden" && !line.hidden)) return false;
    const parts = [line.name, ...line.ingredients].join(" ").toLowerCase().split(/\s+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
}

const KEY = ["formulary"] as const;

export const useFormulary = () =>
  useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/medications/formulary/all", { signal }))).medicines,
  });

function useChange<Input>(change: (input: Input) => Promise<Line>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["medicine-formulary"] });
      return client.invalidateQueries({ queryKey: KEY });
    },
  });
}

export const useAdding = () =>
  useChange((body: NewMedicine) => answer(api.POST("/api/medications/formulary", { body })));

export const useHiding = () =>
  useChange(({ id, hidden }: { id: string; hidden: boolean }) =>
    answer(
      api.PUT("/api/medications/formulary/{medicine}/hidden", { params: { path: { medicine: id } }, body: { hidden } }),
    ),
  );

/** What to tell of a change that was refused. */
export const refusalOf = (problem: unknown): string =>
  (problem instanceof Problem && problem.detail) || t("formulary.saveFailed");
