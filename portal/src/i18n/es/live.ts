import type { live as english } from "../en/live.ts";
import { choice, type Same } from "../message.ts";

export const live: Same<typeof english> = {
  "live.without": "Sin novedades al momento; leído a las {time}",
  "live.withoutHint": "Todo funciona. Lo que cambien otras personas aparece aquí en un minuto.",
  "live.presence": "Cómo le ven sus colegas",
  "live.state": choice("state", { available: "Disponible", busy: "Ocupado", away: "Ausente", other: "No está" }),
  "live.stateOf": choice("state", {
    available: "{name}: disponible",
    busy: "{name}: ocupado",
    away: "{name}: ausente",
    other: "{name}: no está",
  }),
  "live.stateNow": choice("state", {
    available: "Sus colegas le ven disponible.",
    busy: "Sus colegas le ven ocupado.",
    away: "Sus colegas le ven ausente.",
    other: "Sus colegas ven que no está.",
  }),
  "live.stateFailed": "No funcionó. Sus colegas le ven como antes.",
  "live.waits": "{name} le espera por video",
  "live.somebodyWaits": "Alguien le espera por video",
  "live.since": "Desde las {time}",
  "live.ready": "Su visita por video está lista",
  "live.readyHint": "La clínica está ahí y le espera.",
  "live.missing": "{name} no ha llegado a la visita por video",
  "live.somebodyMissing": "Un paciente no ha llegado a la visita por video",
  "live.join": "Entrar",
  "live.openVisit": "Abrir la visita",
  "live.notNow": "Ahora no",
  "live.keyJoin": "Entrar en la visita por video que llama",
};
