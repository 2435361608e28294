/** One's own video visits whose doors are open. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api } from "../api/index.ts";
import { usePolling } from "./Live.tsx";

const ASK_MS = 60_000;
/** Doors open by the clock: nobody tells of it. */
const LOOK_MS = 20_000;

/** Their ids; none while they are not known. `isOn`: whether there are any at all. */
export function useOpenCalls(isOn: boolean): readonly string[] {
  const { data = [] } = useQuery({
    queryKey: ["video-visits", "own"],
    enabled: isOn,
    refetchInterval: usePolling(ASK_MS),
    queryFn: ({ signal }) => answer(api.GET("/api/video-visits", { signal })),
  });
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, [isOn]);
  return data
    .filter(({ state, open, opens }) => open || (state !== "ended" && Date.parse(opens) <= now))
    .map(({ visit }) => visit);
}
