import { useCallback, useEffect, useRef } from "react";
import { useConnection } from "./Live.tsx";
import { AGAIN_MS } from "./typing.ts";

/** Says that somebody writes in `thread`: call the answered function with each key, and with false when they have done. */
export function useSayTyping(thread: string): (isWriting: boolean) => void {
  const connection = useConnection();
  const said = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    if (said.current === 0) return;
    said.current = 0;
    connection.mention("thread.typing", { thread, on: false });
  }, [connection, thread]);
  useEffect(() => stop, [stop]);
  return useCallback(
    (isWriting) => {
      if (!isWriting) return stop();
      clearTimeout(timer.current);
      timer.current = setTimeout(stop, AGAIN_MS * 2);
      if (Date.now() - said.current < AGAIN_MS) return;
      said.current = Date.now();
      connection.mention("thread.typing", { thread, on: true });
    },
    [connection, thread, stop],
  );
}
