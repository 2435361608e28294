import { useMutation } from "@tanstack/react-query";
import { CircleCheck, Clock, EyeOff, PenLine, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Banner, Button, Card, toast } from "../../ui/index.ts";
import { cosignNote, type NoteLine, signNote } from "./api.ts";
import { NoteText } from "./NoteText.tsx";
import "./visit.css";

export interface NoteCardProps {
  readonly note: NoteLine;
  /** Opens the writing of an addendum; without it the note is only read. */
  readonly onAddendum?: ((noteId: string) => void) | undefined;
  readonly onSaved: () => void;
}

/** A note with its signatures and with what was added to it. */
export function NoteCard({ note, onAddendum, onSaved }: NoteCardProps): ReactElement {
  const isDraft = note.state === "preliminary";
  const { person } = useSession();
  const sign = useMutation({
    mutationFn: () => (isDraft ? signNote(note) : cosignNote(note.id)),
    onSuccess: () => {
      toast({ text: t(isDraft ? "visit.signedNow" : "visit.cosigned"), tone: "success" });
      onSaved();
    },
  });
  const isMine = note.author.reference === person;
  const waitsForMe = !isDraft && note.cosigner?.reference === person && !note.cosigned;
  return (
    <Card
      level={3}
      title={note.title}
      note={momentText(note.date)}
      actions={
        <>
          {note.withheld && !isDraft && (
            <Badge tone="warning" icon={EyeOff}>
              {t("visit.withhold")}
            </Badge>
          )}
          <NoteState note={note} />
        </>
      }
    >
      <div className="note-card">
        <NoteText text={note.text} />
        <Signatures note={note} />
        {note.addenda.map((one) => (
          <section
            key={one.id}
            className="note-side"
            aria-label={t("visit.addendumOf", { when: momentText(one.date) })}
          >
            <h4>{t("visit.addendumOf", { when: momentText(one.date) })}</h4>
            <NoteText text={one.text} />
            <Signatures note={one} />
          </section>
        ))}
        {sign.isError && (
          <Banner tone="danger" role="alert" title={t("visit.signFailed")}>
            {sign.error instanceof Problem && sign.error.detail}
          </Banner>
        )}
        <div className="row">
          {isDraft && isMine && (
            <Button kind="primary" icon={PenLine} onPress={() => sign.mutate()} isPending={sign.isPending}>
              {t("visit.sign")}
            </Button>
          )}
          {waitsForMe && (
            <Button kind="primary" icon={PenLine} onPress={() => sign.mutate()} isPending={sign.isPending}>
              {t("visit.cosign")}
            </Button>
          )}
          {!isDraft && onAddendum && (
            <Button size="small" icon={Plus} onPress={() => onAddendum(note.id)}>
              {t("visit.addAddendum")}
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}

function NoteState({ note }: { note: NoteLine }): ReactElement {
  if (note.state === "preliminary")
    return (
      <Badge tone="warning" icon={Clock}>
        {t("visit.unsigned")}
      </Badge>
    );
  if (note.cosigner && !note.cosigned)
    return (
      <Badge tone="warning" icon={Clock}>
        {t("visit.cosignWaits", { name: note.cosigner.name })}
      </Badge>
    );
  return (
    <Badge tone="success" icon={CircleCheck}>
      {t("visit.locked")}
    </Badge>
  );
}

function Signatures({ note }: { note: NoteLine }): ReactElement {
  const when = momentText(note.date);
  return (
    <p className="muted small">
      {note.state === "preliminary"
        ? t("visit.writtenBy", { name: note.author.name, when })
        : t("visit.signed", { name: note.author.name, when })}
      {note.cosigner && note.cosigned && <> · {t("visit.cosignedBy", { name: note.cosigner.name })}</>}
    </p>
  );
}
