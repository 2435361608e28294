import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, Select } from "../../ui/index.ts";
import type { Device, Devices } from "./media/devices.ts";
import { useDevices } from "./useSeat.ts";

export interface DevicesDialogProps {
  readonly devices: Devices;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Another camera, microphone or loudspeaker, at once and without leaving the call. */
export function DevicesDialog({ devices, isOpen, onClose }: DevicesDialogProps): ReactElement {
  const { cameras, microphones, speakers, camera, microphone, speaker, problems } = useDevices(devices);
  return (
    <Dialog
      title={t("tele.settings")}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button kind="primary" onPress={onClose}>
          {t("ui.close")}
        </Button>
      }
    >
      {problems.camera && (
        <Banner tone="warning" role="status" title={t("tele.camera")}>
          {t(`tele.why.${problems.camera}`)}
        </Banner>
      )}
      {problems.microphone && (
        <Banner tone="warning" role="status" title={t("tele.microphone")}>
          {t(`tele.why.${problems.microphone}`)}
        </Banner>
      )}
      <Choice
        label={t("tele.camera")}
        devices={cameras}
        chosen={camera}
        onChoose={(id) => void devices.chooseCamera(id)}
      />
      <Choice
        label={t("tele.microphone")}
        devices={microphones}
        chosen={microphone}
        onChoose={(id) => void devices.chooseMicrophone(id)}
      />
      {speakers.length > 0 && (
        <Choice
          label={t("tele.speaker")}
          devices={speakers}
          chosen={speaker || (speakers[0]?.id ?? null)}
          onChoose={(id) => devices.chooseSpeaker(id)}
        />
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly devices: readonly Device[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

function Choice({ label, devices, chosen, onChoose }: ChoiceProps): ReactElement {
  if (devices.length === 0) return <p className="muted">{t("tele.noDevice", { device: label })}</p>;
  const options = devices.map((one, place) => ({
    value: one.id,
    label: one.label || t("tele.deviceNumber", { number: place + 1 }),
  }));
  return <Select label={label} options={options} value={chosen} onChange={onChoose} />;
}
