/**
 * One feed as this page reads it. However pushes and answers interleave, get lost or come twice, each happening is given
 * out once and in the order of its number; what cannot be had any more is given up at once, as a reset.
 */
import type { Continued, Happening } from "./happening.ts";

export interface Progress {
  readonly due: readonly Happening[];
  readonly reset: boolean;
  /** There is more to ask for. */
  readonly isMore: boolean;
}

export class Reading {
  #last: number | null = null;
  readonly #early = new Map<number, Happening>();

  /** The number of what was given out last; null before the first answer. */
  get last(): number | null {
    return this.#last;
  }

  /** Whether something came before what stands in front of it. */
  get hasGap(): boolean {
    return this.#last !== null && this.#early.size > 0;
  }

  /** What is due now that `one` was pushed. */
  push(one: Happening): readonly Happening[] {
    if (this.#last !== null && one.seq <= this.#last) return [];
    this.#early.set(one.seq, one);
    return this.#inOrder();
  }

  /** What is due now that the server has answered how it goes on after `asked`. */
  answered({ seq, events, reset }: Continued, asked: number): Progress {
    const before = this.#last;
    // Whoever comes new begins with what the answer begins with; a server put back to an earlier day counts anew.
    const isAnew = reset || before === null || seq < asked;
    if (isAnew) this.#last = Math.min(seq, ...events.map((one) => one.seq - 1));
    for (const one of events) if (one.seq > (this.#last ?? 0)) this.#early.set(one.seq, one);
    const due = this.#inOrder();
    const isStuck = !isAnew && before === asked && due.length === 0 && (this.#last ?? 0) < seq;
    if (isStuck) this.#last = seq;
    const late = isStuck ? this.#inOrder() : [];
    return {
      due: [...due, ...late],
      reset: reset || isStuck || (before !== null && isAnew),
      isMore: (this.#last ?? 0) < seq,
    };
  }

  #inOrder(): readonly Happening[] {
    if (this.#last === null) return [];
    const due: Happening[] = [];
    for (const seq of this.#early.keys()) if (seq <= this.#last) this.#early.delete(seq);
    for (let next = this.#early.get(this.#last + 1); next; next = this.#early.get(this.#last + 1)) {
      this.#early.delete(next.seq);
      this.#last = next.seq;
      due.push(next);
    }
    return due;
  }
}
