import { type ReactElement, useMemo } from "react";

interface Drawing {
  readonly viewBox: string;
  readonly paths: readonly { readonly d: string; readonly transform: string | undefined }[];
}

/** A QR code drawn anew from the server's SVG: only its shapes are taken, never its markup, and no style. */
export function QrCode({ svg, label }: { svg: string; label: string }): ReactElement | null {
  const drawing = useMemo(() => shapesOf(svg), [svg]);
  if (!drawing) return null;
  return (
    <svg className="qr-code" viewBox={drawing.viewBox} role="img" aria-label={label}>
      {drawing.paths.map(({ d, transform }) => (
        <path key={d} d={d} {...(transform && { transform })} />
      ))}
    </svg>
  );
}

/** The shapes of a QR code's SVG: dark squares as strokes or areas of paths. */
export function shapesOf(svg: string): Drawing | null {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [width, height] = [root.getAttribute("width"), root.getAttribute("height")];
  const viewBox =
    root.getAttribute("viewBox") ??
    (width && height ? `0 0 ${Number.parseFloat(width)} ${Number.parseFloat(height)}` : null);
  const paths = [...root.querySelectorAll("path")]
    .filter((path) => !/^#?(fff|ffffff|white)$/i.test(path.getAttribute("fill") ?? ""))
    .map((path) => ({ d: path.getAttribute("d") ?? "", transform: path.getAttribute("transform") ?? undefined }));
  return viewBox && paths.length > 0 ? { viewBox, paths } : null;
}
