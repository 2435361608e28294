import { Eye } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Card, Table } from "../../ui/index.ts";
import { AttacksDialog } from "./AttacksDialog.tsx";
import { ResultBadge } from "./ResultBadge.tsx";
import { look, shares, type ThreatTried } from "./verification.ts";

/** A row for each threat: how many attacks, what came of them, and a way to what was asked and answered. */
export function Threats({ threats }: { threats: readonly ThreatTried[] }): ReactElement {
  const [open, setOpen] = useState<ThreatTried | null>(null);
  return (
    <Card title={t("verification.threats")} flush>
      <Table
        caption={t("verification.threats")}
        rows={threats}
        rowKey={(one) => one.id}
        columns={[
          { id: "id", label: t("verification.threat"), cell: (one) => <Named one={one} />, sort: (one) => one.id },
          { id: "risk", label: t("verification.risk"), cell: (one) => t(RISKS[one.risk]), sort: (one) => one.risk },
          {
            id: "share",
            label: t("verification.attacks"),
            cell: (one) => <Share one={one} />,
            sort: (one) => one.tried + one.notRun,
          },
          {
            id: "result",
            label: t("verification.result"),
            cell: (one) => <ResultBadge result={one.result} />,
            sort: (one) => one.result,
          },
          {
            id: "open",
            label: t("verification.evidence"),
            hideLabel: true,
            align: "end",
            cell: (one) => (
              <span className="verification-open">
                <Button size="small" icon={Eye} onPress={() => setOpen(one)}>
                  {t("verification.of", { threat: one.id })}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {open && <AttacksDialog threat={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

function Named({ one }: { one: ThreatTried }): ReactElement {
  return (
    <span className="verification-name">
      <strong>{one.id}</strong>
      <span className="small muted">{one.threat}</span>
    </span>
  );
}

/** A stacked bar, and its numbers in words. */
function Share({ one }: { one: ThreatTried }): ReactElement {
  return (
    <span className="verification-share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {shares(one).map((part) => (
          <rect key={part.result} x={part.from} width={part.width} height={8} data-tone={look(part.result).tone} />
        ))}
      </svg>
      <span className="small">
        {t("verification.counted", { refused: one.refused, tried: one.tried + one.notRun })}
      </span>
    </span>
  );
}

const RISKS = { Low: "verification.low", Medium: "verification.medium", High: "verification.high" } as const;
