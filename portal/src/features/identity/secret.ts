import { useEffect, useState } from "react";

/**
 * The one-time secret of a mailed link, `/recovery#secret`. It stands behind the `#`, which browsers send to nobody, and is
 * taken out of the address at once, so that it stays in no history.
 */
export function useSecret(): string {
  const [secret] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return secret;
}

/** Hands the secret over to the page that is loaded anew. */
export function putSecretBack(secret: string): void {
  if (secret) history.replaceState(history.state, "", `#${secret}`);
}
