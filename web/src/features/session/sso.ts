/** How a sign-in through the identity provider ended: the server says so in the address that it sends us to. */

/** Set while this browser is signed in; without it there is no use in asking who we are. */
export const SIGNED_IN = "almere.signed-in";

/** Where a sign-in through the provider begins; a page of its own, because it leads elsewhere. */
export const SSO_ADDRESS = "/api/v1/session/sso";

const PARAMETER = "sso";

const REFUSALS = [
  "unavailable",
  "provider_away",
  "provider_wrong",
  "flow_lost",
  "denied",
  "no_group",
  "name_taken",
  "disabled",
  "last_administrator",
] as const;

export type SsoOutcome = (typeof REFUSALS)[number] | "code_needed";

let outcome: SsoOutcome | null = null;

/** Reads the address once, when the page is loaded, and cleans it. */
export function readSsoOutcome(): void {
  const address = new URL(window.location.href);
  const told = address.searchParams.get(PARAMETER);
  if (told === null) return;
  address.searchParams.delete(PARAMETER);
  window.history.replaceState(window.history.state, "", address);
  if (told === "done") {
    localStorage.setItem(SIGNED_IN, "");
  } else {
    outcome = told === "code_needed" ? told : (REFUSALS.find((known) => known === told) ?? null);
  }
}

export function ssoOutcome(): SsoOutcome | null {
  return outcome;
}

export function forgetSsoOutcome(): void {
  outcome = null;
}
