import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { type Shortcut, shortcutsNow, useKeys } from "../../src/ui/keys.ts";

function Page({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  useKeys(shortcuts);
  return <input aria-label="note" />;
}

test("a letter after g goes where it says", async () => {
  const go = vi.fn();
  render(<Page shortcuts={[{ keys: "g t", onPress: go }]} />);
  await userEvent.keyboard("t");
  expect(go).not.toHaveBeenCalled();
  await userEvent.keyboard("gt");
  expect(go).toHaveBeenCalledOnce();
});

test("keys rest while somebody writes, but for those with Ctrl", async () => {
  const [plain, mod] = [vi.fn(), vi.fn()];
  render(
    <Page
      shortcuts={[
        { keys: "/", onPress: plain },
        { keys: "Mod+k", onPress: mod },
      ]}
    />,
  );
  await userEvent.type(screen.getByLabelText("note"), "a/b");
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(plain).not.toHaveBeenCalled();
  expect(mod).toHaveBeenCalledOnce();
  expect(screen.getByLabelText("note")).toHaveProperty("value", "a/b");
});

test("what is gone from the page no longer answers", async () => {
  const go = vi.fn();
  const page = render(<Page shortcuts={[{ keys: "x", label: "Go", onPress: go }]} />);
  expect(shortcutsNow().map((shortcut) => shortcut.keys)).toEqual(["x"]);
  page.unmount();
  await userEvent.keyboard("x");
  expect(go).not.toHaveBeenCalled();
  expect(shortcutsNow()).toEqual([]);
});
