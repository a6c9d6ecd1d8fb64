import { buildRouteMap } from '@stricli/core';
import { alertListCommand } from './alert-list.ts';
import { alertTestCommand } from './alert-test.ts';

/** `evenkeel alert ...`: who is told when something is wrong, and of what. */
export const alertRoutes = buildRouteMap({
  routes: { list: alertListCommand, test: alertTestCommand },
  docs: { brief: 'See which alerts are on, and send a test to those who are told' },
});
