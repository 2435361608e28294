import { expect, test } from "vitest";
import { Problem } from "../../../src/api/index.ts";
import { complaint } from "../../../src/features/identity/complaint.ts";
import { deviceOf } from "../../../src/features/identity/devices.ts";
import { inside } from "../../../src/features/identity/inside.ts";
import { shapesOf } from "../../../src/features/identity/QrCode.tsx";

test.each([
  ["/patients/1?x=2", "/patients/1?x=2"],
  [null, "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example", "/"],
  ["javascript:alert(1)", "/"],
])("after signing in, %s leads to %s", (next, path) => {
  expect(inside(next)).toBe(path);
});

test("a device is named by its browser and system", () => {
  expect(deviceOf("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")).toBe("Firefox on Windows");
  expect(deviceOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604")).toBe(
    "Safari on iPhone",
  );
  expect(deviceOf("curl/8.1")).toBe("curl");
  expect(deviceOf("")).toBe("Unknown device");
});

test("of a QR code only the shapes are taken", () => {
  const drawing = shapesOf(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x()</script><path fill="#fff" d="M0 0h9"/><path stroke="#000" style="x" onclick="x()" d="M1 1.5h7"/></svg>',
  );
  expect(drawing).toEqual({ viewBox: "0 0 9 9", paths: [{ d: "M1 1.5h7", transform: undefined }] });
  expect(shapesOf("no svg at all")).toBeNull();
});

test("a failure is told by what stands in the way", () => {
  expect(complaint(new Problem(401, "x"), "identity.refused")).toContain("not right");
  expect(complaint(new Problem(0, "x"), "identity.refused")).toContain("does not answer");
  expect(complaint(new Problem(429, "x", { retryAfter: 30 }), "identity.refused")).toContain("30 seconds");
  expect(complaint(new Problem(429, "x", { retryAfter: 900 }), "identity.refused")).toContain("15 minutes");
  expect(complaint(new Problem(500, "x"), "identity.refused")).toBe(complaint(new TypeError(), "identity.refused"));
});
