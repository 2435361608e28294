import { handOver } from "../../api/index.ts";

/**
 * An appointment as a file that any calendar reads (RFC 5545), made in the browser.
 *
 * It says when and where. What for and with whom stays in the portal: calendars are shared, and shown on lock screens.
 */
export interface Entry {
  readonly id: string;
  /** Instants. */
  readonly start: string;
  readonly end: string;
  readonly title: string;
  readonly place?: string | undefined;
  readonly note?: string | undefined;
}

/** The file's text, with the line ends and the folded lines that the standard asks for. */
export function calendarFile(entry: Entry, host: string, now: Date = new Date()): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Meridian//Portal//EN",
    "BEGIN:VEVENT",
    `UID:${entry.id}@${host}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(new Date(entry.start))}`,
    `DTEND:${utc(new Date(entry.end))}`,
    `SUMMARY:${escaped(entry.title)}`,
    ...(entry.place ? [`LOCATION:${escaped(entry.place)}`] : []),
    ...(entry.note ? [`DESCRIPTION:${escaped(entry.note)}`] : []),
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** RFC 5545 section 3.3.5, form 2: `20260312T130500Z`. */
const utc = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** RFC 5545 section 3.3.11. */
const escaped = (text: string): string => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

const LONGEST = 75;

/** RFC 5545 section 3.1: at most 75 octets a line, and no character cut in two. */
function folded(line: string): string {
  const bytes = new TextEncoder();
  const lines: string[] = [];
  let now = "";
  let size = 0;
  for (const character of line) {
    const more = bytes.encode(character).length;
    if (size + more > LONGEST) {
      lines.push(now);
      now = " ";
      size = 1;
    }
    now += character;
    size += more;
  }
  return [...lines, now].join("\r\n");
}

/** Hands the file to whoever asked. */
export function offerFile(text: string, name: string): void {
  handOver(new Blob([text], { type: "text/calendar;charset=utf-8" }), name);
}
