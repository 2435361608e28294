/** What other features lend to messages; `routes` hands it over, so that none of them knows the other. */
import type { ReactNode } from "react";
import type { DocumentLine } from "./api.ts";

/** Somebody as a picker answers them. */
export interface Whose {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

export interface Helpers {
  /** Sends files into a patient's record. */
  readonly uploadArea: (patientId: string) => ReactNode;
  /** Shows a document. */
  readonly viewer: (document: DocumentLine, onClose: () => void) => ReactNode;
  /** Finds a patient. */
  readonly picker: (value: Whose | null, onChange: (patient: Whose | null) => void, error?: string) => ReactNode;
}
