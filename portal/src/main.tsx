import "./ui/index.ts";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { Problem } from "./api/index.ts";
import { FhirFault } from "./fhir/fault.ts";
import { chosenLanguage, speak } from "./i18n/index.ts";
import { router } from "./routes/index.tsx";
import { dress } from "./session/index.ts";

/** What was read stays good for a minute: every further reading is an entry in somebody's audit log. */
const FRESH_MS = 60_000;

/** Whether asking again may help: a refusal stays one. */
function isPassing(error: Error): boolean {
  if (error instanceof FhirFault) return error.status >= 500;
  return !(error instanceof Problem) || error.isOffline;
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: false,
      networkMode: "always",
      retry: (count, error) => count < 1 && isPassing(error),
    },
    mutations: { networkMode: "always" },
  },
});

async function start(): Promise<void> {
  dress();
  await speak(new URLSearchParams(location.search).get("lang") ?? chosenLanguage() ?? navigator.language);
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
