import { CircleAlert, CircleCheck } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge, Banner, Card, showAgo, showMoment, Table } from "../../ui/index.ts";
import type { Twins, TwinTried } from "./verification.ts";

/** The last proof that attacks can succeed: each control taken out by itself, and the attack that saw it. */
export function TwinsCard({ twins }: { twins: Twins }): ReactElement {
  const whole = twins.twins.length;
  const isWell = whole === twins.caught && twins.unproved.length === 0;
  return (
    <Card title={t("verification.twins")} note={t("verification.caughtOf", { caught: twins.caught, whole })} flush>
      <div className="verification-lead">
        <Banner
          tone={isWell ? "success" : "danger"}
          title={t(isWell ? "verification.proved" : "verification.unproved")}
        >
          {twins.unproved.length > 0 && <p>{t("verification.bare", { threats: twins.unproved.join(", ") })}</p>}
          {t("verification.when", { ago: showAgo(twins.at), moment: showMoment(twins.at) })}
        </Banner>
        <p className="small muted">{t("verification.twinsLead")}</p>
      </div>
      <Table
        caption={t("verification.twins")}
        rows={twins.twins}
        rowKey={(one) => one.weakness}
        limit={15}
        columns={[
          { id: "weakness", label: t("verification.weakness"), cell: (one) => <code>{one.weakness}</code> },
          { id: "caught", label: t("verification.result"), cell: (one) => <Caught one={one} /> },
          { id: "attack", label: t("verification.by"), cell: (one) => (one.attack ? <code>{one.attack}</code> : "–") },
          { id: "said", label: t("verification.got"), cell: (one) => <span className="small">{one.said}</span> },
        ]}
      />
    </Card>
  );
}

function Caught({ one }: { one: TwinTried }): ReactElement {
  return (
    <Badge tone={one.caught ? "success" : "danger"} icon={one.caught ? CircleCheck : CircleAlert}>
      {t(one.caught ? "verification.caught" : "verification.missed")}
    </Badge>
  );
}
