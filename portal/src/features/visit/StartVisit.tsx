import { useMutation } from "@tanstack/react-query";
import type { Encounter } from "fhir/r4";
import { Play } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { idOf } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { Button, toast } from "../../ui/index.ts";
import { openVisit } from "./api.ts";

export interface StartVisitProps {
  readonly encounter: Encounter;
  readonly onStarted: () => void;
}

/** Takes over a patient who has arrived: from now on the visit is in progress. */
export function StartVisit({ encounter, onStarted }: StartVisitProps): ReactElement | null {
  const appointment = (encounter.appointment ?? []).map((one) => idOf(one, "Appointment")).find(Boolean);
  const starting = useMutation({
    mutationFn: () => openVisit({ appointment: appointment ?? "" }),
    onSuccess: () => {
      toast({ text: t("visit.started"), tone: "success" });
      onStarted();
    },
    onError: (error) =>
      toast({
        text: `${t("visit.startFailed")}. ${error instanceof Problem ? error.detail : ""}`.trim(),
        tone: "danger",
      }),
  });
  if (!appointment) return null;
  return (
    <Button kind="primary" icon={Play} onPress={() => starting.mutate()} isPending={starting.isPending}>
      {t("visit.start")}
    </Button>
  );
}
