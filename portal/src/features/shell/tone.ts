/** How a call sounds: two soft tones, again and again for a while; made here, since a file would come too late. */
import { useEffect } from "react";

const NOTES_HZ = [659.26, 523.25] as const;
const NOTE_SECONDS = 0.4;
const LOUDNESS = 0.08;
const EVERY_MS = 3000;
/** Whoever has not come by then does not hear it. */
const LASTS_MS = 45_000;

/** Rings while `isOn`: once somebody has touched the page, and in one of the browser's pages only. */
export function useRingTone(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const end = new AbortController();
    const rings = (): Promise<void> => ring(end.signal);
    const inTurn = navigator.locks?.request("meridian-ring", { ifAvailable: true }, (lock) =>
      lock ? rings() : undefined,
    );
    void (inTurn ?? rings());
    return () => end.abort();
  }, [isOn]);
}

/** Sounds until `end`, or until it has lasted. */
function ring(end: AbortSignal): Promise<void> {
  return new Promise((done) => {
    sound();
    const again = setInterval(sound, EVERY_MS);
    const over = setTimeout(stop, LASTS_MS);
    end.addEventListener("abort", stop);
    function stop(): void {
      clearInterval(again);
      clearTimeout(over);
      done();
    }
  });
}

/** A browser plays nothing before somebody has touched the page, and complains of the try. */
function sound(): void {
  if (typeof AudioContext === "undefined" || !navigator.userActivation?.hasBeenActive) return;
  const context = new AudioContext();
  NOTES_HZ.forEach((hertz, place) => {
    const tone = new OscillatorNode(context, { frequency: hertz });
    const volume = new GainNode(context, { gain: LOUDNESS });
    const start = context.currentTime + place * NOTE_SECONDS;
    volume.gain.setValueAtTime(LOUDNESS, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + NOTE_SECONDS);
    if (place === NOTES_HZ.length - 1) tone.onended = () => void context.close();
  });
}
