/** The inbox, messages and notifications, with what other features lend them. */
import { lazy, type ReactElement, Suspense } from "react";
import { useNavigate, useParams } from "react-router";
import { InboxPage, type TaskLine } from "../features/inbox/index.ts";
import { type Helpers, MessagesPage, NewThreadPage } from "../features/messages/index.ts";
import { PatientField } from "../features/patients/index.ts";

const UploadArea = lazy(async () => ({ default: (await import("../features/documents/UploadArea.tsx")).UploadArea }));
const Viewer = lazy(async () => ({ default: (await import("../features/documents/Viewer.tsx")).Viewer }));

const HELPERS: Helpers = {
  uploadArea: (patientId) => (
    <Suspense>
      <UploadArea patientId={patientId} hint="" />
    </Suspense>
  ),
  viewer: (document, onClose) => (
    <Suspense>
      <Viewer document={document} onClose={onClose} />
    </Suspense>
  ),
  picker: (value, onChange, error) => <PatientField value={value} onChange={onChange} error={error} />,
};

export function Messages(): ReactElement {
  const { thread = "" } = useParams();
  const navigate = useNavigate();
  return <MessagesPage thread={thread} onOpen={(id) => navigate(`/messages/${id}`)} {...HELPERS} />;
}

export function NewMessage(): ReactElement {
  const navigate = useNavigate();
  return (
    <NewThreadPage
      uploadArea={HELPERS.uploadArea}
      picker={HELPERS.picker}
      onSent={(thread) => navigate(`/messages/${thread}`, { replace: true })}
      onCancel={() => navigate("/messages")}
    />
  );
}

export function Inbox(): ReactElement {
  const { task = "" } = useParams();
  const navigate = useNavigate();
  return (
    <InboxPage
      task={task}
      onOpen={(id) => navigate(id ? `/inbox/${id}` : "/inbox")}
      toolOf={toolOf}
      onGo={(path) => navigate(path)}
      picker={(value, onChange) => <PatientField value={value} onChange={onChange} />}
    />
  );
}

/** Where a task is done. */
function toolOf({ kind, focus, patient }: TaskLine): string | undefined {
  const [, id = ""] = focus.split("/");
  const chart = patient ? `/patients/${patient.reference.replace(/^Patient\//, "")}` : undefined;
  switch (kind) {
    case "message":
      return `/messages/${id}`;
    case "result-review":
    case "unmatched-result":
      return "/results";
    case "refill-request":
      return "/refills";
    case "unmatched-document":
      return "/documents";
    case "appointment-request":
      return "/calendar";
    case "amendment-review":
      return `/amendments/${id}`;
    case "medication-recheck":
      return chart && `${chart}/medicines`;
    case "document-review":
      return chart && `${chart}/documents`;
    default:
      return chart;
  }
}
