// Where each screen is. A new one is a line here, a file in screens/, and its path in ../assets.py.

/**
 * @typedef {object} Route
 * @property {RegExp} path
 * @property {() => Promise<{ default: (props: any) => any }>} load
 * @property {boolean} [open] for people who are not signed in, too
 */

/** @type {Route[]} */
export const ROUTES = [
  { path: /^\/$/, load: () => import("./screens/home.js"), open: true },
  { path: /^\/sign-in$/, load: () => import("./screens/sign_in.js"), open: true },
  { path: /^\/register$/, load: () => import("./screens/register.js"), open: true },
  { path: /^\/new-password$/, load: () => import("./screens/new_password.js"), open: true },
  { path: /^\/ads\/new$/, load: () => import("./screens/ad_new.js") },
  { path: /^\/ads\/(?<id>\d+)$/, load: () => import("./screens/ad.js") },
  { path: /^\/ads\/(?<id>\d+)\/edit$/, load: () => import("./screens/ad_edit.js") },
  { path: /^\/offers$/, load: () => import("./screens/offers.js") },
  { path: /^\/offers\/(?<id>\d+)$/, load: () => import("./screens/offer.js") },
  { path: /^\/my-ads$/, load: () => import("./screens/my_ads.js") },
  { path: /^\/my-wallet$/, load: () => import("./screens/my_wallet.js") },
  { path: /^\/inbox$/, load: () => import("./screens/inbox.js") },
  { path: /^\/settings$/, load: () => import("./screens/settings.js") },
  { path: /^\/traders\/(?<id>[0-9a-f-]{36})$/, load: () => import("./screens/trader.js") },
  { path: /^\/staff$/, load: () => import("./screens/staff.js") },
];

/** All other addresses. @type {Route} */
export const NOWHERE = { path: /^/, load: () => import("./screens/nowhere.js"), open: true };
