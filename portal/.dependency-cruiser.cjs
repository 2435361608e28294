/** The portal's arrow: routes → features → live → session → fhir | api → ui → i18n. Left never looked back at. */
const forbid = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "features-are-strangers",
      comment: "A feature that needs another's data asks the server for the resource instead.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/$1/" },
    },
    forbid("i18n-stands-alone", "^src/i18n", "^src/(routes|features|live|session|fhir|api|ui)", "Words know nothing."),
    forbid(
      "ui-knows-no-clinic",
      "^src/ui",
      "^src/(routes|features|live|session|fhir|api)",
      "ui/ is a design system, not an app.",
    ),
    forbid(
      "api-below-session",
      "^src/(api|fhir)",
      "^src/(routes|features|live|session)",
      "The client is told who asks by its cookie.",
    ),
    forbid(
      "session-below-features",
      "^src/session",
      "^src/(routes|features|live)",
      "Features use the session, not the reverse.",
    ),
    forbid(
      "live-below-features",
      "^src/live",
      "^src/(routes|features)",
      "It says that something happened, not to whom it matters.",
    ),
    forbid("features-below-routes", "^src/features", "^src/routes", "A route is thin and nobody's dependency."),
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
};
