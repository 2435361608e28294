import { useMutation } from "@tanstack/react-query";
import { t } from "../../i18n/index.ts";
import { complaint } from "./complaint.ts";
import { PasskeyStopped, signInWithPasskey } from "./passkeys.ts";
import type { Stage } from "./stage.ts";

/** Asking the device for a passkey; `message` says why it came to nothing. */
export function usePasskey(onStage: (stage: Stage) => void) {
  const { mutate, isPending, error } = useMutation({ mutationFn: signInWithPasskey, onSuccess: onStage });
  const stopped = error instanceof PasskeyStopped;
  const message = !error ? null : stopped ? t("identity.passkeyStopped") : complaint(error, "identity.passkeyStopped");
  return { go: () => mutate(), isPending, message };
}
