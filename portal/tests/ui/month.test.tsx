import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { daysOfMonth, MonthGrid } from "../../src/ui/MonthGrid.tsx";

const focused = () => document.activeElement?.textContent;

function Month({ onChoose, until }: { onChoose?: (day: string) => void; until?: string }) {
  const [month, setMonth] = useState("2026-03-12");
  return (
    <MonthGrid
      label="Days"
      month={month}
      onMonth={setMonth}
      chosen="2026-03-12"
      onChoose={onChoose ?? (() => undefined)}
      look={(day) => ({ isDisabled: day === "2026-03-13", words: day === "2026-03-13" ? "no free times" : undefined })}
      until={until}
    />
  );
}

test("one tab stop leads into the days, and the arrow keys on to their neighbours", async () => {
  const user = userEvent.setup();
  render(<Month />);

  screen.getByRole("button", { name: /12-Mar-2026/ }).focus();
  await user.keyboard("{ArrowRight}{ArrowDown}");

  expect(focused()).toContain("20-Mar-2026");
  expect(screen.getAllByRole("button").filter((one) => one.tabIndex === 0 && one.dataset.day)).toHaveLength(1);
});

test("beyond the last day the next month is shown, with the focus on its day", async () => {
  const user = userEvent.setup();
  render(<Month />);

  screen.getByRole("button", { name: /31-Mar-2026/ }).focus();
  await user.keyboard("{ArrowRight}");

  expect(screen.getByText("April 2026")).toBeDefined();
  expect(focused()).toContain("01-Apr-2026");
});

test("nobody is led beyond the last day that may be looked at", async () => {
  const user = userEvent.setup();
  render(<Month until="2026-03-31" />);

  screen.getByRole("button", { name: /31-Mar-2026/ }).focus();
  await user.keyboard("{ArrowRight}{PageDown}");

  expect(focused()).toContain("31-Mar-2026");
});

test("a day that cannot be chosen is reached and read, and not chosen", async () => {
  const user = userEvent.setup();
  const onChoose = vi.fn();
  render(<Month onChoose={onChoose} />);

  await user.click(screen.getByRole("button", { name: /13-Mar-2026, no free times/ }));
  await user.click(screen.getByRole("button", { name: /16-Mar-2026/ }));

  expect(onChoose.mock.calls).toEqual([["2026-03-16"]]);
});

test("a month has all of its days", () => {
  expect(daysOfMonth("2024-02-17")).toHaveLength(29);
  expect(daysOfMonth("2026-12-31").at(-1)).toBe("2026-12-31");
});
