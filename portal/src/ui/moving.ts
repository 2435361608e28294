/** The neighbour `step` places from `now` in a list of ids, staying at the ends; the first or last when none is open. */
export function moveTo(ids: readonly string[], now: string, step: number): string | undefined {
  const here = ids.indexOf(now);
  if (here < 0) return step > 0 ? ids[0] : ids.at(-1);
  return ids[Math.max(0, Math.min(here + step, ids.length - 1))];
}
