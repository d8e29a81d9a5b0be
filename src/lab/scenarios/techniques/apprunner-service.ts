import type { Technique } from '../technique.ts';

/** A container service with a public address and no machine to be seen. */
export const technique: Technique = {
  id: 'apprunner-service',
  place: 'region',
  makes: ['AWS::AppRunner::Service'],
  needs: ['apprunner:CreateService'],
  async play(act) {
    const name = act.name(['gateway', 'status', 'webhook']);
    const image = { ImageIdentifier: 'public.ecr.aws/x9y8z7w6/worker:latest', ImageRepositoryType: 'ECR_PUBLIC' };
    const { Service } = await act.call('apprunner', 'CreateService', {
      ServiceName: name,
      SourceConfiguration: { ImageRepository: image, AutoDeploymentsEnabled: false },
      InstanceConfiguration: { Cpu: '4096', Memory: '12288' },
    });
    act.made('AWS::AppRunner::Service', name, Service.ServiceArn);
  },
};
