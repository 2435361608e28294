import { FileJson, FileText } from "lucide-react";
import { type ReactElement, useState } from "react";
import { download } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, Progress } from "../../ui/index.ts";

type Kind = "pdf" | "fhir";

const COPIES: Record<Kind, { readonly path: string; readonly file: string }> = {
  pdf: { path: "/record/print", file: "record.pdf" },
  fhir: { path: "/record", file: "record.json" },
};

/** Taking one's record along. */
export function RecordCopies({ patient, organisation }: { patient: string; organisation: string }): ReactElement {
  const [making, setMaking] = useState<Kind | null>(null);
  const [hasFailed, setHasFailed] = useState(false);

  async function make(kind: Kind): Promise<void> {
    setMaking(kind);
    setHasFailed(false);
    try {
      await download(`/api/own/${encodeURIComponent(patient)}${COPIES[kind].path}`, COPIES[kind].file);
    } catch {
      setHasFailed(true);
    }
    setMaking(null);
  }

  return (
    <Card title={t("own.copies")}>
      <div className="stack">
        <p className="muted">{t("own.copiesLead", { organisation })}</p>
        {hasFailed && (
          <Banner tone="danger" role="alert">
            {t("own.copyFailed")}
          </Banner>
        )}
        <div className="row">
          <Button icon={FileText} onPress={() => make("pdf")} isDisabled={making !== null}>
            {t("own.copyPdf")}
          </Button>
          <Button icon={FileJson} onPress={() => make("fhir")} isDisabled={making !== null}>
            {t("own.copyFhir")}
          </Button>
        </div>
        {making && <Progress label={t("own.copyMaking")} />}
      </div>
    </Card>
  );
}
