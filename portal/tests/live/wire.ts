/** The socket as a page has it, without a network: what it asks is answered at once, and the line goes when told to. */
type Handler = (...said: never[]) => void;
type Body = Readonly<Record<string, unknown>>;
type Answers = Record<string, (body: Body) => unknown>;

export class Wire {
  connected = false;
  readonly asked: (readonly [string, Body])[] = [];
  readonly answers: Answers;
  readonly #handlers = new Map<string, Handler>();

  constructor(answers: Answers = {}) {
    this.answers = answers;
  }

  readonly active = true;
  readonly io = {};
  readonly volatile = { emit: (): void => undefined };

  connect(): this {
    if (!this.connected) {
      this.connected = true;
      this.#say("connect");
    }
    return this;
  }

  disconnect(): this {
    this.connected = false;
    return this;
  }

  /** The line is lost. */
  lose(): void {
    this.connected = false;
    this.#say("disconnect", "transport close");
  }

  once(): void {}

  on(event: string, handler: Handler): void {
    this.#handlers.set(event, handler);
  }

  onAny(): void {}

  off(): void {
    this.#handlers.clear();
  }

  offAny(): void {}

  timeout() {
    return {
      emitWithAck: async (event: string, body: Body): Promise<unknown> => {
        this.asked.push([event, body]);
        try {
          return { ok: true, data: this.answers[event]?.(body) ?? null };
        } catch (refusal) {
          return { ok: false, error: { code: "invalid", text: (refusal as Error).message } };
        }
      },
    };
  }

  #say(event: string, ...said: unknown[]): void {
    this.#handlers.get(event)?.(...(said as never[]));
  }
}
