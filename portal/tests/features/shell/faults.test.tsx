import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../../src/api/index.ts";
import { Down } from "../../../src/features/shell/index.ts";
import { network } from "../../network.ts";

beforeEach(() => {
  vi.useFakeTimers();
  network({ "GET /api/edition": { status: 503, body: {} } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const show = (problem: Problem, retry: () => void): void => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Down onRetry={retry} problem={problem} />
    </QueryClientProvider>,
  );
};

test("who asked too often is told so and how long it takes, and the page goes on by itself", () => {
  const retry = vi.fn();
  show(new Problem(429, "Too many requests", { retryAfter: 12 }), retry);

  expect(screen.getByRole("heading", { name: "Too many requests in one minute" })).toBeDefined();
  expect(screen.getByText(/goes on by itself in 12 seconds/)).toBeDefined();
  act(() => vi.advanceTimersByTime(11_000));
  expect(retry).not.toHaveBeenCalled();
  act(() => vi.advanceTimersByTime(1000));
  expect(retry).toHaveBeenCalledOnce();
});

test("a server that is away is said to be away", () => {
  show(new Problem(503, "Unavailable"), vi.fn());

  expect(screen.getByRole("heading", { name: "The server does not answer" })).toBeDefined();
});
