import { useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import { comings } from "./people.ts";
import { isOver, type Whole } from "./room.ts";

/** What has just changed in the visit, as a sentence for a live region. */
export function useSpoken(whole: Whole | null): string {
  const [said, say] = useState("");
  const before = useRef<Whole | null>(null);
  useEffect(() => {
    const was = before.current;
    before.current = whole;
    if (!whole || !was) return;
    const news = [
      ...comings(was.people, whole.people, whole.me).map(({ person, how }) =>
        t(`tele.said.${how}`, { name: person.name }),
      ),
      ...changes(was, whole),
    ];
    if (news.length > 0) say(news.join(" "));
    // Whoever asked would else only see the question vanish.
    if (was.recording === "asked" && whole.recording === "off" && !isOver(whole))
      toast({ text: t("tele.said.notAgreed") });
  }, [whole]);
  return said;
}

function changes(was: Whole, is: Whole): string[] {
  const recorded = [was, is].map(({ recording }) => recording === "on");
  const held = [was, is].map(({ state }) => state === "hold");
  return [
    recorded[0] !== recorded[1] && t(recorded[1] ? "tele.said.recording" : "tele.said.notRecording"),
    held[0] !== held[1] && t(held[1] ? "tele.said.hold" : "tele.said.goesOn"),
  ].filter((one) => one !== false);
}
