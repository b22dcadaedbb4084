package org.styleinv.gate.oidc;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Settings of tokens by OpenID Connect, beside those of `styleinv.access.tokens`; `issuer`, `audience` and `keys` come together. */
@ConfigMapping(prefix = "styleinv.access.oidc")
public interface OidcConfig {
    /** Who gives them out, as their claim `iss` says it. */
    Optional<String> issuer();

    /** Whom they are for: one of their claim `aud`. */
    Optional<String> audience();

    /** Where the issuer's public keys are, a JSON Web Key Set: the `jwks_uri` of its `/.well-known/openid-configuration`, by https, or a file. Looked at again every five minutes, and when a token names a key that is not known. */
    Optional<URI> keys();

    /** The claim that has the roles, as a list or with spaces between them; what is none of ours there is passed over. With a / for each step down, as in `realm_access/roles`. */
    @WithDefault("roles")
    String rolesClaim();

    /** The claim that says whom a token's holder belongs to. */
    @WithDefault("sub")
    String tenantClaim();

    /** Most streams at a time of one holder, 0 = as many as the service has. */
    @WithDefault("0")
    int streams();

    /** Most frames a second over all streams of one holder, 0 = any. */
    @WithDefault("0")
    double frames();

    /** Most pixels a second in these frames, 0 = any. */
    @WithDefault("0")
    double pixels();

    /** Most pictures a minute that one holder sends to be looked at, 0 = any. */
    @WithDefault("0")
    double uploads();

    /** Most broadcasts that the tenant of one holder has live, 0 = any. */
    @WithDefault("0")
    int broadcasts();

    /** Whether such tokens are taken. */
    default boolean on() {
        return issuer().isPresent();
    }
}
