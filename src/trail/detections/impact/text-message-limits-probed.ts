import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, longTermKey, machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Limits of text messages looked up or raised', 'Límites de mensajes SMS consultados o subidos'),
  description: text(
    "Phishing by SMS at the victim's expense begins with these calls; a raised spend limit is the act itself.",
    'El phishing por SMS a costa de la víctima empieza con estas llamadas; subir el límite de gasto ya es el acto.',
  ),
  severity: 'medium',
  attack: ['T1496.003', 'T1526'],
  apis: [
    'sns:GetSMSAttributes',
    'sns:GetSMSSandboxAccountStatus',
    'sns:SetSMSAttributes',
    'sns:CreateSMSSandboxPhoneNumber',
    'sms-voice:SetTextMessageSpendLimitOverride',
    'sms-voice:DescribeSpendLimits',
    'sms-voice:RequestPhoneNumber',
  ],
  when: (record) =>
    machinery(record) || !(longTermKey(record) || /:(Set|Create|Request)/.test(apiOf(record)))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in ${region(record)}${noted(record, 'attributes.MonthlySpendLimit', 'monthlyLimit', 'phoneNumber')}.`,
          `${who(record)} llamó a ${api(record)} en ${region(record)}${noted(record, 'attributes.MonthlySpendLimit', 'monthlyLimit', 'phoneNumber')}.`,
        ),
  examples: {
    hits: [
      example('raised', call('sns:SetSMSAttributes', { attributes: { MonthlySpendLimit: '1000' } })),
      example('looked up, refused', denied('sns:GetSMSAttributes', { attributes: ['MonthlySpendLimit'] })),
    ],
    quiet: [
      example('in the console', call('sns:GetSMSAttributes', null, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('cognito-idp', 'sns:GetSMSSandboxAccountStatus')),
    ],
  },
};
