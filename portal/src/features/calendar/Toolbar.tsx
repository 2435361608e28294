import { CalendarPlus, ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import { t } from "../../i18n/index.ts";
import { Button, IconButton, Menu, Select } from "../../ui/index.ts";
import type { Actor, Shown, View } from "./calendar.ts";

export interface ToolbarProps {
  readonly shown: Shown;
  readonly today: string;
  readonly actors: readonly Actor[];
  /** Whose day or week it is; undefined for everybody's. */
  readonly actor: string | undefined;
  readonly mayBook: boolean;
  readonly onShow: (change: Partial<Shown>) => void;
  readonly onTurn: (count: number) => void;
  readonly onNew: () => void;
  /** What waits for a decision. */
  readonly children?: ReactNode;
}

const VIEWS: readonly View[] = ["day", "week", "resources"];
const EVERYBODY = "";

/** Which days, whose, and how. */
export function Toolbar(props: ToolbarProps): ReactElement {
  const { shown, today, actors, actor, onShow, onTurn } = props;
  const isSideBySide = shown.view === "resources";
  return (
    <div className="calendar-bar">
      <div className="row calendar-days" data-gap="1">
        <IconButton icon={ChevronLeft} label={t("calendar.previous")} onPress={() => onTurn(-1)} />
        <Button size="small" onPress={() => onShow({ day: today })}>
          {t("calendar.today")}
        </Button>
        <IconButton icon={ChevronRight} label={t("calendar.next")} onPress={() => onTurn(1)} />
      </div>
      <Views view={shown.view} onView={(view) => onShow({ view })} />
      {isSideBySide ? (
        <ActorMenu actors={actors} chosen={shown.actors} onChoose={(chosen) => onShow({ actors: chosen })} />
      ) : (
        <div className="calendar-whose">
          <Select
            label={t("calendar.whose")}
            hideLabel
            value={actor ?? EVERYBODY}
            onChange={(value) => onShow({ actors: value ? [value] : [] })}
            options={[
              { value: EVERYBODY, label: t("calendar.everybody") },
              ...actors.map(({ reference, name }) => ({ value: reference, label: name })),
            ]}
          />
        </div>
      )}
      {props.children}
      {props.mayBook && (
        <div className="calendar-new">
          <Button kind="primary" icon={CalendarPlus} onPress={props.onNew}>
            {t("calendar.new")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** One of three, all seen: a press switches. */
function Views({ view, onView }: { view: View; onView: (view: View) => void }): ReactElement {
  const label = useId();
  return (
    <fieldset className="segments" aria-labelledby={label}>
      <legend id={label} className="visually-hidden">
        {t("calendar.view")}
      </legend>
      {VIEWS.map((one) => (
        <button key={one} type="button" className="segment" aria-pressed={one === view} onClick={() => onView(one)}>
          {t(`calendar.view.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}

const KINDS = ["practitioner", "room", "device"] as const;

/** Who stands side by side; nobody chosen means all. */
function ActorMenu({
  actors,
  chosen,
  onChoose,
}: {
  actors: readonly Actor[];
  chosen: readonly string[];
  onChoose: (chosen: readonly string[]) => void;
}): ReactElement {
  const all = { id: "all", label: t("calendar.all"), isChosen: chosen.length === 0, onAction: () => onChoose([]) };
  const groups = KINDS.map((kind) => ({
    id: kind,
    title: t(`calendar.kind.${kind}`),
    entries: actors
      .filter((one) => one.kind === kind)
      .map(({ reference, name }) => ({
        id: reference,
        label: name,
        isChosen: chosen.includes(reference),
        onAction: () =>
          onChoose(chosen.includes(reference) ? chosen.filter((one) => one !== reference) : [...chosen, reference]),
      })),
  })).filter((group) => group.entries.length > 0);
  return (
    <Menu
      label={t("calendar.whose")}
      trigger={
        <Button size="small">
          {chosen.length === 0 ? t("calendar.all") : t("calendar.chosen", { count: chosen.length })}
        </Button>
      }
      groups={[{ id: "all", entries: [all] }, ...groups]}
    />
  );
}
