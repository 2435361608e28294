import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useCallback, useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { onSessionOver, renew } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  forget,
  hear,
  mark,
  SESSION_KEY,
  SessionContext,
  type SessionFacts,
  tell,
  useIdle,
} from "../../session/index.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { LockScreen } from "./LockScreen.tsx";

/** How long before its end the access token is renewed, while somebody is there. */
const RENEW_BEFORE_MS = 60_000;

/** The signed-in part of the page: kept alive while somebody is there, locked (and kept) when nobody is. */
export function Guard({ session, children }: { session: SessionFacts; children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [locked, setLocked] = useState(false);
  const lock = useCallback(() => setLocked(true), []);
  const idle = useIdle(session.idleSeconds, !locked, () => {
    tell("locked");
    lock();
  });

  useEffect(() => onSessionOver(lock), [lock]);
  useEffect(
    () =>
      hear((news) => {
        if (news === "signed-out") forget(client);
        if (news === "locked") setLocked(true);
        if (news === "unlocked") setLocked(false);
      }),
    [client],
  );
  useEffect(() => {
    mark(document.documentElement, "locked", locked ? "" : null);
    return () => mark(document.documentElement, "locked", null);
  }, [locked]);
  useRenewal(session.expiresAt, !locked);

  async function unlock(): Promise<void> {
    const before = session.account.id;
    await client.refetchQueries({ queryKey: SESSION_KEY });
    const now = client.getQueryData<SessionFacts | null>(SESSION_KEY);
    if (now?.account.id !== before) {
      forget(client);
      client.setQueryData(SESSION_KEY, now ?? null);
      await navigate("/", { replace: true });
    }
    tell("unlocked");
    setLocked(false);
    client.invalidateQueries({ predicate: (query) => query.state.status === "error" });
  }

  return (
    <SessionContext session={session}>
      <div className="guarded" inert={locked}>
        {children}
      </div>
      {locked && <LockScreen session={session} onUnlock={unlock} />}
      <Dialog
        role="alertdialog"
        title={t("shell.idleTitle")}
        isOpen={!locked && idle.secondsLeft !== null}
        onClose={idle.stay}
        actions={
          <>
            <Button onPress={lock}>{t("shell.lockNow")}</Button>
            <Button kind="primary" onPress={idle.stay} autoFocus>
              {t("shell.stay")}
            </Button>
          </>
        }
      >
        <p>{t("shell.idleText", { count: idle.secondsLeft ?? 0 })}</p>
      </Dialog>
    </SessionContext>
  );
}

/** Renews the token a little before it ends, and asks the server when the next one ends. */
function useRenewal(expiresAt: number, isOn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn) return;
    const wait = Math.max(1000, expiresAt - Date.now() - RENEW_BEFORE_MS);
    const timer = setTimeout(async () => {
      if (await renew().catch(() => false)) await client.invalidateQueries({ queryKey: SESSION_KEY });
    }, wait);
    return () => clearTimeout(timer);
  }, [client, expiresAt, isOn]);
}
