import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { RecordingCard } from "../../../src/features/premises/RecordingCard.tsx";
import { network } from "../../network.ts";

const READ = "GET /api/video-visits/policy";
const KEEP = "PUT /api/video-visits/policy";

afterEach(() => vi.unstubAllGlobals());

const show = () =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <RecordingCard />
    </QueryClientProvider>,
  );

const found = () => screen.findByRole<HTMLInputElement>("checkbox", { name: /Clinicians may ask to record/ });

test("recordings are off until the switch is turned, and that is kept at once", async () => {
  const { asked, bodies } = network({ [READ]: { body: { recording: false } }, [KEEP]: { body: { recording: true } } });
  show();
  const control = await found();
  expect(control.checked).toBe(false);

  await userEvent.click(control);

  await waitFor(async () => expect((await found()).checked).toBe(true));
  expect(bodies[asked.indexOf(KEEP)]).toEqual({ recording: true });
});

test("what the server refuses is not shown as if it were so", async () => {
  const refused = { status: 403, body: { title: "Forbidden", status: 403, detail: "Not yours to change" } };
  const { asked } = network({ [READ]: { body: { recording: true } }, [KEEP]: refused });
  show();

  await userEvent.click(await found());

  await waitFor(() => expect(asked).toContain(KEEP));
  await waitFor(async () => expect((await found()).disabled).toBe(false));
  expect((await found()).checked).toBe(true);
});
