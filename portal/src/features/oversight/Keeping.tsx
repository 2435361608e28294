import { ShieldCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, CopyButton, ErrorState, Facts, Progress, Skeleton } from "../../ui/index.ts";
import { useKeeping, verify } from "./log.ts";

type Piece = Schemas["LogChecked"];

/** How far the log is signed, anchored and archived, and having it verified here and now. */
export function Keeping(): ReactElement {
  const keeping = useKeeping();
  const [piece, setPiece] = useState<Piece | null>(null);
  const [state, setState] = useState<"idle" | "running" | "done" | "failed">("idle");

  async function run(): Promise<void> {
    setState("running");
    setPiece(null);
    try {
      await verify(setPiece);
      setState("done");
    } catch {
      setState("failed");
    }
  }

  return (
    <Card
      title={t("oversight.keeping")}
      note={t("oversight.keepingNote")}
      actions={
        <Button icon={ShieldCheck} size="small" isPending={state === "running"} onPress={() => void run()}>
          {t("oversight.verify")}
        </Button>
      }
    >
      <div className="stack">
        {state === "running" && (
          <Progress
            label={t("oversight.verifying", { checked: piece?.checked ?? 0, size: piece?.size ?? 0 })}
            value={piece?.checked ?? 0}
            max={piece?.size || 1}
          />
        )}
        {state === "done" && piece && <Verdict piece={piece} />}
        {state === "failed" && <Banner tone="warning">{t("oversight.verifyFailed")}</Banner>}
        {keeping.data ? (
          <Facts
            columns={2}
            facts={[
              { name: t("oversight.size"), value: String(keeping.data.size) },
              { name: t("oversight.signed"), value: String(keeping.data.signed) },
              { name: t("oversight.anchored"), value: String(keeping.data.anchored) },
              {
                name: t("oversight.archived"),
                value: keeping.data.archived === null ? t("oversight.neverArchived") : String(keeping.data.archived),
              },
              {
                name: t("oversight.key"),
                value: (
                  <span className="oversight-octets small">
                    {keeping.data.key} <CopyButton text={keeping.data.key} label={t("oversight.copyKey")} />
                  </span>
                ),
              },
            ]}
          />
        ) : keeping.isError ? (
          <ErrorState title={t("oversight.loadFailed")} onRetry={() => void keeping.refetch()}>
            {t("oversight.loadFailedLead")}
          </ErrorState>
        ) : (
          <Skeleton lines={3} />
        )}
      </div>
    </Card>
  );
}

function Verdict({ piece }: { piece: Piece }): ReactElement {
  return piece.wrong === null ? (
    <Banner tone="success" role="status" title={t("oversight.whole", { size: piece.size })} />
  ) : (
    <Banner tone="danger" role="alert" title={t("oversight.broken", { seq: piece.wrong })}>
      {t("oversight.brokenLead")}
    </Banner>
  );
}
