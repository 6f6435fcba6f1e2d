import { Component, computed, input } from '@angular/core';
import { Badge, type Tone } from './badge';

const LOOKS: Record<'idle' | 'connecting' | 'live' | 'reconnecting', { tone: Tone; text: string }> = {
  idle: { tone: 'neutral', text: 'Offline' },
  connecting: { tone: 'neutral', text: 'Connecting…' },
  live: { tone: 'success', text: 'Live' },
  reconnecting: { tone: 'warning', text: 'Reconnecting…' },
};

/** Says whether what is on the screen is live. */
@Component({
  selector: 'qc-connection-badge',
  imports: [Badge],
  host: { role: 'status', class: 'inline-flex' },
  template: `
    <qc-badge [tone]="look().tone">
      <span class="size-2 rounded-full bg-current" [class.animate-pulse]="state() !== 'live'" aria-hidden="true"></span>
      {{ look().text }}
    </qc-badge>
  `,
})
export class ConnectionBadge {
  readonly state = input.required<keyof typeof LOOKS>();
  protected readonly look = computed(() => LOOKS[this.state()]);
}
