import { ArrowRight, RotateCw, Volume2 } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button } from "../../ui/index.ts";
import { chime } from "./chime.ts";
import { DeviceSteps } from "./DeviceSteps.tsx";
import { type Finding, isDone, isSoundOnly, isUsable } from "./findings.ts";
import { type Devices, listen } from "./media/devices.ts";
import { Tile } from "./Tile.tsx";
import { type Reaching, useDeviceTest } from "./useDeviceTest.ts";
import { useDevices } from "./useSeat.ts";
import { useStream } from "./useStream.ts";

export interface DeviceTestProps {
  readonly devices: Devices;
  readonly reaching: Reaching;
  readonly me: string;
  /** What is found is told to the clinic: codes only. */
  readonly onDone: (findings: readonly Finding[]) => void;
  /** Absent where there is nowhere to go on to yet. */
  readonly onGoOn: (() => void) | undefined;
  /** What going on came to, where it failed. */
  readonly failure?: string | undefined;
  readonly isPending?: boolean;
}

/** Camera, microphone, loudspeaker and network, each by itself: what works, what does not, and what to do. */
export function DeviceTest(props: DeviceTestProps): ReactElement {
  const { devices, reaching, me, onDone, onGoOn, failure, isPending = false } = props;
  const { findings, isRunning, run } = useDeviceTest(devices, reaching, onDone);
  const { audio, video } = useDevices(devices);
  const stream = useStream(video);
  const goOn = isSoundOnly(findings) ? "tele.test.goOnSound" : "tele.test.goOn";
  return (
    <div className="stack">
      {video && (
        <div className="test-picture">
          <Tile person={{ id: "me", name: me, part: "patient" }} stream={stream} hasPicture isMe />
        </div>
      )}
      {audio && <Loudness microphone={audio} />}
      <DeviceSteps findings={findings} />
      <div className="row">
        <Button icon={Volume2} onPress={chime}>
          {t("tele.test.hear")}
        </Button>
        <Button icon={RotateCw} isPending={isRunning} onPress={run}>
          {t("tele.test.again")}
        </Button>
      </div>
      <p className="muted">{t("tele.test.hearHint")}</p>
      {failure && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      {onGoOn && isDone(findings) && (
        <Button kind="primary" size="large" wide icon={ArrowRight} isPending={isPending} onPress={onGoOn}>
          {t(isUsable(findings) ? goOn : "tele.test.goOnAnyway")}
        </Button>
      )}
    </div>
  );
}

function Loudness({ microphone }: { readonly microphone: MediaStreamTrack }): ReactElement {
  const [level, setLevel] = useState(0);
  useEffect(() => listen(microphone, setLevel), [microphone]);
  return (
    <div className="stack" data-gap="1">
      <p>{t("tele.test.speak")}</p>
      <meter className="test-level" aria-label={t("tele.test.level")} min={0} max={1} value={level} />
    </div>
  );
}
