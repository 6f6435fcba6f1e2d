import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import type { PositionPoint } from '@qc/contracts';
import { Realtime } from '../core/realtime';
import { PartnerStore } from './partner-store';

/**
 * `off`: nothing to share. `waiting`: the browser has to be asked, which only a tap may do. `searching`: no place yet.
 * `refused`: the browser or the person said no.
 */
export type SharingState = 'off' | 'waiting' | 'searching' | 'on' | 'refused';

/** Milliseconds: often enough for a map, seldom enough for a battery. */
const AT_MOST_EVERY = 5000;

/** Shares the partner's place while at work with a delivery under way, and only then. A refusal stops nothing else. */
@Injectable()
export class PositionSharing {
  private readonly realtime = inject(Realtime);
  private readonly partner = inject(PartnerStore);
  private readonly stateNow = signal<SharingState>('off');
  private readonly wanted = computed(() => this.partner.available() && this.partner.busy());
  private watch?: number;
  private lastSent = -Infinity;
  /** A tap has said that the browser may ask. */
  private mayAsk = false;
  readonly state = this.stateNow.asReadonly();

  constructor() {
    effect(() => {
      const wanted = this.wanted();
      untracked(() => (wanted ? void this.start() : this.stop()));
    });
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  /** Call from a tap that takes the partner to work: from here on the browser may ask for the place. */
  allow(): void {
    this.mayAsk = true;
    if (this.wanted()) void this.start();
  }

  private async start(): Promise<void> {
    if (this.watch !== undefined) return;
    if (!navigator.geolocation) return this.stateNow.set('refused');
    const permission = this.mayAsk ? 'granted' : await permissionNow();
    if (!this.wanted() || this.watch !== undefined) return; // over, or begun by a tap, while the browser was asked
    if (permission === 'prompt') return this.stateNow.set('waiting');
    this.stateNow.set('searching');
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.found(position),
      ({ code }) => this.stateNow.set(code === 1 ? 'refused' : 'searching'), // 1: PERMISSION_DENIED
      { enableHighAccuracy: true, maximumAge: AT_MOST_EVERY },
    );
  }

  private stop(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
    this.stateNow.set('off');
  }

  private found({ coords, timestamp }: GeolocationPosition): void {
    this.stateNow.set('on');
    if (timestamp - this.lastSent < AT_MOST_EVERY || this.realtime.state() !== 'live') return;
    this.lastSent = timestamp;
    void this.realtime.ask('partnerLocation', pointOf(coords, timestamp)).catch(() => undefined); // the next one is newer anyway
  }
}

/** A browser that cannot say is taken as one that would ask. */
async function permissionNow(): Promise<PermissionState> {
  const status = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => undefined);
  return status?.state ?? 'prompt';
}

/** A phone that stands still has no heading: the browser says so with null or NaN. */
function pointOf({ latitude, longitude, accuracy, heading, speed }: GeolocationCoordinates, at: number): PositionPoint {
  return {
    lat: latitude,
    lng: longitude,
    at: new Date(at).toISOString(),
    accuracy,
    ...(isMeasured(heading) && { heading }),
    ...(isMeasured(speed) && { speed }),
  };
}

function isMeasured(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}
