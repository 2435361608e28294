/** A path of this portal to go on to; anything that leads elsewhere becomes the start page. */
export function inside(next: string | null): string {
  if (!next?.startsWith("/")) return "/";
  const url = new URL(next, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : "/";
}
