import { useCallback, useEffect, useRef, useState } from "react";
import { type Finding, findingOf, found, NOT_TESTED, weighed } from "./findings.ts";
import type { Devices } from "./media/devices.ts";
import { testDevices } from "./media/devicetest.ts";
import type { Ice } from "./media/port.ts";

export interface Reaching {
  /** Resolves when the server answers over the socket. */
  readonly socket: () => Promise<unknown>;
  readonly ice: () => Promise<Ice>;
}

export interface DeviceTest {
  readonly findings: readonly Finding[];
  readonly isRunning: boolean;
  readonly run: () => void;
}

/** Tests everything a call needs, once when it comes and again when asked. */
export function useDeviceTest(
  devices: Devices,
  reaching: Reaching,
  onDone: (findings: readonly Finding[]) => void,
): DeviceTest {
  const [findings, setFindings] = useState(NOT_TESTED);
  const [isRunning, setRunning] = useState(false);
  const latest = useRef({ reaching, onDone });
  latest.current = { reaching, onDone };
  const turn = useRef(0);

  const run = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    let now: readonly Finding[] = found(NOT_TESTED, browser());
    const show = (one: Finding): void => {
      now = found(now, one);
      if (mine === turn.current) setFindings(weighed(now));
    };
    setFindings(now);
    if (browser().state === "failed") return;
    setRunning(true);
    const began = (step: Finding["step"]): void => show({ step, state: "runs" });
    void testDevices({ devices, ...latest.current.reaching, began, done: (result) => show(findingOf(result)) }).then(
      () => {
        if (mine !== turn.current) return;
        setRunning(false);
        latest.current.onDone(weighed(now));
      },
    );
  }, [devices]);

  useEffect(() => {
    run();
    return () => {
      turn.current += 1;
    };
  }, [run]);
  return { findings, isRunning, run };
}

/** Whether this browser can make calls at all; what comes after would only fail in its own words. */
function browser(): Finding {
  if (!globalThis.isSecureContext) return { step: "browser", state: "failed", why: "insecure" };
  const can = typeof RTCPeerConnection === "function" && typeof navigator.mediaDevices?.getUserMedia === "function";
  return can ? { step: "browser", state: "ok" } : { step: "browser", state: "failed", why: "unsupported" };
}
