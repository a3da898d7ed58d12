/** Characters in the name of a node or a site: as many as a label of a host name has (RFC 1035 section 2.3.4). */
export const NAME_MAX_LENGTH = 63;
