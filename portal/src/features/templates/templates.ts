/** Note templates as their keepers see them: the organisation's own, and those of ours that it has not replaced. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";

export type Template = Schemas["ListedTemplate"];

/** What notes can be, by LOINC code. */
export const KINDS = ["11506-3", "34117-2", "11488-4"] as const;
type Kind = (typeof KINDS)[number];

export interface TemplateFields {
  readonly title: string;
  readonly kind: Kind;
  readonly text: string;
  readonly cosign: boolean;
}

/** What a new template begins with. */
const START = "## Subjective\n\n## Objective\n\n## Assessment\n\n## Plan\n";

export const fieldsOf = (template: Template | null): TemplateFields => ({
  title: template?.title ?? "",
  kind: KINDS.find((one) => one === template?.kind) ?? KINDS[0],
  text: template?.text ?? START,
  cosign: template?.cosign ?? false,
});

const isHeading = (line: string): boolean => /^\s*#{1,6}\s+\S/.test(line);

/** Headings of a template, in order. */
export const headingsOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter(isHeading)
    .map((line) => line.replace(/^\s*#+\s+/, "").trim());

/** Whether the server takes the text: it begins with a heading. */
export const isSound = (text: string): boolean => isHeading(text.split("\n").find((line) => line.trim()) ?? "");

const KEY = ["note-template-list"] as const;

export const useTemplates = () =>
  useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await answer(api.GET("/api/charting/note-templates", { signal }))).templates,
  });

interface Keeping {
  /** The template to change; null for a new one. One of ours is replaced by one of the organisation's. */
  readonly template: Template | null;
  readonly fields: TemplateFields;
  readonly active: boolean;
}

export function useKeepTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ template, fields, active }: Keeping) => {
      const body = { ...fields, title: fields.title.trim(), active };
      if (!template?.form)
        return answer(api.POST("/api/charting/note-templates", { body: { ...body, replaces: template?.name ?? "" } }));
      return answer(
        api.PUT("/api/charting/note-templates/{template}", {
          params: { path: { template: template.form } },
          body: { ...body, base: template.version },
        }),
      );
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["note-templates"] });
      return client.invalidateQueries({ queryKey: KEY });
    },
  });
}

/** What to tell of a change that was refused. */
export function refusalOf(problem: unknown): string {
  if (problem instanceof Problem && problem.status === 412) return t("templates.changedMeanwhile");
  return (problem instanceof Problem && problem.detail) || t("templates.saveFailed");
}
