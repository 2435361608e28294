import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `meridian serve` listens; the dev server hands it everything that is not the portal's own. */
const server = "http://localhost:8360";

export default defineConfig({
  plugins: [react()],
  server: {
    port: 8361,
    proxy: {
      ...Object.fromEntries(["/api", "/fhir", "/.well-known", "/health"].map((path) => [path, server])),
      "/socket.io": { target: server, ws: true },
    },
  },
  build: {
    outDir: "../src/meridian/web/portal",
    emptyOutDir: true,
    target: "es2023",
    // The CSP allows no data: addresses, so nothing is ever inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "licences.md" },
  },
  test: {
    environment: "jsdom",
    // A whole page in jsdom with axe takes a second alone, and many times that on a machine with other work.
    testTimeout: 30_000,
    setupFiles: ["./tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}"],
    // Styles mean nothing to jsdom; only the test that measures contrasts reads one.
    css: { include: [/tokens\.css/] },
  },
});
