import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { t } from "../i18n/index.ts";
import { Button, IconButton } from "./Button.tsx";
import "./Overlay.css";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly size?: "medium" | "large";
  /** `end` slides in from the side the text ends at. */
  readonly place?: "middle" | "end";
  /** An alert dialog waits for an answer and does not close by a press beside it. */
  readonly role?: "dialog" | "alertdialog";
}

/** A question or a small task in front of the page, which waits. */
export function Dialog(props: DialogProps): ReactElement {
  const { title, isOpen, onClose, children, actions, size = "medium", place = "middle", role = "dialog" } = props;
  return (
    <ModalOverlay
      className="overlay"
      data-place={place}
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable={role === "dialog"}
    >
      <Modal className="dialog-box" data-size={size} data-place={place}>
        <AriaDialog className="dialog" role={role}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon={X} label={t("ui.close")} onPress={onClose} />
          </div>
          <div className="stack grow">{children}</div>
          {actions && <div className="dialog-foot">{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmProps extends Omit<DialogProps, "actions" | "role" | "size" | "place"> {
  /** The verb and what it is done to: "Remove passkey", never "OK". */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly isPending?: boolean;
}

/** Asks before what cannot be undone, naming the thing. What can be undone is done, with a toast to undo it. */
export function Confirm({ action, onConfirm, isPending = false, ...dialog }: ConfirmProps): ReactElement {
  return (
    <Dialog
      {...dialog}
      role="alertdialog"
      actions={
        <>
          <Button onPress={dialog.onClose}>{t("ui.cancel")}</Button>
          <Button kind="danger" onPress={onConfirm} isPending={isPending}>
            {action}
          </Button>
        </>
      }
    />
  );
}
