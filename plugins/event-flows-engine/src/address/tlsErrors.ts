/** Node's names for what OpenSSL says of a certificate. */
const CERTIFICATE_CODES =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|ERROR_IN_CERT_)/;

/**
 * Whether a connection failed because of TLS: a certificate that is not
 * trusted, not valid or for another host, or a handshake that broke.
 */
export function isTlsError(error: Error & { code?: unknown }): boolean {
  const { code } = error;
  return (
    typeof code === 'string' &&
    (CERTIFICATE_CODES.test(code) ||
      /^ERR_(TLS|SSL)_/.test(code) ||
      code === 'EPROTO')
  );
}
