import { ChevronLeft, ChevronRight } from "lucide-react";
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { ErrorState, IconButton, Skeleton } from "../../ui/index.ts";
import type { LookProps } from "./PictureView.tsx";

GlobalWorkerOptions.workerSrc = workerUrl;

/**
 * A PDF's pages, one at a time, drawn on a canvas by pdf.js in a worker. Not by the browser's own viewer: phones have none,
 * Chromium's does not start in a sandboxed frame, and without a sandbox it would be a page of our origin. Scripts in the
 * file are not run, forms and links are not live, and the page's own policy allows no eval.
 */
export function PdfView({ bytes, title, zoom, turn }: LookProps): ReactElement {
  const [file, setFile] = useState<PDFDocumentProxy | null>(null);
  const [isBroken, setBroken] = useState(false);
  const [number, setNumber] = useState(1);

  useEffect(() => {
    let close: (() => void) | undefined;
    let isGone = false;
    void (async () => {
      const task = getDocument({
        data: new Uint8Array(await bytes.arrayBuffer()),
        enableXfa: false,
        useWasm: false,
        useSystemFonts: true,
        stopAtErrors: false,
      });
      close = () => void task.destroy();
      if (isGone) close();
      else setFile(await task.promise);
    })().catch(() => isGone || setBroken(true));
    return () => {
      isGone = true;
      close?.();
    };
  }, [bytes]);

  if (isBroken) return <ErrorState title={t("documents.viewFailed")}>{t("documents.viewFailedHint")}</ErrorState>;
  if (!file) return <Skeleton lines={6} />;
  const go = (to: number) => setNumber(Math.max(1, Math.min(to, file.numPages)));

  function keys(event: KeyboardEvent): void {
    const to = { PageDown: number + 1, PageUp: number - 1, Home: 1, End: file?.numPages ?? 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: page keys work wherever the focus is within
    <div className="viewer-pages" onKeyDown={keys}>
      <div className="viewer-bar">
        <IconButton
          icon={ChevronLeft}
          label={t("documents.previousPage")}
          onPress={() => go(number - 1)}
          isDisabled={number === 1}
        />
        <span role="status" className="tabular">
          {t("documents.page", { page: number, count: file.numPages })}
        </span>
        <IconButton
          icon={ChevronRight}
          label={t("documents.nextPage")}
          onPress={() => go(number + 1)}
          isDisabled={number === file.numPages}
        />
      </div>
      <Page file={file} number={number} title={title} zoom={zoom} turn={turn} />
    </div>
  );
}

interface PageProps extends Omit<LookProps, "bytes"> {
  readonly file: PDFDocumentProxy;
  readonly number: number;
}

/** One page: its picture, and its text for those who have it read to them. */
function Page({ file, number, title, zoom, turn }: PageProps): ReactElement {
  const sheet = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState("");

  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void (async () => {
      const page = await file.getPage(number);
      if (isGone || !canvas.current || !sheet.current) return;
      const drawing = draw(page, canvas.current, (sheet.current.clientWidth - 2) * zoom, turn);
      stop = () => drawing.cancel();
      setText(await textOf(page));
      await drawing.promise;
    })().catch(() => undefined);
    return () => {
      isGone = true;
      stop?.();
    };
  }, [file, number, zoom, turn]);

  const name = t("documents.pageOf", { title, page: number });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it
    <section ref={sheet} className="viewer-sheet" tabIndex={0} aria-label={name}>
      <canvas ref={canvas} role="img" aria-label={name} />
      <p className="visually-hidden">{text || t("documents.pageNoText")}</p>
    </section>
  );
}

/** Draws at the screen's own resolution, so that small print stays sharp. */
function draw(page: PDFPageProxy, canvas: HTMLCanvasElement, width: number, turn: number) {
  const rotation = (page.rotate + turn) % 360;
  const plain = page.getViewport({ scale: 1, rotation });
  const scale = width / plain.width;
  const density = Math.min(globalThis.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale: scale * density, rotation });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.width = `${Math.floor(plain.width * scale)}px`;
  return page.render({ canvas, viewport, intent: "display" });
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items
    .map((item) => ("str" in item ? item.str : ""))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}
