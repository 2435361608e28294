/** The others in a call as a screen has them: what the server said, what arrives, and how well. */
import type { Level, MediaState, Other, Person } from "./port.ts";
import type { Reading } from "./quality.ts";
import { level } from "./quality.ts";
import type { Leg } from "./route.ts";

/** One person's media, in streams that stay the same while tracks come and go, so that no picture is torn down. */
interface Held {
  readonly stream: MediaStream;
  readonly shown: MediaStream;
  state: Pick<MediaState, "audio" | "video" | "screen">;
}

export class People {
  readonly #held = new Map<string, Held>();
  #all: readonly Person[] = [];

  /** `visit.state`; whoever is gone is forgotten. */
  update(others: readonly Person[]): void {
    this.#all = others;
    for (const id of this.#held.keys()) if (!others.some((one) => one.id === id)) this.#held.delete(id);
    for (const { id, audio, video, screen } of others) {
      const { state } = this.#hold(id);
      this.#hold(id).state = {
        audio: audio ?? state.audio,
        video: video ?? state.video,
        screen: screen ?? state.screen,
      };
    }
  }

  all(): readonly Person[] {
    return this.#all;
  }

  /** `media.state`. */
  hear(id: string, { audio, video, screen }: MediaState): void {
    if (this.#held.has(id)) this.#hold(id).state = { audio, video, screen };
  }

  sendsPictures(id: string): boolean {
    return this.#hold(id).state.video;
  }

  /** Everybody, each with the leg that reaches them, if any does. */
  shown(
    legOf: (id: string) => Leg | undefined,
    readingOf: (leg: Leg) => Reading | undefined,
    wantsPictures: boolean,
  ): readonly Other[] {
    return this.#all.map((person) => {
      const leg = legOf(person.id);
      return this.#other(person, leg, leg && readingOf(leg), wantsPictures);
    });
  }

  #other(person: Person, leg: Leg | undefined, reading: Reading | undefined, wantsPictures: boolean): Other {
    const held = this.#hold(person.id);
    const tracks = leg?.tracks;
    fill(held.stream, [tracks?.audio, wantsPictures ? tracks?.camera : null]);
    fill(held.shown, [tracks?.screen]);
    const isConnected = leg?.link === "connected";
    const camera = tracks?.camera ? reading?.incoming.get(tracks.camera.id) : undefined;
    return {
      ...person,
      ...held.state,
      stream: held.stream,
      shown: held.state.screen && tracks?.screen ? held.shown : null,
      link: leg?.link ?? "connecting",
      level: arriving(tracks, reading, isConnected),
      relayed: isConnected ? (reading?.relayed ?? null) : null,
      framesDecoded: camera?.framesDecoded ?? 0,
    };
  }

  #hold(id: string): Held {
    const held = this.#held.get(id) ?? {
      stream: new MediaStream(),
      shown: new MediaStream(),
      state: { audio: true, video: true, screen: false },
    };
    this.#held.set(id, held);
    return held;
  }
}

function arriving(tracks: Leg["tracks"] | undefined, reading: Reading | undefined, isConnected: boolean): Level {
  const ids = [tracks?.audio?.id, tracks?.camera?.id];
  const losses = ids.flatMap((id) => (id ? (reading?.incoming.get(id)?.loss ?? []) : []));
  return level({ loss: losses.length > 0 ? Math.max(...losses) : null, rtt: reading?.rtt ?? null }, isConnected);
}

function fill(stream: MediaStream, tracks: readonly (MediaStreamTrack | null | undefined)[]): void {
  const wanted = tracks.filter((track) => track !== null && track !== undefined);
  for (const track of stream.getTracks()) if (!wanted.includes(track)) stream.removeTrack(track);
  for (const track of wanted) if (!stream.getTracks().includes(track)) stream.addTrack(track);
}
