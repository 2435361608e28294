import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, PasswordField, Select, Skeleton, TextField, toast } from "../../ui/index.ts";
import { approve, KEY, type Line, OVERRIDES, type Override, type Picture, pictureOf } from "./api.ts";
import { Loss } from "./Loss.tsx";
import { refusal } from "./words.ts";

interface ApproveProps {
  readonly line: Line;
  /** Hours until it is carried out. */
  readonly cooling: number;
  readonly onClose: () => void;
}

/** The second person: what will be lost, whose it is, typed, and who they are, proved anew. */
export function Approve({ line, cooling, onClose }: ApproveProps): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: [...KEY, line.patient],
    queryFn: () => pictureOf(line.patient),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog title={t("shredding.approveTitle")} isOpen onClose={onClose} size="large">
      {error && (
        <Banner tone="danger" role="alert">
          {refusal(error)}
        </Banner>
      )}
      {!data && !error && <Skeleton lines={6} />}
      {data && (
        <Form
          key={data.seen}
          line={line}
          picture={data}
          cooling={cooling}
          onClose={onClose}
          onAgain={() => void refetch()}
        />
      )}
    </Dialog>
  );
}

interface FormProps extends ApproveProps {
  readonly picture: Picture;
  readonly onAgain: () => void;
}

function Form({ line, picture, cooling, onClose, onAgain }: FormProps): ReactElement {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  const [override, setOverride] = useState<Override | null>(null);
  const [why, setWhy] = useState("");
  const isHeld = picture.findings.some((one) => one.forbids);
  const approving = useMutation({
    mutationFn: () => approve(line.id, picture.seen, { typed, password, override, why }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: KEY });
      toast({ text: t(done.state === "done" ? "shredding.isDone" : "shredding.isApproved") });
      onClose();
    },
  });
  const problem = approving.error instanceof Problem ? approving.error : undefined;
  const places = problem?.places ?? {};
  const isSaidBeside = ["override", "why", "typed", "proof"].some((field) => field in places);

  function submit(event: FormEvent): void {
    event.preventDefault();
    approving.mutate();
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Banner tone="danger">
        {cooling > 0 ? t("shredding.forEverLater", { count: cooling }) : t("shredding.forEver")}
      </Banner>
      <Loss picture={picture} />
      {approving.error && !isSaidBeside && (
        <Banner
          tone="danger"
          role="alert"
          actions={problem?.status === 412 && <Button onPress={onAgain}>{t("shredding.lookAgain")}</Button>}
        >
          {refusal(approving.error)}
        </Banner>
      )}
      {picture.findings.length > 0 && !isHeld && (
        <>
          <Select
            label={t("shredding.override")}
            options={OVERRIDES.map((value) => ({ value, label: t(`shredding.override.${value}`) }))}
            value={override}
            onChange={setOverride}
            {...(places.override && { error: t("shredding.needOverride") })}
          />
          <TextField
            label={t("shredding.why")}
            hint={t("shredding.whyHint")}
            rows={3}
            value={why}
            onChange={setWhy}
            maxLength={2000}
            {...(places.why && { error: t("shredding.needWhy") })}
          />
        </>
      )}
      <TextField
        label={t("shredding.typed", { name: picture.name })}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        {...(places.typed && { error: t("shredding.wrongName") })}
      />
      <PasswordField
        label={t("shredding.password")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        {...(places.proof && { error: t("shredding.wrongPassword") })}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button
          type="submit"
          kind="danger"
          isPending={approving.isPending}
          isDisabled={isHeld || typed === "" || password === ""}
        >
          {t("shredding.approve")}
        </Button>
      </div>
    </form>
  );
}
