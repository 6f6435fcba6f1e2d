import { DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { Realtime } from '../core/realtime';
import { PartnerStore } from './partner-store';

export type SharingState = 'off' | 'on' | 'refused';

/** Milliseconds: often enough for a map, seldom enough for a battery. */
const AT_MOST_EVERY = 5000;

/** Shares the partner's place while a delivery is under way, and only then. A refusal stops nothing else. */
@Injectable()
export class PositionSharing {
  private readonly realtime = inject(Realtime);
  private readonly stateNow = signal<SharingState>('off');
  private watch?: number;
  private lastSent = 0;
  readonly state = this.stateNow.asReadonly();

  constructor() {
    const partner = inject(PartnerStore);
    effect(() => {
      const wanted = partner.available() && partner.busy();
      untracked(() => (wanted ? this.start() : this.stop()));
    });
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  private start(): void {
    if (this.watch !== undefined || !navigator.geolocation) return;
    this.watch = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => this.send(coords, timestamp),
      ({ code }) => this.stateNow.set(code === GeolocationPositionError.PERMISSION_DENIED ? 'refused' : 'off'),
      { enableHighAccuracy: true, maximumAge: AT_MOST_EVERY },
    );
  }

  private stop(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
    this.stateNow.set('off');
  }

  private send({ latitude, longitude, accuracy, heading, speed }: GeolocationCoordinates, timestamp: number): void {
    this.stateNow.set('on');
    if (timestamp - this.lastSent < AT_MOST_EVERY || this.realtime.state() !== 'live') return;
    this.lastSent = timestamp;
    const point = {
      lat: latitude,
      lng: longitude,
      at: new Date(timestamp).toISOString(),
      accuracy,
      ...(heading !== null && !Number.isNaN(heading) && { heading }),
      ...(speed !== null && { speed }),
    };
    void this.realtime.ask('partnerLocation', point).catch(() => undefined); // the next one is newer anyway
  }
}
