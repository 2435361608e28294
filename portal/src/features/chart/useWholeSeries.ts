import { useQuery } from "@tanstack/react-query";
import type { Bundle, Observation } from "fhir/r4";
import { next, resources, search } from "../../fhir/client.ts";
import { type Series, seriesOf } from "../../fhir/findings.ts";

const PAGE = "1000";
const MOST_PAGES = 10;

/**
 * All values of one measurement, for a plot over years; `undefined` until they are there. The chart itself holds the
 * newest few hundred observations only. Ten thousand values are fetched at most, the newest.
 */
export function useWholeSeries(patient: string, series: Series | undefined, isPartial: boolean): Series | undefined {
  const [code = ""] = series?.key.split("|") ?? [];
  const { data } = useQuery({
    queryKey: ["series", patient, series?.key],
    enabled: isPartial && code !== "",
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ patient, "combo-code": code, _sort: "-date", _count: PAGE });
      const found: Observation[] = [];
      let page: Bundle | undefined = await search("Observation", query, signal);
      for (let pages = 1; page; pages += 1) {
        found.push(...resources<Observation>(page, "Observation"));
        page = pages < MOST_PAGES ? await next(page, signal) : undefined;
      }
      return seriesOf(found).find((one) => one.key === series?.key);
    },
  });
  return data ?? undefined;
}
