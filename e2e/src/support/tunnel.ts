import type { Page, WebSocketRoute } from '@playwright/test';

/** A tunnel that the page can be sent into: no request gets through, and the living connection is cut. Before the page loads. */
export async function tunnelFor(page: Page): Promise<{ enter(): Promise<void>; leave(): Promise<void> }> {
  const open = new Set<WebSocketRoute>();
  let inside = false;
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    if (inside) return void socket.close();
    socket.connectToServer();
    open.add(socket);
  });
  return {
    async enter() {
      inside = true;
      await page.context().setOffline(true);
      await Promise.all([...open].map((socket) => socket.close()));
      open.clear();
    },
    async leave() {
      inside = false;
      await page.context().setOffline(false);
    },
  };
}
