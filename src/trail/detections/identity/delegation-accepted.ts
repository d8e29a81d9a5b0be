import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('Temporary power was delegated to a supplier', 'Se delegó poder temporal a un proveedor'),
  description: text(
    'Somebody accepted a delegation request, or handed over its token: a supplier’s account gets the permissions it asked for. Signing up for a product looks the same. Look at who asked and what for, and at the sessions that followed.',
    'Alguien aceptó una solicitud de delegación o entregó su token: la cuenta de un proveedor recibe los permisos que pidió. Contratar un producto se ve igual. Mire quién pidió y para qué, y las sesiones que siguieron.',
  ),
  severity: 'medium',
  attack: ['T1199', 'T1098'],
  apis: ['iam:AcceptDelegationRequest', 'iam:SendDelegationToken'],
  when(record) {
    if (isAws(record)) return undefined;
    const id = shown(record, 'requestParameters.delegationRequestId');
    return text(`${who(record)} accepted the delegation request ${id}.`, `${who(record)} aceptó la solicitud de delegación ${id}.`);
  },
  examples: {
    hits: [
      { what: 'accepted', records: [call('iam:AcceptDelegationRequest', { delegationRequestId: 'dr-1' })] },
      { what: 'refused', records: [call('iam:AcceptDelegationRequest', null, REFUSED)] },
    ],
    quiet: [
      { what: 'a service', records: [call('iam:AcceptDelegationRequest', { delegationRequestId: 'dr-1' }, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a service hands the token over',
        records: [call('iam:SendDelegationToken', { delegationRequestId: 'dr-1' }, { userIdentity: { type: 'AWSService' } })],
      },
    ],
  },
};
