/** The arithmetic of courses: lines over even steps, with gaps. */

export interface Line {
  readonly name: string;
  /** A value at each step; null where nobody measured. */
  readonly values: readonly (number | null)[];
}

/** Where the scale ends: above the greatest value and `least`, with a tenth of air; never at nought. */
export function top(lines: readonly Line[], least: number): number {
  const values = lines.flatMap((line) => line.values).map((value) => value ?? 0);
  const greatest = values.reduce((most, one) => Math.max(most, one), 0);
  return Math.max(greatest, least) * 1.1 || 1;
}

/** A path through the values that are there; a lone one is a dot as wide as the line. */
export function lineOf(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const alone = !drawing && (values[index + 1] ?? null) === null;
    path += `${drawing ? "L" : "M"}${rounded(x(index))},${rounded(y(value))}${alone ? "h0.01" : ""}`;
    drawing = true;
  });
  return path;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
