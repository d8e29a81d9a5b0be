import { type Text, text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { accountsNamed, openToPrincipal, outsidersIn } from '../data/outside.ts';
import { asked, askedText, named, who } from '../data/reading.ts';

function openedTo(record: TrailRecord, background: Background): Text | undefined {
  const principal = askedText(record, 'principal');
  if (principal === '*' && (asked(record, 'principalOrgID') ?? asked(record, 'organizationId'))) return undefined;
  const from = outsidersIn([asked(record, 'sourceAccount'), asked(record, 'sourceArn')], record, background);
  if (from.length > 0) return accountsNamed(from);
  if (principal === '*' && (asked(record, 'sourceAccount') ?? asked(record, 'sourceArn'))) return undefined;
  return openToPrincipal(principal, record, background);
}

export const detection: Detection = {
  title: text('Lambda function that outsiders may invoke', 'Función Lambda que extraños pueden invocar'),
  description: text(
    'Another account, or anyone, can run this function, and with it what its role may do: a back door that needs no credentials of the victim.',
    'Otra cuenta, o cualquiera, puede ejecutar esta función y con ella lo que permite su rol: una puerta trasera que no necesita credenciales de la víctima.',
  ),
  severity: 'high',
  attack: ['T1546', 'T1098'],
  apis: ['lambda:AddPermission', 'lambda:AddLayerVersionPermission'],
  when(record, background) {
    const whom = openedTo(record, background);
    const what = named(record, 'functionName', 'layerName');
    return whom && text(`${who(record)} let ${whom.en} use function or layer ${what}.`, `${who(record)} dejó que ${whom.es} use la función o capa ${what}.`);
  },
  examples: {
    hits: [
      example(
        'anyone',
        call('lambda:AddPermission20150331v2', { functionName: 'pay', statementId: 'backdoor', action: 'lambda:InvokeFunction', principal: '*' }),
      ),
      example(
        'another account, refused',
        denied('lambda:AddPermission20150331v2', { functionName: 'pay', action: 'lambda:InvokeFunction', principal: OUTSIDER }),
      ),
      example(
        'a bucket of another account',
        call('lambda:AddPermission20150331v2', {
          functionName: 'pay',
          action: 'lambda:InvokeFunction',
          principal: 's3.amazonaws.com',
          sourceAccount: OUTSIDER,
        }),
      ),
    ],
    quiet: [
      example(
        'API Gateway of ours',
        call('lambda:AddPermission20150331v2', {
          functionName: 'pay',
          action: 'lambda:InvokeFunction',
          principal: 'apigateway.amazonaws.com',
          sourceArn: `arn:aws:execute-api:us-east-1:${ACCOUNT}:x/*`,
        }),
      ),
      example('our own account', call('lambda:AddPermission20150331v2', { functionName: 'pay', action: 'lambda:InvokeFunction', principal: ACCOUNT })),
    ],
  },
};
