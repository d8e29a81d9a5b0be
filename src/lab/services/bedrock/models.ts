import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Throughput {
  id: string;
  arn: string;
  name: string;
  model: string;
  units: number;
  commitment?: string;
  created: number;
  ready: number;
}
interface CustomModel {
  arn: string;
  name: string;
  base: string;
  kind: string;
  role: string;
  created: number;
  ready: number;
}
interface Guardrail {
  id: string;
  arn: string;
  name: string;
  created: number;
}
const missing = (): LabError => new LabError('ResourceNotFoundException', 'The provided identifier is not found.');
const throughputs = shelf<Throughput>('bedrockThroughputs', missing);
const customs = shelf<CustomModel>('bedrockCustomModels', missing);
const imports = shelf<CustomModel>('bedrockImportedModels', missing);
const guardrails = shelf<Guardrail>('bedrockGuardrails', missing);

const invalid = (message: string): LabError => new LabError('ValidationException', message);
const MAX_RESULTS: Constraint = { min: 1, max: 1000 };
const MODEL_NAME: Constraint = { length: [1, 63], pattern: '([0-9a-zA-Z][_-]?)+' };
const JOB_NAME: Constraint = { length: [1, 63], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9\\+\\-\\.])*' };
const ROLE: Constraint = { length: [0, 2048], pattern: 'arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+' };
/** 12 characters of a-z and 0-9, as Bedrock's ids are. */
const shortId = (ctx: LabContext): string => ctx.uuid().replaceAll('-', '').slice(0, 12);
const paged = <T>(ctx: LabContext, items: T[], input: any) => {
  const { items: some, next } = pageOf(ctx, items, { token: input.nextToken, max: input.maxResults, size: 100 }, ['ValidationException', 'Invalid nextToken.']);
  return { some, rest: next === undefined ? {} : { nextToken: next } };
};
/** A foundation model by its id, anything else by its ARN. */
const modelArn = (ctx: LabContext, given: string): string =>
  given.startsWith('arn:') ? given : `arn:aws:bedrock:${ctx.region.name}::foundation-model/${given}`;

