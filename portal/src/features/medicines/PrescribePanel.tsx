import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { ErrorState, Skeleton, Workspace } from "../../ui/index.ts";
import { useMedicines } from "./api.ts";
import { Prescribe, type PrescribeProps } from "./Prescribe.tsx";
import { usePresentDraft } from "./usePresentDraft.ts";
import { idOf } from "./words.ts";

export interface PrescribePanelProps extends Omit<PrescribeProps, "replaces" | "start"> {
  /** The prescription to be changed; empty for a new one. */
  readonly prescription: string;
}

/** The prescribing panel, for a new medicine or for one that is changed, which begins with the present medicine and dose. */
export function PrescribePanel({ prescription, ...rest }: PrescribePanelProps): ReactElement {
  if (!prescription) return <Prescribe {...rest} />;
  return <Changing prescription={prescription} {...rest} />;
}

function Changing({ prescription, ...rest }: PrescribePanelProps): ReactElement {
  const { data, isPending } = useMedicines(rest.patientId);
  const line = data?.medicines.find((one) => idOf(one) === prescription);
  const present = usePresentDraft(prescription, line?.name ?? "");
  if (line && present.data) return <Prescribe {...rest} replaces={line} start={present.data} />;
  return (
    <Workspace title={t("medicines.change")} onClose={rest.onClose}>
      {isPending || (line && present.isPending) ? <Skeleton lines={5} /> : <ErrorState title={t("medicines.failed")} />}
    </Workspace>
  );
}
