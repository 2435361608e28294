import type { ReactElement } from "react";
import { currentLanguage, keepLanguage, LANGUAGES, type Language, t } from "../../i18n/index.ts";
import { Button } from "../../ui/index.ts";
import { putSecretBack } from "./secret.ts";

/**
 * The languages, each named in itself, for somebody who is not in yet.
 *
 * The page is loaded anew in the one chosen, so it is offered only where nothing is lost by that; the `secret` of a mailed
 * link is handed over.
 */
export function LanguageChoice({ secret = "" }: { secret?: string }): ReactElement {
  function choose(language: Language): void {
    if (language === currentLanguage()) return;
    putSecretBack(secret);
    keepLanguage(language);
  }

  return (
    <fieldset className="identity-languages" aria-label={t("identity.language")}>
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <Button key={tag} kind="quiet" aria-pressed={tag === currentLanguage()} onPress={() => choose(tag as Language)}>
          <span lang={tag}>{name}</span>
        </Button>
      ))}
    </fieldset>
  );
}
