import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactElement, type ReactNode, useRef, useState } from "react";
import { Link } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { moveFocus, type Shortcut, useKeys } from "./keys.ts";
import "./Table.css";

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "start" | "end";
  /** Makes the column sortable, by this value. */
  readonly sort?: (row: Row) => string | number;
  /** Hides the label from sight, for a column of buttons. */
  readonly hideLabel?: boolean;
}

export interface TableProps<Row> {
  /** What the rows are; read by screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Where a row leads: its first cell becomes a link, `j` and `k` go from row to row. */
  readonly rowHref?: (row: Row) => string;
  readonly empty?: ReactNode;
  /** How many rows are drawn at first; the rest comes by as many at a press. */
  readonly limit?: number;
}

const MANY = 100;

/** Rows that are compared with each other. On a phone each row becomes a card that names its values. */
export function Table<Row>(props: TableProps<Row>): ReactElement {
  const { caption, columns, rows, rowKey, rowHref, empty, limit = MANY } = props;
  const [pages, setPages] = useState(1);
  const body = useRef<HTMLTableSectionElement>(null);
  const [order, setOrder] = useState<{ id: string; down: boolean } | null>(null);
  const sort = columns.find((column) => column.id === order?.id)?.sort;
  const sorted = sort ? sortedBy(rows, sort, order?.down ?? false) : rows;
  const rest = sorted.length - pages * limit;
  useKeys(rowHref ? listKeys(body, "[data-row-link]") : []);

  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnHead
                key={column.id}
                column={column}
                direction={order?.id === column.id ? (order.down ? "descending" : "ascending") : undefined}
                onSort={() => setOrder({ id: column.id, down: order?.id === column.id && !order.down })}
              />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {sorted.slice(0, pages * limit).map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, place) => (
                <td
                  key={column.id}
                  data-label={column.label}
                  data-align={column.align}
                  data-bare={column.hideLabel || undefined}
                >
                  {place === 0 && rowHref ? (
                    <Link href={rowHref(row)} className="row-link" data-row-link="">
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <div className="table-rest">
          <Button kind="quiet" size="small" onPress={() => setPages(pages + 1)}>
            {t("ui.showMore", { count: Math.min(rest, limit), rest })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** `j` down, `k` up, among the links of a list. */
const listKeys = (root: { readonly current: HTMLElement | null }, links: string): Shortcut[] => [
  { keys: "j", label: t("ui.nextInList"), onPress: () => moveFocus(root.current, links, 1) },
  { keys: "k", label: t("ui.previousInList"), onPress: () => moveFocus(root.current, links, -1) },
];

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly direction: "ascending" | "descending" | undefined;
  readonly onSort: () => void;
}

function ColumnHead<Row>({ column, direction, onSort }: HeadProps<Row>): ReactElement {
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <th scope="col" data-align={column.align} aria-sort={direction}>
      {column.sort ? (
        <button type="button" className="sort" onClick={onSort} title={t("ui.sortBy", { column: column.label })}>
          {column.label}
          <Arrow aria-hidden="true" size={13} data-idle={direction ? undefined : ""} />
        </button>
      ) : (
        <span className={column.hideLabel ? "visually-hidden" : undefined}>{column.label}</span>
      )}
    </th>
  );
}

function sortedBy<Row>(rows: readonly Row[], value: (row: Row) => string | number, down: boolean): readonly Row[] {
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const sign = down ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)];
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : words.compare(String(a), String(b)));
  });
}

export interface ListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly itemKey: (item: Item) => string;
  readonly href: (item: Item) => string;
  readonly children: (item: Item) => ReactNode;
  readonly empty?: ReactNode;
}

/** Things to open, one below the other; `j` and `k` go from one to the next. */
export function List<Item>({ label, items, itemKey, href, children, empty }: ListProps<Item>): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  useKeys(listKeys(list, "a"));
  if (items.length === 0 && empty) return <>{empty}</>;
  return (
    <ul ref={list} className="list" aria-label={label}>
      {items.map((item) => (
        <li key={itemKey(item)}>
          <Link href={href(item)} className="list-link">
            {children(item)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
