import { type ReactElement, type ReactNode, Suspense } from "react";
import { Card, Skeleton } from "../ui/index.ts";

/** Something whose code is loaded when it is first shown. */
export function Late({ children }: { children: ReactNode }): ReactElement {
  return (
    <Suspense
      fallback={
        <Card>
          <Skeleton lines={6} />
        </Card>
      }
    >
      {children}
    </Suspense>
  );
}
