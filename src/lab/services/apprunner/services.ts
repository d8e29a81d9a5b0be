import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Service {
  id: string;
  arn: string;
  name: string;
  created: number;
  ready: number;
  host: string;
  source: any;
  instance: any;
  network: any;
  paused: boolean;
}
const services = shelf<Service>('apprunnerServices', (arn) => new LabError('ResourceNotFoundException', `Service could not be found for resource: ${arn}`));
const ARN = { length: [1, 1011] as [number, number] };
const status = (ctx: LabContext, one: Service): string => (one.paused ? 'PAUSED' : one.ready > ctx.now() ? 'OPERATION_IN_PROGRESS' : 'RUNNING');
const summary = (ctx: LabContext, one: Service) => ({
  ServiceName: one.name,
  ServiceId: one.id,
  ServiceArn: one.arn,
  ServiceUrl: one.host,
  CreatedAt: date(one.created),
  UpdatedAt: date(one.created),
  Status: status(ctx, one),
});
const whole = (ctx: LabContext, one: Service) => ({
  ...summary(ctx, one),
  SourceConfiguration: one.source,
  InstanceConfiguration: one.instance,
  NetworkConfiguration: one.network,
  AutoScalingConfigurationSummary: { AutoScalingConfigurationName: 'DefaultConfiguration', AutoScalingConfigurationRevision: 1 },
});
const resources = (input: any): string[] => [input.ServiceArn];

export const operations: LabOperations = {
  CreateService: {
    constraints: { ServiceName: { length: [4, 40], pattern: '[A-Za-z0-9][A-Za-z0-9-_]{3,39}' } },
    run(input, ctx) {
      if (services.all(ctx).some((one) => one.name === input.ServiceName))
        throw new LabError('InvalidRequestException', `Service with the provided name already exists: ${input.ServiceName}.`);
      const { ImageRepository: image, CodeRepository: code } = input.SourceConfiguration;
      if ((image === undefined) === (code === undefined))
        throw new LabError('InvalidRequestException', 'Exactly one of ImageRepository and CodeRepository must be provided.');
      if (services.all(ctx).length >= 30) throw new LabError('ServiceQuotaExceededException', 'The service quota of 30 services is reached.');
      const id = ctx.uuid().replaceAll('-', '');
      const arn = arnOf(ctx, 'apprunner', `service/${input.ServiceName}/${id}`);
      const one = services.put(ctx, arn, {
        id,
        arn,
        name: input.ServiceName,
        created: ctx.now(),
        ready: ctx.due(300),
        host: `${ctx.letters(10).toLowerCase()}.${ctx.region.name}.awsapprunner.com`,
        source: plain(input.SourceConfiguration),
        instance: plain(input.InstanceConfiguration ?? { Cpu: '1024', Memory: '2048' }),
        network: plain(input.NetworkConfiguration ?? { EgressConfiguration: { EgressType: 'DEFAULT' }, IngressConfiguration: { IsPubliclyAccessible: true } }),
        paused: false,
      });
      return { Service: whole(ctx, one), OperationId: ctx.uuid() };
    },
  },
  ListServices: {
    constraints: { MaxResults: { min: 1, max: 20 } },
    run(input, ctx) {
      const { items, next } = pageOf(ctx, services.all(ctx), { token: input.NextToken, max: input.MaxResults, size: 20 }, [
        'InvalidRequestException',
        'NextToken is not valid.',
      ]);
      return { ServiceSummaryList: items.map((one) => summary(ctx, one)), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  DescribeService: { constraints: { ServiceArn: ARN }, resources, run: (input, ctx) => ({ Service: whole(ctx, services.get(ctx, input.ServiceArn)) }) },
  PauseService: {
    constraints: { ServiceArn: ARN },
    resources,
    run(input, ctx) {
      const one = services.get(ctx, input.ServiceArn);
      if (status(ctx, one) !== 'RUNNING') throw new LabError('InvalidStateException', 'Service cannot be paused in the current state.');
      one.paused = true;
      return { Service: whole(ctx, one), OperationId: ctx.uuid() };
    },
  },
  DeleteService: {
    constraints: { ServiceArn: ARN },
    resources,
    run(input, ctx) {
      const one = services.get(ctx, input.ServiceArn);
      services.drop(ctx, one.arn);
      return { Service: { ...whole(ctx, one), Status: 'DELETED' }, OperationId: ctx.uuid() };
    },
  },
};
