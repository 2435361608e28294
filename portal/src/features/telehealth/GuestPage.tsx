import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Connection } from "../../live/connection.ts";
import { useEdition } from "../../session/index.ts";
import { Button, ErrorState, Skeleton } from "../../ui/index.ts";
import { Attending } from "./Attending.tsx";
import { forgetGuest, guestIceToTest, readGuestVisit, redeem } from "./api.ts";
import type { ReadyStep } from "./GetReady.tsx";
import { openCall } from "./media/call.ts";
import { Devices } from "./media/devices.ts";
import { Notice } from "./Notice.tsx";
import { answersBySocket, reportOf } from "./reaching.ts";
import { selfOf } from "./room.ts";
import { Seat } from "./seat.ts";
import "./telehealth.css";

type Seen = Schemas["GuestVisit"];

const KEY = ["guest-visit"] as const;

/** Where the link of an invitation leads: one visit, without an account. */
export function GuestPage(): ReactElement {
  const code = useCode();
  const seen = useSeen(code);
  const edition = useEdition().data;
  return (
    <div className="join-page">
      {edition && <title>{t("shell.pageTitle", { page: t("tele.guestTitle"), product: edition.title })}</title>}
      <main className="join-sheet stack">
        {seen.data ? (
          <Invited seen={seen.data} onStale={() => void seen.refetch()} />
        ) : seen.isError ? (
          <BadLink problem={seen.error} onRetry={() => void seen.refetch()} />
        ) : (
          <Skeleton lines={5} />
        )}
      </main>
    </div>
  );
}

/** The code stands behind the `#`, which is sent to nobody, and is taken out of the address at once. */
function useCode(): string {
  const [code] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return code;
}

/** A code is exchanged once; from then on the cookie says who it is, also after the page was loaded anew. */
function useSeen(code: string) {
  const client = useQueryClient();
  const exchange = useMutation({
    mutationFn: () => redeem(code),
    onSuccess: (seen) => client.setQueryData(KEY, seen),
  });
  const { mutate } = exchange;
  useEffect(() => {
    if (code) mutate();
  }, [code, mutate]);
  const read = useQuery({
    queryKey: KEY,
    queryFn: () => readGuestVisit(),
    enabled: code === "" || exchange.isSuccess,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return exchange.isError ? { data: undefined, isError: true, error: exchange.error, refetch: () => mutate() } : read;
}

function BadLink({ problem, onRetry }: { problem: Error | null; onRetry: () => void }): ReactElement {
  if (problem instanceof Problem && problem.isOffline)
    return (
      <ErrorState isPage title={t("tele.guestUnreachable")} onRetry={onRetry} requestId={problem.requestId}>
        {t("tele.failedHint")}
      </ErrorState>
    );
  return <Notice title={t("tele.guestBad")}>{t("tele.guestBadHint")}</Notice>;
}

const FIRST: readonly ReadyStep[] = ["name", "devices", "consent"];
/** Who has said so before is not asked again. */
const AGAIN: readonly ReadyStep[] = ["devices"];

interface InvitedProps {
  readonly seen: Seen;
  readonly onStale: () => void;
}

function Invited({ seen: { clinic, seen }, onStale }: InvitedProps): ReactElement {
  const [connection] = useState(() => new Connection(ALONE, location.origin, "guest"));
  const [seat] = useState(() => new Seat(seen.visit, connection, new Devices(), openCall));
  const [steps] = useState(() => (seen.me ? AGAIN : FIRST));
  const standing = useSyncExternalStore(connection.subscribe, connection.now);
  useEffect(() => {
    seat.open();
    connection.start();
    return () => {
      seat.close();
      connection.stop();
    };
  }, [seat, connection]);
  return (
    <>
      <p className="muted">
        {t("tele.guestLead", { host: seen.hosts.join(", ") || clinic, part: t(`tele.part.${seen.part}`) })}
      </p>
      <Attending
        seat={seat}
        seen={seen}
        me={selfOf(seen)?.name ?? ""}
        isAway={standing === "away"}
        phone=""
        steps={steps}
        reaching={{ socket: () => answersBySocket(connection, seen.visit), ice: guestIceToTest }}
        onTested={(findings) => connection.mention("visit.device_report", { visit: seen.visit, ...reportOf(findings) })}
        onEnter={(entry) => void seat.enter(entry)}
        onStale={onStale}
        after={(how, onBack) => <Gone how={how} onBack={onBack} />}
      />
    </>
  );
}

/** A guest's page follows no feeds. */
const ALONE = { opened: () => undefined, closed: () => undefined, changed: () => undefined };

interface GoneProps {
  readonly how: "left" | "ended";
  readonly onBack: () => void;
}

/** Nothing of the visit stays with a guest once it is over. */
function Gone({ how, onBack }: GoneProps): ReactNode {
  useEffect(() => {
    if (how === "ended") void forgetGuest().catch(() => undefined);
  }, [how]);
  return how === "left" ? (
    <Notice
      title={t("tele.afterLeft")}
      actions={
        <Button kind="primary" icon={RotateCcw} onPress={onBack}>
          {t("tele.rejoin")}
        </Button>
      }
    >
      {t("tele.afterLeftHint")}
    </Notice>
  ) : (
    <Notice title={t("tele.afterEnded")}>{t("tele.guestOver")}</Notice>
  );
}
