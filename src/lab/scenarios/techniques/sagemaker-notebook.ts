import type { Act, Technique } from '../technique.ts';

async function notebook(act: Act): Promise<void> {
  const name = act.name(['research', 'forecast', 'lab']);
  const hostile = !act.by.ip.startsWith('198.');
  const { NotebookInstanceArn } = await act.call('sagemaker', 'CreateNotebookInstance', {
    NotebookInstanceName: name,
    InstanceType: hostile ? act.draw.pick(['ml.g4dn.xlarge', 'ml.p3.2xlarge']) : 'ml.t3.medium',
    RoleArn: act.company.serviceRoleArn,
  });
  act.made('AWS::SageMaker::NotebookInstance', name, NotebookInstanceArn);
}

/** A notebook with a GPU: a machine that DescribeInstances never shows. */
export const technique: Technique = {
  id: 'sagemaker-notebook',
  place: 'region',
  makes: ['AWS::SageMaker::NotebookInstance'],
  needs: ['sagemaker:CreateNotebookInstance', 'iam:PassRole'],
  play: notebook,
  innocent: notebook,
};
