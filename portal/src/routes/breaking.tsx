/** Emergency access from a chart of which some is in sight. */
import { Siren } from "lucide-react";
import { lazy } from "react";
import type { Fittings } from "../features/chart/index.ts";
import { Late } from "./Late.tsx";

const EmergencyTool = lazy(async () => ({ default: (await import("../features/emergency/index.ts")).EmergencyTool }));

export const EMERGENCY_TOOLS: NonNullable<Fittings["tools"]> = [
  {
    name: "emergency",
    word: "emergency.tool",
    icon: Siren,
    sections: [""],
    roles: ["clinician", "nurse", "pharmacist"],
    show: ({ patient, close }) => (
      <Late>
        <EmergencyTool patient={patient.id ?? ""} onClose={close} />
      </Late>
    ),
  },
];
