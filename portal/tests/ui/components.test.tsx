import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import {
  CodeInput,
  type Command,
  CommandPalette,
  DateField,
  Dialog,
  ErrorSummary,
  LineChart,
  Select,
  Table,
  TextField,
  Toasts,
  toast,
} from "../../src/ui/index.ts";

function Code({ onComplete }: { onComplete: (code: string) => void }) {
  const [code, setCode] = useState("");
  return <CodeInput label="Code" value={code} onChange={setCode} onComplete={onComplete} />;
}

test("a code is complete with its last digit, typed or pasted", async () => {
  const done = vi.fn();
  render(<Code onComplete={done} />);
  const [first] = screen.getAllByRole("textbox");
  first?.focus();
  await userEvent.keyboard("12x3456");
  expect(done).toHaveBeenLastCalledWith("123456");
  first?.focus();
  await userEvent.paste("987654");
  expect(done).toHaveBeenLastCalledWith("987654");
});

test("a date is shown back in the form that cannot be misread", async () => {
  const change = vi.fn();
  render(<DateField label="Day" value={null} onChange={change} />);
  await userEvent.type(screen.getByLabelText("Day"), "2026-3-12");
  await userEvent.tab();
  expect(change).toHaveBeenLastCalledWith("2026-03-12");
  expect(screen.getByLabelText("Day")).toHaveProperty("value", "12-Mar-2026");
});

test("an ambiguous date is refused with a way out", async () => {
  const change = vi.fn();
  render(<DateField label="Day" value={null} onChange={change} />);
  await userEvent.type(screen.getByLabelText("Day"), "3/4/2026");
  await userEvent.tab();
  expect(change).toHaveBeenLastCalledWith(null);
  expect(screen.getByText(/month in letters/)).toBeTruthy();
});

test("a field's error belongs to its input", () => {
  render(<TextField label="Name" error="Write a name" />);
  const input = screen.getByLabelText("Name");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const described = input.getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(described.map((id) => document.getElementById(id)?.textContent)).toContain("Write a name");
});

test("the error summary takes the focus and leads to the field", async () => {
  render(
    <>
      <ErrorSummary mistakes={[{ field: "name", message: "Write a name" }]} />
      <TextField id="name" label="Name" />
    </>,
  );
  expect(document.activeElement).toBe(screen.getByRole("alert"));
  await userEvent.click(screen.getByRole("link", { name: "Write a name" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
});

test("a choice not made yet is said to be none", async () => {
  const choose = vi.fn();
  render(<Select label="City" value={null} onChange={choose} options={[{ value: "b", label: "Bergen" }]} />);
  expect(screen.getByLabelText("City")).toHaveProperty("value", "");
  await userEvent.selectOptions(screen.getByLabelText("City"), "Bergen");
  expect(choose).toHaveBeenCalledWith("b");
});

test("a toast can be taken back", async () => {
  const undo = vi.fn();
  render(<Toasts />);
  toast({ text: "Archived.", onUndo: undo });
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByText("Archived.")).toBeNull();
});

test("a toast goes in its time, however often the page around it is drawn anew", () => {
  vi.useFakeTimers();
  const { rerender } = render(<Toasts />);
  act(() => toast({ text: "Saved." }));
  for (let second = 0; second < 7; second += 1) {
    act(() => vi.advanceTimersByTime(1000));
    rerender(<Toasts />);
  }
  expect(screen.queryByText("Saved.")).toBeNull();
  vi.useRealTimers();
});

const commands = (run: () => void): Command[] => [
  { id: "1", label: "Łódź", group: "Cities", onRun: vi.fn() },
  { id: "2", label: "Málaga", group: "Cities", onRun: run },
];

test("the palette finds without accents and runs what is chosen", async () => {
  const [run, close] = [vi.fn(), vi.fn()];
  render(<CommandPalette isOpen onClose={close} commands={commands(run)} />);
  await userEvent.keyboard("mala");
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["Málaga"]);
  await userEvent.keyboard("{Enter}");
  expect(run).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});

test("a table sorts by a column, numbers as numbers", async () => {
  const rows = [{ n: 10 }, { n: 9 }, { n: 100 }];
  const column = { id: "n", label: "N", cell: (row: { n: number }) => row.n, sort: (row: { n: number }) => row.n };
  render(<Table caption="Numbers" rows={rows} rowKey={(row) => String(row.n)} columns={[column]} />);
  const shown = () => screen.getAllByRole("cell").map((cell) => cell.textContent);
  await userEvent.click(screen.getByRole("button", { name: "N" }));
  expect(shown()).toEqual(["9", "10", "100"]);
  await userEvent.click(screen.getByRole("button", { name: "N" }));
  expect(shown()).toEqual(["100", "10", "9"]);
  expect(screen.getByRole("columnheader").getAttribute("aria-sort")).toBe("descending");
});

test("behind every plot stands a table with the digits as they came", () => {
  const points = [
    { at: Date.UTC(2026, 0, 1), value: 1.1, text: "1.10" },
    { at: Date.UTC(2026, 0, 2), value: 2, text: "2.0", mark: "high" as const, note: "above" },
  ];
  render(<LineChart name="Sample" unit="mmol/L" points={points} band={{ low: 1, high: 1.5 }} />);
  const table = screen.getByRole("table", { hidden: true });
  const cells = within(table)
    .getAllByRole("cell", { hidden: true })
    .map((cell) => cell.textContent);
  expect(cells).toContain("1.10 mmol/L");
  expect(cells).toContain("2.0 mmol/L · above");
  expect(screen.getByRole("img").getAttribute("aria-label")).toContain("2 points");
});

test("arrow keys read the points of a plot", async () => {
  const points = [1, 2, 3].map((value) => ({ at: value * 86_400_000, value }));
  render(<LineChart name="Sample" points={points} />);
  screen.getByRole("img").focus();
  await userEvent.keyboard("{Home}");
  expect(screen.getByRole("status").textContent).toContain("1 ");
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("status").textContent).toContain("2 ");
});

test("what is wrong with a choice is told in a dialog too", () => {
  render(
    <Dialog title="Invite" isOpen onClose={() => undefined}>
      <Select
        label="Role"
        options={[{ value: "a", label: "A" }]}
        value={null}
        onChange={() => undefined}
        error="Choose one"
      />
    </Dialog>,
  );

  const described = screen.getByLabelText("Role").getAttribute("aria-describedby") ?? "";
  expect(document.getElementById(described)?.textContent).toBe("Choose one");
});
