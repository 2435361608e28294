import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Eye, Siren } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { currentLocale, t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  Checkbox,
  EmptyState,
  IconButton,
  PageHead,
  Select,
  showDay,
  showTime,
} from "../../ui/index.ts";
import { AskDialog } from "./AskDialog.tsx";
import { Loading } from "./Loading.tsx";
import { days, partsSeen, people, quiet, type Seen, type Shown, shifted, thisMonth, whoText } from "./seen.ts";
import "./sharing.css";

/** Who saw one's record, by day, in plain words; each line can be asked about. */
export function SeenPage(): ReactElement | null {
  const { patient } = useSession();
  return patient ? <Months key={patient} patient={patient} /> : null;
}

function Months({ patient }: { patient: string }): ReactElement {
  const now = thisMonth(new Date());
  const [month, setMonth] = useState(now);
  const [asking, setAsking] = useState<Seen | null>(null);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const seen = useQuery({
    queryKey: ["seen", patient, month],
    queryFn: () =>
      answer(api.GET("/api/own/{patient}/seen", { params: { path: { patient }, query: { month, zone } } })),
  });
  const name = new Intl.DateTimeFormat(currentLocale(), { month: "long", year: "numeric", timeZone: "UTC" });
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("seen.title")} lead={t("seen.lead")} />
      <div className="row">
        <IconButton icon={ChevronLeft} label={t("seen.before")} onPress={() => setMonth(shifted(month, -1))} />
        <strong aria-live="polite">{name.format(new Date(`${month}-01T00:00:00Z`))}</strong>
        <IconButton
          icon={ChevronRight}
          label={t("seen.after")}
          isDisabled={month >= now}
          onPress={() => setMonth(shifted(month, 1))}
        />
      </div>
      <Loading query={seen}>
        {(data) => (
          <>
            {!data.complete && <Banner tone="warning">{t("seen.incomplete")}</Banner>}
            <Lines key={month} lines={data.lines} onAsk={setAsking} />
          </>
        )}
      </Loading>
      <AskDialog patient={patient} line={asking} onClose={() => setAsking(null)} />
    </div>
  );
}

function Lines({ lines, onAsk }: { lines: readonly Seen[]; onAsk: (line: Seen) => void }): ReactElement {
  const [shown, setShown] = useState<Shown>({ person: "", everything: false });
  const found = days(lines, shown);
  const folded = quiet(lines);
  return (
    <>
      {lines.length > 0 && (
        <div className="sharing-filter">
          <Select
            label={t("seen.person")}
            options={[{ value: "", label: t("seen.everybody") }, ...people(lines)]}
            value={shown.person}
            onChange={(person) => setShown((now) => ({ ...now, person: person ?? "" }))}
          />
          <Checkbox
            isSelected={shown.everything}
            onChange={(everything) => setShown((now) => ({ ...now, everything }))}
          >
            {t("seen.everything", { count: folded })}
          </Checkbox>
        </div>
      )}
      {found.length === 0 ? (
        <EmptyState icon={Eye} title={t("seen.none")}>
          {t("seen.noneHint", { count: folded })}
        </EmptyState>
      ) : (
        found.map(([day, those]) => (
          <Card key={day} title={showDay(day)} flush>
            <ul className="sharing-lines">
              {those.map((line) => (
                <OneLine key={`${line.entry}${line.reason}`} line={line} onAsk={onAsk} />
              ))}
            </ul>
          </Card>
        ))
      )}
    </>
  );
}

function OneLine({ line, onAsk }: { line: Seen; onAsk: (line: Seen) => void }): ReactElement {
  const from = showTime(line.first);
  const to = showTime(line.last);
  return (
    <li className="sharing-line">
      <span className="sharing-when">{from === to ? from : t("seen.times", { from, to })}</span>
      <span className="sharing-who">
        <strong>{whoText(line)}</strong>
        <span>{t(line.changed ? "seen.changed" : "seen.looked", { parts: partsSeen(line), count: line.count })}</span>
        <span className="muted small">{t("seen.why", { reason: line.reason })}</span>
        {line.emergency && (
          <span>
            <Badge tone="danger" icon={Siren}>
              {t("seen.emergency")}
            </Badge>
          </span>
        )}
      </span>
      {line.group !== "own" && <Button onPress={() => onAsk(line)}>{t("seen.ask")}</Button>}
    </li>
  );
}
