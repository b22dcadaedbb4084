/**
 * Tokens that somebody else gives out, by OpenID Connect: what they say is believed where a key of the issuer has signed it.
 * Nothing is asked of the issuer but its keys. Start reading at {@link org.styleinv.gate.oidc.IssuedTokens}.
 */
@NullMarked
package org.styleinv.gate.oidc;

import org.jspecify.annotations.NullMarked;
