import { GripVertical } from "lucide-react";
import type { ReactElement } from "react";
import { Button, GridList, GridListItem, useDragAndDrop } from "react-aria-components";
import { t } from "../../i18n/index.ts";
import { type Item, KINDS, moved, type Row, rowsOf, stepped, type Way } from "./edit.ts";

export interface ItemListProps {
  readonly items: readonly Item[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
  readonly onChange: (items: Item[]) => void;
}

const WAYS: Readonly<Record<string, Way>> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** A form's questions one below the other, to be chosen and put in order: dragged, or moved by keys. */
export function ItemList({ items, chosen, onChoose, onChange }: ItemListProps): ReactElement {
  const rows = rowsOf(items).map((row) => ({ ...row, id: row.item.linkId }));
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const [dragged] = keys;
      if (dragged !== undefined) onChange(moved(items, String(dragged), String(target.key), target.dropPosition));
    },
    // Onto a group means into it.
    getDropOperation: (target) =>
      target.type === "item" && (target.dropPosition !== "on" || isGroup(rows, target.key)) ? "move" : "cancel",
    onItemDrop: ({ target }) => {
      if (chosen !== undefined) onChange(moved(items, chosen, String(target.key), "on"));
    },
    acceptedDragTypes: ["text/plain"],
  });

  function step(event: React.KeyboardEvent): void {
    const way = WAYS[event.key];
    if (!event.altKey || !way || chosen === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(stepped(items, chosen, way));
  }

  return (
    <div onKeyDownCapture={step} role="presentation">
      <GridList
        aria-label={t("forms.items")}
        className="form-items"
        items={rows}
        dependencies={[chosen]}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={chosen === undefined ? [] : [chosen]}
        onSelectionChange={(keys) => onChoose(keys === "all" ? undefined : String([...keys][0]))}
        dragAndDropHooks={dragAndDropHooks}
      >
        {(row) => <ItemRow row={row} />}
      </GridList>
    </div>
  );
}

const isGroup = (rows: readonly (Row & { readonly id: string })[], key: unknown): boolean =>
  rows.find((row) => row.id === key)?.item.type === "group";

const kindText = ({ type }: Item): string => {
  const kind = KINDS.find((one) => one === type);
  return kind ? t(`forms.type.${kind}`) : type;
};

function ItemRow({ row }: { row: Row & { readonly id: string } }): ReactElement {
  const { item, depth, number } = row;
  const text = item.text?.trim() || t("forms.untitled");
  return (
    <GridListItem id={row.id} textValue={text} className="form-item" data-depth={Math.min(depth, 3)}>
      <Button slot="drag" className="form-drag" aria-label={t("forms.drag", { question: text })}>
        <GripVertical aria-hidden="true" size={14} />
      </Button>
      <span className="muted tabular">{number}</span>
      <span className={item.type === "group" ? "form-item-text strong" : "form-item-text"}>{text}</span>
      <span className="muted small form-item-kind">{kindText(item)}</span>
    </GridListItem>
  );
}
