/** Which address shows what. Each page is its own file of code, loaded when first asked for. */
import { createBrowserRouter, type RouteObject } from "react-router";
import { Crash, NotFound } from "../features/shell/index.ts";
import { Kept } from "./Kept.tsx";
import { oversight } from "./oversight.ts";
import { Root } from "./Root.tsx";
import { SignedIn } from "./SignedIn.tsx";
import { Start } from "./start.tsx";

const open: RouteObject[] = [
  {
    path: "sign-in",
    lazy: async () => ({ Component: (await import("../features/identity/SignInPage.tsx")).SignInPage }),
  },
  {
    path: "forgotten-password",
    lazy: async () => ({ Component: (await import("../features/identity/ForgottenPage.tsx")).ForgottenPage }),
  },
  {
    path: "recovery",
    lazy: async () => ({ Component: (await import("../features/identity/ResetPage.tsx")).ResetPage }),
  },
  {
    path: "appointment-link",
    lazy: async () => ({ Component: (await import("../features/booking/LinkPage.tsx")).LinkPage }),
  },
  {
    path: "invitation",
    lazy: async () => ({ Component: (await import("../features/identity/InvitationPage.tsx")).InvitationPage }),
  },
  {
    path: "visit-guest",
    lazy: async () => ({ Component: (await import("../features/telehealth/index.ts")).GuestPage }),
  },
];

const signedIn: RouteObject[] = [
  { index: true, Component: Start },
  { path: "today/:day", Component: Start },
  {
    path: "appointments",
    lazy: async () => ({ Component: (await import("../features/booking/index.ts")).VisitsPage }),
  },
  {
    path: "appointments/new",
    lazy: async () => ({ Component: (await import("../features/booking/index.ts")).BookPage }),
  },
  {
    path: "appointments/:id/move",
    lazy: async () => ({ Component: (await import("../features/booking/index.ts")).MovePage }),
  },
  { path: "calendar", lazy: async () => ({ Component: (await import("./calendar.tsx")).Calendar }) },
  { path: "visits", lazy: async () => ({ Component: (await import("./video.tsx")).VideoVisits }) },
  {
    path: "visits/:visit/:section?/:item?",
    lazy: async () => ({ Component: (await import("./video.tsx")).VideoVisit }),
  },
  {
    path: "emergency",
    lazy: async () => ({ Component: (await import("../features/emergency/index.ts")).EmergencyPage }),
  },
  { path: "patients", lazy: async () => ({ Component: (await import("../features/patients/index.ts")).PatientsPage }) },
  { path: "patients/new", lazy: async () => ({ Component: (await import("./pages.tsx")).Registration }) },
  {
    path: "patients/:id/:section?/:item?",
    lazy: async () => ({ Component: (await import("./pages.tsx")).PatientChart }),
  },
  { path: "record/:section?/:item?", lazy: async () => ({ Component: (await import("./pages.tsx")).OwnRecord }) },
  { path: "details", lazy: async () => ({ Component: (await import("../features/own/index.ts")).ProfilePage }) },
  { path: "family", lazy: async () => ({ Component: (await import("../features/own/index.ts")).FamilyPage }) },
  { path: "sharing", lazy: async () => ({ Component: (await import("../features/sharing/index.ts")).SharingPage }) },
  { path: "who-saw", lazy: async () => ({ Component: (await import("../features/sharing/index.ts")).SeenPage }) },
  {
    path: "disclosures",
    lazy: async () => ({ Component: (await import("../features/sharing/index.ts")).MyDisclosuresPage }),
  },
  { path: "shared", lazy: async () => ({ Component: (await import("../features/sharing/index.ts")).SharedPage }) },
  { path: "shared/:share", lazy: async () => ({ Component: (await import("./pages.tsx")).SharedChart }) },
  { path: "papers", lazy: async () => ({ Component: (await import("../features/own/index.ts")).PapersPage }) },
  {
    path: "corrections",
    lazy: async () => ({ Component: (await import("../features/own/index.ts")).CorrectionsPage }),
  },
  { path: "amendments/:id", lazy: async () => ({ Component: (await import("./pages.tsx")).Amendment }) },
  { path: "refills", lazy: async () => ({ Component: (await import("../features/medicines/index.ts")).RefillsPage }) },
  { path: "inbox/:task?", lazy: async () => ({ Component: (await import("./correspondence.tsx")).Inbox }) },
  { path: "messages/new", lazy: async () => ({ Component: (await import("./correspondence.tsx")).NewMessage }) },
  { path: "messages/:thread?", lazy: async () => ({ Component: (await import("./correspondence.tsx")).Messages }) },
  {
    path: "settings/notifications",
    lazy: async () => ({ Component: (await import("../features/messages/index.ts")).NotificationsPage }),
  },
  { path: "results", lazy: async () => ({ Component: (await import("./pages.tsx")).ResultsInbox }) },
  { path: "documents", lazy: async () => ({ Component: (await import("./pages.tsx")).UnmatchedDocuments }) },
  { path: "clinic", lazy: async () => ({ Component: (await import("../features/premises/index.ts")).PremisesPage }) },
  {
    path: "schedules",
    lazy: async () => ({ Component: (await import("../features/schedules/index.ts")).SchedulesPage }),
  },
  {
    path: "formulary",
    lazy: async () => ({ Component: (await import("../features/formulary/index.ts")).FormularyPage }),
  },
  {
    path: "templates",
    lazy: async () => ({ Component: (await import("../features/templates/index.ts")).TemplatesPage }),
  },
  { path: "forms", lazy: async () => ({ Component: (await import("../features/forms/index.ts")).FormsPage }) },
  { path: "forms/:id", lazy: async () => ({ Component: (await import("./paperwork.tsx")).FormBuilder }) },
  { path: "my-forms", lazy: async () => ({ Component: (await import("../features/forms/index.ts")).MyFormsPage }) },
  { path: "my-forms/:task", lazy: async () => ({ Component: (await import("./paperwork.tsx")).FormFilling }) },
  { path: "my-forms/sent/:response", lazy: async () => ({ Component: (await import("./paperwork.tsx")).FormSent }) },
  { path: "merges", lazy: async () => ({ Component: (await import("../features/merge/index.ts")).MergesPage }) },
  { path: "merges/:keep/:drop", lazy: async () => ({ Component: (await import("./merging.tsx")).Merging }) },
  { path: "people", lazy: async () => ({ Component: (await import("../features/people/index.ts")).PeoplePage }) },
  ...oversight,
  { path: "status", lazy: async () => ({ Component: (await import("../features/status/index.ts")).StatusPage }) },
  {
    path: "security",
    lazy: async () => ({ Component: (await import("../features/identity/SecurityPage.tsx")).SecurityPage }),
  },
  { path: "gallery", lazy: async () => ({ Component: (await import("../features/gallery/index.ts")).GalleryPage }) },
  { path: "*", Component: NotFound },
];

export const router = createBrowserRouter([
  {
    Component: Root,
    ErrorBoundary: Crash,
    HydrateFallback: () => null,
    children: [
      ...open,
      {
        Component: SignedIn,
        ErrorBoundary: Crash,
        children: [{ Component: Kept, ErrorBoundary: Crash, children: signedIn }],
      },
    ],
  },
]);
