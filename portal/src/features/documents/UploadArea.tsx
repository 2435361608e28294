import { Camera, CloudUpload, Pause, Play, RotateCcw, X } from "lucide-react";
import { type ChangeEvent, type DragEvent, type ReactElement, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, IconButton, Select, toast } from "../../ui/index.ts";
import { useCategories, useUploads } from "./api.ts";
import { percentOf, sizeText } from "./sizes.ts";
import { type Destination, type Upload, uploads } from "./uploads.ts";
import "./Documents.css";

export interface UploadAreaProps extends Omit<Destination, "category"> {
  /** What is chosen at first. */
  readonly category?: Destination["category"];
  readonly hint: string;
}

/** Where files are dropped, chosen or photographed; below it those on their way. */
export function UploadArea({ hint, category: first = "other", ...to }: UploadAreaProps): ReactElement {
  const [category, setCategory] = useState(first);
  const categories = useCategories();
  const running = useUploads(to.patientId);
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  const add = (list: Iterable<File>) =>
    uploads.add(list, { ...to, category }, { empty: t("documents.empty"), tooLarge: t("documents.tooLarge") });

  function chosen(event: ChangeEvent<HTMLInputElement>): void {
    add([...(event.target.files ?? [])]);
    event.target.value = "";
  }

  function dropped(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  }

  return (
    <div className="stack" data-gap="3">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons within are the first */}
      <div
        className="drop"
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
      >
        <CloudUpload aria-hidden="true" size={28} strokeWidth={1.5} />
        <div>
          <p className="strong">{t(isOver ? "documents.dropNow" : "documents.drop")}</p>
          <p className="small muted">{hint}</p>
        </div>
        <div className="drop-choice">
          <Select
            label={t("documents.categoryFor")}
            options={(categories.data ?? [{ code: "other" as const, name: "" }]).map(({ code, name }) => ({
              value: code,
              label: name,
            }))}
            value={category}
            onChange={setCategory}
          />
          <Button onPress={() => files.current?.click()}>{t("documents.choose")}</Button>
          <span className="drop-camera">
            <Button icon={Camera} onPress={() => camera.current?.click()}>
              {t("documents.camera")}
            </Button>
          </span>
        </div>
        <input ref={files} type="file" multiple hidden aria-label={t("documents.choose")} onChange={chosen} />
        <input
          ref={camera}
          type="file"
          accept="image/*"
          capture="environment"
          hidden
          aria-label={t("documents.camera")}
          onChange={chosen}
        />
      </div>
      {running.length > 0 && (
        <ul className="uploads" aria-label={t("documents.uploads")}>
          {running.map((upload) => (
            <UploadLine key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** One file on its way: how far it is, and what can be done about it. */
function UploadLine({ upload }: { upload: Upload }): ReactElement {
  const { key, name, size, offset, state } = upload;
  const again = useRef<HTMLInputElement>(null);
  const percent = percentOf(offset, size);
  const isHalted = state === "paused" || (state === "failed" && offset > 0);
  const isOver = state === "done" || state === "failed";
  function chosen(event: ChangeEvent<HTMLInputElement>): void {
    const [file] = event.target.files ?? [];
    if (file && !uploads.takeUp(key, file))
      toast({ text: t("documents.anotherFile", { name: file.name }), tone: "warning" });
    event.target.value = "";
  }
  return (
    <li className="upload" data-state={state}>
      <div className="upload-text">
        <span className="strong upload-name">{name}</span>
        <span className="small" role="status">
          {stateText(upload, percent)}
        </span>
        {!isOver && <progress className="progress-track" aria-label={name} max={100} value={percent} />}
      </div>
      <div className="row" data-gap="1">
        {(state === "uploading" || state === "waiting" || state === "offline") && (
          <IconButton icon={Pause} label={t("documents.pause", { name })} onPress={() => uploads.pause(key)} />
        )}
        {isHalted && (
          <IconButton icon={Play} label={t("documents.resume", { name })} onPress={() => uploads.resume(key)} />
        )}
        {state === "interrupted" && (
          <>
            <IconButton
              icon={RotateCcw}
              label={t("documents.chooseAgain", { name })}
              onPress={() => again.current?.click()}
            />
            <input ref={again} type="file" hidden aria-label={t("documents.chooseAgain", { name })} onChange={chosen} />
          </>
        )}
        <IconButton
          icon={X}
          label={t(isOver ? "documents.clear" : "documents.cancel", { name })}
          onPress={() => uploads.cancel(key)}
        />
      </div>
    </li>
  );
}

function stateText({ state, why, size }: Upload, percent: number): string {
  switch (state) {
    case "waiting":
      return t("documents.waiting");
    case "uploading":
      return t("documents.uploading", { percent });
    case "paused":
      return t("documents.paused", { percent });
    case "offline":
      return t("documents.offline", { percent });
    case "interrupted":
      return t("documents.interrupted", { percent });
    case "failed":
      return t("documents.failed", { why });
    case "done":
      return t("documents.done", { size: sizeText(size) });
  }
}
