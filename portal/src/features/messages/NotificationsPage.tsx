import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { type Key, t } from "../../i18n/index.ts";
import { Banner, Card, Checkbox, ErrorState, PageHead, Skeleton, toast } from "../../ui/index.ts";
import { useChooseNotifications, useNotifications } from "./api.ts";
import "./Messages.css";

/** What one is told about, and how: each choice is kept as it is made. */
export function NotificationsPage(): ReactElement {
  const { data, error, isPending, refetch } = useNotifications();
  const choose = useChooseNotifications();
  const change = (kind: string, ways: { mail: boolean; sms: boolean }) =>
    choose.mutate([{ kind, ...ways }], {
      onSuccess: () => toast({ text: t("messages.settingsSaved"), tone: "success" }),
    });
  return (
    <>
      <PageHead title={t("messages.settings")} lead={t("messages.settingsLead")} />
      <div className="notifications stack">
        {choose.error && <Banner tone="danger" role="alert" title={t("messages.notSaved")} />}
        <Card title={t("messages.settingsKinds")} flush>
          {isPending && <Skeleton lines={6} />}
          {error && (
            <ErrorState
              title={t("messages.settingsFailed")}
              requestId={error instanceof Problem ? error.requestId : undefined}
              onRetry={() => void refetch()}
            />
          )}
          {data && (
            <ul className="notification-lines">
              {data.map((kept) => {
                const { kind, mail, sms } =
                  (choose.isPending && choose.variables.find((one) => one.kind === kept.kind)) || kept;
                const name = t(`messages.kind.${kind}` as Key);
                return (
                  <li key={kind}>
                    <span className="strong">{name}</span>
                    <span className="notification-ways">
                      <Checkbox
                        aria-label={t("messages.settingsFor", { kind: name, way: t("messages.settingsMail") })}
                        isSelected={mail}
                        onChange={(now) => change(kind, { mail: now, sms })}
                      >
                        {t("messages.settingsMail")}
                      </Checkbox>
                      <Checkbox
                        aria-label={t("messages.settingsFor", { kind: name, way: t("messages.settingsSms") })}
                        isSelected={sms}
                        onChange={(now) => change(kind, { mail, sms: now })}
                      >
                        {t("messages.settingsSms")}
                      </Checkbox>
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
        </Card>
        <p className="small muted">{t("messages.settingsNight")}</p>
        <p className="small muted">{t("messages.settingsSecurity")}</p>
      </div>
    </>
  );
}
