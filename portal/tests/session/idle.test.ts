import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { alive, useIdle } from "../../src/session/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (seconds: number): void => act(() => void vi.advanceTimersByTime(seconds * 1000));

test("whoever talks in a call and touches nothing is there", () => {
  const { result } = renderHook(() => useIdle(120, true, () => undefined));

  pass(50);
  act(() => void alive());
  pass(50);

  expect(result.current.secondsLeft).toBeNull();
});

test("whoever gives no sign is warned, and another's call is no answer to that", () => {
  const { result } = renderHook(() => useIdle(120, true, () => undefined));

  pass(100);
  act(() => void alive());
  pass(1);

  expect(result.current.secondsLeft).toBe(19);
});
