/** The design system. It knows no medicine and no server; `/gallery` shows all of it. */
import "@fontsource-variable/inter/wght.css";
import "./tokens.css";
import "./base.css";

export { Button, ButtonLink, IconButton } from "./Button.tsx";
export { CodeInput } from "./CodeInput.tsx";
export { ComboBox } from "./ComboBox.tsx";
export { type Command, CommandPalette } from "./CommandPalette.tsx";
export { DateField } from "./DateField.tsx";
export { Confirm, Dialog } from "./Dialog.tsx";
export { isoDay, showAgo, showDay, showMoment, showTime } from "./dates.ts";
export { ErrorSummary, type Mistake } from "./ErrorSummary.tsx";
export { KeyboardHelp, Keys } from "./KeyboardHelp.tsx";
export { useKeys } from "./keys.ts";
export { LineChart } from "./LineChart.tsx";
export { Menu, type MenuGroup } from "./Menu.tsx";
export type { Band, Point } from "./plot.ts";
export { Checkbox, type Option, RadioGroup, Select } from "./Select.tsx";
export { Sparkline } from "./Sparkline.tsx";
export { CopyButton, EmptyState, ErrorState, Progress, RequestId, Skeleton } from "./State.tsx";
export { Avatar, Badge, Banner, Card, Facts, Flag, PageHead, type Tone } from "./Surface.tsx";
export { type Column, List, Table } from "./Table.tsx";
export { Tabs } from "./Tabs.tsx";
export { PasswordField, TextField } from "./TextField.tsx";
export { Toasts, toast } from "./Toast.tsx";
export { Tooltip } from "./Tooltip.tsx";
export { Breadcrumbs, Stepper } from "./Wayfinding.tsx";
export { Workspace } from "./Workspace.tsx";
