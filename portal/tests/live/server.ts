/** The other end of the socket: the protocol's own server on a free port, as one test wants it to answer. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";

export interface Other {
  readonly url: string;
  readonly server: Server;
  /** Every socket that came, oldest first. */
  readonly sockets: Socket[];
  /** Why the next handshakes are refused; empty lets in. */
  refusal: string;
  readonly stop: () => Promise<void>;
}

/** A server that answers `answers[event]`; stopped by `stop()`. */
export async function otherEnd(answers: Readonly<Record<string, (body: never) => unknown>> = {}): Promise<Other> {
  const http = createServer();
  const server = new Server(http, { transports: ["websocket"] });
  await new Promise<void>((ready) => http.listen(0, "127.0.0.1", ready));
  const other: Other = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    server,
    sockets: [],
    refusal: "",
    stop: () => server.close(),
  };
  server.use((_, next) => next(other.refusal ? new Error(other.refusal) : undefined));
  server.on("connection", (socket) => {
    other.sockets.push(socket);
    for (const [event, answer] of Object.entries(answers))
      socket.on(event, (body: unknown, reply?: (said: unknown) => void) => {
        const said = answer(body as never);
        if (said !== undefined) reply?.(said);
      });
  });
  return other;
}
