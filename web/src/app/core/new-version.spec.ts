import { NavigationError } from '@angular/router';
import { reloadForNewVersion } from './new-version';

const missing = new NavigationError(1, '/orders', new TypeError('Failed to fetch dynamically imported module: /x.js'));

describe('reloadForNewVersion', () => {
  beforeEach(() => sessionStorage.clear());

  it('loads the page anew where it was going, when its script is gone', () => {
    const page = { assign: jest.fn() };
    reloadForNewVersion(missing, page);
    expect(page.assign).toHaveBeenCalledWith('/orders');
  });

  it('does so once, not in a loop', () => {
    const page = { assign: jest.fn() };
    reloadForNewVersion(missing, page);
    reloadForNewVersion(missing, page);
    expect(page.assign).toHaveBeenCalledTimes(1);
  });

  it('leaves other errors alone', () => {
    const page = { assign: jest.fn() };
    reloadForNewVersion(new NavigationError(1, '/orders', new Error('a fault of ours')), page);
    expect(page.assign).not.toHaveBeenCalled();
  });
});
