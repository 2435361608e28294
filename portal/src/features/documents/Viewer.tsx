import { useQuery } from "@tanstack/react-query";
import { Download, RotateCw, ZoomIn, ZoomOut } from "lucide-react";
import { lazy, type ReactElement, Suspense, useState } from "react";
import { Problem, send } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, Dialog, ErrorState, IconButton, Skeleton, useKeys } from "../../ui/index.ts";
import { type DocumentLine, linkTo } from "./api.ts";
import { download } from "./download.ts";
import { nextTurn, type Turn, zoomed } from "./looking.ts";
import { PictureView } from "./PictureView.tsx";
import "./Documents.css";

const PdfView = lazy(async () => ({ default: (await import("./PdfView.tsx")).PdfView }));

/**
 * A document to look at. Its bytes are fetched by a link of one minute and never become a page of ours: pictures are decoded
 * by the browser as pictures, PDF pages are drawn on canvases. Whatever else it is, it can only be downloaded.
 */
export function Viewer({ document: line, onClose }: { document: DocumentLine; onClose: () => void }): ReactElement {
  const [zoom, setZoom] = useState(1);
  const [turn, setTurn] = useState<Turn>(0);
  const isShown = line.kind === "pdf" || line.kind === "image";
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["document-bytes", line.id],
    enabled: isShown,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async ({ signal }) => {
      const link = await linkTo(line.id);
      const response = await send(link.url, { signal });
      if (!response.ok) throw new Problem(response.status, response.statusText);
      return response.blob();
    },
  });
  useKeys([
    { keys: "Alt++", onPress: () => setZoom(zoomed(zoom, 1)) },
    { keys: "Alt+-", onPress: () => setZoom(zoomed(zoom, -1)) },
    { keys: "Alt+0", onPress: () => setZoom(1) },
    { keys: "Alt+r", onPress: () => setTurn(nextTurn(turn)) },
  ]);
  return (
    <Dialog title={line.title} isOpen onClose={onClose} size="large">
      <div className="viewer">
        <div className="viewer-bar" role="toolbar" aria-label={line.title}>
          {isShown && (
            <>
              <IconButton icon={ZoomOut} label={t("documents.zoomOut")} onPress={() => setZoom(zoomed(zoom, -1))} />
              <Button
                size="small"
                kind="quiet"
                onPress={() => setZoom(1)}
                aria-label={t("documents.fit", { percent: Math.round(zoom * 100) })}
              >
                {t("documents.percent", { percent: Math.round(zoom * 100) })}
              </Button>
              <IconButton icon={ZoomIn} label={t("documents.zoomIn")} onPress={() => setZoom(zoomed(zoom, 1))} />
              <IconButton icon={RotateCw} label={t("documents.turn")} onPress={() => setTurn(nextTurn(turn))} />
            </>
          )}
          <Button size="small" icon={Download} onPress={() => void download(line)}>
            {t("documents.download")}
          </Button>
        </div>
        {!isShown && <ErrorState title={t("documents.noPreview")}>{t("documents.viewFailedHint")}</ErrorState>}
        {isShown && isPending && <Skeleton lines={6} />}
        {error && (
          <ErrorState
            title={t("documents.viewFailed")}
            requestId={error instanceof Problem ? error.requestId : undefined}
            onRetry={() => void refetch()}
          >
            {t("documents.viewFailedHint")}
          </ErrorState>
        )}
        {data && line.kind === "image" && <PictureView bytes={data} title={line.title} zoom={zoom} turn={turn} />}
        {data && line.kind === "pdf" && (
          <Suspense fallback={<Skeleton lines={6} />}>
            <PdfView bytes={data} title={line.title} zoom={zoom} turn={turn} />
          </Suspense>
        )}
      </div>
    </Dialog>
  );
}
