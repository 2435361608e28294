import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

/** The heading of a step, which takes the focus when the step comes so that it is read out. */
export function StepTitle({
  title,
  lead,
  isFirst = false,
}: {
  title: string;
  lead?: ReactNode;
  isFirst?: boolean;
}): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const field = document.querySelector("[autofocus], form input:focus");
    if (!isFirst && !field) heading.current?.focus();
  }, [isFirst]);
  return (
    <div className="identity-title">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {lead && <p className="muted">{lead}</p>}
    </div>
  );
}
