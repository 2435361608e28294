import { useMutation } from "@tanstack/react-query";
import { Laptop, LogOut, Smartphone } from "lucide-react";
import type { ReactElement } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, showAgo, showMoment, toast } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { deviceOf, isHandheld } from "./devices.ts";

type Line = Schemas["SessionLine"];

interface SessionsProps {
  readonly sessions: readonly Line[];
  readonly onChange: () => void;
}

/** Where the account is signed in, this device first, with a way to end each. */
export function Sessions({ sessions, onChange }: SessionsProps): ReactElement {
  const fail = (error: Error): void => toast({ tone: "danger", text: complaint(error, "identity.failed") });
  const end = useMutation({
    mutationFn: ({ id }: Line) =>
      answer(api.DELETE("/api/account/sessions/{session}", { params: { path: { session: id } } })),
    onSuccess: (_, { agent }) => toast({ text: t("security.sessionEnded", { device: deviceOf(agent) }) }),
    onError: fail,
    onSettled: onChange,
  });
  const endOthers = useMutation({
    mutationFn: () => answer(api.DELETE("/api/account/sessions")),
    onSuccess: () => toast({ text: t("security.othersEnded") }),
    onError: fail,
    onSettled: onChange,
  });
  const ordered = sessions.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt);
  return (
    <Card
      title={t("security.sessions")}
      flush
      actions={
        sessions.length > 1 && (
          <Button size="small" isPending={endOthers.isPending} onPress={() => endOthers.mutate()}>
            {t("security.endOthers")}
          </Button>
        )
      }
    >
      <ul className="security-lines" data-inset="">
        {ordered.map((line) => (
          <SessionLine key={line.id} line={line} onEnd={() => end.mutate(line)} />
        ))}
      </ul>
    </Card>
  );
}

function SessionLine({ line, onEnd }: { line: Line; onEnd: () => void }): ReactElement {
  const device = deviceOf(line.agent);
  const Icon = isHandheld(line.agent) ? Smartphone : Laptop;
  return (
    <li className="security-line">
      <Icon aria-hidden="true" size={18} />
      <div className="grow">
        <h3>
          {device} {line.current && <Badge tone="success">{t("security.thisOne")}</Badge>}
        </h3>
        <p className="muted small">
          {line.address} · {t("security.since", { moment: showMoment(line.createdAt) })} ·{" "}
          {t("security.lastSeen", { moment: showMoment(line.lastSeenAt), ago: showAgo(line.lastSeenAt) })}
        </p>
      </div>
      {!line.current && (
        <Button
          size="small"
          kind="quiet"
          icon={LogOut}
          onPress={onEnd}
          aria-label={t("security.endSessionLabel", { device })}
        >
          {t("security.endSession")}
        </Button>
      )}
    </li>
  );
}
