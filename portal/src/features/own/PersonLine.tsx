import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleOff, Mail } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Avatar, Badge, Button, Confirm, showDay, toast } from "../../ui/index.ts";
import { familyKey, standingOf, type Trusted } from "./trust.ts";

/** Somebody who has or had a record, and ending it. */
export function PersonLine({ patient, person }: { patient: string; person: Trusted }): ReactElement {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { name, membership } = person;
  const standing = standingOf(person, Date.now());
  const end = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/family/{membership}", { params: { path: { membership }, query: { patient } } })),
    onSuccess: () => toast({ text: t("family.ended", { name }) }),
    onError: () => toast({ tone: "danger", text: t("own.saveFailed") }),
    onSettled: () => {
      setIsAsking(false);
      return client.invalidateQueries({ queryKey: familyKey(patient) });
    },
  });
  return (
    <li className="own-line">
      <Avatar name={name} />
      <div className="grow">
        <p className="strong">{name}</p>
        <p className="muted small">{person.email}</p>
        <p>{t(`family.role.${person.role}`)}</p>
        <p className="row" data-gap="2">
          <Standing person={person} standing={standing} />
        </p>
      </div>
      {standing !== "over" && (
        <Button size="small" onPress={() => setIsAsking(true)}>
          {t("family.end")}
        </Button>
      )}
      <Confirm
        title={t("family.endTitle", { name })}
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        action={t("family.end")}
        onConfirm={() => end.mutate()}
        isPending={end.isPending}
      >
        <p>{t("family.endText", { name })}</p>
      </Confirm>
    </li>
  );
}

function Standing({ person, standing }: { person: Trusted; standing: ReturnType<typeof standingOf> }): ReactElement {
  const day = person.ends ? showDay(new Date(person.ends).toISOString().slice(0, 10)) : "";
  if (standing === "over")
    return <Badge icon={CircleOff}>{day ? t("family.status.over", { day }) : t("family.status.disabled")}</Badge>;
  return (
    <>
      <Badge tone={standing === "active" ? "success" : "info"} icon={standing === "active" ? CircleCheck : Mail}>
        {t(`family.status.${standing}`)}
      </Badge>
      <span className="muted small">{day ? t("family.ends", { day }) : t("family.noEnd")}</span>
    </>
  );
}
