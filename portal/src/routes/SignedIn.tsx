import { type ReactElement, Suspense } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { EmergencyBanner } from "../features/emergency/EmergencyBanner.tsx";
import { Guard } from "../features/identity/index.ts";
import { useCounts } from "../features/inbox/index.ts";
import { useResending } from "../features/messages/sending.ts";
import { Down, Shell } from "../features/shell/index.ts";
import { Live } from "../live/index.ts";
import { useEdition, useSession, useSessionQuery } from "../session/index.ts";
import { Skeleton } from "../ui/index.ts";
import { placesFor } from "./places.ts";

/** Everything that needs somebody signed in: the session, its guard, the frame, and the page within. */
export function SignedIn(): ReactElement | null {
  const session = useSessionQuery();
  const { pathname, search } = useLocation();
  if (session.isPending) return null;
  // Asking again may fail while the page is there already: it stays, with what was written on it.
  if (session.data === undefined) return <Down problem={session.error} onRetry={() => session.refetch()} />;
  if (!session.data) {
    const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  return (
    <Guard session={session.data}>
      <Live>
        <Framed />
      </Live>
    </Guard>
  );
}

function Framed(): ReactElement {
  const session = useSession();
  const isDemo = useEdition().data?.demo ?? false;
  const waiting = useCounts().data;
  useResending();
  return (
    <Shell places={placesFor(session, isDemo || import.meta.env.DEV, waiting)}>
      <EmergencyBanner />
      <Suspense fallback={<Skeleton lines={6} />}>
        <Outlet />
      </Suspense>
    </Shell>
  );
}
