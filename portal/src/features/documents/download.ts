import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import { type DocumentLine, linkTo } from "./api.ts";

/** Asks for a link and follows it: the server sends the file as one to keep. */
export async function download(line: DocumentLine): Promise<void> {
  try {
    const { url } = await linkTo(line.id);
    const anchor = document.createElement("a");
    anchor.href = `${url}?download=true`;
    anchor.download = "";
    anchor.click();
  } catch {
    toast({ text: t("documents.downloadFailed"), tone: "danger" });
  }
}
