import type { ReactElement } from "react";
import { currentLanguage, keepLanguage, LANGUAGES, type Language, t } from "../../i18n/index.ts";
import { Card, RadioGroup, toast } from "../../ui/index.ts";
import type { Profile } from "./profile.ts";
import { useProfileChange } from "./useProfileChange.ts";

const choices = Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }));

/** The language of the pages on this device, and of mails and text messages. */
export function LanguageCard({ patient, profile }: { patient: string; profile: Profile }): ReactElement {
  const save = useProfileChange(patient);
  const known = choices.find((one) => one.value === profile.language)?.value;

  function choose(language: Language): void {
    save.mutate(
      { language },
      {
        onSuccess: () => keepLanguage(language),
        onError: () => toast({ tone: "danger", text: t("own.saveFailed") }),
      },
    );
  }

  return (
    <Card title={t("own.language")}>
      <RadioGroup
        label={t("own.language")}
        hideLabel
        hint={t("own.languageLead")}
        options={choices}
        value={known ?? currentLanguage()}
        onChange={choose}
      />
    </Card>
  );
}
