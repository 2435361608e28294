import { useMemo } from "react";

/** One stream for one track, for as long as it is the same. */
export const useStream = (track: MediaStreamTrack | null): MediaStream | null =>
  useMemo(() => (track ? new MediaStream([track]) : null), [track]);
