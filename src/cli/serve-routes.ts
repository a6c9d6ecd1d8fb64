import { buildRouteMap } from '@stricli/core';
import { serveCommand } from './serve.ts';
import { tokenRoutes } from './serve-token.ts';
import { userAddCommand } from './serve-user-add.ts';
import { userListCommand } from './serve-user-list.ts';
import { userRemoveCommand } from './serve-user-remove.ts';
import { userResetCommand } from './serve-user-reset.ts';

const userRoutes = buildRouteMap({
  routes: { add: userAddCommand, list: userListCommand, remove: userRemoveCommand, reset: userResetCommand },
  docs: { brief: 'Accounts of people for a dashboard that is reached from elsewhere' },
});

/** `evenkeel serve ...`: the dashboard, and who may come in. `serve` alone is `serve run`. */
export const serveRoutes = buildRouteMap({
  routes: { run: serveCommand, user: userRoutes, token: tokenRoutes },
  defaultCommand: 'run',
  docs: {
    brief: 'Show the edge in a browser, live, with its planned operations; until Ctrl-C',
    fullDescription: '"serve" alone is "serve run": its flags are told by "serve run --help".',
  },
});
