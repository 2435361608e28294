import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../ui/index.ts";
import { look, type Result } from "./verification.ts";

const ICONS = { refused: CircleCheck, succeeded: CircleAlert, "not run": CircleDashed } as const;

/** What came of an attack, in a word. */
export function ResultBadge({ result }: { result: Result }): ReactElement {
  const { tone, word } = look(result);
  return (
    <Badge tone={tone} icon={ICONS[result]}>
      {t(word)}
    </Badge>
  );
}
