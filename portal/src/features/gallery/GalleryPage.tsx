import type { ReactElement } from "react";
export function GalleryPage(): ReactElement {
  return <p>soon</p>;
}
