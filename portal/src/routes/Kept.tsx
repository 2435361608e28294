import type { ReactElement } from "react";
import { Outlet } from "react-router";
import { SeatKeeper } from "../features/telehealth/keeper.tsx";

/** Pages below this one may change; a call goes on. */
export const Kept = (): ReactElement => (
  <SeatKeeper>
    <Outlet />
  </SeatKeeper>
);
