import type { JsonObject } from './json.ts';
import type { Text } from './text.ts';

/**
 * What the engine tells whoever watches. `code` is stable; renderers (terminal, JSON lines) choose what to show.
 * Payload strings may come from the account under attack: renderers sanitise them.
 */
export interface AplombEvent {
  readonly kind: 'event';
  readonly code: EventCode;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly time: string;
  readonly text?: Text;
  readonly data: JsonObject;
}
export type EventCode =
  | 'case' // {dir, id, fingerprint}
  | 'session' // {callerArn, account, endpoint, customEndpoint}
  | 'playbook' // {playbook, state, items}
  | 'action' // {action, step, title{en,es}, target}
  | 'plan' // {action, hash, changes: [{id, why{en,es}, call, danger}]}
  | 'approval' // {action, hash, by}
  | 'step' // {action, id, state, code?, why?}
  | 'waiting' // {action, id, seconds, far?}: text says for what, far how far AWS says it is
  | 'progress' // {...}
  | 'verdict' // {action, step, verdict, checks, final?}
  | 'gate' // {gate, open, why}
  | 'evidence' // {name, sha256, bytes, unavailable?}
  | 'hunt' // {region, status, found}
  | 'report' // {path}
  | 'lab' // {text}: the drill's own lines
  | 'order' // {order, others: [{id, trade{en,es}}]}; text is what this order trades
  | 'score'
  | 'next'; // {commands: string[]}
export type Emit = (event: AplombEvent) => void;
