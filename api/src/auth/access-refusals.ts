import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { AuditFact } from '../audit/audit-log';
import type { Actor } from './actor';

/** Somebody who is signed in asked for what is not theirs. */
export interface AccessRefusal {
  actor: Actor;
  /** The route or the message, as the table of access names it. */
  asked: string;
  target?: AuditFact['target'];
}

/** Every such refusal of this process, as it happens. */
@Injectable()
export class AccessRefusals extends Subject<AccessRefusal> {}
