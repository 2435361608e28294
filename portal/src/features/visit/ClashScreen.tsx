import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Skeleton, showMoment } from "../../ui/index.ts";
import { type NoteLine, notesOf } from "./api.ts";
import { NoteText } from "./NoteText.tsx";
import type { ServerDraft } from "./useServerDraft.ts";

export interface ClashScreenProps {
  readonly draft: ServerDraft;
  readonly encounterId: string;
  readonly patientId: string;
  readonly onAddendum: (noteId: string) => void;
}

/** Two texts where there should be one: both are shown, and nothing is lost unless somebody says so. */
export function ClashScreen({ draft, encounterId, patientId, onAddendum }: ClashScreenProps): ReactElement {
  const theirs = draft.clash?.theirs ?? null;
  const notes = useQuery({
    queryKey: ["notes", patientId, "clash"],
    queryFn: ({ signal }) => notesOf(patientId, signal),
    staleTime: 0,
    enabled: theirs === null,
  });
  if (theirs)
    return (
      <div className="note-clash">
        <Banner tone="warning" role="alert" title={t("visit.changedElsewhere")}>
          {t("visit.changedElsewhereHint")}
        </Banner>
        <Side title={t("visit.theirs", { when: showMoment(theirs.saved) })} text={theirs.text} />
        <Side title={t("visit.mine")} text={draft.text} />
        <div className="row">
          <Button onPress={draft.useTheirs}>{t("visit.useTheirs")}</Button>
          <Button kind="primary" onPress={draft.useMine}>
            {t("visit.useMine")}
          </Button>
        </div>
      </div>
    );
  if (notes.isPending) return <Skeleton lines={6} />;
  const signed = (notes.data ?? []).find((one) => isSignedOf(one, encounterId));
  if (signed)
    return (
      <div className="note-clash">
        <Banner tone="warning" role="alert" title={t("visit.conflict")}>
          {t("visit.conflictHint")}
        </Banner>
        <Side title={t("visit.conflictSigned", { when: showMoment(signed.date) })} text={signed.text} />
        <Side title={t("visit.mine")} text={draft.text} />
        <div className="row">
          <Button onPress={() => void draft.discard()}>{t("visit.conflictDiscard")}</Button>
          <Button kind="primary" onPress={() => onAddendum(signed.id)}>
            {t("visit.conflictAddendum")}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="note-clash">
      <Banner tone="warning" role="alert" title={t("visit.goneElsewhere")}>
        {t("visit.goneElsewhereHint")}
      </Banner>
      <Side title={t("visit.mine")} text={draft.text} />
      <div className="row">
        <Button onPress={() => void draft.discard()}>{t("visit.letGo")}</Button>
        <Button kind="primary" onPress={draft.useMine}>
          {t("visit.saveAnew")}
        </Button>
      </div>
    </div>
  );
}

const isSignedOf = (note: NoteLine, encounterId: string): boolean =>
  note.encounter === `Encounter/${encounterId}` && (note.state === "final" || note.state === "amended");

function Side({ title, text }: { title: string; text: string }): ReactElement {
  return (
    <section className="note-side" aria-label={title}>
      <h3>{title}</h3>
      <NoteText text={text} />
    </section>
  );
}
