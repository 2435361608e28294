/** The small judgements of the media: who offers, what a transport is, where a picture goes, what went wrong. */
import { expect, test } from "vitest";
import { problemOf } from "../../../../src/features/telehealth/media/devices.ts";
import { transportOf, withFailure } from "../../../../src/features/telehealth/media/ice.ts";
import { offersTo } from "../../../../src/features/telehealth/media/mesh.ts";
import type { Part } from "../../../../src/features/telehealth/media/port.ts";
import { fitted } from "../../../../src/features/telehealth/media/recorder.ts";

const person = (id: string, part: Part) => ({ id, part });

test.each([
  [person("z", "host"), person("a", "patient"), true],
  [person("a", "patient"), person("z", "host"), false],
  [person("a", "host"), person("b", "host"), true],
  [person("b", "guest"), person("a", "family"), false],
])("of two people exactly one offers, the host if there is one", (me, them, offers) => {
  expect(offersTo(me, them)).toBe(offers);
  expect(offersTo(them, me)).toBe(!offers);
});

test("the transport of a TURN address", () => {
  expect(transportOf("turn:relay.example:3478?transport=udp")).toBe("udp");
  expect(transportOf("turn:relay.example:3478")).toBe("udp");
  expect(transportOf("turn:relay.example:3478?transport=tcp")).toBe("tcp");
  expect(transportOf("turns:relay.example:443?transport=tcp")).toBe("tls");
});

test("a failure is told once for each transport", () => {
  const first = withFailure([], { code: 401, transport: "udp" });
  expect(withFailure(first, { code: 401, transport: "udp" })).toBe(first);
  expect(withFailure(first, { code: 401, transport: "tls" })).toHaveLength(2);
});

test("a picture is fitted into the middle of its place", () => {
  expect(fitted(2, { width: 100, height: 100 }, { x: 0, y: 0 })).toEqual([0, 25, 100, 50]);
  expect(fitted(0.5, { width: 100, height: 100 }, { x: 100, y: 0 })).toEqual([125, 0, 50, 100]);
});

test.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "missing"],
  ["OverconstrainedError", "missing"],
  ["NotReadableError", "busy"],
])("%s is told as %s", (name, problem) => {
  expect(problemOf(new DOMException("", name))).toBe(problem);
});
