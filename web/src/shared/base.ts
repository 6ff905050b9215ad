/** Below which path this page's session is: '/s/NAME', or '' where the service has but one. */
export const base = /^\/s\/[\w-]+(?=\/)/.exec(location.pathname)?.[0] ?? '';
