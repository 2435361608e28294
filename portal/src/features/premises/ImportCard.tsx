import { FileUp } from "lucide-react";
import { type ReactElement, useState } from "react";
import { DropZone, FileTrigger } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, Facts, Progress, Table } from "../../ui/index.ts";
import { bring, LARGEST, type Outcome, type Trouble } from "./importing.ts";
import "./premises.css";

type Stage =
  | { readonly at: "choosing"; readonly problem?: string }
  | { readonly at: "looking" | "writing"; readonly file: File; readonly count: number }
  | { readonly at: "found" | "done"; readonly file: File; readonly outcome: Outcome };

const TYPES = [".csv", ".json", ".ndjson", ".jsonl"];
const done = ({ created, updated, unchanged }: Outcome): number => created + updated + unchanged;

/** Bringing records in from a file: a rehearsal, then in earnest. */
export function ImportCard(): ReactElement {
  const [stage, setStage] = useState<Stage>({ at: "choosing" });

  async function run(file: File, isRehearsal: boolean): Promise<void> {
    const at = isRehearsal ? "looking" : "writing";
    setStage({ at, file, count: 0 });
    try {
      const outcome = await bring(file, isRehearsal, (so) => setStage({ at, file, count: done(so) }));
      setStage({ at: isRehearsal ? "found" : "done", file, outcome });
    } catch (error) {
      setStage({ at: "choosing", problem: (error instanceof Problem && error.detail) || t("premises.importFailed") });
    }
  }

  function take(file: File | undefined): void {
    if (!file) return;
    if (file.size > LARGEST) setStage({ at: "choosing", problem: t("premises.importTooLarge") });
    else void run(file, true);
  }

  return (
    <Card title={t("premises.import")}>
      <div className="stack">
        {stage.at === "choosing" && <Choose problem={stage.problem} onFile={take} />}
        {stage.at === "looking" && <Progress label={t("premises.importLooking", { name: stage.file.name })} />}
        {stage.at === "writing" && (
          <Progress label={t("premises.importWriting", { name: stage.file.name, count: stage.count })} />
        )}
        {stage.at === "found" && (
          <Found
            outcome={stage.outcome}
            onGo={() => run(stage.file, false)}
            onAnother={() => setStage({ at: "choosing" })}
          />
        )}
        {stage.at === "done" && <Done outcome={stage.outcome} onAnother={() => setStage({ at: "choosing" })} />}
      </div>
    </Card>
  );
}

function Choose({ problem, onFile }: { problem?: string | undefined; onFile: (file?: File) => void }): ReactElement {
  return (
    <>
      {problem && (
        <Banner tone="danger" role="alert">
          {problem}
        </Banner>
      )}
      <p>{t("premises.importLead")}</p>
      <DropZone
        className="premises-drop"
        onDrop={async ({ items }) => {
          const first = items.find((item) => item.kind === "file");
          if (first?.kind === "file") onFile(await first.getFile());
        }}
      >
        <FileTrigger acceptedFileTypes={TYPES} onSelect={(files) => onFile(files?.[0])}>
          <Button icon={FileUp}>{t("premises.importChoose")}</Button>
        </FileTrigger>
        <span className="muted">{t("premises.importDrop")}</span>
      </DropZone>
      <p className="muted small">{t("premises.importColumns")}</p>
    </>
  );
}

interface AfterProps {
  readonly outcome: Outcome;
  readonly onAnother: () => void;
}

function Found({ outcome, onGo, onAnother }: AfterProps & { onGo: () => void }): ReactElement {
  const count = done(outcome);
  return (
    <>
      <Banner tone={count > 0 ? "info" : "warning"} role="status">
        {count > 0 ? t("premises.importFound", { count }) : t("premises.importFoundNone")}{" "}
        {outcome.refused > 0 && t("premises.importRefused", { count: outcome.refused })}
      </Banner>
      <Troubles troubles={outcome.troubles} />
      <div className="row">
        {count > 0 && (
          <Button kind="primary" onPress={onGo}>
            {t("premises.importGo", { count })}
          </Button>
        )}
        <Button onPress={onAnother}>{t("premises.importAnother")}</Button>
      </div>
    </>
  );
}

function Done({ outcome, onAnother }: AfterProps): ReactElement {
  const number = (value: number): ReactElement => <span className="tabular">{value.toLocaleString()}</span>;
  return (
    <>
      <Banner tone="success" role="status" title={t("premises.importDone")} />
      <Facts
        facts={[
          { name: t("premises.importCreated"), value: number(outcome.created) },
          { name: t("premises.importUpdated"), value: number(outcome.updated) },
          { name: t("premises.importUnchanged"), value: number(outcome.unchanged) },
          { name: t("premises.importLeftOut"), value: number(outcome.refused) },
        ]}
      />
      <Troubles troubles={outcome.troubles} />
      <div className="row">
        <Button onPress={onAnother}>{t("premises.importAnother")}</Button>
      </div>
    </>
  );
}

function Troubles({ troubles }: { troubles: readonly Trouble[] }): ReactElement | null {
  if (troubles.length === 0) return null;
  const rows = troubles.map((trouble, place) => ({ ...trouble, place }));
  return (
    <Table
      caption={t("premises.troubles")}
      rows={rows}
      rowKey={({ place }) => String(place)}
      columns={[
        { id: "entry", label: t("premises.troublePlace"), cell: (row) => row.entry },
        { id: "element", label: t("premises.troubleElement"), cell: (row) => row.element },
        { id: "problem", label: t("premises.troubleProblem"), cell: (row) => row.problem },
      ]}
    />
  );
}
