/** Two rising tones, made here: a file would have to be loaded when it is already late. */

const NOTES_HZ = [523.25, 783.99] as const;
const NOTE_SECONDS = 0.35;
const LOUDNESS = 0.12;

/** Sounds the cue; silent where the browser plays nothing before somebody touches the page. */
export function chime(): void {
  if (typeof AudioContext === "undefined") return;
  const context = new AudioContext();
  NOTES_HZ.forEach((hertz, place) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + place * NOTE_SECONDS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + NOTE_SECONDS);
    if (place === NOTES_HZ.length - 1) tone.onended = () => void context.close();
  });
}
