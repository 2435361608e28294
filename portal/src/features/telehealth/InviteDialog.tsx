import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { type FormEvent, type ReactElement, useId, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Banner, Button, CopyButton, Dialog, RadioGroup, showTime, TextField, toast } from "../../ui/index.ts";
import { cancelGuest, type Guest, guests, guestsKey, type Inviting, invite } from "./api.ts";
import { guestState } from "./guests.ts";

export interface InviteDialogProps {
  readonly visit: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const PARTS = ["family", "interpreter", "captioner", "guest"] as const;
const WAYS = ["link", "mail", "sms"] as const;
const MINUTES = 15;

/** A link for somebody without an account, and what became of those there are. */
export function InviteDialog({ visit, isOpen, onClose }: InviteDialogProps): ReactElement {
  const client = useQueryClient();
  const form = useId();
  const made = useMutation({
    mutationFn: (body: Inviting) => invite(visit, body),
    onSuccess: (guest) => {
      void client.invalidateQueries({ queryKey: guestsKey(visit) });
      if (!guest.path) toast({ text: t("tele.invited") });
    },
  });
  return (
    <Dialog
      title={t("tele.invite")}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.close")}</Button>
          <Button kind="primary" type="submit" form={form} icon={UserPlus} isPending={made.isPending}>
            {t("tele.inviteDo")}
          </Button>
        </>
      }
    >
      <p>{t("tele.inviteLead", { count: MINUTES })}</p>
      <Asking id={form} problem={made.error} onInvite={made.mutate} />
      {made.data?.path && <Shown path={made.data.path} />}
      <Known visit={visit} />
    </Dialog>
  );
}

interface AskingProps {
  readonly id: string;
  readonly problem: Error | null;
  readonly onInvite: (body: Inviting) => void;
}

function Asking({ id, problem, onInvite }: AskingProps): ReactElement {
  const [part, setPart] = useState<Inviting["part"]>("family");
  const [way, setWay] = useState<Inviting["way"]>("link");
  const [to, setTo] = useState("");
  const [isMissing, setMissing] = useState(false);
  const wantsTo = way !== "link";

  function send(event: FormEvent): void {
    event.preventDefault();
    const isShort = wantsTo && !to.trim();
    setMissing(isShort);
    if (!isShort) onInvite({ part, way, to: wantsTo ? to.trim() : "" });
  }

  return (
    <form id={id} className="stack" onSubmit={send} noValidate>
      <RadioGroup
        label={t("tele.inviteAs")}
        options={PARTS.map((value) => ({ value, label: t(`tele.part.${value}`) }))}
        value={part}
        onChange={setPart}
      />
      <RadioGroup
        label={t("tele.inviteHow")}
        options={WAYS.map((value) => ({ value, label: t(`tele.inviteBy.${value}`) }))}
        value={way}
        onChange={setWay}
      />
      {wantsTo && (
        <TextField
          label={t(`tele.inviteTo.${way}`)}
          type={way === "mail" ? "email" : "tel"}
          value={to}
          onChange={setTo}
          maxLength={254}
          autoComplete="off"
          error={isMissing && !to.trim() ? t("tele.needTo") : undefined}
        />
      )}
      {problem && (
        <Banner tone="danger" role="alert">
          {t("tele.inviteFailed")} {problem instanceof Problem && problem.detail}
        </Banner>
      )}
    </form>
  );
}

/** The address, this once. */
function Shown({ path }: { readonly path: string }): ReactElement {
  const link = `${location.origin}${path}`;
  return (
    <Banner tone="success" role="status" title={t("tele.inviteLink")}>
      <p>{t("tele.inviteLinkOnce")}</p>
      <p className="row tele-link" data-gap="2">
        <code>{link}</code>
        <CopyButton text={link} label={t("tele.inviteCopyLink")} />
      </p>
    </Banner>
  );
}

function Known({ visit }: { readonly visit: string }): ReactElement | null {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: guestsKey(visit), queryFn: ({ signal }) => guests(visit, signal) });
  const taken = useMutation({
    mutationFn: (guest: Guest) => cancelGuest(visit, guest.id),
    onSuccess: () => void client.invalidateQueries({ queryKey: guestsKey(visit) }),
  });
  if (!data?.length) return null;
  const now = Date.now();
  return (
    <section className="stack" data-gap="2" aria-label={t("tele.guests")}>
      <h3>{t("tele.guests")}</h3>
      <ul className="person-list">
        {data.map((guest) => {
          const state = guestState(guest, now);
          return (
            <li key={guest.id}>
              <span className="grow">
                {t(`tele.part.${guest.part}`)}{" "}
                <Badge tone={state === "open" ? "info" : "neutral"}>
                  {t(`tele.guest.${state}`, { time: showTime(guest.expires) })}
                </Badge>
              </span>
              {(state === "open" || state === "sent") && (
                <Button
                  size="small"
                  kind="quiet"
                  isPending={taken.isPending && taken.variables.id === guest.id}
                  onPress={() => taken.mutate(guest)}
                >
                  {t("tele.guestCancel")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
