/** The If-Match header (RFC 9110 section 13.1.1), as a WHIP session needs it. */

/**
 * The entity tag without its quotes, or `*`; nothing when the header is absent. Clients that leave the quotes out, or
 * put them around the star as RFC 9725's own examples do, are understood. A weak tag keeps its `W/`, and so matches no
 * tag of ours, as the strong comparison asks. A session has only one tag, so a list is not needed, and not taken.
 */
export function parseIfMatch(header: string): { readonly ifMatch?: string } | 'several' {
  const value = header.trim();
  if (value === '') return {};
  if (value.includes(',')) return 'several';
  const [, quoted] = /^"([^"]*)"$/.exec(value) ?? [];
  return { ifMatch: quoted ?? value };
}
