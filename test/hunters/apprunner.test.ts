import { type Call_, testHunter } from './stand.ts';

const InstanceRoleArn = 'arn:aws:iam::111122223333:role/web';
const service = async (as: Call_, ServiceName: string): Promise<string> =>
  (
    await as('apprunner', 'CreateService', {
      ServiceName,
      SourceConfiguration: { ImageRepository: { ImageIdentifier: 'public.ecr.aws/x/proxy:1', ImageRepositoryType: 'ECR_PUBLIC' } },
      InstanceConfiguration: { InstanceRoleArn },
    })
  ).Service.ServiceArn;
testHunter({
  type: 'AWS::AppRunner::Service',
  plant: async (as) => [await service(as, 'proxy-1'), await service(as, 'proxy-2'), await service(as, 'proxy-3')],
  innocent: async (as) => [await service(as, 'shop')],
  looks: { roles: [InstanceRoleArn] },
});
