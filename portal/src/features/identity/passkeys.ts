/** Passkeys between the server's JSON and the browser's API (W3C Web Authentication Level 3, sections 5.1.8 to 5.1.10). */
import { answer, api, type Schemas } from "../../api/index.ts";
import { useEdition } from "../../session/index.ts";

/** Whether this browser has passkeys at all. */
export const canPasskey = (): boolean =>
  typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Whether the clinic offers passkeys, and this browser has them. */
export function useMayPasskey(): boolean {
  const isOffered = useEdition().data?.passkeys ?? false;
  return isOffered && canPasskey();
}

/** Nobody touched the key, or the person changed their mind. */
export class PasskeyStopped extends Error {}

/** Signs in with a passkey, with or without a password before. */
export async function signInWithPasskey(): Promise<Schemas["SignInStep"]> {
  const options = await answer(api.POST("/api/session/passkey/options"));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  const body = written(await asked(navigator.credentials.get({ publicKey })));
  return answer(api.POST("/api/session/passkey", { body }));
}

/** Makes a passkey on this device and keeps it under `name`. */
export async function addPasskey(name: string): Promise<void> {
  const options = await answer(api.POST("/api/account/passkeys/options"));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = written(await asked(navigator.credentials.create({ publicKey })));
  await answer(api.POST("/api/account/passkeys", { body: { name, credential } }));
}

async function asked(question: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await question.catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyStopped();
  return credential;
}

const written = (credential: PublicKeyCredential): Schemas["Credential"] =>
  credential.toJSON() as unknown as Schemas["Credential"];
