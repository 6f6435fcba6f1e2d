import { Location } from '@angular/common';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { linkToken, takesToken } from './link-token';

@Component({ selector: 'qc-linked', template: 'token: {{ token() }}' })
class Linked {
  readonly token = linkToken();
}

/** What the address bar shows. */
const address = (): string => TestBed.inject(Location).path(true);

async function open(link: string) {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([
        { path: 'linked', component: Linked, canActivate: [takesToken], runGuardsAndResolvers: 'always' },
        { path: '**', children: [] },
      ]),
    ],
  });
  const harness = await RouterTestingHarness.create();
  await harness.navigateByUrl(link);
  const root = harness.fixture.nativeElement as HTMLElement;
  const follow = async (next: string): Promise<string> => {
    await TestBed.inject(Router).navigateByUrl(next);
    await harness.fixture.whenStable();
    return root.textContent;
  };
  return { follow, text: root.textContent };
}

describe('the token of a mailed link', () => {
  it('reaches its page, and is gone from the address and from the router', async () => {
    const { text } = await open('/linked#t0k3n');
    expect(text).toBe('token: t0k3n');
    expect(address()).toBe('/linked');
    expect(TestBed.inject(Router).url).toBe('/linked');
  });

  it('leaves the rest of the address alone', async () => {
    await open('/linked?from=mail#t0k3n');
    expect(address()).toBe('/linked?from=mail');
  });

  it('gives way to that of a second link, opened over the page of the first', async () => {
    const { follow } = await open('/linked#first');
    expect(await follow('/linked#second')).toBe('token: second');
    expect(address()).toBe('/linked');
  });

  it('is forgotten when its page is left, and kept in no storage', async () => {
    const { follow } = await open('/linked#t0k3n');
    expect(
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, TestBed.inject(Location).getState()]),
    ).not.toContain('t0k3n');
    await follow('/elsewhere');
    expect(await follow('/linked')).toBe('token: ');
  });
});
