import { Ellipsis } from "lucide-react";
import type { ReactElement } from "react";
import { Button } from "react-aria-components";
import { NavLink, useNavigate } from "react-router";
import { t } from "../../i18n/index.ts";
import { Menu } from "../../ui/index.ts";
import { Logo } from "./Logo.tsx";
import type { Place } from "./place.ts";
import { usePhone } from "./usePhone.ts";

/** Places that stand in a phone's bar; the others are behind "More". */
const IN_BAR = 4;

const MOST_SHOWN = 99;

/** Where one can go; a bar at the bottom on a phone. */
export function Rail({ places, title }: { places: readonly Place[]; title: string }): ReactElement {
  const isPhone = usePhone();
  const rest = places.filter((place) => place.isAdministration);
  const oversight = places.filter((place) => place.isOversight);
  const main = places.filter((place) => !(place.isAdministration || place.isOversight));
  const inBar = [...main, ...oversight].slice(0, places.length > IN_BAR + 1 ? IN_BAR : IN_BAR + 1);
  return (
    <nav className="rail" aria-label={t("shell.navigation")}>
      {isPhone ? (
        <>
          <Places places={inBar} />
          <More places={places.filter((place) => !inBar.includes(place))} />
        </>
      ) : (
        <>
          <div className="rail-brand">
            <Logo />
            <span>{title}</span>
          </div>
          {main.length > 0 && <Places places={main} />}
          {oversight.length > 0 && (
            <section aria-labelledby="rail-oversight">
              <h2 className="rail-group" id="rail-oversight">
                {t("shell.oversight")}
              </h2>
              <Places places={oversight} />
            </section>
          )}
          {rest.length > 0 && (
            <div className="rail-end">
              <Places places={rest} />
            </div>
          )}
        </>
      )}
    </nav>
  );
}

function Places({ places }: { places: readonly Place[] }): ReactElement {
  return (
    <ul className="rail-places">
      {places.map(({ path, name, icon: Icon, count = 0 }) => (
        <li key={path}>
          <NavLink to={path} end={path === "/" || path === "/oversight"} className="rail-link" title={t(name)}>
            <Icon aria-hidden="true" size={18} strokeWidth={1.8} />
            <span>{t(name)}</span>
            {count > 0 && <Count count={count} />}
          </NavLink>
        </li>
      ))}
    </ul>
  );
}

/** How much waits, in a pill; screen readers hear what the number means. */
function Count({ count }: { count: number }): ReactElement {
  return (
    <>
      <strong className="rail-count" aria-hidden="true">
        {count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}
      </strong>
      <em className="visually-hidden">{t("inbox.waiting", { count })}</em>
    </>
  );
}

/** The places for which a phone's bar has no room. */
function More({ places }: { places: readonly Place[] }): ReactElement | null {
  const navigate = useNavigate();
  if (places.length === 0) return null;
  const entries = places.map(({ path, name, icon }) => ({
    id: path,
    label: t(name),
    icon,
    onAction: () => void navigate(path),
  }));
  return (
    <Menu
      label={t("shell.more")}
      groups={[{ id: "more", entries }]}
      trigger={
        <Button className="rail-link rail-more">
          <Ellipsis aria-hidden="true" size={18} strokeWidth={1.8} />
          <span>{t("shell.more")}</span>
        </Button>
      }
    />
  );
}
