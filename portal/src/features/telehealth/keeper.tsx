/**
 * Who is in a visit stays in it while they go about the portal: the seat is kept here, above the pages, and shown in a
 * corner while its own page is another. Light on purpose: the call's code comes with the pages that open one.
 */
import {
  createContext,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Seat } from "./seat.ts";

interface Keeper {
  readonly seat: Seat | null;
  readonly keep: (seat: Seat | null) => void;
}

const Context = createContext<Keeper | null>(null);
const Dock = lazy(async () => ({ default: (await import("./Dock.tsx")).Dock }));

export function SeatKeeper({ children }: { readonly children: ReactNode }): ReactElement {
  const [seat, keep] = useState<Seat | null>(null);
  const keeper = useMemo(() => ({ seat, keep }), [seat]);
  const kept = useRef(seat);
  kept.current = seat;
  // Whoever signs out, or goes to another organisation, is in no call any more.
  useEffect(() => () => kept.current?.close(), []);
  return (
    <Context value={keeper}>
      {children}
      {seat && (
        <Suspense fallback={null}>
          <Dock seat={seat} />
        </Suspense>
      )}
    </Context>
  );
}

export function useKeeper(): Keeper {
  const keeper = useContext(Context);
  if (!keeper) throw new Error("used outside <SeatKeeper>");
  return keeper;
}
