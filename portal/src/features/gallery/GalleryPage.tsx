/**
 * All of `ui/`, alive, with made-up content: to look at, to try keyboard and screen reader on, to photograph.
 * Its words are samples and not part of the product, so they stand here rather than in i18n.
 */
import { type ReactElement, useState } from "react";
import { PageHead, Tabs } from "../../ui/index.ts";
import { Controls } from "./Controls.tsx";
import { Overlays } from "./Overlays.tsx";
import { Plots } from "./Plots.tsx";
import { Surfaces } from "./Surfaces.tsx";

export function GalleryPage(): ReactElement {
  const [tab, setTab] = useState(() => location.hash.slice(1) || "controls");
  return (
    <div className="page">
      <PageHead title="Design gallery" lead="Every component of the design system, in the look that is in force." />
      <Tabs
        label="Kinds of components"
        selected={tab}
        onSelect={setTab}
        tabs={[
          { id: "controls", label: "Controls", content: <Controls /> },
          { id: "surfaces", label: "Surfaces", content: <Surfaces /> },
          { id: "plots", label: "Tables and plots", content: <Plots /> },
          { id: "overlays", label: "Overlays", content: <Overlays /> },
        ]}
      />
    </div>
  );
}
