/**
 * Pointers on the grid: drawing a new appointment, carrying one, stretching one.
 *
 * A press becomes a drag after a few pixels, so that a click still opens. Fingers scroll: on touch a tap opens or begins
 * a booking, and moving is done from the appointment's own panel.
 */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { instantOf, wallOf } from "../../ui/zones.ts";
import { type Carry, type Column, carriedTo, FINE_STEP, hasMoved, type Point, type Spot, STEP } from "./carry.ts";
import { minuteAt, type Span, type Window } from "./grid.ts";

const THRESHOLD_PX = 4;

/** What lies under a press: an appointment that may be carried, with where it is. */
interface Held {
  readonly id: string;
  readonly span: Span;
}

interface Press {
  readonly x: number;
  readonly y: number;
  readonly carry: Carry;
  /** Minutes from the appointment's beginning to where it was taken. */
  readonly grip: number;
}

export interface Dragging {
  /** The columns' frame. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly columns: readonly Column[];
  readonly window: Window;
  readonly zone: string;
  /** The appointment of that id as it is now; undefined when it may not be moved. */
  readonly heldOf: (id: string) => Held | undefined;
  readonly mayDraw: boolean;
  readonly onDrop: (carry: Carry) => void;
}

/** Handlers for the frame, and what is in the hand. */
export function useDrag(on: Dragging) {
  const [carry, setCarry] = useState<Carry | null>(null);
  const press = useRef<Press | null>(null);
  const dropped = useRef(false);

  function pointOf(event: { clientX: number; clientY: number; altKey: boolean }): Point | undefined {
    const places = [...(on.frame.current?.querySelectorAll<HTMLElement>("[data-column]") ?? [])];
    const boxes = places.map((place) => place.getBoundingClientRect());
    const found = boxes.findIndex((box) => event.clientX >= box.left && event.clientX < box.right);
    const at = found >= 0 ? found : event.clientX < (boxes[0]?.left ?? 0) ? 0 : boxes.length - 1;
    const [box, column] = [boxes[at], on.columns[at]];
    if (!box || !column) return undefined;
    const share = (event.clientY - box.top) / box.height;
    return { column, minute: minuteAt(share, on.window, event.altKey ? FINE_STEP : 1) };
  }

  function begin(event: PointerEvent): Press | null {
    const target = event.target as HTMLElement;
    const point = pointOf(event);
    if (!point) return null;
    const id = target.closest<HTMLElement>("[data-appointment]")?.dataset.appointment;
    const place = { x: event.clientX, y: event.clientY };
    if (id) {
      const held = on.heldOf(id);
      if (!held) return null;
      const spot: Spot = { column: point.column, span: held.span };
      const how = target.closest("[data-stretch]") ? "stretch" : "move";
      const start = wallOf(held.span.start, on.zone);
      const grip = start.day === point.column.day ? point.minute - start.minute : point.minute;
      return { ...place, grip, carry: { how, id, by: "pointer", from: spot, now: spot } };
    }
    if (!on.mayDraw || !target.closest("[data-column]")) return null;
    const minute = Math.floor(point.minute / STEP) * STEP;
    const start = instantOf(point.column.day, minute, on.zone);
    const spot: Spot = { column: point.column, span: { start, end: start + STEP * 60_000 } };
    return { ...place, grip: 0, carry: { how: "draw", id: null, by: "pointer", from: spot, now: spot } };
  }

  function end(): void {
    press.current = null;
    setCarry(null);
  }

  // Escape lets go: the appointment is where it was.
  useEffect(() => {
    if (!carry) return;
    const letGo = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      dropped.current = true;
      press.current = null;
      setCarry(null);
    };
    document.addEventListener("keydown", letGo, { capture: true });
    return () => document.removeEventListener("keydown", letGo, { capture: true });
  }, [carry]);

  const handlers = {
    onPointerDown(event: PointerEvent): void {
      dropped.current = false;
      if (event.button !== 0 || event.pointerType === "touch") return;
      press.current = begin(event);
    },
    onPointerMove(event: PointerEvent): void {
      const held = press.current;
      if (!held) return;
      const isFar = Math.hypot(event.clientX - held.x, event.clientY - held.y) >= THRESHOLD_PX;
      const point = pointOf(event);
      if (!point || (!carry && !isFar)) return;
      if (!carry) event.currentTarget.setPointerCapture(event.pointerId);
      setCarry(carriedTo(held.carry, point, held.grip, event.altKey ? FINE_STEP : STEP, on.zone));
    },
    onPointerUp(): void {
      const done = carry;
      if (done) dropped.current = true;
      end();
      if (done && hasMoved(done)) on.onDrop(done);
    },
    onPointerCancel: end,
    /** The click that ends a drag opens nothing. */
    onClickCapture(event: React.MouseEvent): void {
      if (!dropped.current) return;
      dropped.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
    /** A click, or a tap, on an empty place begins a booking there. */
    onClick(event: React.MouseEvent): void {
      const target = event.target as HTMLElement;
      if (!on.mayDraw || target.closest("[data-appointment]") || !target.closest("[data-column]")) return;
      const point = pointOf(event);
      if (!point) return;
      const start = instantOf(point.column.day, Math.floor(point.minute / STEP) * STEP, on.zone);
      const spot: Spot = { column: point.column, span: { start, end: start + STEP * 60_000 } };
      on.onDrop({ how: "draw", id: null, by: "pointer", from: spot, now: spot });
    },
  };
  return { carry, handlers };
}
