import { signal } from '@angular/core';
import { formMessageOf } from './problem';

/** Work that a form sends: one at a time, with what went wrong in words. */
export class Attempt {
  private readonly running = signal(false);
  private readonly said = signal<string | undefined>(undefined);
  readonly busy = this.running.asReadonly();
  readonly problem = this.said.asReadonly();

  /**
   * Does nothing while the last one still runs.
   * @returns whether it succeeded
   */
  async run(work: () => Promise<unknown>, explain: (error: unknown) => string = formMessageOf): Promise<boolean> {
    if (this.running()) return false;
    this.running.set(true);
    this.said.set(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      this.said.set(explain(error));
      return false;
    } finally {
      this.running.set(false);
    }
  }
}
