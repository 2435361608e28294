export const oversight = {
  "oversight.title": "Audit log",
  "oversight.lead": "Who did what with which record, and what calls for a look.",
} as const;
