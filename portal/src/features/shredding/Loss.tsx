import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Facts, showDay, showMoment } from "../../ui/index.ts";
import type { Picture } from "./api.ts";
import { sentence } from "./words.ts";

/** Whose record it is, how much of it there is, and what stands against destroying it. */
export function Loss({ picture }: { picture: Picture }): ReactElement {
  const counts = Object.entries(picture.counts).map(([type, count]) => `${type} ${count}`);
  const isHeld = picture.findings.some((one) => one.forbids);
  return (
    <>
      <Facts
        facts={[
          { name: t("shredding.name"), value: <strong>{picture.name}</strong> },
          { name: t("shredding.born"), value: picture.birthDate ? showDay(picture.birthDate) : t("shredding.unknown") },
          {
            name: t("shredding.lastSeen"),
            value: picture.lastEncounter ? showMoment(picture.lastEncounter) : t("shredding.never"),
          },
          { name: t("shredding.keptUntil"), value: showDay(picture.keptUntil) },
          { name: t("shredding.lost"), value: counts.join(", ") },
          { name: t("shredding.files"), value: t("shredding.fileCount", { count: picture.files }) },
        ]}
      />
      {picture.findings.length > 0 && (
        <Banner
          tone={isHeld ? "danger" : "warning"}
          title={isHeld ? t("shredding.heldTitle") : t("shredding.againstTitle")}
        >
          <ul className="shredding-list">
            {picture.findings.map((one) => (
              <li key={one.code + one.what}>{sentence(one)}</li>
            ))}
          </ul>
        </Banner>
      )}
    </>
  );
}
