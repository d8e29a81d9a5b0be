import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('Where Identity Center takes people from was changed', 'Se cambió de dónde toma Identity Center a las personas'),
  description: text(
    'Another identity provider decides who may sign in to all accounts, or somebody made a token that writes people into the directory. This is done once. Check the provider, and list the tokens.',
    'Otro proveedor de identidad decide quién entra en todas las cuentas, o alguien creó un token que escribe personas en el directorio. Se hace una vez. Revise el proveedor y liste los tokens.',
  ),
  severity: 'high',
  attack: ['T1484.002', 'T1556.009'],
  apis: [
    'sso-directory:CreateExternalIdPConfigurationForDirectory',
    'sso-directory:UpdateExternalIdPConfigurationForDirectory',
    'sso-directory:EnableExternalIdPConfigurationForDirectory',
    'sso-directory:DisableExternalIdPConfigurationForDirectory',
    'sso-directory:CreateBearerToken',
    'sso:AssociateDirectory',
    'sso:DisassociateDirectory',
  ],
  when(record) {
    if (isAws(record)) return undefined;
    return text(
      `${who(record)} called ${shown(record, 'eventName')} in Identity Center.`,
      `${who(record)} llamó a ${shown(record, 'eventName')} en Identity Center.`,
    );
  },
  examples: {
    hits: [
      { what: 'another provider', records: [call('sso-directory:EnableExternalIdPConfigurationForDirectory', { directoryId: 'd-1' })] },
      { what: 'refused', records: [call('sso:AssociateDirectory', null, { errorCode: 'AccessDeniedException' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('sso:AssociateDirectory', null, { userIdentity: { type: 'AWSService' } })] },
      { what: 'a service makes a token', records: [call('sso-directory:CreateBearerToken', null, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
