import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { countdown } from "../../src/session/idle.ts";
import { forgetDrafts, hasDrafts, lockMark, useDraft, useIdle } from "../../src/session/index.ts";

afterEach(() => {
  forgetDrafts();
  vi.useRealTimers();
});

test("a draft outlives its form and says when it was kept", () => {
  const first = renderHook(() => useDraft("note/Patient/1", ""));
  expect(first.result.current.savedAt).toBeNull();
  act(() => first.result.current.change("half a"));
  first.unmount();
  const second = renderHook(() => useDraft("note/Patient/1", ""));
  expect(second.result.current.value).toBe("half a");
  expect(second.result.current.savedAt).toBeGreaterThan(0);
  expect(renderHook(() => useDraft("note/Patient/2", "")).result.current.value).toBe("");
});

test("two fields of a draft that change in one event both keep their change", () => {
  const start = { born: "", sex: "" };
  const draft = renderHook(() => useDraft("register", start));
  act(() => {
    draft.result.current.change((now) => ({ ...now, born: "1971-02-03" }));
    draft.result.current.change((now) => ({ ...now, sex: "female" }));
  });
  expect(draft.result.current.value).toEqual({ born: "1971-02-03", sex: "female" });
});

test("drafts are nowhere in the browser's storage, and gone when forgotten", () => {
  const draft = renderHook(() => useDraft("note", ""));
  act(() => draft.result.current.change("secret words"));
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret");
  expect(hasDrafts()).toBe(true);
  act(forgetDrafts);
  expect(draft.result.current.value).toBe("");
});

test("leaving the page with a draft asks first", () => {
  const leave = () => {
    const event = new Event("beforeunload", { cancelable: true });
    dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(leave()).toBe(false);
  const draft = renderHook(() => useDraft("note", ""));
  act(() => draft.result.current.change("x"));
  expect(leave()).toBe(true);
  act(() => draft.result.current.discard());
  expect(leave()).toBe(false);
});

test("the countdown begins a minute before the end", () => {
  expect(countdown(0, 838_000, 900)).toBeNull();
  expect(countdown(0, 840_000, 900)).toBe(60);
  expect(countdown(0, 899_500, 900)).toBe(1);
  expect(countdown(0, 5_000_000, 900)).toBe(0);
});

test("keys put the end off until the warning is there; then it asks for an answer", () => {
  vi.useFakeTimers();
  const end = vi.fn();
  const idle = renderHook(() => useIdle(120, true, end));
  const wait = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));
  wait(50);
  act(() => void dispatchEvent(new Event("keydown")));
  wait(50);
  expect(idle.result.current.secondsLeft).toBeNull();
  wait(15);
  expect(idle.result.current.secondsLeft).toBe(55);
  act(() => void dispatchEvent(new Event("keydown")));
  expect(idle.result.current.secondsLeft).toBe(55);
  act(() => idle.result.current.stay());
  expect(idle.result.current.secondsLeft).toBeNull();
  wait(121);
  expect(end).toHaveBeenCalled();
});

test("the mark of a lock stays until it is lifted", () => {
  expect(lockMark.isSet()).toBe(false);
  lockMark.set();
  expect(lockMark.isSet()).toBe(true);
  lockMark.clear();
  expect(lockMark.isSet()).toBe(false);
});
