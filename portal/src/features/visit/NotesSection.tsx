import { useQuery, useQueryClient } from "@tanstack/react-query";
import { NotebookPen } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, Card, EmptyState, ErrorState, Skeleton } from "../../ui/index.ts";
import { notesOf } from "./api.ts";
import { NoteCard } from "./NoteCard.tsx";
import "./visit.css";

export interface NotesSectionProps {
  readonly patientId: string;
  /** Opens the writing of an addendum; without it the notes are only read. */
  readonly onAddendum?: ((noteId: string) => void) | undefined;
}

const SHOWN = 10;

/** A patient's notes, newest first. */
export function NotesSection({ patientId, onAddendum }: NotesSectionProps): ReactElement {
  const client = useQueryClient();
  const [pages, setPages] = useState(1);
  const queryKey = ["notes", patientId] as const;
  const { data, error, isPending, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => notesOf(patientId, signal),
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        title={t("visit.notesFailed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={() => void refetch()}
      >
        {t("visit.failedHint")}
      </ErrorState>
    );
  const shown = data.filter((one) => one.state !== "entered-in-error");
  if (shown.length === 0)
    return (
      <Card>
        <EmptyState icon={NotebookPen} title={t("visit.noNotesEver")}>
          {t("chart.emptyHint")}
        </EmptyState>
      </Card>
    );
  const rest = shown.length - pages * SHOWN;
  return (
    <div className="visit-notes">
      {shown.slice(0, pages * SHOWN).map((note) => (
        <NoteCard
          key={note.id}
          note={note}
          onAddendum={onAddendum}
          onSaved={() => void client.invalidateQueries({ queryKey })}
        />
      ))}
      {rest > 0 && (
        <div className="row">
          <Button onPress={() => setPages(pages + 1)}>
            {t("ui.showMore", { count: Math.min(rest, SHOWN), rest })}
          </Button>
        </div>
      )}
    </div>
  );
}
