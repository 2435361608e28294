import {
  Activity,
  Bell,
  BookOpenText,
  Building2,
  CalendarCog,
  CalendarDays,
  CalendarRange,
  ClipboardList,
  DoorOpen,
  Eye,
  FileHeart,
  FileQuestionMark,
  FlaskConical,
  GitMerge,
  House,
  Inbox,
  MessagesSquare,
  NotebookPen,
  PencilLine,
  Pill,
  Share2,
  ShieldCheck,
  Signature,
  Siren,
  SwatchBook,
  UserRound,
  Users,
  UsersRound,
  Video,
} from "lucide-react";
import type { Place } from "../features/shell/index.ts";
import type { SessionHandle } from "../session/index.ts";
import { oversightFor } from "./oversight.ts";

/** What the rail counts. */
export interface Waiting {
  readonly mine: number;
  readonly team: number;
  readonly messages: number;
}

const NOTHING: Waiting = { mine: 0, team: 0, messages: 0 };

/** Roles whose work comes through the inbox. */
const WORKING = ["clinician", "nurse", "front-desk", "lab", "pharmacist", "administrator"];

/** Roles that look after the platform. */
const OVERSEERS = ["administrator", "security-officer", "platform-operator"];

/** Roles that keep what notes begin with. */
const KEEPERS = ["clinician", "administrator"];

/** Where this person can go: only what exists, and only what the role may see. */
export function placesFor(session: SessionHandle, hasGallery: boolean, waiting: Waiting = NOTHING): readonly Place[] {
  const messages: Place = {
    path: "/messages",
    name: "messages.title",
    icon: MessagesSquare,
    letter: "y",
    count: waiting.messages,
  };
  const notifications: Place = {
    path: "/settings/notifications",
    name: "messages.settings",
    icon: Bell,
    isAdministration: true,
  };
  const security: Place = {
    path: "/security",
    name: "shell.security",
    icon: ShieldCheck,
    letter: "s",
    isAdministration: true,
  };
  if (session.isPatientFace)
    return [
      { path: "/", name: "shell.home", icon: House, letter: "h" },
      { path: "/appointments", name: "shell.appointments", icon: CalendarDays, letter: "a" },
      { path: "/record", name: "shell.record", icon: FileHeart, letter: "r" },
      messages,
      { path: "/my-forms", name: "forms.mine", icon: ClipboardList, letter: "o" },
      { path: "/papers", name: "shell.papers", icon: Signature, letter: "p" },
      { path: "/sharing", name: "sharing.title", icon: DoorOpen, isAdministration: true },
      { path: "/who-saw", name: "seen.title", icon: Eye, isAdministration: true },
      { path: "/disclosures", name: "disclosures.title", icon: Share2, isAdministration: true },
      { path: "/family", name: "shell.family", icon: UsersRound, letter: "f", isAdministration: true },
      { path: "/corrections", name: "corrections.title", icon: PencilLine, isAdministration: true },
      { path: "/details", name: "own.title", icon: UserRound, letter: "d", isAdministration: true },
      notifications,
      security,
    ];
  const places: (Place | false)[] = [
    session.may("Appointment.search-type") && { path: "/", name: "shell.today", icon: CalendarDays, letter: "t" },
    session.may("Schedule.search-type") &&
      session.may("Appointment.search-type") && {
        path: "/calendar",
        name: "calendar.title",
        icon: CalendarRange,
        letter: "k",
      },
    session.may("Patient.search-type") && { path: "/patients", name: "shell.patients", icon: UsersRound, letter: "p" },
    ["clinician", "nurse", "front-desk"].includes(session.role) && {
      path: "/visits",
      name: "tele.title",
      icon: Video,
      letter: "v",
    },
    WORKING.includes(session.role) && {
      path: "/inbox",
      name: "inbox.title",
      icon: Inbox,
      letter: "i",
      count: waiting.mine + waiting.team,
    },
    ["clinician", "nurse", "pharmacist"].includes(session.role) && {
      path: "/emergency",
      name: "emergency.title",
      icon: Siren,
      isAdministration: true,
    },
    ["clinician", "nurse"].includes(session.role) && {
      path: "/shared",
      name: "sharing.withUs",
      icon: DoorOpen,
      isAdministration: true,
    },
    ["clinician", "nurse", "front-desk", "security-officer"].includes(session.role) && messages,
    session.may("DiagnosticReport.update") && {
      path: "/results",
      name: "results.title",
      icon: FlaskConical,
      letter: "e",
    },
    (session.may("MedicationRequest.create") || session.role === "nurse") && {
      path: "/refills",
      name: "medicines.refillsTitle",
      icon: Pill,
      letter: "m",
    },
    session.may("DocumentReference.update") && {
      path: "/documents",
      name: "documents.unmatched",
      icon: FileQuestionMark,
    },
    ...oversightFor(session),
    session.may("Schedule.update") && {
      path: "/schedules",
      name: "schedules.title",
      icon: CalendarCog,
      isAdministration: true,
    },
    KEEPERS.includes(session.role) && {
      path: "/templates",
      name: "templates.title",
      icon: NotebookPen,
      isAdministration: true,
    },
    (session.role === "administrator" || session.may("Medication.update")) && {
      path: "/formulary",
      name: "formulary.title",
      icon: BookOpenText,
      isAdministration: true,
    },
    session.may("Questionnaire.update") && { path: "/forms", name: "forms.title", icon: ClipboardList, letter: "o" },
    session.role === "administrator" && {
      path: "/people",
      name: "shell.people",
      icon: Users,
      letter: "r",
    },
    session.role === "administrator" && {
      path: "/clinic",
      name: "premises.title",
      icon: Building2,
      letter: "c",
      isAdministration: true,
    },
    notifications,
    (session.role === "administrator" || session.role === "front-desk") && {
      path: "/merges",
      name: "merge.title",
      icon: GitMerge,
      isAdministration: true,
    },
    OVERSEERS.includes(session.role) && {
      path: "/status",
      name: "status.title",
      icon: Activity,
      isAdministration: true,
    },
    security,
    hasGallery && { path: "/gallery", name: "shell.gallery", icon: SwatchBook, isAdministration: true },
  ];
  return places.filter((place) => place !== false);
}
