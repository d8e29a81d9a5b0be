/** What DescribeServices and DescribeSeverityLevels answer. Codes differ by account and plan: they are chosen, never assumed. */
export interface SupportService {
  readonly code?: string;
  readonly name?: string;
  readonly categories?: readonly { readonly code?: string; readonly name?: string }[];
}
export interface Codes {
  readonly serviceCode: string;
  readonly categoryCode: string;
  readonly severityCode: string;
  readonly issueType: 'customer-service' | 'technical';
  /** The names as AWS shows them, for people. */
  readonly service: string;
  readonly category: string;
}

const score = (words: string, wanted: readonly RegExp[]): number => {
  const at = wanted.findIndex((one) => one.test(words));
  return at < 0 ? 0 : wanted.length - at;
};
const SERVICE = [/\baccount\b(?!.*\bbilling\b)/i, /\baccount/i, /security/i, /\biam\b|identity/i, /billing/i, /general/i] as const;
const CATEGORY = [/compromis|abuse/i, /security/i, /fraud|unauthori[sz]ed/i, /\bother\b/i, /general/i] as const;
const SEVERITY = ['urgent', 'high', 'normal', 'low'] as const;

/**
 * The pair of service and category that fits a stolen key best by its name, and the highest severity up to `urgent`
 * that the plan offers ("critical" is for a business that stands still: only when asked for).
 * @returns null when AWS offers no service with a category, or no severity.
 */
export function chooseCodes(services: readonly SupportService[], severities: readonly string[], wantedSeverity?: string): Codes | null {
  const pairs = services.flatMap((service) =>
    (service.categories ?? []).flatMap((category) => {
      if (!service.code || !category.code) return [];
      const serviceWords = `${service.code.replaceAll('-', ' ')} ${service.name ?? ''}`;
      const fit = [score(`${category.code.replaceAll('-', ' ')} ${category.name ?? ''}`, CATEGORY), score(serviceWords, SERVICE)] as const;
      return [{ service, category, serviceWords, fit }];
    }),
  );
  // An account service first, its best category second; the codes settle a tie, so that the choice is always the same.
  const [best] = pairs.sort(
    (a, b) =>
      b.fit[1] * 10 + b.fit[0] - (a.fit[1] * 10 + a.fit[0]) || `${a.service.code} ${a.category.code}`.localeCompare(`${b.service.code} ${b.category.code}`),
  );
  const severityCode = wantedSeverity !== undefined && severities.includes(wantedSeverity) ? wantedSeverity : SEVERITY.find((one) => severities.includes(one));
  if (!best || severityCode === undefined) return null;
  return {
    serviceCode: best.service.code!,
    categoryCode: best.category.code!,
    severityCode,
    issueType: /account|billing/i.test(best.serviceWords) ? 'customer-service' : 'technical',
    service: best.service.name ?? best.service.code!,
    category: best.category.name ?? best.category.code!,
  };
}
