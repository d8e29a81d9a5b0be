import { LabError, type LabOperations } from '../../contract.ts';
import { imageOf } from '../ec2/image-catalogue.ts';

/** Public parameters that name images; nobody's own parameters are kept here (AWS Systems Manager User Guide, "public parameters"). */
export const operations: LabOperations = {
  GetParameter: {
    run(input, ctx) {
      const name: string = input.Name.replace(/^arn:aws:ssm:[a-z0-9-]+::parameter(?=\/aws\/)/, '');
      let value: string;
      try {
        value = imageOf(ctx, `resolve:ssm:${name}`).id;
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        throw new LabError('ParameterNotFound', `The parameter ${name} was not found.`);
      }
      return {
        Parameter: {
          Name: name,
          Type: 'String',
          Value: value,
          Version: 1,
          LastModifiedDate: new Date(Date.UTC(2026, 9, 20)),
          ARN: `arn:aws:ssm:${ctx.region.name}::parameter${name}`,
          DataType: 'aws:ec2:image',
        },
      };
    },
    resources: (input, ctx) => [`arn:aws:ssm:${ctx.region.name}::parameter${String(input.Name)}`],
    constraints: { Name: { length: [1, 2048] } },
  },
};
