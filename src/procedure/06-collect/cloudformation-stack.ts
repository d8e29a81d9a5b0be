import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, ofInstance, takeEach } from '../shared/collected.ts';
import { tagValue } from '../shared/ec2.ts';

/** The stack that made the instance: its template is what was meant to be, and an update of it would undo the containment. */
export const collector: Collector = {
  id: 'cloudformation-stack',
  step: 6,
  title: text('Its CloudFormation stack', 'Su pila de CloudFormation'),
  permissions: ['ec2:DescribeInstances', 'cloudformation:DescribeStacks', 'cloudformation:DescribeStackResources', 'cloudformation:GetTemplate'],
  collect: ofInstance('cloudformation-stack', async function* (ctx, { region, instance, evidence }) {
    // Only AWS sets tags that begin with "aws:".
    const StackName = tagValue(instance.Tags, 'aws:cloudformation:stack-id') ?? tagValue(instance.Tags, 'aws:cloudformation:stack-name');
    if (!StackName) {
      yield notApplicable('cloudformation-stack', text('No stack made it.', 'No la creó ninguna pila.'), evidence);
      return;
    }
    const ask = (operation: string, input: Json): Call => ({ service: 'cloudformation', operation, region, input });
    const secret = text('May hold secrets in parameters: shown to nobody.', 'Puede contener secretos en los parámetros: no se muestra.');
    yield* takeEach(ctx, [
      ['cloudformation-stack', ask('DescribeStacks', { StackName }), { note: secret }],
      ['cloudformation-resources', ask('DescribeStackResources', { StackName })],
      ['cloudformation-template', ask('GetTemplate', { StackName }), { note: secret }],
    ]);
  }),
};
