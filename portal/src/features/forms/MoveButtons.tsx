import { ArrowDown, ArrowUp, IndentDecrease, IndentIncrease } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { IconButton } from "../../ui/index.ts";
import type { Way } from "./edit.ts";

const WAYS = [
  { way: "up", icon: ArrowUp, word: "forms.up" },
  { way: "down", icon: ArrowDown, word: "forms.down" },
  { way: "in", icon: IndentIncrease, word: "forms.into" },
  { way: "out", icon: IndentDecrease, word: "forms.out" },
] as const;

/** The four steps a question can be moved by, for those who do not drag. */
export function MoveButtons({ onMove }: { onMove: (way: Way) => void }): ReactElement {
  return (
    <>
      {WAYS.map(({ way, icon, word }) => (
        <IconButton key={way} icon={icon} size="small" label={t(word)} onPress={() => onMove(way)} />
      ))}
    </>
  );
}
