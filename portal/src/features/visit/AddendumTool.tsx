import { useMutation } from "@tanstack/react-query";
import { PenLine } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Skeleton, toast, Workspace } from "../../ui/index.ts";
import { addAddendum, addendumPlace } from "./api.ts";
import { ClashScreen } from "./ClashScreen.tsx";
import { NoteField, SignFailure } from "./NoteTool.tsx";
import { SavedMark } from "./SavedMark.tsx";
import { useServerDraft } from "./useServerDraft.ts";
import "./visit.css";

export interface AddendumToolProps {
  readonly patientId: string;
  readonly noteId: string;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** What is added to a signed note: a text of its own, signed as it is made. */
export function AddendumTool({ patientId, noteId, onClose, onSaved }: AddendumToolProps): ReactElement {
  const draft = useServerDraft(addendumPlace(noteId), patientId);
  const [isEmpty, setIsEmpty] = useState(false);
  const signing = useMutation({
    mutationFn: async () => {
      await draft.flush();
      await addAddendum(noteId, draft.text);
    },
    onSuccess: () => {
      void draft.discard();
      toast({ text: t("visit.addendumSigned"), tone: "success" });
      onSaved();
      onClose();
    },
  });
  const isBlank = draft.text.trim() === "";
  return (
    <Workspace
      title={t("visit.addendum")}
      onClose={onClose}
      foot={
        <>
          <SavedMark saving={draft.saving} since={draft.resumed} />
          <Button
            kind="primary"
            icon={PenLine}
            isPending={signing.isPending}
            onPress={() => {
              setIsEmpty(isBlank);
              if (!isBlank) signing.mutate();
            }}
          >
            {t("visit.sign")}
          </Button>
        </>
      }
    >
      {draft.isPending ? (
        <Skeleton lines={4} />
      ) : draft.clash ? (
        <ClashScreen draft={draft} patientId={patientId} encounterId="" onAddendum={() => undefined} />
      ) : (
        <div className="note">
          {signing.error && <SignFailure error={signing.error} />}
          <p className="muted">{t("visit.addendumHint")}</p>
          <NoteField
            label={t("visit.addendumText")}
            text={draft.text}
            onChange={draft.change}
            error={isEmpty && isBlank ? t("visit.noteEmpty") : undefined}
          />
        </div>
      )}
    </Workspace>
  );
}
