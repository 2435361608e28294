import { CalendarDays, CircleCheck, Inbox, Star } from "lucide-react";
import type { ReactElement } from "react";
import {
  Avatar,
  Badge,
  Banner,
  Breadcrumbs,
  Button,
  Card,
  EmptyState,
  ErrorState,
  Facts,
  Flag,
  List,
  Progress,
  Skeleton,
  Stepper,
} from "../../ui/index.ts";

const TONES = ["neutral", "info", "success", "warning", "danger"] as const;

export function Surfaces(): ReactElement {
  return (
    <div className="grid">
      <Card title="Badges and flags">
        <div className="stack">
          <div className="row">
            {TONES.map((tone) => (
              <Badge key={tone} tone={tone} {...(tone === "success" && { icon: CircleCheck })}>
                {tone}
              </Badge>
            ))}
          </div>
          <div className="row">
            <Flag mark="H" meaning="High" tone="high" />
            <Flag mark="L" meaning="Low" tone="low" />
            <Flag mark="HH" meaning="Much too high" tone="critical" />
            <Flag mark="LL" meaning="Much too low" tone="critical" />
          </div>
          <div className="row">
            <Avatar name="Ada Lindqvist" size="small" />
            <Avatar name="Chiara O’Brien" />
            <Avatar name="Łukasz" size="large" />
          </div>
          <Facts
            facts={[
              { name: "Opened", value: "12-Mar-2026 09:05" },
              { name: "By", value: "Ada Lindqvist" },
            ]}
          />
        </div>
      </Card>
      <Card title="Banners">
        <div className="stack" data-gap="2">
          {TONES.map((tone) => (
            <Banner key={tone} tone={tone} title={`A banner: ${tone}`}>
              What the page should not be read without.
            </Banner>
          ))}
        </div>
      </Card>
      <Card title="List" note="3" flush actions={<Button size="small">Add</Button>}>
        <List label="Samples" items={["First", "Second", "Third"]} itemKey={(item) => item} href={() => "/gallery"}>
          {(item) => (
            <>
              <Star aria-hidden="true" size={16} />
              <span className="grow">{item}</span>
              <span className="muted small">12-Mar-2026</span>
            </>
          )}
        </List>
      </Card>
      <Card title="Waiting">
        <div className="stack">
          <Skeleton />
          <Progress label="Reading the files" value={40} />
          <Progress label="Waiting for the other side" />
        </div>
      </Card>
      <Card title="Nothing here" flush>
        <EmptyState icon={Inbox} title="Nothing to do" actions={<Button icon={CalendarDays}>Plan something</Button>}>
          What comes in will be here, the newest first.
        </EmptyState>
      </Card>
      <Card title="Something failed" flush>
        <ErrorState title="The list could not be loaded" requestId="01J9ZK3Q7R8W" onRetry={() => undefined}>
          Try again; if it stays so, hand the request number to your support.
        </ErrorState>
      </Card>
      <Card title="Finding one’s way">
        <div className="stack">
          <Breadcrumbs
            crumbs={[{ label: "Start", href: "/" }, { label: "Middle", href: "/gallery" }, { label: "Here" }]}
          />
          <Stepper step={2} count={4} label="About you" />
        </div>
      </Card>
    </div>
  );
}
