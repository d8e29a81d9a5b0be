import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Region enabled or disabled', 'Región habilitada o deshabilitada'),
  description: text(
    'In a region that nobody uses nobody looks, and trails of one region do not cover it. Disabling a region hides what runs there without ending it: it keeps running and costing.',
    'En una región que nadie usa nadie mira, y los trails de una sola región no la cubren. Deshabilitarla oculta lo que corre allí sin pararlo: sigue corriendo y costando.',
  ),
  severity: 'medium',
  attack: ['T1535'],
  apis: ['account:EnableRegion', 'account:DisableRegion'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for ${named(record, 'regionName')}.`,
          `${who(record)} llamó a ${api(record)} para ${named(record, 'regionName')}.`,
        ),
  examples: {
    hits: [
      example('a region enabled', call('account:EnableRegion', { RegionName: 'af-south-1' })),
      example('refused', denied('account:DisableRegion', { RegionName: 'af-south-1' })),
    ],
    quiet: [
      example('by Control Tower', byService('controltower', 'account:EnableRegion', { RegionName: 'eu-south-2' })),
      example('by Organizations', byService('organizations', 'account:DisableRegion', { RegionName: 'eu-south-2' })),
    ],
  },
};
