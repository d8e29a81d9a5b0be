import type { LabOperations } from '../../contract.ts';
import { LANGUAGES, SERVICES } from './catalogue.ts';
import { invalid, needPlan, severities } from './shared.ts';

const ALWAYS = [{ startTime: '00:00', endTime: '24:00' }];

export const operations: LabOperations = {
  DescribeSeverityLevels: {
    run(_input, ctx) {
      needPlan(ctx);
      return { severityLevels: severities(ctx).map(({ code, name }) => ({ code, name })) };
    },
  },
  DescribeServices: {
    constraints: { serviceCodeList: { length: [0, 100] } },
    run(input, ctx) {
      needPlan(ctx);
      const wanted: string[] = input.serviceCodeList ?? [];
      return { services: SERVICES.filter(({ code }) => wanted.length === 0 || wanted.includes(code)) };
    },
  },
  DescribeCreateCaseOptions: {
    run(input, ctx) {
      needPlan(ctx);
      const service = SERVICES.find(({ code }) => code === input.serviceCode);
      if (!service?.categories.some(({ code }) => code === input.categoryCode))
        throw invalid(`Invalid service or category code: ${input.serviceCode}, ${input.categoryCode}`);
      if (input.issueType !== 'technical' && input.issueType !== 'customer-service') throw invalid(`Invalid issue type: ${input.issueType}`);
      if (!LANGUAGES.includes(input.language)) throw invalid(`Invalid language: ${input.language}`);
      const type = (name: string): object => ({ type: name, supportedHours: ALWAYS, datesWithoutSupport: [] });
      return { languageAvailability: input.language === 'en' ? 'available' : 'best_effort', communicationTypes: ['web', 'call', 'chat'].map(type) };
    },
  },
  DescribeSupportedLanguages: {
    constraints: { issueType: { length: [9, 22] }, serviceCode: { length: [0, 100] }, categoryCode: { length: [0, 100] } },
    run(input, ctx) {
      needPlan(ctx);
      if (input.issueType !== 'technical' && input.issueType !== 'customer-service') throw invalid(`Invalid issue type: ${input.issueType}`);
      return {
        supportedLanguages: [
          { code: 'en', language: 'English', display: 'English' },
          { code: 'ja', language: 'Japanese', display: '日本語' },
          { code: 'zh', language: 'Chinese', display: '中文' },
          { code: 'ko', language: 'Korean', display: '한국어' },
        ],
      };
    },
  },
};
