/**
 * That this browser was locked: loading the page again, or another page of it, does not get round the lock. It says nothing
 * about anybody. The server locks by itself when it has heard nothing for the same time; this covers locking sooner.
 */
const KEY = "meridian.locked";

export const lockMark = {
  set: (): void => localStorage.setItem(KEY, "1"),
  clear: (): void => localStorage.removeItem(KEY),
  isSet: (): boolean => localStorage.getItem(KEY) !== null,
};
