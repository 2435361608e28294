import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { Banner, Button, ButtonLink, Confirm, ErrorState, Skeleton, showDay } from "../../ui/index.ts";
import { dayIn, dayWords, ownZone, sameClock, showTimeIn, zoneName } from "../../ui/zones.ts";
import "./booking.css";

type Seen = Schemas["LinkSeen"];

/** Where the link of a reminder leads, without signing in: the time, the clinic, and whether one comes. */
export function LinkPage(): ReactElement {
  const token = useToken();
  const client = useQueryClient();
  const edition = useEdition().data;
  const params = { path: { token } };
  const seen = useQuery({
    queryKey: ["appointment-link"],
    enabled: token !== "",
    retry: false,
    gcTime: 0,
    queryFn: () => answer(api.GET("/api/appointment-links/{token}", { params })),
  });
  const act = useMutation({
    mutationFn: (action: "confirm" | "cancel") =>
      answer(api.POST("/api/appointment-links/{token}", { params, body: { action } })),
    onSuccess: (now) => client.setQueryData(["appointment-link"], now),
  });
  return (
    <div className="link-page">
      {edition && <title>{t("shell.pageTitle", { page: t("booking.linkTitle"), product: edition.title })}</title>}
      <main className="link-sheet stack">
        {seen.data ? (
          <Visit
            seen={seen.data}
            done={act.data ? act.variables : undefined}
            problem={act.error}
            pending={act.isPending ? act.variables : undefined}
            onAct={act.mutate}
          />
        ) : token === "" || seen.isError ? (
          <BadLink problem={seen.error} onRetry={() => void seen.refetch()} />
        ) : (
          <Skeleton lines={5} />
        )}
      </main>
    </div>
  );
}

/** The secret stands behind the `#`, which is sent to nobody, and is taken out of the address at once. */
function useToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return token;
}

function BadLink({ problem, onRetry }: { problem: Error | null; onRetry: () => void }): ReactElement {
  if (problem instanceof Problem && problem.isOffline)
    return (
      <ErrorState isPage title={t("booking.linkUnreachable")} onRetry={onRetry} requestId={problem.requestId}>
        {t("booking.tryAgain")}
      </ErrorState>
    );
  return (
    <>
      <h1>{t("booking.linkBad")}</h1>
      <p>{t("booking.linkBadHint")}</p>
      <div>
        <ButtonLink kind="primary" href="/sign-in?next=%2Fappointments">
          {t("booking.signIn")}
        </ButtonLink>
      </div>
    </>
  );
}

interface VisitProps {
  readonly seen: Seen;
  readonly done: "confirm" | "cancel" | undefined;
  readonly problem: Error | null;
  readonly pending: "confirm" | "cancel" | undefined;
  readonly onAct: (action: "confirm" | "cancel") => void;
}

function Visit({ seen, done, problem, pending, onAct }: VisitProps): ReactElement {
  const { start, zone, clinic, actions, state } = seen;
  const [asking, setAsking] = useState(false);
  const day = dayIn(start, zone);
  const at = Date.parse(start);
  const own = ownZone();
  const when = t("booking.at", { day: `${dayWords(day, "weekday")}, ${showDay(day)}`, time: showTimeIn(start, zone) });
  return (
    <>
      <h1>{t("booking.linkTitle")}</h1>
      <p className="visit-when">{when}</p>
      <p className="muted">
        {zoneName(zone, at)}
        {!sameClock(zone, own, at) &&
          `. ${t("booking.onYourClockIs", { time: showTimeIn(start, own), zone: zoneName(own, at) })}`}
      </p>
      <p>{clinic}</p>
      {problem && (
        <Banner tone="danger" role="alert">
          {(problem instanceof Problem && problem.detail) || t("booking.linkFailed")}
        </Banner>
      )}
      <div role="status">
        {(done || state !== "booked") && (
          <Banner tone={state === "cancelled" || state === "changed" ? "warning" : "success"}>
            {t(`booking.linkState.${state}`)}
          </Banner>
        )}
      </div>
      <div className="stack" data-gap="2">
        {actions.includes("confirm") && (
          <Button kind="primary" size="large" wide isPending={pending === "confirm"} onPress={() => onAct("confirm")}>
            {t("booking.linkConfirm")}
          </Button>
        )}
        {actions.includes("cancel") && (
          <Button kind="danger" size="large" wide isPending={pending === "cancel"} onPress={() => setAsking(true)}>
            {t("booking.linkCancel")}
          </Button>
        )}
        <ButtonLink kind="quiet" href="/sign-in?next=%2Fappointments">
          {t("booking.signInMore")}
        </ButtonLink>
      </div>
      <Confirm
        title={t("booking.cancelTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action={t("booking.linkCancel")}
        onConfirm={() => {
          setAsking(false);
          onAct("cancel");
        }}
      >
        <p>{when}</p>
        <p>{t("booking.cancelMeans")}</p>
      </Confirm>
    </>
  );
}
