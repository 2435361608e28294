import { Copy, Download, Printer } from "lucide-react";
import { type ReactElement, useState } from "react";
import { handOver } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition, useSessionQuery } from "../../session/index.ts";
import { Banner, Button, Checkbox, toast } from "../../ui/index.ts";
import { StepTitle } from "./StepTitle.tsx";

/** Codes that are shown this one time, with ways to keep them; going on asks that they were kept. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }): ReactElement {
  const product = useEdition().data?.title ?? "";
  const email = useSessionQuery().data?.account.email ?? "";
  const [saved, setSaved] = useState(false);
  const [tried, setTried] = useState(false);
  const text = `${t("identity.codesHead", { product, email })}\n\n${codes.join("\n")}\n`;

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    toast({ text: t("identity.codesCopied") });
  }

  function download(): void {
    handOver(new Blob([text], { type: "text/plain" }), t("identity.codesFile"));
  }

  return (
    <div className="stack">
      <StepTitle title={t("identity.codesTitle")} lead={t("identity.codesLead")} />
      <ul className="recovery-codes" aria-label={t("identity.codesList")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row no-print">
        <Button size="small" icon={Copy} onPress={copy}>
          {t("ui.copy")}
        </Button>
        <Button size="small" icon={Download} onPress={download}>
          {t("ui.download")}
        </Button>
        <Button size="small" icon={Printer} onPress={() => print()}>
          {t("ui.print")}
        </Button>
      </div>
      <div className="stack no-print" data-gap="2">
        {tried && !saved && (
          <Banner tone="danger" role="alert">
            {t("identity.codesNeedSaved")}
          </Banner>
        )}
        <Checkbox isSelected={saved} onChange={setSaved}>
          {t("identity.codesSaved")}
        </Checkbox>
        <Button kind="primary" size="large" wide onPress={() => (saved ? onDone() : setTried(true))}>
          {t("ui.continue")}
        </Button>
      </div>
    </div>
  );
}
