import { useSyncExternalStore } from "react";

/** As in `Shell.css`: the width below which the rail is a bar at the bottom. */
const PHONE = "(max-width: 44rem)";

/** Whether the page is as narrow as a phone. */
export const usePhone = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      const media = matchMedia(PHONE);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(PHONE).matches,
  );
