import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import {
  Button,
  Card,
  Confirm,
  Dialog,
  IconButton,
  Menu,
  TextField,
  Tooltip,
  toast,
  Workspace,
} from "../../ui/index.ts";

type Open = "dialog" | "drawer" | "confirm" | "workspace" | null;

export function Overlays(): ReactElement {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const withUndo = (): void =>
    toast({ text: "“First” was archived.", onUndo: () => toast({ text: "“First” is back." }) });
  return (
    <div className="grid">
      <Card title="In front of the page">
        <div className="row">
          <Button onPress={() => setOpen("dialog")}>Dialog</Button>
          <Button onPress={() => setOpen("drawer")}>Drawer</Button>
          <Button onPress={() => setOpen("confirm")}>Question</Button>
          <Button onPress={withUndo}>Toast with undo</Button>
          <Tooltip text="A word about it">
            <Button>Tooltip</Button>
          </Tooltip>
          <Menu
            label="Actions"
            trigger={<IconButton icon={Ellipsis} label="Actions" kind="secondary" />}
            groups={[
              {
                id: "a",
                title: "With it",
                entries: [{ id: "edit", label: "Edit", hint: "Opens beside", icon: Pencil, onAction: close }],
              },
              {
                id: "b",
                entries: [{ id: "remove", label: "Remove", icon: Trash2, isDanger: true, onAction: withUndo }],
              },
            ]}
          />
        </div>
      </Card>
      <Card title="Beside the page" flush>
        {open === "workspace" ? (
          <Workspace title="Writing" onClose={close} foot={<span className="muted small">Saved 10:42</span>}>
            <TextField label="Remark" rows={4} />
          </Workspace>
        ) : (
          <div className="state">
            <Button onPress={() => setOpen("workspace")}>Open a workspace</Button>
          </div>
        )}
      </Card>
      <Dialog
        title={open === "drawer" ? "A drawer" : "A dialog"}
        place={open === "drawer" ? "end" : "middle"}
        isOpen={open === "dialog" || open === "drawer"}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" onPress={close}>
              Save
            </Button>
          </>
        }
      >
        <TextField label="Name" autoFocus />
        <TextField label="Remark" rows={3} />
      </Dialog>
      <Confirm
        title="Remove “First”?"
        action="Remove “First”"
        isOpen={open === "confirm"}
        onConfirm={close}
        onClose={close}
      >
        It is gone for good; nobody can bring it back.
      </Confirm>
    </div>
  );
}
