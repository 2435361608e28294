import { expect, test } from "vitest";
import { listName, spokenName } from "../../src/fhir/names.ts";

const SIOBHAN = { use: "official" as const, family: "O'Brien", given: ["Siobhán", "Mary"], prefix: ["Ms"] };

test("a list shows the family first and in capitals", () => {
  expect(listName([SIOBHAN])).toBe("O'BRIEN, Siobhán Mary (Ms)");
});

test("an old or ended name is not the one in use", () => {
  const names = [
    { use: "old" as const, family: "Byrne" },
    { ...SIOBHAN, period: { end: "2001-01-01" } },
    { family: "Quinn" },
  ];

  expect(listName(names)).toBe("QUINN");
});

test("somebody with one name is called by it", () => {
  expect(listName([{ text: "Suharto" }])).toBe("Suharto");
  expect(spokenName([{ given: ["Suharto"] }])).toBe("Suharto");
});
