import { type ReactElement, useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { ErrorState } from "../../ui/index.ts";
import type { Turn } from "./looking.ts";

export interface LookProps {
  readonly bytes: Blob;
  readonly title: string;
  /** 1 fits the width. */
  readonly zoom: number;
  readonly turn: Turn;
}

/** A picture, drawn on a canvas: decoded as a picture and as nothing else, turned without losing its corners. */
export function PictureView({ bytes, title, zoom, turn }: LookProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    let isGone = false;
    createImageBitmap(bytes).then(
      (made) => (isGone ? made.close() : setPicture(made)),
      () => setBroken(true),
    );
    return () => {
      isGone = true;
    };
  }, [bytes]);

  useEffect(() => {
    if (picture && canvas.current) draw(canvas.current, picture, zoom, turn);
  }, [picture, zoom, turn]);

  if (isBroken) return <ErrorState title={t("documents.viewFailed")}>{t("documents.viewFailedHint")}</ErrorState>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it
    <section className="viewer-sheet" tabIndex={0} aria-label={t("documents.imageOf", { title })}>
      <canvas ref={canvas} role="img" aria-label={t("documents.imageOf", { title })} />
    </section>
  );
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap, zoom: number, turn: Turn): void {
  const isLying = turn === 90 || turn === 270;
  const [width, height] = isLying ? [picture.height, picture.width] : [picture.width, picture.height];
  const room = (canvas.parentElement?.clientWidth ?? width) - 2;
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${Math.min(width, room) * zoom}px`;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.translate(width / 2, height / 2);
  pen.rotate((turn * Math.PI) / 180);
  pen.drawImage(picture, -picture.width / 2, -picture.height / 2);
}
