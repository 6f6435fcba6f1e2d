import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Tells who holds living connections that sessions have ended. Emits session ids, after the end is stored. */
@Injectable()
export class SessionEndings extends Subject<string> {}
