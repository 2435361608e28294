import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { onSessionOver, renew } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  forget,
  hear,
  leave,
  lockMark,
  mark,
  SESSION_KEY,
  SessionContext,
  type SessionFacts,
  tell,
  useIdle,
} from "../../session/index.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { LockScreen } from "./LockScreen.tsx";

/** The server counts requests, not keys: while somebody works without asking it anything, it is told so this often. */
const TELL_SERVER_MS = 4 * 60_000;
const LOOK_EVERY_MS = 30_000;

/** The signed-in part of the page: kept alive while somebody is there, locked (and kept) when nobody is. */
export function Guard({ session, children }: { session: SessionFacts; children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [locked, setLocked] = useState(lockMark.isSet);
  // A page loaded while locked shows nothing of itself before it is unlocked.
  const [opened, setOpened] = useState(!locked);
  const [isSignedOut, setSignedOut] = useState(false);
  const lock = useCallback(() => {
    lockMark.set();
    setLocked(true);
  }, []);
  const lockAll = useCallback(() => {
    tell("locked");
    lock();
  }, [lock]);
  const idle = useIdle(session.idleSeconds, !locked, lockAll);

  useEffect(
    () =>
      onSessionOver((why) => {
        if (why === "signed-out") setSignedOut(true);
        lock();
      }),
    [lock],
  );
  useEffect(
    () =>
      hear((news) => {
        if (news === "signed-out") leave(client);
        if (news === "locked") setLocked(true);
        if (news !== "unlocked") return;
        setSignedOut(false);
        setLocked(false);
        setOpened(true);
      }),
    [client],
  );
  useEffect(() => {
    mark(document.documentElement, "locked", locked ? "" : null);
    return () => mark(document.documentElement, "locked", null);
  }, [locked]);
  const tellServer = useKeepAlive(idle.lastSign, !locked);

  async function unlock(): Promise<void> {
    const before = session.account.id;
    await client.refetchQueries({ queryKey: SESSION_KEY });
    const now = client.getQueryData<SessionFacts | null>(SESSION_KEY);
    if (now?.account.id !== before) {
      forget(client);
      client.setQueryData(SESSION_KEY, now ?? null);
      await navigate("/", { replace: true });
    }
    lockMark.clear();
    tell("unlocked");
    setSignedOut(false);
    setLocked(false);
    setOpened(true);
    client.invalidateQueries({ predicate: (query) => query.state.status === "error" });
  }

  function stay(): void {
    idle.stay();
    tellServer();
  }

  return (
    <SessionContext session={session} isLocked={locked}>
      <div className="guarded" inert={locked}>
        {opened && children}
      </div>
      {locked && <LockScreen session={session} isSignedOut={isSignedOut} onUnlock={unlock} />}
      <Dialog
        role="alertdialog"
        title={t("shell.idleTitle")}
        isOpen={!locked && idle.secondsLeft !== null}
        onClose={stay}
        actions={
          <>
            <Button onPress={lockAll}>{t("shell.lockNow")}</Button>
            <Button kind="primary" onPress={stay} autoFocus>
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

/** Renews the tokens while somebody is there, and only then: an idle session must reach its end at the server too. */
function useKeepAlive(lastSign: () => number, isOn: boolean): () => void {
  const client = useQueryClient();
  const told = useRef(Date.now());
  const sign = useRef(lastSign);
  sign.current = lastSign;
  const tellServer = useCallback(async () => {
    told.current = Date.now();
    if (await renew().catch(() => false)) await client.invalidateQueries({ queryKey: SESSION_KEY });
  }, [client]);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (sign.current() > told.current && Date.now() - told.current > TELL_SERVER_MS) void tellServer();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOn, tellServer]);
  return tellServer;
}
