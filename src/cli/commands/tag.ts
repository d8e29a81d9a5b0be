import { text } from '../../kernel/index.ts';
import { INSTANCE, TAG_FLAGS } from '../instance-flags.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 5: tag it as under investigation', 'Paso 5: etiquetarla como en investigación');
export const order = 45;
export const command = verb({
  name: 'tag',
  about: 'instance',
  actions: () => ['tag'],
  positional: INSTANCE,
  flags: TAG_FLAGS,
  examples: [
    {
      line: 'aplomb tag i-0123456789abcdef0 --classic-tag',
      why: text(
        'also Environment=Quarantine:<reference>; the old value is kept for undo',
        'también Environment=Quarantine:<referencia>; el valor anterior se guarda para undo',
      ),
    },
  ],
});
