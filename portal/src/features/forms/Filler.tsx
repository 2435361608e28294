import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { ArrowLeft, ArrowRight, Send } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Card, ErrorSummary, type Mistake, Progress } from "../../ui/index.ts";
import { type Items, linesOf, type Wrong, wrongs } from "./evaluate.ts";
import { Lines } from "./Lines.tsx";
import { pagesOf, pageWith, wrongOn } from "./pages.ts";
import { Review } from "./Review.tsx";
import { wrongText } from "./words.ts";

export interface FillerProps {
  readonly form: Questionnaire;
  readonly items: Items;
  readonly onChange: (items: QuestionnaireResponseItem[]) => void;
  readonly onSend: () => void;
  readonly isSending?: boolean;
  /** Why the last sending failed. */
  readonly failure?: ReactElement | undefined;
  /** When it was saved, and the way out. */
  readonly foot?: ReactElement;
  /** Only shown, as in the builder. */
  readonly isPreview?: boolean;
}

const NONE: readonly Wrong[] = [];

/** A form as patients fill it in: a page at a time, then all answers to be looked over before they are sent. */
export function Filler(props: FillerProps): ReactElement {
  const { form, items, onChange, onSend, isSending = false, failure, foot, isPreview = false } = props;
  const [at, setAt] = useState(0);
  const [wrong, setWrong] = useState(NONE);
  const lines = useMemo(() => linesOf(form, items), [form, items]);
  const pages = pagesOf(lines);
  const page = pages[Math.min(at, pages.length - 1)];
  const isReview = at >= pages.length;
  const place = Math.min(at, pages.length) + 1;
  const top = useHeadFocus(at);

  function go(to: number): void {
    setWrong(NONE);
    setAt(Math.max(0, to));
  }

  function forth(): void {
    const found = page ? wrongOn(page) : [];
    if (found.length > 0) setWrong(found);
    else go(Math.min(at, pages.length - 1) + 1);
  }

  function send(): void {
    const [first] = wrongs(lines);
    if (!first) {
      onSend();
      return;
    }
    const back = pageWith(pages, first.key);
    setAt(back);
    setWrong(pages[back] ? wrongOn(pages[back]) : []);
  }

  return (
    <div className="filler">
      <Progress
        label={t("forms.progress", { step: place, count: pages.length + 1 })}
        value={place}
        max={pages.length + 1}
      />
      <ErrorSummary mistakes={wrong.map(mistakeOf)} />
      {failure}
      <h2 ref={top} tabIndex={-1} className="filler-title">
        {isReview ? t("forms.review") : page?.title}
      </h2>
      {isReview ? (
        <Review lines={lines} onChange={(line) => go(pageWith(pages, line.key))} />
      ) : (
        page && (
          <Card>
            <Lines lines={page.lines} items={items} wrong={wrong} onChange={onChange} headed />
          </Card>
        )
      )}
      <div className="filler-ways">
        {at > 0 && (
          <Button kind="quiet" icon={ArrowLeft} onPress={() => go(Math.min(at, pages.length) - 1)}>
            {t("forms.back")}
          </Button>
        )}
        {isReview ? (
          <Button kind="primary" size="large" icon={Send} onPress={send} isPending={isSending} isDisabled={isPreview}>
            {t("forms.send")}
          </Button>
        ) : (
          <Button kind="primary" size="large" icon={ArrowRight} onPress={forth}>
            {t("forms.continue")}
          </Button>
        )}
      </div>
      {foot}
    </div>
  );
}

const mistakeOf = (wrong: Wrong): Mistake => ({ field: wrong.key, message: wrongText(wrong) });

/** Another page begins with its heading, for those who hear it. */
function useHeadFocus(at: number) {
  const head = useRef<HTMLHeadingElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current !== at) head.current?.focus();
    before.current = at;
  }, [at]);
  return head;
}
