import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Card, CourseChart } from "../../ui/index.ts";
import type { PlatformStatus } from "./status.ts";
import { showCount, showShort } from "./words.ts";

/** The plots: every one as tall as it will ever be, so that nothing moves when it is drawn anew. */
export function Courses({ course }: { course: PlatformStatus["course"] }): ReactElement {
  const { at } = course;
  return (
    <div className="status-plots">
      <Card>
        <CourseChart
          name={t("status.load")}
          at={at}
          show={showCount}
          least={1}
          lines={[{ name: t("status.perSecond"), values: course.load }]}
        />
      </Card>
      <Card>
        <CourseChart
          name={t("status.answers")}
          at={at}
          show={showShort}
          least={0.1}
          lines={[
            { name: t("status.half"), values: course.p50 },
            { name: "95 %", values: course.p95 },
            { name: "99 %", values: course.p99 },
          ]}
        />
      </Card>
      <Card>
        <CourseChart
          name={t("status.refusals")}
          at={at}
          show={showCount}
          least={4}
          lines={[
            { name: t("status.refused"), values: course.refused },
            { name: t("status.signInFailures"), values: course.signInFailures },
            { name: t("status.errors"), values: course.errors },
          ]}
        />
      </Card>
      <Card>
        <CourseChart
          name={t("status.queue")}
          at={at}
          show={showCount}
          least={4}
          lines={[
            { name: t("status.due"), values: course.due },
            { name: t("status.writes"), values: course.waiting },
          ]}
        />
      </Card>
      <Card>
        <CourseChart
          name={t("status.live")}
          at={at}
          show={showCount}
          least={4}
          lines={[
            { name: t("status.sockets"), values: course.sockets },
            { name: t("status.calls"), values: course.calls },
          ]}
        />
      </Card>
      <Card>
        <CourseChart
          name={t("status.lag")}
          at={at}
          show={showShort}
          least={0.1}
          lines={[{ name: t("status.lagLongest"), values: course.lag }]}
        />
      </Card>
      {course.partners.map((partner) => (
        <Card key={partner.name}>
          <CourseChart
            name={t("status.partner", { name: partner.name })}
            at={at}
            show={showCount}
            least={4}
            lines={[
              { name: t("status.answered"), values: partner.answered },
              { name: t("status.failed"), values: partner.failed },
            ]}
          />
        </Card>
      ))}
    </div>
  );
}
