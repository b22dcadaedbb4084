/**
 * Who is at the other end: certificates that are read again when their files change, and the seal of records. Start reading
 * at {@link org.styleinv.proto.identity.TlsFiles}.
 */
@NullMarked
package org.styleinv.proto.identity;

import org.jspecify.annotations.NullMarked;
