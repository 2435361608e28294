import { CircleAlert, CloudOff, Pencil, RotateCcw, StickyNote } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge, Button, showTime } from "../../ui/index.ts";
import type { Outgoing as Going, Sending } from "./sending.ts";

interface OutgoingProps extends Going {
  /** Puts one back into the field where it was written. */
  readonly onEdit: (one: Sending) => void;
}

/** What one has said and does not stand among the messages yet, with what has become of it. */
export function Outgoing({ sendings, send, takeBack, onEdit }: OutgoingProps): ReactElement | null {
  if (sendings.length === 0) return null;
  return (
    <>
      {sendings.map((one) => (
        <li key={one.key} className="said" data-own data-note={one.isNote || undefined} data-sending={one.state}>
          <p className="said-who">
            <span className="strong">{t("messages.you")}</span>
            {one.isNote && (
              <Badge tone="warning" icon={StickyNote}>
                {t("messages.note")}
              </Badge>
            )}
          </p>
          <div className="said-one">
            {one.text && <p className="said-text">{one.text}</p>}
            {one.documents.map(({ id, title }) => (
              <p key={id} className="small">
                {title}
              </p>
            ))}
            <State
              one={one}
              onSend={() => send(one)}
              onEdit={() => {
                takeBack(one.key);
                onEdit(one);
              }}
            />
          </div>
        </li>
      ))}
    </>
  );
}

interface StateProps {
  readonly one: Sending;
  readonly onSend: () => void;
  readonly onEdit: () => void;
}

function State({ one, onSend, onEdit }: StateProps): ReactElement {
  const { state, why, at } = one;
  if (state === "sending" || state === "sent")
    return (
      <p className="small muted" role="status">
        {state === "sending" ? t("messages.sending") : t("messages.sentAt", { time: showTime(at) })}
      </p>
    );
  const isFailed = state === "failed";
  return (
    <div className="said-held" data-state={state} role={isFailed ? "alert" : "status"}>
      <p className="row" data-gap="1">
        {isFailed ? <CircleAlert aria-hidden="true" size={16} /> : <CloudOff aria-hidden="true" size={16} />}
        <span className="strong">{t(isFailed ? "messages.notSent" : "messages.waitsForLine")}</span>
      </p>
      <p className="small">{isFailed ? (why ?? t("messages.notSentHint")) : t("messages.waitsForLineHint")}</p>
      <div className="row" data-gap="2">
        {isFailed && (
          <Button size="small" kind="primary" icon={RotateCcw} onPress={onSend}>
            {t("messages.sendAgain")}
          </Button>
        )}
        <Button size="small" icon={Pencil} onPress={onEdit}>
          {t("messages.change")}
        </Button>
      </div>
    </div>
  );
}
