import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Problem } from "../../api/index.ts";
import { type Saving, useDraft, useSaver } from "../../session/index.ts";
import { type DraftText, discardDraft, readDraft, saveDraft } from "./api.ts";

/** Somebody saved, signed or threw away the same draft meanwhile; `theirs` is what is there now, if anything. */
interface Clash {
  readonly theirs: DraftText | null;
}

export interface ServerDraft {
  readonly isPending: boolean;
  readonly failure: Error | null;
  readonly retry: () => void;
  readonly text: string;
  readonly change: (text: string) => void;
  readonly saving: Saving;
  /** When the draft was saved that one goes on with; null for a new one. */
  readonly resumed: number | null;
  readonly clash: Clash | null;
  readonly useMine: () => void;
  readonly useTheirs: () => void;
  /** Sends what waits; resolves when it is sent or cannot be. */
  readonly flush: () => Promise<void>;
  /** Forgets it here: what it said was signed. */
  readonly settle: () => void;
  /** Throws it away here and on the server. */
  readonly discard: () => Promise<void>;
}

interface Unsent {
  readonly text: string;
  readonly after: number;
}

const NONE = null as Unsent | null;

/**
 * A text that is kept on the server while it is written, and in this page's memory until it is. Each save names the one it
 * follows, so that two windows cannot overwrite each other, nor a draft what was signed.
 */
export function useServerDraft(place: string, patientId: string, base = 0): ServerDraft {
  const client = useQueryClient();
  const key = ["draft", place] as const;
  const unsent = useDraft(`draft/${place}`, NONE);
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readDraft(place, signal),
    staleTime: 0,
    refetchOnReconnect: false,
  });
  const [own, setOwn] = useState<string | null>(null);
  const [clash, setClash] = useState<Clash | null>(null);
  const [start, setStart] = useState<number | null>(null);
  const after = useRef<number | null>(null);
  const follows = () => after.current ?? unsent.value?.after ?? query.data?.saved ?? 0;
  const text = own ?? unsent.value?.text ?? query.data?.text ?? "";
  const newest = useRef(text);
  newest.current = text;

  const { saver, saving } = useSaver<string>(async (value) => {
    try {
      const saved = await saveDraft(place, { patientId, text: value, base, after: follows() });
      after.current = saved;
      const kept: DraftText = { text: value, saved, isStale: false };
      client.setQueryData<DraftText | null>(key, () => kept);
      if (newest.current === value) unsent.discard();
      return saved;
    } catch (error) {
      if (error instanceof Problem && error.status === 409) setClash({ theirs: await readDraft(place) });
      throw error;
    }
  });

  function change(value: string): void {
    if (start === null) setStart(query.data?.saved ?? 0);
    setOwn(value);
    unsent.change({ text: value, after: follows() });
    if (!clash) saver.put(value);
  }

  function forget(): void {
    saver.drop();
    unsent.discard();
    setOwn(null);
    setClash(null);
    after.current = null;
    client.setQueryData<DraftText | null>(key, null);
  }

  return {
    isPending: query.isPending && unsent.value === null,
    failure: query.data === undefined ? query.error : null,
    retry: () => void query.refetch(),
    text,
    change,
    saving,
    resumed: (start ?? query.data?.saved) || null,
    clash,
    useMine: () => {
      after.current = clash?.theirs?.saved ?? 0;
      setClash(null);
      saver.put(text);
      void saver.flush();
    },
    useTheirs: () => {
      const theirs = clash?.theirs ?? null;
      forget();
      if (theirs) client.setQueryData<DraftText | null>(key, theirs);
    },
    flush: () => saver.flush(),
    settle: forget,
    discard: async () => {
      forget();
      await discardDraft(place);
    },
  };
}
