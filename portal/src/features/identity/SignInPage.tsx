import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { t } from "../../i18n/index.ts";
import { lockMark, SESSION_KEY, useSessionQuery } from "../../session/index.ts";
import { Frame } from "./Frame.tsx";
import { inside } from "./inside.ts";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { SignInFlow } from "./SignInFlow.tsx";

export function SignInPage(): ReactElement {
  const client = useQueryClient();
  const session = useSessionQuery();
  const [query] = useSearchParams();
  const [isUnderWay, setUnderWay] = useState(false);
  function enter(): void {
    lockMark.clear();
    void client.invalidateQueries({ queryKey: SESSION_KEY });
  }

  if (session.data) return <Navigate to={inside(query.get("next"))} replace />;
  return (
    <Frame page={t("identity.signIn")} languages={!isUnderWay && <LanguageChoice />}>
      <SignInFlow onDone={enter} onUnderWay={() => setUnderWay(true)} />
    </Frame>
  );
}
