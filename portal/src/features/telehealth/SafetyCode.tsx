import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Dialog } from "../../ui/index.ts";

export interface SafetyCodeProps {
  readonly code: string | null;
  /** With more than two the pictures are encrypted with keys of the people's own; there is no pair to compare. */
  readonly isGroup: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** A code both ends work out for themselves: read aloud, the same on both means that nobody listens in between. */
export function SafetyCode({ code, isGroup, isOpen, onClose }: SafetyCodeProps): ReactElement {
  return (
    <Dialog
      title={t("tele.safety")}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button kind="primary" onPress={onClose}>
          {t("ui.close")}
        </Button>
      }
    >
      {code ? (
        <>
          <p className="safety-code" data-testid="safety-code">
            {code}
          </p>
          <p>{t("tele.safetyHint")}</p>
          <p className="muted">{t("tele.safetyDiffers")}</p>
        </>
      ) : (
        <p>{t(isGroup ? "tele.safetyGroup" : "tele.safetyNone")}</p>
      )}
    </Dialog>
  );
}
