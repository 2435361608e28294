/** Where a patient's requests for corrections are kept while the page is open. */
export const correctionsKey = (patient: string) => ["corrections", patient] as const;
