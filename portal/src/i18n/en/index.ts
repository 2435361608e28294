import { booking } from "./booking.ts";
import { calendar } from "./calendar.ts";
import { chart } from "./chart.ts";
import { documents } from "./documents.ts";
import { emergency } from "./emergency.ts";
import { evidence } from "./evidence.ts";
import { forms } from "./forms.ts";
import { formulary } from "./formulary.ts";
import { home } from "./home.ts";
import { identity } from "./identity.ts";
import { inbox } from "./inbox.ts";
import { live } from "./live.ts";
import { medicines } from "./medicines.ts";
import { merge } from "./merge.ts";
import { messages } from "./messages.ts";
import { oversight } from "./oversight.ts";
import { own } from "./own.ts";
import { patients } from "./patients.ts";
import { people } from "./people.ts";
import { premises } from "./premises.ts";
import { results } from "./results.ts";
import { schedules } from "./schedules.ts";
import { sharing } from "./sharing.ts";
import { shell } from "./shell.ts";
import { shredding } from "./shredding.ts";
import { status } from "./status.ts";
import { telehealth } from "./telehealth.ts";
import { templates } from "./templates.ts";
import { today } from "./today.ts";
import { ui } from "./ui.ts";
import { verification } from "./verification.ts";
import { visit } from "./visit.ts";

/** The English catalogue; its keys are the only ones there are. One file per feature. */
export const en = {
  ...ui,
  ...chart,
  ...templates,
  ...today,
  ...patients,
  ...formulary,
  ...home,
  ...shell,
  ...identity,
  ...people,
  ...own,
  ...premises,
  ...forms,
  ...visit,
  ...live,
  ...medicines,
  ...merge,
  ...documents,
  ...results,
  ...calendar,
  ...booking,
  ...schedules,
  ...inbox,
  ...messages,
  ...sharing,
  ...status,
  ...oversight,
  ...emergency,
  ...evidence,
  ...verification,
  ...shredding,
  ...telehealth,
} as const;

export type Key = keyof typeof en;
