import { TestBed } from '@angular/core/testing';
import { ErrorState } from './error-state';

describe('qc-error-state', () => {
  it('asks for another try when it is pressed, and when the network is back, as long as it is shown', () => {
    const fixture = TestBed.createComponent(ErrorState);
    fixture.componentRef.setInput('message', 'No connection to the shop.');
    fixture.detectChanges();
    let tries = 0;
    fixture.componentInstance.retry.subscribe(() => (tries += 1));
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    dispatchEvent(new Event('online'));
    expect(tries).toBe(2);
    fixture.destroy();
    dispatchEvent(new Event('online'));
    expect(tries).toBe(2);
  });
});