export const operations: LabOperations = {
  CreateProvisionedModelThroughput: {
    constraints: {
      modelUnits: { min: 1 },
      provisionedModelName: MODEL_NAME,
      modelId: { length: [1, 2048] },
      commitmentDuration: { enum: ['OneMonth', 'SixMonths'] },
    },
    run(input, ctx) {
      const name: string = input.provisionedModelName;
      if (throughputs.all(ctx).some((one) => one.name === name)) throw invalid(`A provisioned model with the name ${name} already exists.`);
      const id = shortId(ctx);
      const arn = arnOf(ctx, 'bedrock', `provisioned-model/${id}`);
      throughputs.put(ctx, id, {
        id,
        arn,
        name,
        model: modelArn(ctx, input.modelId),
        units: input.modelUnits,
        created: ctx.now(),
        ready: ctx.due(600),
        ...(input.commitmentDuration === undefined ? {} : { commitment: input.commitmentDuration }),
      });
      return { provisionedModelArn: arn };
    },
  },
  ListProvisionedModelThroughputs: {
    constraints: { maxResults: MAX_RESULTS },
    run(input, ctx) {
      const { some, rest } = paged(ctx, throughputs.all(ctx), input);
      return {
        provisionedModelSummaries: some.map((one) => ({
          provisionedModelName: one.name,
          provisionedModelArn: one.arn,
          modelArn: one.model,
          desiredModelArn: one.model,
          foundationModelArn: one.model,
          modelUnits: one.ready > ctx.now() ? 0 : one.units,
          desiredModelUnits: one.units,
          status: one.ready > ctx.now() ? 'Creating' : 'InService',
          creationTime: date(one.created),
          lastModifiedTime: date(one.created),
          ...(one.commitment === undefined ? {} : { commitmentDuration: one.commitment }),
        })),
        ...rest,
      };
    },
  },
  DeleteProvisionedModelThroughput: {
    run(input, ctx) {
      const one = throughputs.all(ctx).find((each) => [each.id, each.arn, each.name].includes(input.provisionedModelId));
      if (!one) throw missing();
      if (one.commitment !== undefined) throw new LabError('ConflictException', 'A provisioned throughput cannot be deleted before its commitment ends.');
      throughputs.drop(ctx, one.id);
      return {};
    },
  },
  CreateModelCustomizationJob: {
    constraints: { jobName: JOB_NAME, customModelName: { length: [1, 63], pattern: '([0-9a-zA-Z][_-]?){1,63}' }, roleArn: ROLE },
    run(input, ctx) {
      if (customs.all(ctx).some((one) => one.name === input.customModelName))
        throw invalid(`A custom model with the name ${input.customModelName} already exists.`);
      const id = shortId(ctx);
      const arn = arnOf(ctx, 'bedrock', `custom-model/${input.baseModelIdentifier.split('/').at(-1)!.split(':')[0]}/${id}`);
      customs.put(ctx, arn, {
        arn,
        name: input.customModelName,
        base: modelArn(ctx, input.baseModelIdentifier),
        kind: input.customizationType ?? 'FINE_TUNING',
        role: input.roleArn,
        created: ctx.now(),
        ready: ctx.due(3600),
      });
      return { jobArn: arnOf(ctx, 'bedrock', `model-customization-job/${input.baseModelIdentifier.split('/').at(-1)}/${id}`) };
    },
  },
  ListCustomModels: {
    constraints: { maxResults: MAX_RESULTS },
    run(input, ctx) {
      const { some, rest } = paged(ctx, customs.all(ctx), input);
      return {
        modelSummaries: some.map((one) => ({
          modelArn: one.arn,
          modelName: one.name,
          creationTime: date(one.created),
          baseModelArn: one.base,
          baseModelName: one.base.split('/').at(-1),
          customizationType: one.kind,
          ownerAccountId: ctx.account.id,
          modelStatus: one.ready > ctx.now() ? 'Creating' : 'Active',
        })),
        ...rest,
      };
    },
  },
  CreateModelImportJob: {
    constraints: { jobName: JOB_NAME, importedModelName: MODEL_NAME, roleArn: ROLE },
    run(input, ctx) {
      if (imports.all(ctx).some((one) => one.name === input.importedModelName))
        throw invalid(`An imported model with the name ${input.importedModelName} already exists.`);
      const arn = arnOf(ctx, 'bedrock', `imported-model/${shortId(ctx)}`);
      const source = plain(input.modelDataSource)?.s3DataSource?.s3Uri ?? '';
      imports.put(ctx, arn, {
        arn,
        name: input.importedModelName,
        base: source,
        kind: 'IMPORTED',
        role: input.roleArn,
        created: ctx.now(),
        ready: ctx.due(1200),
      });
      return { jobArn: arnOf(ctx, 'bedrock', `model-import-job/${shortId(ctx)}`) };
    },
  },
  ListImportedModels: {
    constraints: { maxResults: MAX_RESULTS },
    run(input, ctx) {
      // A model is listed once its import has ended.
      const { some, rest } = paged(
        ctx,
        imports.all(ctx).filter((one) => one.ready <= ctx.now()),
        input,
      );
      return {
        modelSummaries: some.map((one) => ({ modelArn: one.arn, modelName: one.name, creationTime: date(one.created), instructSupported: true })),
        ...rest,
      };
    },
  },
  CreateGuardrail: {
    constraints: {
      name: { length: [1, 50], pattern: '[0-9a-zA-Z-_]+' },
      blockedInputMessaging: { length: [1, 500] },
      blockedOutputsMessaging: { length: [1, 500] },
    },
    run(input, ctx) {
      if (guardrails.all(ctx).some((one) => one.name === input.name))
        throw new LabError('ConflictException', `Another guardrail in your account already has this name: ${input.name}`);
      const id = shortId(ctx);
      const arn = arnOf(ctx, 'bedrock', `guardrail/${id}`);
      guardrails.put(ctx, id, { id, arn, name: input.name, created: ctx.now() });
      return { guardrailId: id, guardrailArn: arn, version: 'DRAFT', createdAt: date(ctx.now()) };
    },
  },
  ListGuardrails: {
    constraints: { maxResults: MAX_RESULTS },
    run(input, ctx) {
      const { some, rest } = paged(ctx, guardrails.all(ctx), input);
      return {
        guardrails: some.map((one) => ({
          id: one.id,
          arn: one.arn,
          name: one.name,
          status: 'READY',
          version: 'DRAFT',
          createdAt: date(one.created),
          updatedAt: date(one.created),
        })),
        ...rest,
      };
    },
  },
  DeleteGuardrail: {
    run(input, ctx) {
      const one = guardrails.all(ctx).find((each) => [each.id, each.arn].includes(input.guardrailIdentifier));
      if (!one) throw missing();
      guardrails.drop(ctx, one.id);
      return {};
    },
  },
};
