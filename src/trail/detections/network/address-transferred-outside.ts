import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from '../data/examples.ts';
import { outsider } from '../data/outside.ts';
import { askedText, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Public address handed to another account', 'Dirección pública entregada a otra cuenta'),
  description: text(
    'Firewalls and partners that trust the address trust its new owner, and names that point to it reach him. Take the transfer back before it is accepted.',
    'Los cortafuegos y socios que confían en la dirección confían en su nuevo dueño, y los nombres que apuntan a ella llegan a él. Retire la transferencia antes de que se acepte.',
  ),
  severity: 'high',
  attack: ['T1584.004', 'T1578'],
  apis: ['ec2:EnableAddressTransfer'],
  when(record, background) {
    const account = outsider(askedText(record, 'transferAccountId'), record, background);
    return account
      ? text(
          `${who(record)} offered address ${named(record, 'allocationId')} to account ${account}.`,
          `${who(record)} ofreció la dirección ${named(record, 'allocationId')} a la cuenta ${account}.`,
        )
      : undefined;
  },
  examples: {
    hits: [
      example(
        'to another account',
        call('ec2:EnableAddressTransfer', { EnableAddressTransferRequest: { AllocationId: 'eipalloc-1', TransferAccountId: OUTSIDER } }),
      ),
      example('refused', denied('ec2:EnableAddressTransfer', { EnableAddressTransferRequest: { AllocationId: 'eipalloc-1', TransferAccountId: OUTSIDER } })),
    ],
    quiet: [
      example(
        "within the owner's accounts",
        call('ec2:EnableAddressTransfer', { EnableAddressTransferRequest: { AllocationId: 'eipalloc-1', TransferAccountId: ACCOUNT } }),
      ),
      example('to nobody', call('ec2:EnableAddressTransfer', { EnableAddressTransferRequest: { AllocationId: 'eipalloc-1' } })),
    ],
  },
};
