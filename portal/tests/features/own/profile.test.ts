import { expect, test } from "vitest";
import { changeOf, complaints, fieldsOf, type Profile } from "../../../src/features/own/profile.ts";

const profile: Profile = {
  telecom: [
    { system: "email", value: "ann@home.example", use: "home", rank: 1 },
    { system: "phone", value: "+1 555 0100", use: "mobile", rank: null },
    { system: "phone", value: "+1 555 0199", use: "work", rank: null },
    { system: "sms", value: "+1 555 0100", use: null, rank: null },
  ],
  address: [
    { use: "home", line: ["1 Quay", "Apt 2"], city: "Harbor", state: "ME", postalCode: "04101", country: "US" },
    { use: "work", line: ["9 Mill"], city: "Harbor", state: "ME", postalCode: "04101", country: "US" },
  ],
  language: "en",
};

test("the first of each kind is what the form shows", () => {
  expect(fieldsOf(profile)).toMatchObject({ phone: "+1 555 0100", email: "ann@home.example", line2: "Apt 2" });
});

test("saving what was shown keeps everything", () => {
  const change = changeOf(profile, fieldsOf(profile));

  expect(change.telecom).toHaveLength(4);
  expect(change.telecom).toEqual(expect.arrayContaining(profile.telecom as object[]));
  expect(change.address).toEqual(profile.address);
});

test("a new number replaces the first and no other", () => {
  const change = changeOf(profile, { ...fieldsOf(profile), phone: " +1 555 0111 ", email: "" });

  expect(change.telecom?.map((one) => one.value)).toEqual(["+1 555 0111", "+1 555 0199", "+1 555 0100"]);
});

test("an emptied address is removed, and only that one", () => {
  const empty = { phone: "", email: "", line: "", line2: "", city: "", state: "", postalCode: "" };

  expect(changeOf(profile, empty).address).toEqual(profile.address.slice(1));
});

test("what cannot be a number or an address is told", () => {
  const fields = fieldsOf(profile);

  expect(complaints(fields)).toEqual({});
  expect(Object.keys(complaints({ ...fields, phone: "call me", email: "ann@home" }))).toEqual(["phone", "email"]);
});
