import type { oversight as english } from "../en/oversight.ts";
import type { Same } from "../message.ts";

export const oversight: Same<typeof english> = {
  "oversight.title": "Registro de auditoría",
  "oversight.lead": "Quién hizo qué con qué historial, y lo que conviene revisar.",
};
