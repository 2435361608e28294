import type { ReactElement, ReactNode } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";
import "./Tooltip.css";

interface TooltipProps {
  readonly text: string;
  /** Something that takes the focus: a tooltip on plain text is out of the keyboard's reach. */
  readonly children: ReactNode;
}

/** A word or two about what has the pointer or the focus. Never the only place where something is said. */
export function Tooltip({ text, children }: TooltipProps): ReactElement {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip className="tooltip" offset={6}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
