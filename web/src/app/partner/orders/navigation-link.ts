import type { DeliveryAddress } from '@qc/contracts';

type Place = Pick<DeliveryAddress, 'location' | 'street' | 'city' | 'zipCode'>;

/** Hands a place over to the phone's navigation: `geo:` where the phone knows it, else a map in the browser. */
export function navigationLink(place: Place, userAgent = navigator.userAgent): string {
  const point = place.location && `${place.location.lat},${place.location.lng}`;
  const target = encodeURIComponent(point ?? [place.street, place.zipCode, place.city].filter(Boolean).join(', '));
  if (/android/i.test(userAgent)) return `geo:${point ?? '0,0'}?q=${target}`;
  return `https://www.google.com/maps/dir/?api=1&destination=${target}`;
}
