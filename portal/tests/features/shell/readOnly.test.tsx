import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ReadOnly } from "../../../src/features/shell/ReadOnly.tsx";
import { network } from "../../network.ts";

afterEach(() => vi.unstubAllGlobals());

const show = (readOnly: boolean): void => {
  network({ "GET /api/edition": { status: 200, body: { title: "Meridian PMS", readOnly } } });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ReadOnly />
      <p>The page</p>
    </QueryClientProvider>,
  );
};

test("while nothing can be changed, every page says so", async () => {
  show(true);

  expect((await screen.findByRole("status")).textContent).toMatch(/Read-only mode: everything can be read/);
});

test("at other times nothing is said", async () => {
  show(false);

  await screen.findByText("The page");
  expect(screen.queryByRole("status")).toBeNull();
});
