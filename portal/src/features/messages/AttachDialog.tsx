import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Checkbox, Dialog, ErrorState, Skeleton, showMoment } from "../../ui/index.ts";
import { useDocumentsOf } from "./api.ts";
import type { Helpers } from "./helpers.ts";

type Chosen = readonly { readonly id: string; readonly title: string }[];

interface AttachDialogProps extends Pick<Helpers, "uploadArea"> {
  readonly patientId: string;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
  readonly onClose: () => void;
}

/** Documents of the record, to be sent along; new ones are sent in first. */
export function AttachDialog({ patientId, chosen, onChange, onClose, uploadArea }: AttachDialogProps): ReactElement {
  const { data, error, isPending, refetch } = useDocumentsOf(patientId, true);
  const there = data?.filter(({ state, replaced }) => !replaced && (state === "clean" || state === "scanning"));
  return (
    <Dialog
      title={t("messages.attachTitle")}
      isOpen
      onClose={onClose}
      size="large"
      actions={
        <Button kind="primary" onPress={onClose}>
          {t("messages.attachDone")}
        </Button>
      }
    >
      <p className="muted">{t("messages.attachLead")}</p>
      {isPending && <Skeleton lines={4} />}
      {error && <ErrorState title={t("messages.failed")} onRetry={() => void refetch()} />}
      {there?.length === 0 && <p>{t("messages.attachNone")}</p>}
      {there && there.length > 0 && (
        <ul className="attachables">
          {there.map((one) => (
            <li key={one.id}>
              <Checkbox
                isSelected={chosen.some(({ id }) => id === one.id)}
                onChange={(isOn) =>
                  onChange(
                    isOn ? [...chosen, { id: one.id, title: one.title }] : chosen.filter(({ id }) => id !== one.id),
                  )
                }
                hint={[one.categoryName, showMoment(one.date)].join(" · ")}
              >
                {one.title}
              </Checkbox>
            </li>
          ))}
        </ul>
      )}
      {uploadArea(patientId)}
      <p className="small muted">{t("messages.attachUpload")}</p>
    </Dialog>
  );
}
