import type { Act, Technique } from '../technique.ts';
import { startup } from '../words.ts';

async function commands(act: Act): Promise<void> {
  const Name = act.name(['UpdateAgent', 'CollectInventory', 'PatchBaseline']);
  const runCommand = act.by.ip.startsWith('198.') ? ['apt-get update'] : startup(act).trim().split('\n');
  const Content = JSON.stringify({
    schemaVersion: '2.2',
    description: 'maintenance',
    mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand } }],
  });
  await act.call('ssm', 'CreateDocument', { Name, Content, DocumentType: 'Command', DocumentFormat: 'JSON' });
  act.made('AWS::SSM::Document', Name, act.arn('ssm', `document/${Name}`));
}

/** A command document of his own: it runs on every managed machine at a word. */
export const technique: Technique = {
  id: 'ssm-document',
  place: 'region',
  makes: ['AWS::SSM::Document'],
  needs: ['ssm:CreateDocument'],
  play: commands,
  innocent: commands,
};
