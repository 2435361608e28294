import type { Location, Organization } from "fhir/r4";
import { expect, test } from "vitest";
import { lines } from "../../../src/features/premises/importing.ts";
import { detailed, detailsOf } from "../../../src/features/premises/organisation.ts";
import { fieldsOf, inOrder, placed } from "../../../src/features/premises/places.ts";
import { readDelay, readHours, reminderHours, reminding } from "../../../src/features/premises/rules.ts";

const place = (id: string, partOf?: string): Location => ({
  resourceType: "Location",
  id,
  name: id,
  ...(partOf && { partOf: { reference: `Location/${partOf}` } }),
});
const told = (places: readonly Location[]) => inOrder(places).map(({ place: one, depth }) => `${depth}${one.id}`);

test("each place stands below what it is part of, by name as people count", () => {
  expect(told([place("room 10", "site"), place("room 2", "site"), place("site"), place("annex")])).toEqual([
    "0annex",
    "0site",
    "1room 2",
    "1room 10",
  ]);
});

test("places that are part of each other are listed all the same", () => {
  expect(told([place("a", "b"), place("b", "a"), place("c", "gone")])).toEqual(["0c", "0a", "0b"]);
});

test("a place keeps what the form does not know", () => {
  const known: Location = { ...place("r", "site"), description: "With a window", status: "suspended" };

  const kept = placed(known, { ...fieldsOf(known), name: " Room 1 ", partOf: "" }, "org");

  expect(kept).toMatchObject({ name: "Room 1", description: "With a window", status: "suspended" });
  expect(kept.partOf).toBeUndefined();
});

test("an organisation keeps what the form does not know", () => {
  const known: Organization = {
    resourceType: "Organization",
    id: "o",
    name: "Harbor",
    telecom: [
      { system: "email", value: "a@b.example" },
      { system: "phone", value: "+1 555 0100", use: "work" },
    ],
    address: [{ line: ["1 Quay", "2nd floor"], city: "Harbor", country: "US" }],
  };

  const kept = detailed(known, { ...detailsOf(known), phone: "+1 555 0111", zone: "America/Chicago" });

  expect(kept.telecom).toEqual([
    { system: "phone", value: "+1 555 0111", use: "work" },
    { system: "email", value: "a@b.example" },
  ]);
  expect(kept.address?.[0]).toMatchObject({ city: "Harbor", country: "US" });
  expect(detailsOf(kept).zone).toBe("America/Chicago");
});

test("lines of a stream are whole wherever it was cut", async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n{"b":2}\n{"c":3}');
  const pieces = Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });

  const found: string[] = [];
  for await (const line of lines(body)) found.push(line);

  expect(found).toEqual(['{"a":"é"}', '{"b":2}', '{"c":3}']);
});

test("a room is of a kind in the clinic's own words, and of what it was before besides", () => {
  const known: Location = { ...place("r"), type: [{ coding: [{ code: "CARD" }] }, { text: "Annex" }] };

  const kept = placed(known, { ...fieldsOf(known), roomKind: " Exam Room " }, "org");

  expect(placed(known, fieldsOf(known), "org").type).toEqual(known.type);
  expect(kept.type?.map((one) => one.text)).toEqual(["Exam Room", "Annex"]);
  expect(kept.type?.[0]?.coding?.[0]?.code).toBe("exam-room");
  expect(placed(place("r"), { ...fieldsOf(place("r")), roomKind: "" }, "org").type).toBeUndefined();
});

test("reminder hours are kept beside whatever else the organisation says", () => {
  const other = { url: "urn:other", valueString: "stays" };
  const known: Organization = { resourceType: "Organization", extension: [other] };

  const kept = reminding(reminding(known, [72]), [48, 2]);

  expect(reminderHours(known)).toEqual([48, 2]);
  expect(reminderHours(reminding(known, [72]))).toEqual([72]);
  expect(kept.extension).toHaveLength(3);
  expect(kept.extension?.[0]).toEqual(other);
});

test.each([
  ["2, 48", [48, 2]],
  ["24", [24]],
  ["24; 24 2", [24, 2]],
  ["", undefined],
  ["0", undefined],
  ["1.5", undefined],
  ["two", undefined],
  ["1 2 3 4 5", undefined],
  ["721", undefined],
])("reminder hours written as %j", (text, hours) => {
  expect(readHours(text)).toEqual(hours);
});

test.each([
  ["36", 36],
  ["0", undefined],
  ["721", undefined],
  ["", undefined],
  ["1e1", undefined],
])("a delay written as %j", (text, hours) => {
  expect(readDelay(text)).toBe(hours);
});
