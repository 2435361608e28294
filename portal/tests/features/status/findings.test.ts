import { describe, expect, test } from "vitest";
import { findings } from "../../../src/features/status/findings.ts";
import type { Present } from "../../../src/features/status/status.ts";
import { showCount, showLong, showShort } from "../../../src/features/status/words.ts";

const WELL: Present = {
  processes: 2,
  seen: 1,
  load: 10,
  p95: 0.05,
  errors: 0,
  due: 3,
  dueFor: 1,
  givenUp: 0,
  sockets: 4,
  unsigned: 0,
  signedAgo: 1,
  backupAgo: 3600,
  drillAgo: 86_400,
  disk: 0.5,
  parts: [{ name: "database", state: "up" }],
};

const ids = (changes: Partial<Present>): string[] => findings({ ...WELL, ...changes }).map((one) => one.id);

describe("findings", () => {
  test("nothing is found where all is well", () => {
    expect(ids({})).toEqual([]);
  });

  test.each<[Partial<Present>, string]>([
    [{ processes: 0 }, "status.nobody"],
    [{ parts: [{ name: "clamd", state: "away" }] }, "status.away"],
    [{ parts: [{ name: "medtrack", state: "resting" }] }, "status.resting"],
    [{ errors: 60 }, "status.failing"],
    [{ p95: 1.5 }, "status.slow"],
    [{ dueFor: 700 }, "status.late"],
    [{ givenUp: 1 }, "status.stopped"],
    [{ signedAgo: 90 }, "status.unsigned"],
    [{ backupAgo: null }, "status.noBackup"],
    [{ backupAgo: 27 * 3600 }, "status.oldBackup"],
    [{ drillAgo: 36 * 86_400 }, "status.oldDrill"],
    [{ disk: 0.05 }, "status.full"],
  ])("%o is %s", (changes, id) => {
    expect(ids(changes)).toContain(id);
  });

  test("one error among many requests is none", () => {
    expect(ids({ errors: 1 })).toEqual([]);
  });

  test("the worst stands first", () => {
    expect(findings({ ...WELL, givenUp: 1, backupAgo: null }).map((one) => one.tone)).toEqual(["danger", "warning"]);
  });
});

describe("words", () => {
  test("times and counts are short", () => {
    expect([0, 0.0042, 0.25, 1.54].map(showShort)).toEqual(["0", "4.2 ms", "250 ms", "1.5 s"]);
    expect([1, 119, 7200, 90_000, 400_000].map(showLong)).toEqual([
      "1 second",
      "119 seconds",
      "2 hours",
      "25 hours",
      "4 days",
    ]);
    expect([0, 0.25, 12.4, 1200].map(showCount)).toEqual(["0", "0.3", "12", "1k"]);
  });
});
