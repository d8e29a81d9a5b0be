import { LabError, type LabOperations } from '../../contract.ts';
import { plain } from '../paging.ts';

/** One configuration a region. Where there is none, what models are asked and answer is written nowhere. */
export const operations: LabOperations = {
  PutModelInvocationLoggingConfiguration: {
    run(input, ctx) {
      const { cloudWatchConfig, s3Config } = input.loggingConfig;
      if (!cloudWatchConfig && !s3Config) throw new LabError('ValidationException', 'At least one of S3Config or CloudWatchConfig is required.');
      ctx.region.tables.bedrockLogging = { config: plain(input.loggingConfig) };
      return {};
    },
  },
  GetModelInvocationLoggingConfiguration: {
    run(_input, ctx) {
      const config = ctx.region.tables.bedrockLogging?.config;
      return config ? { loggingConfig: config } : {};
    },
  },
  DeleteModelInvocationLoggingConfiguration: {
    run(_input, ctx) {
      delete ctx.region.tables.bedrockLogging;
      return {};
    },
  },
};
