import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Lock, Search } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, Select, TextField, toast } from "../../ui/index.ts";
import { ask, HOLDS, type HoldReason, hold, KEY, type Picture, pictureOf, REASONS, type Reason } from "./api.ts";
import { Loss } from "./Loss.tsx";
import { refusal } from "./words.ts";

/** Somebody's record, found; and what may be asked for about it. */
export function Finder({ mayHold }: { mayHold: boolean }): ReactElement {
  const [wanted, setWanted] = useState("");
  const found = useMutation({ mutationFn: pictureOf });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (wanted.trim()) found.mutate(wanted.trim());
  }

  return (
    <Card title={t("shredding.ask")}>
      <div className="stack">
        <form className="shredding-find" onSubmit={submit}>
          <TextField
            label={t("shredding.patient")}
            hint={t("shredding.patientHint")}
            value={wanted}
            onChange={setWanted}
            maxLength={120}
          />
          <Button type="submit" icon={Search} isPending={found.isPending}>
            {t("shredding.look")}
          </Button>
        </form>
        {found.error && (
          <Banner tone="danger" role="alert">
            {refusal(found.error)}
          </Banner>
        )}
        {found.data && (
          <Found
            key={found.data.seen}
            picture={found.data}
            mayHold={mayHold}
            onDone={() => {
              found.reset();
              setWanted("");
            }}
          />
        )}
      </div>
    </Card>
  );
}

interface FoundProps {
  readonly picture: Picture;
  readonly mayHold: boolean;
  readonly onDone: () => void;
}

function Found({ picture, mayHold, onDone }: FoundProps): ReactElement {
  const [reason, setReason] = useState<Reason | null>(null);
  const [why, setWhy] = useState<HoldReason | null>(null);
  const asking = useChange(() => ask(picture.patient, reason ?? "patient-request"), "shredding.asked", onDone);
  const holding = useChange(() => hold(picture.patient, why ?? "other"), "shredding.holdSet", onDone);
  const error = asking.error ?? holding.error;
  const isHeld = picture.findings.some((one) => one.forbids);
  return (
    <div className="stack">
      <Loss picture={picture} />
      {error && (
        <Banner tone="danger" role="alert">
          {refusal(error)}
        </Banner>
      )}
      {!isHeld && (
        <div className="shredding-find">
          <Select
            label={t("shredding.reason")}
            options={REASONS.map((value) => ({ value, label: t(`shredding.reason.${value}`) }))}
            value={reason}
            onChange={setReason}
          />
          <Button
            kind="danger"
            icon={KeyRound}
            isDisabled={reason === null}
            isPending={asking.isPending}
            onPress={() => asking.mutate()}
          >
            {t("shredding.askFor")}
          </Button>
        </div>
      )}
      {mayHold && !isHeld && (
        <div className="shredding-find">
          <Select
            label={t("shredding.holdReason")}
            options={HOLDS.map((value) => ({ value, label: t(`shredding.hold.${value}`) }))}
            value={why}
            onChange={setWhy}
          />
          <Button icon={Lock} isDisabled={why === null} isPending={holding.isPending} onPress={() => holding.mutate()}>
            {t("shredding.setHold")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Something that changes the list, and says so. */
export function useChange<T>(
  change: () => Promise<T>,
  word: "shredding.asked" | "shredding.holdSet" | "shredding.holdLifted" | "shredding.refused" | "shredding.takenBack",
  onDone: () => void = () => undefined,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: KEY });
      toast({ text: t(word) });
      onDone();
    },
  });
}
