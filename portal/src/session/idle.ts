/**
 * Noticing that nobody is there. Signs of life in any page of this browser count; a minute before the end the countdown
 * begins, and at the end the page is locked.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { hear, tell } from "./channel.ts";

const WARNING_SECONDS = 60;
const TELL_EVERY_MS = 5000;
const ALIVE = "meridian-alive";
const SIGNS = ["keydown", "pointerdown", "wheel", "touchstart", "scroll", ALIVE] as const;

/** A sign of life of somebody who touches nothing: they are in a call, and the other one is there. */
export const alive = (): boolean => dispatchEvent(new Event(ALIVE));

export interface Idle {
  /** Seconds until the page locks; null while that is not near. */
  readonly secondsLeft: number | null;
  /** Somebody is there after all. */
  readonly stay: () => void;
  /** When the last sign of life was, in milliseconds. */
  readonly lastSign: () => number;
}

/** Seconds left of `idleSeconds` when the last sign of life was at `last`; null before the warning. */
export function countdown(last: number, now: number, idleSeconds: number): number | null {
  const left = Math.ceil(idleSeconds - (now - last) / 1000);
  return left > WARNING_SECONDS ? null : Math.max(0, left);
}

/** Watches while `isOn`; `onEnd` is called once when the time is up. */
export function useIdle(idleSeconds: number, isOn: boolean, onEnd: () => void): Idle {
  const last = useRef(Date.now());
  const told = useRef(0);
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null);
  const end = useRef(onEnd);
  end.current = onEnd;

  const stay = useCallback(() => {
    last.current = Date.now();
    setSecondsLeft(null);
    if (last.current - told.current < TELL_EVERY_MS) return;
    told.current = last.current;
    tell("active");
  }, []);

  useEffect(() => {
    if (!isOn) return;
    stay();
    // Once the countdown shows, moving about is not enough: the warning asks for an answer.
    const sign = (): void => {
      if (countdown(last.current, Date.now(), idleSeconds) === null) stay();
    };
    const tick = (): void => {
      const left = countdown(last.current, Date.now(), idleSeconds);
      setSecondsLeft(left);
      if (left === 0) end.current();
    };
    for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
    const timer = setInterval(tick, 1000);
    const deafen = hear((news) => {
      if (news === "active") {
        last.current = Date.now();
        setSecondsLeft(null);
      }
    });
    return () => {
      for (const name of SIGNS) removeEventListener(name, sign, { capture: true });
      clearInterval(timer);
      deafen();
      setSecondsLeft(null);
    };
  }, [idleSeconds, isOn, stay]);

  return { secondsLeft, stay, lastSign: () => last.current };
}
