import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import type { Patient } from "fhir/r4";
import { afterEach, expect, test, vi } from "vitest";
import { Fuller } from "../../../src/features/merge/Fuller.tsx";
import { network } from "../../network.ts";

afterEach(() => vi.unstubAllGlobals());

const person = (id: string, family: string): Patient => ({ resourceType: "Patient", id, name: [{ family }] });
const preview = (total: number) => ({
  keep: person("a", "Ek"),
  drop: person("b", "Alm"),
  differences: [],
  moves: {},
  total,
  accounts: [],
});

function show(wouldMove: number, hasTheOther: number): { asked: string[] } {
  const wire = network({ "POST /api/merges/preview": { body: preview(hasTheOther) } });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Fuller preview={preview(wouldMove)} swapHref="/merge/b/a" />
    </QueryClientProvider>,
  );
  return wire;
}

test("that the fuller record would go is said, with the way to keep it", async () => {
  show(9, 2);

  expect(await screen.findByText("The fuller record would go: ALM")).toBeDefined();
  expect(screen.getByText(/It has 9 entries, the one that stays has 2/)).toBeDefined();
  expect(screen.getByRole("link", { name: "Keep the other one" }).getAttribute("href")).toBe("/merge/b/a");
});

test("nothing is said when the fuller record stays, or the other has nothing", async () => {
  const { asked } = show(2, 9);
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(screen.queryByRole("status")).toBeNull();

  expect(show(0, 9).asked).toEqual([]);
});
