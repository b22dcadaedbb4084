/**
 * Who may come in: what a port needs before it is opened to other machines, TLS, tokens, roles and quotas. Start reading at
 * {@link org.styleinv.gate.Exposure}.
 */
@NullMarked
package org.styleinv.gate;

import org.jspecify.annotations.NullMarked;
