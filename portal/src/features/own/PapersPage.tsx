import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, CircleAlert, CircleCheck, CircleDashed, CircleOff, X } from "lucide-react";
import type { ReactElement } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { type Key, t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Button, Card, PageHead, showMoment, toast } from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";

type Paper = Schemas["Paper"];
const papersKey = (patient: string) => ["papers", patient] as const;
const waits = (paper: Paper): boolean => paper.state === "open" || paper.state === "outdated";

/** What one is asked to agree to, in full, and one's answers. */
export function PapersPage(): ReactElement | null {
  const { patient } = useSession();
  return patient ? <Papers key={patient} patient={patient} /> : null;
}

function Papers({ patient }: { patient: string }): ReactElement {
  const papers = useQuery({
    queryKey: papersKey(patient),
    queryFn: () => answer(api.GET("/api/papers", { params: { query: { patient } } })),
  });
  const count = (papers.data ?? []).filter(waits).length;
  const lead = papers.data && (count > 0 ? t("papers.lead", { count }) : t("papers.leadNone"));
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("papers.title")} lead={lead} />
      <Loading query={papers}>
        {(data) => (
          <>
            {data.map((paper) => (
              <Sheet key={paper.key} patient={patient} paper={paper} />
            ))}
          </>
        )}
      </Loading>
    </div>
  );
}

const looks = {
  open: { tone: "warning", icon: CircleDashed },
  outdated: { tone: "warning", icon: CircleAlert },
  agreed: { tone: "success", icon: CircleCheck },
  refused: { tone: "neutral", icon: CircleOff },
  withdrawn: { tone: "neutral", icon: CircleOff },
} as const;

function Sheet({ patient, paper }: { patient: string; paper: Paper }): ReactElement {
  const client = useQueryClient();
  const reply = useMutation({
    mutationFn: (agreed: boolean) =>
      answer(api.POST("/api/papers/{key}", { params: { path: { key: paper.key } }, body: { patient, agreed } })),
    onSuccess: () => toast({ text: t("papers.answered") }),
    onError: () => toast({ tone: "danger", text: t("own.saveFailed") }),
    onSettled: () => client.invalidateQueries({ queryKey: papersKey(patient) }),
  });
  return (
    <Card title={t(`papers.${paper.key}` as Key)} note={paper.required && t("papers.required")}>
      <div className="stack">
        <p>{t(`papers.${paper.key}.text` as Key)}</p>
        <p className="row" data-gap="2">
          <Badge {...looks[paper.state]}>{t(`papers.state.${paper.state}`)}</Badge>
          {paper.since && <span className="muted small">{showMoment(Date.parse(paper.since))}</span>}
        </p>
        <div className="row">
          {paper.state === "agreed" ? (
            <Button onPress={() => reply.mutate(false)} isPending={reply.isPending}>
              {t("papers.withdraw")}
            </Button>
          ) : (
            <>
              <Button kind="primary" icon={Check} onPress={() => reply.mutate(true)} isPending={reply.isPending}>
                {t("papers.agree")}
              </Button>
              {waits(paper) && (
                <Button icon={X} onPress={() => reply.mutate(false)} isDisabled={reply.isPending}>
                  {t("papers.refuse")}
                </Button>
              )}
            </>
          )}
        </div>
      </div>
    </Card>
  );
}
