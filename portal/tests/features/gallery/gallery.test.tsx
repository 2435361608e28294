import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect, test } from "vitest";
import { GalleryPage } from "../../../src/features/gallery/index.ts";

/** Contrast and landmarks need a drawn page: the tokens' test measures the one, the browser's journeys the other. */
const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };

test.each(["Controls", "Surfaces", "Tables and plots", "Overlays"])(
  "%s have no accessibility violation",
  async (tab) => {
    const { container } = render(<GalleryPage />);
    await userEvent.click(screen.getByRole("tab", { name: tab }));
    const { violations } = await axe.run(container, { rules });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`)).toEqual([]);
  },
);

test("nothing of the design system carries a style in its markup", async () => {
  const { container } = render(<GalleryPage />);
  for (const tab of ["Controls", "Surfaces", "Tables and plots", "Overlays"]) {
    await userEvent.click(screen.getByRole("tab", { name: tab }));
    expect(container.querySelectorAll("style, script")).toHaveLength(0);
  }
  // Vite puts the one style sheet that tests read into the page; React Aria would put its own.
  expect(document.head.querySelectorAll("style:not([data-vite-dev-id])")).toHaveLength(0);
});
