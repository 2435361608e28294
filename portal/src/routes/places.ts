import {
  Building2,
  CalendarCog,
  CalendarDays,
  CalendarRange,
  FileHeart,
  FileQuestionMark,
  FlaskConical,
  House,
  PencilLine,
  Pill,
  ShieldCheck,
  Signature,
  SwatchBook,
  UserRound,
  Users,
  UsersRound,
} from "lucide-react";
import type { Place } from "../features/shell/index.ts";
import type { SessionHandle } from "../session/index.ts";

/** Where this person can go: only what exists, and only what the role may see. */
export function placesFor(session: SessionHandle, hasGallery: boolean): readonly Place[] {
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
      { path: "/papers", name: "shell.papers", icon: Signature, letter: "p" },
      { path: "/family", name: "shell.family", icon: UsersRound, letter: "f", isAdministration: true },
      { path: "/corrections", name: "corrections.title", icon: PencilLine, isAdministration: true },
      { path: "/details", name: "own.title", icon: UserRound, letter: "d", isAdministration: true },
      security,
    ];
  const places: (Place | false)[] = [
    session.may("Appointment.search-type") && { path: "/", name: "shell.today", icon: CalendarDays, letter: "t" },
    session.may("Schedule.search-type") && {
      path: "/calendar",
      name: "calendar.title",
      icon: CalendarRange,
      letter: "k",
    },
    session.may("Patient.search-type") && { path: "/patients", name: "shell.patients", icon: UsersRound, letter: "p" },
    session.may("DiagnosticReport.update") && {
      path: "/results",
      name: "results.title",
      icon: FlaskConical,
      letter: "e",
    },
    session.may("MedicationRequest.create") && {
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
    session.may("Schedule.update") && {
      path: "/schedules",
      name: "schedules.title",
      icon: CalendarCog,
      isAdministration: true,
    },
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
    security,
    hasGallery && { path: "/gallery", name: "shell.gallery", icon: SwatchBook, isAdministration: true },
  ];
  return places.filter((place) => place !== false);
}
