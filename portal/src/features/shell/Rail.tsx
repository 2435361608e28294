import type { ReactElement } from "react";
import { NavLink } from "react-router";
import { t } from "../../i18n/index.ts";
import { Logo } from "./Logo.tsx";
import type { Place } from "./place.ts";

/** Where one can go; a bar at the bottom on a phone. */
export function Rail({ places, title }: { places: readonly Place[]; title: string }): ReactElement {
  const rest = places.filter((place) => place.isAdministration);
  const main = places.filter((place) => !place.isAdministration);
  return (
    <nav className="rail" aria-label={t("shell.navigation")}>
      <div className="rail-brand">
        <Logo />
        <span>{title}</span>
      </div>
      <Places places={main} />
      {rest.length > 0 && (
        <div className="rail-end">
          <Places places={rest} />
        </div>
      )}
    </nav>
  );
}

function Places({ places }: { places: readonly Place[] }): ReactElement {
  return (
    <ul className="rail-places">
      {places.map(({ path, name, icon: Icon }) => (
        <li key={path}>
          <NavLink to={path} end={path === "/"} className="rail-link" title={t(name)}>
            <Icon aria-hidden="true" size={18} strokeWidth={1.8} />
            <span>{t(name)}</span>
          </NavLink>
        </li>
      ))}
    </ul>
  );
}
