/** The server as the network shows it: answers by method and path, and a list of what was asked. */
import { vi } from "vitest";

type Answer = { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> };
type Answers = Readonly<Record<string, Answer | readonly Answer[] | (() => Answer)>>;

/** Puts `answers` at the end of the wire; of a list the last stays. What is not listed does not answer at all. */
export function network(answers: Answers): { readonly asked: string[]; readonly bodies: unknown[] } {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const turns = new Map<string, number>();
  vi.stubGlobal("fetch", async (request: Request) => {
    const name = `${request.method} ${new URL(request.url).pathname}`;
    asked.push(name);
    bodies.push(await request.json().catch(() => undefined));
    const found = answers[name];
    if (!found) throw new TypeError("no network");
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    const answer =
      typeof found === "function" ? found() : "length" in found ? found[Math.min(turn, found.length - 1)] : found;
    const { status = 200, body, headers } = (answer ?? {}) as Answer;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": status >= 400 ? "application/problem+json" : "application/json", ...headers },
    });
  });
  return { asked, bodies };
}
