export { MedicinesSection } from "./MedicinesSection.tsx";
export { MyMedicines } from "./MyMedicines.tsx";
export { PrescribePanel } from "./PrescribePanel.tsx";
export { Reconcile } from "./Reconcile.tsx";
export { RefillsPage } from "./RefillsPage.tsx";
