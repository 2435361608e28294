import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import type { ReactElement } from "react";
import { listName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { Banner, ButtonLink } from "../../ui/index.ts";
import { type Preview, previewOf } from "./api.ts";

interface FullerProps {
  readonly preview: Preview;
  readonly swapHref: string;
}

/** Says so when more is written in the record that would go than in the one that would stay. */
export function Fuller({ preview, swapHref }: FullerProps): ReactElement | null {
  const [keep, drop] = [preview.keep.id ?? "", preview.drop.id ?? ""];
  // What would move the other way round is what the record that stays has.
  const { data } = useQuery({
    queryKey: ["merge", drop, keep],
    queryFn: () => previewOf(drop, keep),
    enabled: preview.total > 0,
    gcTime: 0,
  });
  if (!data || preview.total <= data.total) return null;
  return (
    <Banner
      role="status"
      title={t("merge.fuller", { name: listName(preview.drop.name) })}
      actions={
        <ButtonLink href={swapHref} icon={ArrowLeftRight}>
          {t("merge.swap")}
        </ButtonLink>
      }
    >
      {t("merge.fullerHint", { more: preview.total, less: data.total })}
    </Banner>
  );
}
