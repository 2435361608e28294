import { alarmName } from "../../i18n/alarms.ts";

/** What an alarm is called, by the action of its entry. */
export const kindOf = (action: string): string => alarmName(action.replace(/^alert-/, ""));
