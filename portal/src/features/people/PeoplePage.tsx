import { useQuery } from "@tanstack/react-query";
import { Search, UserPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Card, EmptyState, ErrorState, PageHead, Select, Skeleton, TextField } from "../../ui/index.ts";
import { InviteDialog } from "./InviteDialog.tsx";
import { PeopleTable } from "./PeopleTable.tsx";
import { matchingPeople, PEOPLE_KEY, type RoleFilter, roleOptions } from "./people.ts";
import "./people.css";

/** The organisation's people, what they may do, and letting more in. */
export function PeoplePage(): ReactElement {
  const { organisation } = useSession();
  const [text, setText] = useState("");
  const [role, setRole] = useState<RoleFilter>("all");
  const [inviting, setInviting] = useState(false);
  const people = useQuery({ queryKey: PEOPLE_KEY, queryFn: () => answer(api.GET("/api/people")) });
  const shown = matchingPeople(people.data ?? [], text, role);
  const invite = (
    <Button kind="primary" icon={UserPlus} onPress={() => setInviting(true)}>
      {t("people.invite")}
    </Button>
  );
  return (
    <div className="page">
      <PageHead
        title={t("people.title")}
        lead={t("people.lead", { organisation: organisation.name })}
        actions={invite}
      />
      <Card flush>
        <div className="people-filter">
          <TextField
            label={t("people.filter")}
            hideLabel
            placeholder={t("people.filter")}
            before={<Search aria-hidden="true" size={16} />}
            value={text}
            onChange={setText}
          />
          <Select
            label={t("people.role")}
            hideLabel
            value={role}
            onChange={setRole}
            options={[{ value: "all", label: t("people.allRoles") }, ...roleOptions()]}
          />
          <span className="muted small" role="status">
            {people.data && t("people.count", { count: shown.length })}
          </span>
        </div>
        {people.data ? (
          <PeopleTable
            people={shown}
            empty={
              <EmptyState icon={Search} title={t("people.none")}>
                {t("people.noneHint")}
              </EmptyState>
            }
          />
        ) : people.isError ? (
          <ErrorState
            title={t("people.loadFailed")}
            requestId={people.error instanceof Problem ? people.error.requestId : undefined}
            onRetry={() => people.refetch()}
          >
            {t("people.loadFailedLead")}
          </ErrorState>
        ) : (
          <div className="people-loading">
            <Skeleton lines={9} />
          </div>
        )}
      </Card>
      <InviteDialog isOpen={inviting} onClose={() => setInviting(false)} />
    </div>
  );
}
